// Which keys there can be, and how they are listed and copied.

import { expect } from 'vitest';
import { bytes, keysOf, type StoreCheck, textOf } from './store-check.ts';

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

export const KEYS: readonly StoreCheck[] = [
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
    shows: 'copies over nothing that stands there',
    conditional: true,
    async run(kind) {
      const [from, to] = [await kind.open(), await kind.open()];
      const source = await from.put('a', bytes('one'));
      await to.put('b', bytes('mine'));
      await to.copyFrom(from, 'a', source.versionId, 'b');
      expect(await textOf(to, 'b')).toBe('mine');
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
