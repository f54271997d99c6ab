// Copies on servers that keep to conditions on copies, as AWS does, and on such as do not: the gateway of the other tests
// has none of the first kind in buckets with versions.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { type FakeS3, startFakeS3, type Wrong } from '../support/fake-s3.ts';
import { textOf } from '../support/store-check.ts';

let server: FakeS3;
beforeAll(async () => {
  server = await startFakeS3();
});
afterAll(() => server.close());

/** Copies a version to where `stands` is; the first requests to copy are answered so. */
async function copied(stands: string | undefined, answers: readonly Wrong[]): Promise<string | undefined> {
  const [from, to] = [s3Store(server.client, 'from'), s3Store(server.client, 'to')];
  await to.remove('case/payload');
  const { versionId } = await from.put('a', Buffer.from('original'));
  if (stands !== undefined) await to.put('case/payload', Buffer.from(stands));
  const left = [...answers];
  server.wrong = ({ method, bucket, isConditional }) =>
    method === 'PUT' && bucket === 'to' && isConditional ? left.shift() : undefined;
  try {
    await to.copyFrom(from, 'a', versionId, 'case/payload');
  } finally {
    server.wrong = () => undefined;
  }
  return textOf(to, 'case/payload');
}

describe('a copy', () => {
  test('goes where nothing stands, and over nothing that does', async () => {
    expect(await copied(undefined, [])).toBe('original');
    expect(await copied('', [])).toBe('');
  });

  test('is tried again where the server says that somebody else is at it', async () => {
    const conflict = { status: 409, code: 'ConditionalRequestConflict' };
    expect(await copied(undefined, [conflict, conflict])).toBe('original');
    await expect(copied(undefined, Array<Wrong>(9).fill(conflict))).rejects.toThrow();
  });

  test('is made without a condition where the server knows none on copies', async () => {
    const unknown = { status: 501, code: 'NotImplemented' };
    expect(await copied(undefined, [unknown])).toBe('original');
    expect(await copied('what was there', [unknown])).toBe('original');
  });
});
