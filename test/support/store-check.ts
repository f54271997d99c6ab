// What a check of a store is, and what the checks share.

import { expect } from 'vitest';
import type { ObjectStore, PutOptions } from '../../lib/core/store.ts';

export type StoreKind = {
  readonly open: () => Promise<ObjectStore>;
  /** Whether what was overwritten or removed can still be read by its version id. */
  readonly keepsVersions: boolean;
  /** How many keys make a long listing: more than a page where there are pages. */
  readonly manyKeys: number;
};

export type StoreCheck = {
  readonly shows: string;
  /** Asks for conditional puts, which some servers lack for some buckets. */
  readonly conditional?: true;
  readonly run: (kind: StoreKind) => Promise<void>;
};

export const bytes = (text: string) => Buffer.from(text);
export const create = { ifNoneMatch: '*' } as const satisfies PutOptions;

export async function textOf(store: ObjectStore, key: string, versionId?: string): Promise<string | undefined> {
  const object = await store.get(key, versionId);
  return object && Buffer.from(object.body).toString();
}

export async function keysOf(store: ObjectStore, prefix?: string, after?: string): Promise<string[]> {
  const keys: string[] = [];
  const listed = after === undefined ? store.list(prefix) : store.list(prefix, { after });
  for await (const { key } of listed) keys.push(key);
  return keys;
}

/** Old bytes where versions are kept, old bytes or nothing elsewhere; never other bytes. */
export async function expectPinned(kind: StoreKind, store: ObjectStore, key: string, versionId: string, text: string) {
  expect(await textOf(store, key, versionId)).toBe(kind.keepsVersions ? text : undefined);
}
