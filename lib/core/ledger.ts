// Reading and writing records: JSON, parsed by schema whenever it is read.

import type { z } from 'zod';
import { Case, caseKey, Head, headKey, VerifyRecord, verifyKey } from './records.ts';
import { Refusal } from './refusal.ts';
import type { HeadSeen } from './settle.ts';
import { type ObjectStore, PreconditionFailed, type StoredObject } from './store.ts';

/** A record was edited, or is another's: not JSON, not of its schema, or of another key. The message has no value of it. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** The same store: what it refuses to read, because it is too large, is a record that was edited. */
export function recordsIn(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async get(key, versionId) {
      try {
        return await store.get(key, versionId);
      } catch (cause) {
        throw cause instanceof Refusal ? new UnreadableRecord('too large for a record', { cause }) : cause;
      }
    },
  };
}

/** Rejects with UnreadableRecord where it is not the head of that very key. */
export async function readHead(ledger: Pick<ObjectStore, 'get'>, key: string): Promise<HeadSeen | undefined> {
  const found = await ledger.get(headKey(key));
  return found && headIn(found);
}

/** The head in an object of the ledger. Rejects with UnreadableRecord where it is not the head that its place is for. */
export function headIn({ body, version }: Pick<StoredObject, 'body' | 'version'>): HeadSeen {
  const head = recordIn(body, Head);
  if (headKey(head.key) !== version.key) throw new UnreadableRecord('a head that speaks of another key');
  return { ...head, etag: version.etag };
}

/** Rejects with UnreadableRecord. */
export function recordIn<T>(body: Uint8Array, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(textOf(body)));
  } catch (cause) {
    throw new UnreadableRecord('a record that is not of its schema', { cause });
  }
}

/** The same; undefined where it was edited. */
export function readableIn<T>(body: Uint8Array, schema: z.ZodType<T>): T | undefined {
  try {
    return recordIn(body, schema);
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

export async function readRecord(ledger: Pick<ObjectStore, 'get'>, work: string): Promise<VerifyRecord | undefined> {
  const found = await ledger.get(verifyKey(work));
  return found && recordIn(found.body, VerifyRecord);
}

export async function readCase(ledger: Pick<ObjectStore, 'get'>, caseId: string): Promise<Case | undefined> {
  const found = await ledger.get(caseKey(caseId));
  return found && recordIn(found.body, Case);
}

/** Whoever was first counts. False where something is there already. */
export async function putOnce(store: Pick<ObjectStore, 'put'>, key: string, body: Uint8Array): Promise<boolean> {
  return (await putIf(store, key, body, { ifNoneMatch: '*' })) !== undefined;
}

/** Answers the new etag, or undefined where another writer was first. */
export async function putIf(
  store: Pick<ObjectStore, 'put'>,
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

export function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString();
}
