// What becomes of older versions: pinned, purged, taken back.

import { expect } from 'vitest';
import { PreconditionFailed } from '../../lib/core/store.ts';
import { bytes, expectPinned, keysOf, type StoreCheck, textOf } from './store-check.ts';

export const VERSIONS: readonly StoreCheck[] = [
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
];
