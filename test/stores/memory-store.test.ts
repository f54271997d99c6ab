import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../lib/core/store.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import type { StoreKind } from '../support/store-check.ts';
import { CHECKS } from '../support/store-suite.ts';

const memory: StoreKind = { open: async () => memoryStore(), keepsVersions: true, manyKeys: 2100 };

describe('a store in memory', () => {
  test.each(CHECKS)('$shows', async ({ run }) => run(memory));
});

type Fault = { readonly fault: string; readonly caughtBy: string; readonly open: () => ObjectStore };

const broken = (change: (store: ObjectStore) => Partial<ObjectStore>) => () => {
  const store = memoryStore();
  return { ...store, ...change(store) };
};

const FAULTS: readonly Fault[] = [
  {
    fault: 'forgets that a key was removed once it is there again',
    caughtBy: 'knows whether a key was absent since a version, where versions are kept',
    open: broken((store) => ({ wasRemovedSince: async (key) => (await store.head(key)) === undefined })),
  },
  {
    fault: 'ignores If-None-Match',
    caughtBy: 'creates only where nothing is',
    open: broken((store) => ({
      put: (key, body, { ifNoneMatch: _, ...options } = {}) => store.put(key, body, options),
    })),
  },
  {
    fault: 'ignores If-Match',
    caughtBy: 'replaces only the etag that it was told',
    open: broken((store) => ({ put: (key, body, { ifMatch: _, ...options } = {}) => store.put(key, body, options) })),
  },
  {
    fault: 'ignores If-Match where nothing is',
    caughtBy: 'does not replace what is not there, or not there any more',
    open: broken((store) => ({
      async put(key, body, options = {}) {
        const { ifMatch: _, ...others } = options;
        return store.put(key, body, (await store.head(key)) ? options : others);
      },
    })),
  },
  {
    fault: 'takes a delete marker for an object',
    caughtBy: 'creates again after a removal',
    open: broken((store) => {
      const known = new Set<string>();
      return {
        async put(key, body, options = {}) {
          if (options.ifNoneMatch && known.has(key)) return store.put(key, body, { ifMatch: '"none"' });
          known.add(key);
          return store.put(key, body, options);
        },
      };
    }),
  },
  {
    fault: 'looks first and puts later',
    caughtBy: 'lets one of twenty creators win',
    open: broken((store) => ({
      async put(key, body, { ifNoneMatch, ...options } = {}) {
        const before = await store.head(key);
        await new Promise(setImmediate);
        return store.put(key, body, ifNoneMatch && before ? { ...options, ifMatch: '"none"' } : options);
      },
    })),
  },
  {
    fault: 'looks first and replaces later',
    caughtBy: 'lets one of twenty replacers win',
    open: broken((store) => ({
      async put(key, body, options = {}) {
        const before = await store.head(key);
        await new Promise(setImmediate);
        const { ifMatch, ...others } = options;
        return store.put(key, body, ifMatch === before?.etag ? others : options);
      },
    })),
  },
  {
    fault: 'answers a pinned read with the current bytes',
    caughtBy: 'answers the pinned bytes after an overwrite, or nothing',
    open: broken((store) => ({ get: (key) => store.get(key) })),
  },
  {
    fault: 'forgets versions when it removes',
    caughtBy: 'answers the pinned bytes after a removal, or nothing',
    open: broken((store) => ({
      async remove(key) {
        await store.remove(key);
        await store.purge(key);
      },
    })),
  },
  {
    fault: 'purges nothing',
    caughtBy: 'purges every version but the current one',
    open: broken(() => ({ purge: async () => 3 })),
  },
  {
    fault: 'purges newer versions too',
    caughtBy: 'purges what is older than a version, and nothing newer',
    open: broken((store) => ({ purge: (key) => store.purge(key) })),
  },
  {
    fault: 'puts over whatever is there',
    caughtBy: 'puts over the version that it was told, and over no other',
    open: broken((store) => ({ put: (key, body, { over: _, ...options } = {}) => store.put(key, body, options) })),
  },
  {
    fault: 'leaves what lies over another version',
    caughtBy: 'takes back what lies over another version than it was told',
    open: broken(() => ({ undoUnlessOver: async () => false })),
  },
  {
    fault: 'brings the object back when it purges',
    caughtBy: 'stays removed after a purge',
    open: broken((store) => ({
      async purge(key) {
        await store.put(key, Buffer.from('one'));
        return 1;
      },
    })),
  },
  {
    fault: 'normalises keys',
    caughtBy: 'keeps odd keys apart and as they are',
    open: broken((store) => ({ put: (key, body, options) => store.put(key.normalize('NFC'), body, options) })),
  },
  {
    fault: 'lists a page and stops',
    caughtBy: 'lists long listings in UTF-8 order, by prefix, with versions that can be read',
    open: broken((store) => ({
      async *list(prefix) {
        let left = 1000;
        for await (const version of store.list(prefix)) {
          if (left === 0) return;
          left -= 1;
          yield version;
        }
      },
    })),
  },
  {
    fault: 'lists in UTF-16 order',
    caughtBy: 'lists long listings in UTF-8 order, by prefix, with versions that can be read',
    open: broken((store) => ({
      async *list(prefix) {
        const all = await Array.fromAsync(store.list(prefix));
        yield* all.sort((a, b) => (a.key < b.key ? -1 : 1));
      },
    })),
  },
  {
    fault: 'starts at the key rather than behind it',
    caughtBy: 'lists what comes after a key, there or not',
    open: broken((store) => ({
      async *list(prefix, options) {
        const own = options?.after === undefined ? undefined : await store.head(options.after);
        if (own) yield own;
        yield* store.list(prefix, options);
      },
    })),
  },
  {
    fault: 'hands out the bytes that it keeps',
    caughtBy: 'keeps bytes that are changed after the put or the get',
    open: () => {
      const store = memoryStore();
      const bodies = new Map<string, Uint8Array>();
      return {
        ...store,
        put(key, body, options) {
          bodies.set(key, body);
          return store.put(key, body, options);
        },
        async get(key) {
          const object = await store.get(key);
          const body = bodies.get(key);
          return object && body && { ...object, body };
        },
      };
    },
  },
  {
    fault: 'cuts large bodies',
    caughtBy: 'keeps an empty body and one of 20 MB',
    open: broken((store) => ({ put: (key, body, options) => store.put(key, body.subarray(0, 16_777_216), options) })),
  },
  {
    fault: 'copies the current version instead of the pinned one',
    caughtBy: 'copies the pinned version to a new key',
    open: broken((store) => ({
      async copyFrom(source, key, _versionId, toKey) {
        const current = await source.head(key);
        return store.copyFrom(source, key, current?.versionId ?? '', toKey);
      },
    })),
  },
  {
    fault: 'copies over what stands there',
    caughtBy: 'copies over nothing that stands there',
    open: broken((store) => ({
      async copyFrom(source, key, versionId, toKey) {
        await store.put(toKey, (await source.get(key, versionId))?.body ?? Buffer.alloc(0));
      },
    })),
  },
];

describe('the suite, when a store', () => {
  test.each(FAULTS)('$fault, sees it', async ({ caughtBy, open }) => {
    const check = CHECKS.find(({ shows }) => shows === caughtBy);
    expect(check).toBeDefined();
    await expect(check?.run({ ...memory, open: async () => open() })).rejects.toMatchObject({ name: 'AssertionError' });
  });
});
