// The updater: what is in the bucket, brought up to date, tried, and put back. A set is replaced only by one that is
// newer and has shown that it detects; the manifest is written last, over the one that was read.

import { mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CURRENT_DEFINITIONS,
  type Definitions,
  type DefinitionsFile,
  definitionsFileKey,
  isDefinitionsName,
} from '../core/records-definitions.ts';
import { type ObjectStore, PreconditionFailed } from '../core/store.ts';
import {
  currentDefinitions,
  definitionsFolder,
  hashOf,
  layDown,
  removeDefinitionsFolder,
  setOf,
  versionIn,
} from './definitions.ts';
import { DefinitionsError } from './freshclam.ts';

export type DefinitionsBucket = Pick<ObjectStore, 'get' | 'head' | 'put' | 'list' | 'remove'>;

export type UpdateOptions = {
  readonly store: DefinitionsBucket;
  /** Brings a folder up to date. */
  readonly fresh: (folder: string) => Promise<void>;
  /** Rejects where a clamd on the folder does not start or does not detect. */
  readonly prove: (folder: string) => Promise<void>;
  readonly now?: () => Date;
};

export type Updated = { readonly outcome: 'replaced' | 'confirmed'; readonly definitions: Definitions };

/** Rejects with a DefinitionsError, and leaves the bucket's set as it is, where the new one is not better. */
export async function updateDefinitions({
  store,
  fresh,
  prove,
  now = () => new Date(),
}: UpdateOptions): Promise<Updated> {
  const before = await currentDefinitions(store);
  const folder = definitionsFolder();
  try {
    const startedAt = now().toISOString();
    if (before) await layDown(store, before.definitions, folder).catch(() => startOver(folder));
    await fresh(folder);
    const files = await filesIn(folder);
    const set = setOf(files);
    const isSame = set === before?.definitions.set;
    if (!isSame) {
      checkComplete(files);
      checkNewer(files, before?.definitions.files ?? []);
      await prove(folder);
    }
    // Also of the same set: a file that is gone from the bucket comes back.
    await upload(store, folder, files);
    const madeAt = isSame ? before.definitions.madeAt : startedAt;
    const definitions: Definitions = { v: 1, set, files, madeAt, confirmedAt: startedAt };
    await writeManifest(store, definitions, before?.etag);
    if (!isSame) await removeUnused(store, [...files, ...(before?.definitions.files ?? [])]);
    return { outcome: isSame ? 'confirmed' : 'replaced', definitions };
  } finally {
    removeDefinitionsFolder(folder);
  }
}

/** What is damaged in the bucket is fetched from ClamAV again. */
function startOver(folder: string): void {
  removeDefinitionsFolder(folder);
  mkdirSync(folder, { mode: 0o755 });
}

/** What may be part of a set; a program's other files stay behind. */
async function filesIn(folder: string): Promise<DefinitionsFile[]> {
  const files: DefinitionsFile[] = [];
  for (const name of readdirSync(folder).filter(isDefinitionsName).sort()) {
    const body = await readFile(join(folder, name));
    files.push({ name, sha256: hashOf(body), bytes: body.length, version: versionIn(body) });
  }
  return files;
}

const OFFICIAL = /^(main|daily|bytecode)\.(cvd|cld)$/;
const partOf = (name: string): string | undefined => OFFICIAL.exec(name)?.[1];

function checkComplete(files: readonly DefinitionsFile[]): void {
  const parts = files.map(({ name }) => partOf(name));
  for (const part of ['main', 'daily'])
    if (!parts.includes(part)) throw new DefinitionsError(`the definitions lack ${part}`);
}

/** A mirror that serves yesterday's, by fault or on purpose, takes no detection away. */
function checkNewer(files: readonly DefinitionsFile[], before: readonly DefinitionsFile[]): void {
  const newest = (of: readonly DefinitionsFile[], part: string) =>
    Math.max(-1, ...of.filter(({ name }) => partOf(name) === part).map(({ version }) => version ?? -1));
  for (const part of ['main', 'daily', 'bytecode'])
    if (newest(files, part) < newest(before, part)) throw new DefinitionsError(`${part} is older than the one in use`);
}

async function upload(store: DefinitionsBucket, folder: string, files: readonly DefinitionsFile[]): Promise<void> {
  for (const { name, sha256, bytes } of files) {
    const key = definitionsFileKey(sha256);
    if ((await store.head(key))?.size === bytes) continue;
    await store.put(key, await readFile(join(folder, name)), { contentType: 'application/octet-stream' });
  }
}

async function writeManifest(store: DefinitionsBucket, definitions: Definitions, base: string | undefined) {
  const body = Buffer.from(`${JSON.stringify(definitions, null, 1)}\n`);
  const condition = base === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: base };
  try {
    await store.put(CURRENT_DEFINITIONS, body, { contentType: 'application/json', ...condition });
  } catch (error) {
    if (error instanceof PreconditionFailed) throw new DefinitionsError('another updater was faster', { cause: error });
    throw error;
  }
}

/** The set before stays: somebody may be fetching it. */
async function removeUnused(store: DefinitionsBucket, used: readonly DefinitionsFile[]): Promise<void> {
  const keys = new Set(used.map(({ sha256 }) => definitionsFileKey(sha256)));
  for await (const { key } of store.list(definitionsFileKey(''))) if (!keys.has(key)) await store.remove(key);
}
