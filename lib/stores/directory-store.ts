// A bucket as a folder, without versions: what was overwritten or removed is gone, and a pinned read of it answers
// undefined. People may put files in the folder themselves; those are objects too. Content-Type and the other headers
// of a put are not kept: a web server gives them by the file's name.

import { constants } from 'node:fs';
import { type FileHandle, open, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { type ObjectStore, type ObjectVersion, PreconditionFailed, type PutOptions } from '../core/store.ts';
import { oddFolder, oddPath, plainPath } from './directory-place.ts';
import { type Root, rootOf } from './directory-root.ts';
import { etagOf, type Stat, versionIdOf, versionOf } from './directory-version.ts';
import { codeOf, isAbsence, type Skipped, statInside, walk } from './directory-walk.ts';
import { isOurFresh, moveTo, removeFile, writeTemporary } from './directory-write.ts';
import { exclusive } from './exclusive.ts';
import { checkKey, compareKeys, isKey } from './keys.ts';

export type DirectoryOptions = {
  /** A get of a larger object rejects with Refusal('limit'). */
  readonly maxBytes?: number;
  /** Whether `remove` also removes the folders that it leaves empty. True when left out. */
  readonly prune?: boolean;
  /** Files and folders that we make are readable by this user alone. */
  readonly private?: boolean;
  /** Told, at each `list`, what in the folder is not an object. Without it an unreadable folder makes `list` reject. */
  readonly onSkipped?: (skipped: Skipped) => void;
};

type Found = { readonly path: string; readonly stat: Stat };

// A file that changes each time we look is being written; the queue tries again later. A record that another process
// replaces each 30 ms was missed by three looks in 0.7 % of reads, on two processors.
const ATTEMPTS = 25;
// File times move in ticks of up to 10 ms. A file younger than two ticks could change again without its times showing it.
const TICKS_MS = 20;
const PIECE_BYTES = 1024 * 1024;

/** The folder is made when it is not there. Rejects when it is later replaced or unmounted: absence is then not known. */
export function directoryStore(folder: string, options: DirectoryOptions = {}): ObjectStore {
  const maxBytes = options.maxBytes ?? LIMITS.maxInputBytes;
  const opened = rootOf(folder, options.private ?? false);

  /** Fills a new file and moves it to the key's place, under the conditions of a put. */
  async function place(
    root: Root,
    key: string,
    fill: (file: FileHandle) => Promise<void>,
    { ifNoneMatch, over, ifMatch = over?.etag }: PutOptions,
  ) {
    const temporary = await writeTemporary(root, fill);
    try {
      return await exclusive(`${root.path}\0${key}`, async () => {
        const current = await find(root, key);
        if (ifNoneMatch && current) throw new PreconditionFailed('an object is there already');
        if (ifMatch !== undefined && (!current || etagOf(current.stat) !== ifMatch))
          throw new PreconditionFailed('the etag is another');
        return versionOf(key, await moveTo(root, key, temporary, ifNoneMatch !== undefined));
      });
    } finally {
      await temporary.discard();
    }
  }

  const store: ObjectStore = {
    async head(key) {
      checkKey(key);
      const found = await find(await opened(), key);
      return found && versionOf(key, found.stat);
    },

    async get(key, versionId) {
      checkKey(key);
      const root = await opened();
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const found = await find(root, key);
        if (!found || (versionId !== undefined && versionIdOf(found.stat) !== versionId)) return undefined;
        if (found.stat.size > maxBytes)
          throw new Refusal('limit', `an object of ${found.stat.size} bytes, at most ${maxBytes} are read`);
        const body = await readUnchanged(found, (file) => readWhole(file, Number(found.stat.size)));
        if (body?.length === Number(found.stat.size)) return { version: versionOf(key, found.stat), body };
        if (versionId !== undefined) return undefined;
      }
      throw new Error(`an object changed while it was read, ${ATTEMPTS} times`);
    },

    async put(key, body, conditions = {}) {
      checkKey(key);
      return place(await opened(), key, (file) => file.writeFile(body), conditions);
    },

    async copyFrom(source, key, versionId, toKey) {
      checkKey(toKey);
      const from = await folders.get(source)?.();
      if (!from) throw new Error('a folder copies from folders only');
      const found = await find(from, key);
      if (!found || versionIdOf(found.stat) !== versionId) throw new Error('the version to copy is gone');
      const fill = async (to: FileHandle) => {
        const copied = await readUnchanged(found, (file) => pour(file, to));
        if (copied !== Number(found.stat.size)) throw new Error('the version to copy is gone');
      };
      try {
        await place(await opened(), toKey, fill, { ifNoneMatch: '*' });
      } catch (error) {
        if (!(error instanceof PreconditionFailed)) throw error;
      }
    },

    async remove(key) {
      checkKey(key);
      const root = await opened();
      await exclusive(`${root.path}\0${key}`, async () => {
        await removeFile(root, key, options.prune ?? true);
        await root.check();
      });
    },

    async purge(key) {
      checkKey(key);
      return 0;
    },

    async undoUnlessOver(key, _, mine) {
      checkKey(key);
      const found = await find(await opened(), key);
      return mine ? found !== undefined && versionIdOf(found.stat) === mine.versionId : found === undefined;
    },

    // A folder keeps no history.
    async wasRemovedSince(key) {
      checkKey(key);
      return false;
    },

    async *list(prefix = '', { after = '' } = {}) {
      const root = await opened();
      const isBehind = (key: string) => after === '' || compareKeys(key, after) > 0;
      const odd = (await oddKeys(root, prefix)).filter(({ key }) => isBehind(key));
      let next = 0;
      for await (const { key, stat } of walk(root.path, prefix, { ...options, after })) {
        if (!isBehind(key)) continue;
        for (let before = odd[next]; before && compareKeys(before.key, key) <= 0; before = odd[next]) {
          next += 1;
          // A file at the key's own path hides what was stored elsewhere while that path was taken.
          if (before.key !== key) yield before;
        }
        yield versionOf(key, stat);
      }
      yield* odd.slice(next);
      await root.check();
    },
  };
  folders.set(store, opened);
  return store;
}

// So that one folder's store can read another's files without holding them in memory.
const folders = new WeakMap<ObjectStore, () => Promise<Root>>();

async function find(root: Root, key: string): Promise<Found | undefined> {
  const plain = plainPath(root.path, key);
  for (const path of [...(plain === undefined ? [] : [plain]), oddPath(root.path, key)]) {
    const stat = await statInside(path);
    if (stat) return { path, stat };
  }
  await root.check();
  return undefined;
}

async function oddKeys(root: Root, prefix: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  const folder = oddFolder(root.path);
  for await (const { key: name } of walk(folder, '')) {
    if (!name.endsWith('.key')) continue;
    const key = await readFile(`${folder}/${name}`, 'utf8');
    const stat = isKey(key) && key.startsWith(prefix) ? await statInside(oddPath(root.path, key)) : undefined;
    if (stat) found.push(versionOf(key, stat));
  }
  return found.sort((a, b) => compareKeys(a.key, b.key));
}

/** What `read` makes of the file that `stat` speaks of, undefined when it changed before or while it was read. */
async function readUnchanged<T>({ path, stat }: Found, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new Error(`a file of ${stat.size} bytes in the folder cannot be read: ${codeOf(error) ?? 'unknown'}`, {
      cause: error,
    });
  }
  try {
    const same = async () => versionIdOf(await file.stat({ bigint: true })) === versionIdOf(stat);
    if (!(await same()) || !(await isStillAt(file, path))) return undefined;
    const ageMs = Date.now() - Number(stat.ctimeMs);
    if (ageMs < TICKS_MS && !isOurFresh(stat)) await sleep(TICKS_MS - Math.max(0, ageMs));
    const result = await read(file);
    return (await same()) ? result : undefined;
  } finally {
    await file.close();
  }
}

/** The file's first `size` bytes; shorter where the file became shorter, which the caller sees in its times. */
async function readWhole(file: FileHandle, size: number): Promise<Uint8Array> {
  const body = Buffer.allocUnsafe(size);
  let at = 0;
  for (let bytesRead = -1; at < size && bytesRead !== 0; at += bytesRead) {
    ({ bytesRead } = await file.read(body, at, size - at, at));
  }
  return body.subarray(0, at);
}

/** Copies a file's bytes a piece at a time and resolves with how many there were. */
async function pour(from: FileHandle, to: FileHandle): Promise<number> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await from.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return at;
    for (let written = 0; written < bytesRead; )
      written += (await to.write(piece, written, bytesRead - written)).bytesWritten;
    at += bytesRead;
  }
}

/**
 * Asks the kernel which path the open file has, so that a folder swapped for a link between the look and the open
 * leads nowhere. Where there is no /proc the look alone has to do.
 */
async function isStillAt(file: FileHandle, path: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/self/fd/${file.fd}`)) === path;
  } catch (error) {
    if (isAbsence(error)) return true;
    throw error;
  }
}
