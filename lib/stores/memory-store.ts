import { createHash, randomUUID } from 'node:crypto';
import { type ObjectStore, type ObjectVersion, PreconditionFailed, type StoredObject } from '../core/store.ts';
import { checkKey, compareKeys } from './keys.ts';

type Entry = { readonly versionId: string; readonly object?: StoredObject };

/**
 * A versioned bucket in memory. As in S3, the etag is a digest of the bytes: equal bytes have equal etags, so code
 * that passes its tests here does not lean on a stronger promise.
 */
export function memoryStore(): ObjectStore {
  // Oldest first; an entry without an object is a delete marker.
  const keys = new Map<string, Entry[]>();
  // The keys in their order, and those that came since it was made.
  let ordered: readonly string[] = [];
  let fresh: string[] = [];
  const inOrder = () => {
    // Two runs that are in order each, which is quickly sorted.
    if (fresh.length > 0) ordered = [...ordered, ...fresh.sort(compareKeys)].sort(compareKeys);
    fresh = [];
    return ordered;
  };
  const entriesOf = (key: string): Entry[] => {
    checkKey(key);
    return keys.get(key) ?? [];
  };
  const current = (key: string): ObjectVersion | undefined => entriesOf(key).at(-1)?.object?.version;
  const push = (key: string, entry: Entry) => {
    if (!keys.has(key)) fresh.push(key);
    keys.set(key, [...entriesOf(key), entry]);
  };

  return {
    head: async (key) => current(key),

    async get(key, versionId) {
      const entries = entriesOf(key);
      const entry = versionId === undefined ? entries.at(-1) : entries.find((one) => one.versionId === versionId);
      return entry?.object && { ...entry.object, body: Uint8Array.from(entry.object.body) };
    },

    async put(key, body, options = {}) {
      const before = current(key);
      if (options.ifNoneMatch && before) throw new PreconditionFailed('an object is there already');
      if (options.ifMatch !== undefined && options.ifMatch !== before?.etag)
        throw new PreconditionFailed('the etag is another');
      const { over } = options;
      if (over && (over.versionId !== before?.versionId || over.etag !== before.etag))
        throw new PreconditionFailed('another version is current');
      const version: ObjectVersion = {
        key,
        versionId: randomUUID(),
        etag: `"${createHash('md5').update(body).digest('hex')}"`,
        size: body.length,
        modifiedAt: new Date().toISOString(),
      };
      const { contentType } = options;
      push(key, {
        versionId: version.versionId,
        object: { version, body: Uint8Array.from(body), ...(contentType === undefined ? {} : { contentType }) },
      });
      return version;
    },

    async copyFrom(source, key, versionId, toKey) {
      const object = await source.get(key, versionId);
      if (!object) throw new Error('the version to copy is gone');
      if (!(await this.head(toKey))) await this.put(toKey, object.body);
    },

    async remove(key) {
      push(key, { versionId: randomUUID() });
    },

    async purge(key, { below } = {}) {
      const entries = entriesOf(key);
      const at = below === undefined ? entries.length - 1 : entries.findIndex(({ versionId }) => versionId === below);
      if (at > 0) keys.set(key, entries.slice(at));
      return Math.max(0, at);
    },

    async undoUnlessOver(key, over, mine) {
      const entries = entriesOf(key);
      const [beneath, last] = entries.slice(-2).length === 2 ? entries.slice(-2) : [undefined, entries.at(-1)];
      if (mine ? last?.versionId !== mine.versionId : last?.object) return false;
      if (!beneath || beneath.versionId === over.versionId) return true;
      keys.set(key, entries.slice(0, -1));
      return false;
    },

    async wasRemovedSince(key, versionId) {
      const entries = entriesOf(key);
      const at = entries.findIndex((entry) => entry.versionId === versionId);
      return at < 0 || entries.slice(at).some(({ object }) => !object);
    },

    async *list(prefix = '', { after = '' } = {}) {
      const all = inOrder();
      const from = compareKeys(prefix, after) > 0 ? prefix : after;
      for (let at = firstAt(all, from); at < all.length; at += 1) {
        const key = all[at] ?? '';
        if (!key.startsWith(prefix)) return;
        const version = key === after ? undefined : current(key);
        if (version) yield version;
      }
    },
  };
}

/** Of keys in order, where the first is that does not come before this one. */
function firstAt(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
