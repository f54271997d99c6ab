// How many cases wait, for a page that may not wait for it: counting goes through every mark, which takes seconds where
// there are a hundred thousand.

import type { ObjectStore } from '../core/store.ts';
import { type Behind, behindPage } from './behind-page.ts';
import { type Count, countCases } from './list.ts';

export type Counted = {
  readonly counts: readonly Count[];
  /** When it was counted, in milliseconds since 1970. */
  readonly atMs: number;
};

// As many are counted for every page.
const FEW = 500;
// Beyond that it is "at least so many".
const UP_TO = 100_000;

/** As `behindPage`. */
export function caseCounts(
  ledger: Pick<ObjectStore, 'list'>,
  { upTo = UP_TO, ...options }: Behind & { readonly upTo?: number },
): () => Promise<Counted | undefined> {
  const known = behindPage(
    () => countCases(ledger, { upTo }),
    (counts) => counts.reduce((sum, { count }) => sum + count, 0) <= FEW,
    options,
  );
  return async () => {
    const found = await known();
    return found && { counts: found.value, atMs: found.atMs };
  };
}
