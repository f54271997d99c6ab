import { expect, test } from 'vitest';
import { type ObjectStore, PreconditionFailed } from '../../lib/core/store.ts';
import { hasConditionalPuts } from '../../lib/stores/conditional-puts.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

test('finds conditional puts where they are, and leaves nothing behind', async () => {
  const store = memoryStore();
  expect(await hasConditionalPuts(store)).toBe(true);
  expect(await Array.fromAsync(store.list())).toEqual([]);
});

type Put = ObjectStore['put'];

const FAULTS: readonly { readonly fault: string; readonly put: (store: ObjectStore) => Put }[] = [
  { fault: 'looks at no condition', put: (store) => (key, body) => store.put(key, body) },
  {
    fault: 'does not look at If-None-Match',
    put:
      (store) =>
      (key, body, { ifNoneMatch: _, ...options } = {}) =>
        store.put(key, body, options),
  },
  {
    fault: 'does not look at If-Match',
    put:
      (store) =>
      (key, body, { ifMatch: _, ...options } = {}) =>
        store.put(key, body, options),
  },
  {
    fault: 'never finds that If-Match matches',
    put:
      (store) =>
      async (key, body, options = {}) => {
        if (options.ifMatch !== undefined) throw new PreconditionFailed('quotes differ');
        return store.put(key, body, options);
      },
  },
];

test.each(FAULTS)('finds out a store that $fault', async ({ put }) => {
  const store = memoryStore();
  expect(await hasConditionalPuts({ ...store, put: put(store) })).toBe(false);
  expect(await Array.fromAsync(store.list())).toEqual([]);
});

test('rejects when the store cannot be reached, which says nothing about it', async () => {
  const put = async () => {
    throw new Error('outage');
  };
  await expect(hasConditionalPuts({ ...memoryStore(), put })).rejects.toThrow('outage');
});
