// Writing into a folder that others may change meanwhile. A file is written beside the objects, brought to disk, and
// moved to its place in one step. On Linux that step goes through an open handle of the parent folder
// (/proc/self/fd/N/name), so that a folder swapped for a link cannot lead us elsewhere.

import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  unlink,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { PreconditionFailed } from '../core/store.ts';
import { OWN, oddFolder, oddPath, plainPath } from './directory-place.ts';
import type { Root } from './directory-root.ts';
import { type Stat, versionIdOf } from './directory-version.ts';
import { codeOf, isAbsence, statInside } from './directory-walk.ts';

export type Temporary = {
  readonly path: string;
  readonly file: FileHandle;
  /** Closes it, and deletes it where it was not moved. */
  discard(): Promise<void>;
};

const HAS_PROC = existsSync('/proc/self/fd');
// A folder can be pruned between our making it and our moving the file into it.
const ATTEMPTS = 5;
const LEFT_OVER_MS = 3_600_000;

const swept = new Set<string>();
let lastMicros = 0;

/** Microseconds that no earlier put of this process had. */
function nextMicros(): number {
  lastMicros = Math.max(Date.now() * 1000, lastMicros + 1);
  return lastMicros;
}

/** A new file on the same disk, filled by `fill` and brought to disk. */
export async function writeTemporary(root: Root, fill: (file: FileHandle) => Promise<void>): Promise<Temporary> {
  const folder = `${root.path}/${OWN}/tmp`;
  await makeFolder(folder, root);
  await sweep(folder);
  const path = `${folder}/${randomUUID()}`;
  const file = await open(path, 'wx', root.private ? 0o600 : 0o666);
  const temporary: Temporary = {
    path,
    file,
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
  try {
    await fill(file);
    const seconds = nextMicros() / 1_000_000;
    await file.utimes(seconds, seconds);
    await file.sync();
    return temporary;
  } catch (error) {
    await temporary.discard();
    throw error;
  }
}

/** A crash leaves its temporary file behind; the next process that writes here removes what is old. */
async function sweep(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder)) {
    const path = `${folder}/${name}`;
    const stat = await statInside(path);
    if (stat && Date.now() - Number(stat.mtimeMs) > LEFT_OVER_MS) await rm(path, { force: true });
  }
}

/** Moves the file to the key's place; with `create` only where nothing stands. Resolves with its final state. */
export async function moveTo(root: Root, key: string, temporary: Temporary, create: boolean): Promise<Stat> {
  const plain = plainPath(root.path, key);
  const odd = oddPath(root.path, key);
  if (plain !== undefined && (await moveInto(root, plain, temporary, create))) {
    await removeOdd(odd);
  } else {
    await writeKey(root, key, odd);
    if (!(await moveInto(root, odd, temporary, create))) throw new Error('the place of a key without a path is taken');
  }
  const stat = await temporary.file.stat({ bigint: true });
  remember(stat);
  return stat;
}

/** False where a folder, a link or a special file is in the way. */
async function moveInto(root: Root, path: string, temporary: Temporary, create: boolean): Promise<boolean> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await tryMove(root, path, temporary.path, create);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') throw new PreconditionFailed('an object is there already', { cause: error });
      if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'ELOOP') return false;
      if (code !== 'ENOENT' || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function tryMove(root: Root, path: string, from: string, create: boolean): Promise<boolean> {
  if (!(await makeFolder(dirname(path), root))) return false;
  const parent = await openFolder(dirname(path));
  if (!parent) return false;
  try {
    const to = parent.path + path.slice(path.lastIndexOf('/'));
    if (await isTaken(to)) return false;
    if (create) {
      await link(from, to);
      await unlink(from);
    } else {
      await rename(from, to);
    }
    await parent.handle.sync();
    return true;
  } finally {
    await parent.handle.close();
  }
}

async function isTaken(path: string): Promise<boolean> {
  try {
    return !(await lstat(path)).isFile();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

type OpenFolder = { readonly handle: FileHandle; readonly path: string };

/** Undefined when the folder was swapped for something else. */
async function openFolder(path: string): Promise<OpenFolder | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  if (!HAS_PROC) return { handle, path };
  const through = `/proc/self/fd/${handle.fd}`;
  if ((await readlink(through)) === path) return { handle, path: through };
  await handle.close();
  return undefined;
}

/** mkdir -p that does not follow links. False where something else is in the way. */
async function makeFolder(path: string, root: Root): Promise<boolean> {
  try {
    if ((await realpath(path)) === path && (await lstat(path)).isDirectory()) return true;
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  let at = root.path;
  for (const name of path.slice(root.path.length + 1).split('/')) {
    at += `/${name}`;
    try {
      await mkdir(at, root.private ? 0o700 : 0o777);
    } catch (error) {
      if (codeOf(error) === 'ENOTDIR') return false;
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!(await lstat(at)).isDirectory()) return false;
    }
  }
  return true;
}

/** The key comes before the body: a key without a body is no object, a body without a key could not be listed. */
async function writeKey(root: Root, key: string, odd: string): Promise<void> {
  if (await statInside(`${odd}.key`)) return;
  await makeFolder(oddFolder(root.path), root);
  const temporary = await writeTemporary(root, (file) => file.writeFile(key));
  try {
    await rename(temporary.path, `${odd}.key`);
  } finally {
    await temporary.discard();
  }
}

async function removeOdd(odd: string): Promise<void> {
  await rm(odd, { force: true });
  await rm(`${odd}.key`, { force: true });
}

/** Deletes the key's file, and with `prune` the folders above it that are left empty. */
export async function removeFile(root: Root, key: string, prune: boolean): Promise<void> {
  const plain = plainPath(root.path, key);
  if (plain !== undefined && (await statInside(plain))) {
    await rm(plain, { force: true });
    for (let folder = dirname(plain); prune && folder !== root.path; folder = dirname(folder))
      if (!(await removeEmpty(folder))) break;
  }
  await removeOdd(oddPath(root.path, key));
}

async function removeEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY', 'EACCES', 'EPERM'].includes(codeOf(error) ?? ''))
      return false;
    throw error;
  }
}

// Files that we put do not change in place, so that a get need not wait for their times to settle.
const fresh = new Map<string, number>();
const FRESH_MS = 1000;

function remember(stat: Stat): void {
  const now = performance.now();
  for (const [versionId, at] of fresh) {
    if (now - at < FRESH_MS) break;
    fresh.delete(versionId);
  }
  fresh.set(versionIdOf(stat), now);
}

export function isOurFresh(stat: Stat): boolean {
  return fresh.has(versionIdOf(stat));
}
