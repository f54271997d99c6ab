// Where addresses lead on AWS: the names are those that a network without a way out resolves.

import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { presigner, readAt } from '../lib/presigned.ts';
import { s3Client } from '../lib/stores/s3-client.ts';

test.each([
  { region: 'eu-central-1', host: 'documents.s3.eu-central-1.amazonaws.com' },
  { region: 'us-east-1', host: 'documents.s3.us-east-1.amazonaws.com' },
  { region: 'cn-north-1', host: 'documents.s3.cn-north-1.amazonaws.com.cn' },
])('an address of a bucket in $region leads to that region', async ({ region, host }) => {
  const client = s3Client({});
  const credentials = async () => ({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'of a role',
  });
  Object.assign(client.config, { region: async () => region, credentials });
  const address = new URL(
    await presigner('documents', client)('GET', 'ab/één +.pdf', { 'response-content-type': 'a/b' }),
  );
  expect([address.protocol, address.host, address.pathname]).toEqual(['https:', host, '/ab/%C3%A9%C3%A9n%20%2B.pdf']);
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    ...{ 'X-Amz-Expires': '60', 'X-Amz-SignedHeaders': 'host', 'X-Amz-Security-Token': 'of a role' },
    ...{ 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', 'response-content-type': 'a/b' },
  });
  expect(address.searchParams.get('X-Amz-Credential')).toContain(`/${region}/s3/aws4_request`);
  expect(address.href).not.toContain('secret');
});

test.each([
  { what: 'as large as it may be', headers: { 'content-length': '4' }, body: 'vier', read: 'vier' },
  { what: 'larger', headers: { 'content-length': '5' }, body: 'vijf!', read: undefined },
  { what: 'of no size that was said', headers: { 'transfer-encoding': 'chunked' }, body: 'vijf!', read: undefined },
])('what is $what is read only where it is not too large', async ({ headers, body, read }) => {
  const server = createServer((_, response) => response.writeHead(200, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const found = await readAt(`http://127.0.0.1:${port}/`, 4);
    expect(found && Buffer.from(found).toString()).toBe(read);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
