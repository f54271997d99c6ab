// Reading and writing records: JSON, parsed by schema whenever it is read.

import { Head, headKey, VerifyRecord, verifyKey } from './records.ts';
import type { HeadSeen } from './settle.ts';
import { type ObjectStore, PreconditionFailed } from './store.ts';

/** Rejects where the record cannot be read as the head of that very key. */
export async function readHead(ledger: Pick<ObjectStore, 'get'>, key: string): Promise<HeadSeen | undefined> {
  const found = await ledger.get(headKey(key));
  if (!found) return undefined;
  const head = Head.parse(fromJson(found.body));
  if (head.key !== key) throw new Error('a head that speaks of another key');
  return { ...head, etag: found.version.etag };
}

export async function readRecord(ledger: ObjectStore, work: string): Promise<VerifyRecord | undefined> {
  const found = await ledger.get(verifyKey(work));
  return found && VerifyRecord.parse(fromJson(found.body));
}

/** Whoever was first counts. */
export async function putOnce(store: ObjectStore, key: string, body: Uint8Array): Promise<void> {
  await putIf(store, key, body, { ifNoneMatch: '*' });
}

/** Answers the new etag, or undefined where another writer was first. */
export async function putIf(
  store: ObjectStore,
  key: string,
  body: Uint8Array,
  condition: { readonly ifNoneMatch: '*' } | { readonly ifMatch: string },
): Promise<string | undefined> {
  try {
    return (await store.put(key, body, condition)).etag;
  } catch (error) {
    if (error instanceof PreconditionFailed) return undefined;
    throw error;
  }
}

export async function putJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  await store.put(key, toJson(value), { contentType: 'application/json' });
}

export function toJson(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}

export function fromJson(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
}
