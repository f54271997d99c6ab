// Sets of definitions in a bucket, as an updater would have left them.

import {
  CURRENT_DEFINITIONS,
  type Definitions,
  type DefinitionsFile,
  definitionsFileKey,
} from '../../lib/core/records-definitions.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { hashOf, setOf, versionIn } from '../../lib/scanners/definitions.ts';

/** The head of an official file of the version, and nothing else of one. */
export const official = (version: number, more = ''): Buffer =>
  Buffer.from(`ClamAV-VDB:26 Nov 2026 04-05 +0000:${version}:1:90:x:x:x:1 ${more}`);

export const HOUR = 3_600_000;
export const NOON = Date.parse('2026-11-26T12:00:00Z');
export const hoursAgo = (hours: number): string => new Date(NOON - hours * HOUR).toISOString();

/** Puts a set into the bucket; each file's bytes by its name. */
export async function putSet(
  store: ObjectStore,
  contents: Readonly<Record<string, Uint8Array>>,
  times: Partial<Pick<Definitions, 'madeAt' | 'confirmedAt'>> = {},
): Promise<Definitions> {
  const files: DefinitionsFile[] = [];
  for (const [name, body] of Object.entries(contents)) {
    const sha256 = hashOf(body);
    await store.put(definitionsFileKey(sha256), body);
    files.push({ name, sha256, bytes: body.length, version: versionIn(body) });
  }
  const madeAt = times.madeAt ?? hoursAgo(0);
  const definitions: Definitions = {
    v: 1,
    set: setOf(files),
    files,
    madeAt,
    confirmedAt: times.confirmedAt ?? madeAt,
  };
  await putManifest(store, definitions);
  return definitions;
}

export async function putManifest(store: ObjectStore, manifest: unknown): Promise<void> {
  await store.put(CURRENT_DEFINITIONS, Buffer.from(JSON.stringify(manifest)));
}
