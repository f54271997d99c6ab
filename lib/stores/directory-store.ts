// A bucket as a folder, without versions: what was overwritten or removed is gone, and a pinned read of it answers
// undefined. People may put files in the folder themselves; those are objects too. Content-Type and the other headers
// of a put are not kept: a web server gives them by the file's name.

import { constants } from 'node:fs';
import { type FileHandle, open, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { type ObjectStore, type ObjectVersion, PreconditionFailed } from '../core/store.ts';
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

// A file that changes each time we look is being written; the queue tries again later.
const ATTEMPTS = 3;
// File times move in ticks of up to 10 ms. A file younger than two ticks could change again without its times showing it.
const TICKS_MS = 20;

/** The folder is made when it is not there. Rejects when it is later replaced or unmounted: absence is then not known. */
export function directoryStore(folder: string, options: DirectoryOptions = {}): ObjectStore {
  const maxBytes = options.maxBytes ?? LIMITS.maxInputBytes;
  const opened = rootOf(folder, options.private ?? false);

  async function find(root: Root, key: string): Promise<Found | undefined> {
    const plain = plainPath(root.path, key);
    for (const path of [...(plain === undefined ? [] : [plain]), oddPath(root.path, key)]) {
      const stat = await statInside(path);
      if (stat) return { path, stat };
    }
    await root.check();
    return undefined;
  }

  return {
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
        const body = await readUnchanged(found);
        if (body) return { version: versionOf(key, found.stat), body };
        if (versionId !== undefined) return undefined;
      }
      throw new Error(`an object changed while it was read, ${ATTEMPTS} times`);
    },

    async put(key, body, { ifNoneMatch, ifMatch } = {}) {
      checkKey(key);
      const root = await opened();
      const temporary = await writeTemporary(root, body);
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

    async *list(prefix = '') {
      const root = await opened();
      const odd = await oddKeys(root, prefix);
      let next = 0;
      for await (const { key, stat } of walk(root.path, prefix, options)) {
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

/** The file's bytes when they are those that `stat` speaks of, undefined when the file changed before or while it was read. */
async function readUnchanged({ path, stat }: Found): Promise<Uint8Array | undefined> {
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

    const body = Buffer.allocUnsafe(Number(stat.size));
    for (let at = 0; at < body.length; ) {
      const { bytesRead } = await file.read(body, at, body.length - at, at);
      if (bytesRead === 0) return undefined;
      at += bytesRead;
    }
    return (await same()) ? body : undefined;
  } finally {
    await file.close();
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
