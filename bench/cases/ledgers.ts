// The ledgers that lists are read from: one in memory, one in a folder.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ObjectStore } from '../../lib/core/store.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import { inParallel } from '../../lib/stores/in-pages.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { caseOf, type Written } from './made.ts';

export type Size = { readonly cases: number; readonly days: number };

export async function inMemory(size: Size): Promise<ObjectStore> {
  const store = memoryStore();
  for (const { key, body } of all(size)) await store.put(key, body);
  return store;
}

/** Written as plain files, where the store has them: put by put, each to the disk, would take most of an hour. */
export async function inFolder(folder: string, size: Size): Promise<ObjectStore> {
  const made = new Set<string>();
  const write = async ({ key, body }: Written) => {
    const path = `${folder}/${key}`;
    if (!made.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
    made.add(dirname(path));
    await writeFile(path, body);
  };
  let some: Written[] = [];
  for (const one of all(size)) {
    some.push(one);
    if (some.length < 1000) continue;
    await inParallel(some, write);
    some = [];
  }
  await inParallel(some, write);
  return directoryStore(folder);
}

function* all({ cases, days }: Size): Generator<Written> {
  for (let n = 0; n < cases; n += 1) yield* caseOf(n, cases, days);
}
