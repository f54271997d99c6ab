// What is put is read back, and conditions of a put hold.

import { expect } from 'vitest';
import { PreconditionFailed } from '../../lib/core/store.ts';
import { bytes, create, keysOf, type StoreCheck, textOf } from './store-check.ts';

export const WRITES: readonly StoreCheck[] = [
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
];

/** The numbers of the writers whose put succeeded; the others must have lost, not failed. */
async function race(write: (writer: number) => Promise<unknown>): Promise<number[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, writer) => write(writer)));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(PreconditionFailed);
  }
  return outcomes.flatMap(({ status }, writer) => (status === 'fulfilled' ? [writer] : []));
}
