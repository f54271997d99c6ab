import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { secretAddress } from '../../lib/notify/secret-address.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:chat-Ab12Cd';
const ADDRESS = 'https://chat.example/services/T0/B0/very-secret';
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The extension, as far as it is asked. */
function extension(status: number, body: string) {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  return new Promise<{ readonly port: string; readonly asked: typeof asked }>((resolve) => {
    server = createServer((request, response) => {
      asked.push({ url: request.url, headers: request.headers });
      response.writeHead(status).end(body);
    }).listen(0, 'localhost', () => {
      const address = server?.address();
      resolve({ port: `${typeof address === 'object' ? address?.port : ''}`, asked });
    });
  });
}
const env = (port: string) => ({ PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port, AWS_SESSION_TOKEN: 'session' });

test('the address is asked for as the function, and read', async () => {
  const { port, asked } = await extension(200, JSON.stringify({ ARN, SecretString: `${ADDRESS}\n`, VersionId: 'v' }));
  expect(await secretAddress(ARN, env(port))).toEqual({ url: ADDRESS });
  expect(asked).toMatchObject([
    {
      url: `/secretsmanager/get?secretId=${encodeURIComponent(ARN)}`,
      headers: { 'x-aws-parameters-secrets-token': 'session' },
    },
  ]);
});

const rows = [
  { shows: 'is refused', status: 400, body: `AccessDenied for ${ADDRESS}` },
  { shows: 'is answered with no JSON', status: 200, body: ADDRESS },
  { shows: 'has no text', status: 200, body: JSON.stringify({ SecretBinary: 'AA==' }) },
  { shows: 'has a text that is no address', status: 200, body: JSON.stringify({ SecretString: `see ${ADDRESS}` }) },
  {
    shows: 'has an address that anybody on the way could read',
    status: 200,
    body: JSON.stringify({ SecretString: ADDRESS.replace('https', 'http') }),
  },
  {
    shows: 'holds other values too',
    status: 200,
    body: JSON.stringify({ SecretString: JSON.stringify({ url: ADDRESS, password: 'very-secret' }) }),
  },
  {
    shows: 'names no secret to sign with where it says so',
    status: 200,
    body: JSON.stringify({ SecretString: JSON.stringify({ url: ADDRESS, secrets: [] }) }),
  },
];

test('the secrets that messages are signed with stand beside the address', async () => {
  const held = { url: ADDRESS, secrets: ['whsec_one', 'whsec_two'] };
  const { port } = await extension(200, JSON.stringify({ SecretString: JSON.stringify(held) }));
  expect(await secretAddress(ARN, env(port))).toEqual({ url: ADDRESS, secrets: 'whsec_one whsec_two' });
});

test.each(rows)('a secret that $shows is an error that does not tell it', async ({ status, body }) => {
  const { port } = await extension(status, body);
  const error: unknown = await secretAddress(ARN, env(port)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'WebhookError' });
  expect(error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)}` : '').not.toContain(
    'very-secret',
  );
});

test('without the extension nothing is known', async () => {
  await expect(secretAddress(ARN, env('1'))).rejects.toThrow('cannot be read');
});
