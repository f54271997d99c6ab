import type { ObjectStore } from '../../lib/core/store.ts';

export type Reads = {
  /** Objects asked for. */
  gets: number;
  /** Listings begun. */
  lists: number;
  /** Keys that listings answered. */
  keys: number;
};

/** The store, and what was read of it. */
export function counted(store: ObjectStore): { readonly store: ObjectStore; readonly reads: Reads } {
  const reads: Reads = { gets: 0, lists: 0, keys: 0 };
  return {
    reads,
    store: {
      ...store,
      get(...args) {
        reads.gets += 1;
        return store.get(...args);
      },
      async *list(...args) {
        reads.lists += 1;
        for await (const version of store.list(...args)) {
          reads.keys += 1;
          yield version;
        }
      },
    },
  };
}
