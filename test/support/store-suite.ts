// What every store has to do, as checks that a broken store fails: the controls run the same checks on stores with one
// fault each. A check asks for the stores it needs and finds them empty.

import { expect } from 'vitest';
import { type ObjectStore, PreconditionFailed, type PutOptions } from '../../lib/core/store.ts';

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

const bytes = (text: string) => Buffer.from(text);
const create = { ifNoneMatch: '*' } as const satisfies PutOptions;

async function textOf(store: ObjectStore, key: string, versionId?: string): Promise<string | undefined> {
  const object = await store.get(key, versionId);
  return object && Buffer.from(object.body).toString();
}

async function keysOf(store: ObjectStore, prefix?: string, after?: string): Promise<string[]> {
  const keys: string[] = [];
  const listed = after === undefined ? store.list(prefix) : store.list(prefix, { after });
  for await (const { key } of listed) keys.push(key);
  return keys;
}

/** Old bytes where versions are kept, old bytes or nothing elsewhere; never other bytes. */
async function expectPinned(kind: StoreKind, store: ObjectStore, key: string, versionId: string, text: string) {
  expect(await textOf(store, key, versionId)).toBe(kind.keepsVersions ? text : undefined);
}

export const ODD_KEYS: readonly string[] = [
  'a+b',
  'a b',
  'a%2Bb',
  'a%20b',
  '100%',
  '😀/📄.pdf',
  'caf\u00e9',
  'cafe\u0301',
  '../x',
  '..',
  '.',
  './x',
  'a/../x',
  'a//b',
  '//',
  '/abs',
  '/',
  'folder/',
  'x',
  'x/y',
  'x/y/z',
  '.spoorloos/x',
  '.spoorloos',
  '.spoorloos/odd/x',
  'download.part',
  '~$report.docx',
  'a\u0001b\u001f\u007f',
  'tab\tline\nreturn\r',
  `quote"'<&>\\?#[]{}|^\`*:;=@!$,()`,
  '\ufffd',
  ' ',
  '-rf',
  'CON',
  'k'.repeat(255),
  'k'.repeat(256),
  'k'.repeat(1024),
  `${'é'.repeat(127)}/`.repeat(4).slice(0, -1),
];

export const CHECKS: readonly StoreCheck[] = [
  {
    shows: 'reads back what was put, current and pinned',
    async run(kind) {
      const store = await kind.open();
      const put = await store.put('a/b.pdf', bytes('one'), { contentType: 'application/pdf' });
      expect(put).toMatchObject({ key: 'a/b.pdf', size: 3 });
      expect(Math.abs(Date.parse(put.modifiedAt) - Date.now())).toBeLessThan(120_000);
      const head = await store.head('a/b.pdf');
      expect({ ...head, modifiedAt: '' }).toEqual({ ...put, modifiedAt: '' });
      const got = await store.get('a/b.pdf', put.versionId);
      expect(got?.version).toEqual(head);
      expect(await textOf(store, 'a/b.pdf')).toBe('one');
      expect(await textOf(store, 'a/b.pdf', put.versionId)).toBe('one');
    },
  },
  {
    shows: 'answers undefined for what never was',
    async run(kind) {
      const store = await kind.open();
      const other = await store.put('b', bytes('other'));
      expect(await store.head('a')).toBeUndefined();
      expect(await store.get('a')).toBeUndefined();
      expect(await store.get('a', other.versionId)).toBeUndefined();
      expect(await store.get('b/c')).toBeUndefined();
      await store.remove('a');
      expect(await store.purge('never')).toBe(0);
    },
  },
  {
    shows: 'keeps an empty body and one of 20 MB',
    async run(kind) {
      const store = await kind.open();
      const large = Buffer.alloc(20 * 1024 * 1024, 'seventeen bytes, ');
      await store.put('large', large);
      await store.put('empty', new Uint8Array());
      expect((await store.get('empty'))?.body.length).toBe(0);
      const got = await store.get('large');
      expect(got && Buffer.compare(got.body, large)).toBe(0);
      expect(got?.version.size).toBe(large.length);
    },
  },
  {
    shows: 'keeps bytes that are changed after the put or the get',
    async run(kind) {
      const store = await kind.open();
      const body = bytes('one');
      await store.put('a', body);
      body.fill(0);
      (await store.get('a'))?.body.fill(0);
      expect(await textOf(store, 'a')).toBe('one');
    },
  },
  {
    shows: 'creates only where nothing is',
    conditional: true,
    async run(kind) {
      const store = await kind.open();
      await store.put('a', bytes('one'), create);
      await expect(store.put('a', bytes('two'), create)).rejects.toBeInstanceOf(PreconditionFailed);
      expect(await textOf(store, 'a')).toBe('one');
    },
  },
  {
    shows: 'creates again after a removal',
    async run(kind) {
      const store = await kind.open();
      await store.put('a', bytes('one'), create);
      await store.remove('a');
      await expect(store.put('a', bytes('two'), create)).resolves.toMatchObject({ size: 3 });
      expect(await textOf(store, 'a')).toBe('two');
    },
  },
  {
    shows: 'replaces only the etag that it was told',
    conditional: true,
    async run(kind) {
      const store = await kind.open();
      const first = await store.put('a', bytes('one'));
      const second = await store.put('a', bytes('two'), { ifMatch: first.etag });
      await expect(store.put('a', bytes('three'), { ifMatch: first.etag })).rejects.toBeInstanceOf(PreconditionFailed);
      await expect(store.put('a', bytes('three'), { ifMatch: '"none"' })).rejects.toBeInstanceOf(PreconditionFailed);
      expect(await textOf(store, 'a')).toBe('two');
      expect((await store.head('a'))?.etag).toBe(second.etag);
    },
  },
  {
    shows: 'does not replace what is not there, or not there any more',
    async run(kind) {
      const store = await kind.open();
      const first = await store.put('a', bytes('one'));
      await store.remove('a');
      await expect(store.put('a', bytes('two'), { ifMatch: first.etag })).rejects.toBeInstanceOf(PreconditionFailed);
      await expect(store.put('b', bytes('two'), { ifMatch: first.etag })).rejects.toBeInstanceOf(PreconditionFailed);
      expect(await keysOf(store)).toEqual([]);
    },
  },
  {
    shows: 'lets one of twenty creators win',
    conditional: true,
    async run(kind) {
      const store = await kind.open();
      const wins = await race((writer) => store.put('a', bytes(`writer ${writer}`), create));
      expect(wins.length).toBe(1);
      expect(await textOf(store, 'a')).toBe(`writer ${wins[0]}`);
    },
  },
  {
    shows: 'lets one of twenty replacers win',
    conditional: true,
    async run(kind) {
      const store = await kind.open();
      const { etag } = await store.put('a', bytes('first'));
      const wins = await race((writer) => store.put('a', bytes(`writer ${writer}`), { ifMatch: etag }));
      expect(wins.length).toBe(1);
      expect(await textOf(store, 'a')).toBe(`writer ${wins[0]}`);
    },
  },
  {
    shows: 'answers the pinned bytes after an overwrite, or nothing',
    async run(kind) {
      const store = await kind.open();
      const first = await store.put('a', bytes('one'));
      const second = await store.put('a', bytes('two'));
      expect(second.versionId).not.toBe(first.versionId);
      await expectPinned(kind, store, 'a', first.versionId, 'one');
      expect(await textOf(store, 'a', second.versionId)).toBe('two');
    },
  },
  {
    shows: 'answers the pinned bytes after a removal, or nothing',
    async run(kind) {
      const store = await kind.open();
      const first = await store.put('a', bytes('one'));
      await store.remove('a');
      expect(await store.head('a')).toBeUndefined();
      expect(await store.get('a')).toBeUndefined();
      expect(await keysOf(store)).toEqual([]);
      await expectPinned(kind, store, 'a', first.versionId, 'one');
      await store.remove('a');
      const second = await store.put('a', bytes('two'));
      await expectPinned(kind, store, 'a', first.versionId, 'one');
      expect(await textOf(store, 'a', second.versionId)).toBe('two');
    },
  },
  {
    shows: 'knows whether a key was absent since a version, where versions are kept',
    async run(kind) {
      const store = await kind.open();
      const first = await store.put('a', bytes('one'));
      await store.remove('a/b');
      expect(await store.wasRemovedSince('a', first.versionId)).toBe(false);
      await store.put('a', bytes('two'));
      expect(await store.wasRemovedSince('a', first.versionId)).toBe(false);
      await store.remove('a');
      expect(await store.wasRemovedSince('a', first.versionId)).toBe(kind.keepsVersions);
      await store.put('a', bytes('three'));
      expect(await store.wasRemovedSince('a', first.versionId)).toBe(kind.keepsVersions);
      await store.purge('a');
      expect(await store.wasRemovedSince('a', first.versionId)).toBe(kind.keepsVersions);
    },
  },
  {
    shows: 'purges every version but the current one',
    async run(kind) {
      const store = await kind.open();
      const old = await store.put('a', bytes('one'));
      await store.remove('a');
      await store.put('a', bytes('two'));
      const kept = await store.put('a', bytes('three'));
      const neighbour = await store.put('a/b', bytes('neighbour'));
      await store.put('a/b', bytes('neighbour again'));
      expect(await store.purge('a')).toBe(kind.keepsVersions ? 3 : 0);
      expect(await textOf(store, 'a')).toBe('three');
      expect(await textOf(store, 'a', kept.versionId)).toBe('three');
      expect(await textOf(store, 'a', old.versionId)).toBeUndefined();
      await expectPinned(kind, store, 'a/b', neighbour.versionId, 'neighbour');
    },
  },
  {
    shows: 'purges what is older than a version, and nothing newer',
    async run(kind) {
      const store = await kind.open();
      const old = await store.put('a', bytes('one'));
      const mark = await store.put('a', bytes('two'));
      const newer = await store.put('a', bytes('three'));
      await store.put('a', bytes('four'));
      expect(await store.purge('a', { below: mark.versionId })).toBe(kind.keepsVersions ? 1 : 0);
      expect(await textOf(store, 'a', old.versionId)).toBeUndefined();
      await expectPinned(kind, store, 'a', mark.versionId, 'two');
      await expectPinned(kind, store, 'a', newer.versionId, 'three');
      expect(await textOf(store, 'a')).toBe('four');
      expect(await store.purge('a', { below: old.versionId })).toBe(0);
    },
  },
  {
    shows: 'puts over the version that it was told, and over no other',
    async run(kind) {
      const store = await kind.open();
      const seen = await store.put('a', bytes('seen'));
      const mine = await store.put('a', bytes('mine'), { over: seen });
      expect(await store.undoUnlessOver('a', seen, mine)).toBe(true);
      await expect(store.put('a', bytes('late'), { over: seen })).rejects.toBeInstanceOf(PreconditionFailed);
      expect(await textOf(store, 'a')).toBe('mine');
      expect(await store.purge('a', { below: mine.versionId })).toBe(kind.keepsVersions ? 1 : 0);
      expect(await store.undoUnlessOver('a', seen, mine)).toBe(true);
      await store.remove('a');
      await expect(store.put('a', bytes('late'), { over: mine })).rejects.toBeInstanceOf(PreconditionFailed);
      expect(await store.undoUnlessOver('a', seen, mine)).toBe(false);
      expect(await store.head('a')).toBeUndefined();
      await expect(store.put('b', bytes('late'), { over: mine })).rejects.toBeInstanceOf(PreconditionFailed);
    },
  },
  {
    shows: 'takes back what lies over another version than it was told',
    async run(kind) {
      if (!kind.keepsVersions) return;
      const store = await kind.open();
      const seen = await store.put('a', bytes('seen'));
      const other = await store.put('a', bytes('of somebody else'));
      const mine = await store.put('a', bytes('mine'));
      expect(await store.undoUnlessOver('a', seen, mine)).toBe(false);
      expect(await textOf(store, 'a')).toBe('of somebody else');
      expect(await textOf(store, 'a', mine.versionId)).toBeUndefined();
      expect(await store.undoUnlessOver('a', seen, mine)).toBe(false);
      expect((await store.head('a'))?.versionId).toBe(other.versionId);
      await store.remove('a');
      expect(await store.undoUnlessOver('a', seen)).toBe(false);
      expect(await textOf(store, 'a')).toBe('of somebody else');
      await store.remove('a');
      expect(await store.undoUnlessOver('a', other)).toBe(true);
      expect(await store.head('a')).toBeUndefined();
      const late = await store.put('a', bytes('late'));
      expect(await store.undoUnlessOver('a', other, late)).toBe(false);
      expect(await store.head('a')).toBeUndefined();
    },
  },
  {
    shows: 'stays removed after a purge',
    async run(kind) {
      const store = await kind.open();
      const old = await store.put('a', bytes('one'));
      await store.remove('a');
      await store.purge('a');
      expect(await store.head('a')).toBeUndefined();
      expect(await textOf(store, 'a', old.versionId)).toBeUndefined();
    },
  },
  {
    shows: 'keeps odd keys apart and as they are',
    async run(kind) {
      const store = await kind.open();
      const all = await Promise.all(ODD_KEYS.map((key) => store.put(key, bytes(`body of ${key}`))));
      expect(all.map(({ key }) => key)).toEqual(ODD_KEYS);
      for (const [index, key] of ODD_KEYS.entries()) {
        expect(await textOf(store, key, all[index]?.versionId)).toBe(`body of ${key}`);
        expect((await store.head(key))?.key).toBe(key);
      }
      expect(await keysOf(store)).toEqual(sorted(ODD_KEYS));
      for (const key of ODD_KEYS) await store.remove(key);
      expect(await keysOf(store)).toEqual([]);
    },
  },
  {
    shows: 'refuses what cannot be a key',
    async run(kind) {
      const store = await kind.open();
      for (const key of ['', 'k'.repeat(1025), 'é'.repeat(513), '\ud800'])
        await expect(store.put(key, bytes('x'))).rejects.toBeInstanceOf(RangeError);
    },
  },
  {
    shows: 'lists long listings in UTF-8 order, by prefix, with versions that can be read',
    async run(kind) {
      const store = await kind.open();
      const names = Array.from({ length: kind.manyKeys }, (_, index) => `many/${(index * 7919) % kind.manyKeys}`);
      // U+FFEE comes before the emoji in UTF-8 and after it in UTF-16.
      const keys = [...names, 'many', 'manyfold', 'many-', 'some/\uffee', 'some/😀', 'some/folder/a', 'some/folder-a'];
      await inParallel(keys, 16, (key) => store.put(key, bytes(key)));
      await store.put('some/gone', bytes('x'));
      await store.remove('some/gone');
      expect(await keysOf(store)).toEqual(sorted(keys));
      expect(await keysOf(store, 'many/')).toEqual(sorted(names));
      expect(await keysOf(store, 'some/fol')).toEqual(['some/folder-a', 'some/folder/a']);
      expect(await keysOf(store, 'none')).toEqual([]);
      for await (const version of store.list('some/')) {
        expect(version).toEqual(await store.head(version.key));
        expect(await textOf(store, version.key, version.versionId)).toBe(version.key);
      }
    },
  },
  {
    shows: 'lists what comes after a key, there or not',
    async run(kind) {
      const store = await kind.open();
      const keys = sorted([
        'a',
        'a/b',
        'a/b/c',
        'a/c',
        'a-b',
        'ab',
        'b/😀',
        'b/\uffee',
        'c%20d',
        'c d',
        '../x',
        'a\u0001',
      ]);
      await inParallel(keys, 4, (key) => store.put(key, bytes(key)));
      // Two versions of the marker's own key: neither may come.
      await store.put('a/b', bytes('again'));
      for (const after of [...keys, 'a/bb', 'a/', 'a/b/', 'b', 'zzz']) {
        const behind = keys.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
        expect(await keysOf(store, '', after), `after ${after}`).toEqual(behind);
      }
      expect(await keysOf(store, 'a/', 'a/b')).toEqual(['a/b/c', 'a/c']);
      expect(await keysOf(store, 'a/', 'Z')).toEqual(['a/b', 'a/b/c', 'a/c']);
    },
  },
  {
    shows: 'copies the pinned version to a new key',
    async run(kind) {
      const [from, to] = [await kind.open(), await kind.open()];
      const body = Buffer.alloc(3_000_000, 'original ');
      const source = await from.put('a +%2B/é😀', body, { contentType: 'text/html', cacheControl: 'public' });
      if (kind.keepsVersions) await from.put('a +%2B/é😀', bytes('newer'));
      for (const _ of ['once', 'again']) await to.copyFrom(from, 'a +%2B/é😀', source.versionId, 'case/payload');
      const got = await to.get('case/payload');
      expect(got && Buffer.compare(got.body, body)).toBe(0);
      expect(got?.contentType).not.toBe('text/html');
    },
  },
  {
    shows: 'does not copy a version that is gone',
    async run(kind) {
      const [from, to] = [await kind.open(), await kind.open()];
      const gone = await from.put('a', bytes('one'));
      await from.put('a', bytes('two'));
      await from.purge('a');
      await expect(to.copyFrom(from, 'a', gone.versionId, 'b')).rejects.toThrow();
      expect(await to.head('b')).toBeUndefined();
    },
  },
];

/** The numbers of the writers whose put succeeded; the others must have lost, not failed. */
async function race(write: (writer: number) => Promise<unknown>): Promise<number[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, writer) => write(writer)));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(PreconditionFailed);
  }
  return outcomes.flatMap(({ status }, writer) => (status === 'fulfilled' ? [writer] : []));
}

async function inParallel<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

function sorted(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
