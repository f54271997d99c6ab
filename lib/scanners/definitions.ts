// Reads sets of definitions from their bucket. What is laid down is what the manifest says, byte for byte, or nothing.

import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordIn } from '../core/ledger.ts';
import { CURRENT_DEFINITIONS, Definitions, definitionsFileKey } from '../core/records-definitions.ts';
import type { ObjectStore } from '../core/store.ts';

export type DefinitionsReader = Pick<ObjectStore, 'get'>;

/** What the bucket holds now, undefined when nothing was ever written. Rejects where it does not parse. */
export async function currentDefinitions(
  store: DefinitionsReader,
): Promise<{ readonly definitions: Definitions; readonly etag: string } | undefined> {
  const found = await store.get(CURRENT_DEFINITIONS);
  if (!found) return undefined;
  const definitions = recordIn(found.body, Definitions);
  if (setOf(definitions.files) !== definitions.set) throw new Error('a set of definitions that is not what it says');
  return { definitions, etag: found.version.etag };
}

/** The name of a set: the same files make the same one, in whatever order. */
export function setOf(files: Definitions['files']): string {
  const lines = files.map(({ name, sha256 }) => `${name} ${sha256}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Lays a set down in the folder, which has to be there. Rejects where a file is missing or is not what it should be. */
export async function layDown(store: DefinitionsReader, { files }: Definitions, folder: string): Promise<void> {
  for (const { name, sha256, bytes } of files) {
    const body = (await store.get(definitionsFileKey(sha256)))?.body;
    if (!body) throw new Error('a file of the definitions is not in the bucket');
    if (body.length !== bytes || hashOf(body) !== sha256)
      throw new Error('a file of the definitions is not what was written');
    await writeFile(join(folder, name), body, { mode: 0o644 });
  }
}

export const hashOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

/** An official file says its version in its first bytes (`ClamAV-VDB:date:version:…`); null for others. */
export function versionIn(body: Uint8Array): number | null {
  const header = Buffer.from(body.subarray(0, 512)).toString('latin1');
  const version = /^ClamAV-VDB:[^:]*:(\d{1,9}):/.exec(header)?.[1];
  return version === undefined ? null : Number(version);
}

const PREFIX = 'spoorloos-definitions-';
const ours = new Set<string>();

/**
 * A folder for one set. Those of processes that were killed are removed first: Lambda starts a function that ran out
 * of time again with what is in its temporary directory, and sets are large.
 */
export function definitionsFolder(): string {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Definitions are no secret, and clamd may run as another user.
  chmodSync(folder, 0o755);
  ours.add(folder);
  return folder;
}

export function removeDefinitionsFolder(folder: string): void {
  ours.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? /^(\d+)-/.exec(name.slice(PREFIX.length))?.[1] : undefined;
    const folder = join(tmpdir(), name);
    if (pid === undefined || ours.has(folder) || isRunning(Number(pid))) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else's: not ours to remove.
    }
  }
}

/** A number may be another process's by now; ours, with a folder that we do not know, is of one before us. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
