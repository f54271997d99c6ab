// The SDK's own clients, with a request handler that answers as the services do: what is tested is what goes over the wire.

import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CdnBusy, denyIdOf } from '../../lib/core/edge.ts';
import { cloudFrontCdn } from '../../lib/edge/cloudfront-cdn.ts';
import { keyValueDenyList } from '../../lib/edge/key-value-deny-list.ts';
import { type Asked, answering } from '../support/aws-answers.ts';

const ARN = 'arn:aws:cloudfront::123456789012:key-value-store/00000000-0000-4000-8000-000000000000';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';

const Update = z.object({
  Puts: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
  Deletes: z.array(z.object({ Key: z.string() })).default([]),
});

/** A store with its version. `meddle` is called before each write: another writer may be first. */
function keyValueStore(meddle: (items: Map<string, string>) => boolean = () => false) {
  const items = new Map<string, string>();
  const asked: Asked[] = [];
  let version = 1;
  const refuse = (status: number, type: string) => ({ status, headers: { 'x-amzn-errortype': type }, body: '{}' });
  const answer = (request: Asked) => {
    asked.push(request);
    const [, key] = /\/keys\/([0-9a-f]+)$/.exec(request.path) ?? [];
    if (key !== undefined) {
      const value = items.get(key);
      if (value === undefined) return refuse(404, 'ResourceNotFoundException');
      return {
        status: 200,
        body: JSON.stringify({ Key: key, Value: value, ItemCount: items.size, TotalSizeInBytes: 1 }),
      };
    }
    const ETag = { etag: `v${version}` };
    if (request.method === 'GET' && request.path.endsWith('/keys')) {
      const all = [...items].map(([Key, Value]) => ({ Key, Value }));
      const from = Number(request.query.NextToken ?? 0);
      const more = from + 1 < all.length ? { NextToken: String(from + 1) } : {};
      return { status: 200, body: JSON.stringify({ Items: all.slice(from, from + 1), ...more }) };
    }
    if (request.method === 'GET') return { status: 200, headers: ETag, body: '{"ItemCount":0,"TotalSizeInBytes":0}' };
    if (meddle(items)) version += 1;
    if (request.headers['if-match'] !== `v${version}`) return refuse(400, 'ValidationException');
    const { Puts, Deletes } = Update.parse(JSON.parse(request.body));
    for (const { Key, Value } of Puts) items.set(Key, Value);
    for (const { Key } of Deletes) if (!items.delete(Key)) return refuse(404, 'ResourceNotFoundException');
    version += 1;
    return { status: 200, headers: { etag: `v${version}` }, body: '{"ItemCount":0,"TotalSizeInBytes":0}' };
  };
  const client = new CloudFrontKeyValueStoreClient({
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: answering(answer),
  });
  return {
    list: keyValueDenyList(client, ARN),
    items,
    asked,
    writes: () => asked.filter(({ method }) => method === 'POST'),
  };
}

async function all(list: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const one of list) found.push(one);
  return found.sort();
}

describe('the deny-list in a key value store', () => {
  test('denies, lists and allows, each as often as one likes', async () => {
    const { list, items, writes } = keyValueStore();
    await list.deny(['a.docm', 'a.docx']);
    await list.deny(['a.docm', 'a.docx']);
    expect(items.get(denyIdOf('a.docx'))).toBe('a.docx');
    expect(await all(list.list())).toEqual(['a.docm', 'a.docx']);
    expect(writes()).toHaveLength(1);
    await list.allow(['a.docx', 'never.pdf']);
    await list.allow(['a.docx']);
    expect(await all(list.list())).toEqual(['a.docm']);
    expect(writes()).toHaveLength(2);
  });

  test('signs for every region, and names the version it writes over', async () => {
    const { list, asked, writes } = keyValueStore();
    await list.deny(['a.pdf']);
    expect(asked.length).toBeGreaterThan(1);
    for (const { headers } of asked) expect(headers.authorization).toMatch(/^AWS4-ECDSA-P256-SHA256 /);
    expect(writes()[0]?.headers['if-match']).toBe('v1');
    expect(asked.map(({ path }) => path).join()).not.toContain('a.pdf');
  });

  test('who loses to another writer looks again, and undoes nothing', async () => {
    let others = 3;
    const { list, items } = keyValueStore((held) => {
      others -= 1;
      if (others >= 0) held.set(denyIdOf(`other-${others}.pdf`), `other-${others}.pdf`);
      return others >= 0;
    });
    await list.deny(['a.pdf']);
    expect([...items.values()].sort()).toEqual(['a.pdf', 'other-0.pdf', 'other-1.pdf', 'other-2.pdf']);
  });

  test('gives up on a store that never lets it write', async () => {
    const { list, writes } = keyValueStore(() => true);
    await expect(list.deny(['a.pdf'])).rejects.toThrow();
    expect(writes()).toHaveLength(10);
  });

  test('writes fifty names at a time', async () => {
    const { list, items, writes } = keyValueStore();
    await list.deny(Array.from({ length: 120 }, (_, i) => `${i}.pdf`));
    expect(items.size).toBe(120);
    expect(writes()).toHaveLength(3);
  });
});

describe('invalidation on CloudFront', () => {
  const cdn = (status = 201, code = '') => {
    const asked: Asked[] = [];
    const error = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`;
    const requestHandler = answering((request) => {
      asked.push(request);
      return { status, body: status === 201 ? '<Invalidation><Id>I1</Id></Invalidation>' : error };
    });
    const client = new CloudFrontClient({ region, credentials, maxAttempts: 1, requestHandler });
    return { ...cloudFrontCdn(client, 'D1'), asked };
  };
  const pathsIn = (body: string) => [...body.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path]) => path);
  const referenceIn = (body: string) => /<CallerReference>([^<]*)</.exec(body)?.[1];

  test('asks once for all names, as browsers write them', async () => {
    const { invalidate, asked } = cdn();
    await invalidate(['a/ä b.pdf', 'x*.pdf', 'a/ä b.pdf'], 'r');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.path).toContain('/distribution/D1/invalidation');
    expect(pathsIn(asked[0]?.body ?? '')).toEqual(['/a/%C3%A4%20b.pdf', '/a/%C3%A4+b.pdf', '/x%2A.pdf']);
  });

  test('the same is the same request, and another reference is another', async () => {
    const { invalidate, asked } = cdn();
    await invalidate(['a.pdf'], 'one');
    await invalidate(['a.pdf'], 'one');
    await invalidate(['a.pdf'], 'two');
    await invalidate(['b.pdf'], 'two');
    const [first, second, third, fourth] = asked.map(({ body }) => referenceIn(body));
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });

  test('says that it is busy where it is, and only then', async () => {
    await expect(cdn(400, 'TooManyInvalidationsInProgress').invalidate(['a'], 'r')).rejects.toThrow(CdnBusy);
    await expect(cdn(403, 'AccessDenied').invalidate(['a'], 'r')).rejects.not.toThrow(CdnBusy);
  });
});
