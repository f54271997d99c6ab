// How many cases wait, for a page that may not wait for it. Counting goes through every mark, which takes seconds where
// there are a hundred thousand: it goes on behind the page, which shows what was counted last and when that was. Where
// few cases wait, each page counts anew.

import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStore } from '../core/store.ts';
import { type Count, countCases } from './list.ts';

export type Counted = {
  readonly counts: readonly Count[];
  /** When it was counted, in milliseconds since 1970. */
  readonly atMs: number;
};

// A page waits that long at most.
const PATIENCE_MS = 100;
// As many are counted for every page.
const FEW = 500;
// Of the time, at most a twentieth is spent on counting.
const REST = 20;
// Beyond that it is "at least so many".
const UP_TO = 100_000;

type Options = {
  readonly now: () => Date;
  readonly patienceMs?: number;
  readonly upTo?: number;
  /** Of a clock that nobody sets: how long counting takes, and when it is due again. */
  readonly clockMs?: () => number;
};

/**
 * Answers what is known by then; undefined where nothing is, as yet. Rejects for outages that the page waited for; one
 * that it did not wait for is found by the next count.
 */
export function caseCounts(
  ledger: Pick<ObjectStore, 'list'>,
  { now, patienceMs = PATIENCE_MS, upTo = UP_TO, clockMs = () => performance.now() }: Options,
): () => Promise<Counted | undefined> {
  let last: (Counted & { readonly startedMs: number; readonly tookMs: number }) | undefined;
  let running: Promise<void> | undefined;

  async function count(): Promise<void> {
    const [startedMs, atMs] = [clockMs(), now().getTime()];
    const counts = await countCases(ledger, { upTo });
    last = { counts, atMs, startedMs, tookMs: clockMs() - startedMs };
  }

  function isDue(): boolean {
    if (!last || last.counts.reduce((sum, { count: one }) => sum + one, 0) <= FEW) return true;
    return clockMs() - last.startedMs > last.tookMs * REST;
  }

  return async () => {
    if (!running && isDue()) {
      running = count().finally(() => {
        running = undefined;
      });
      // Nobody may be waiting any more when it fails.
      running.catch(() => undefined);
    }
    if (running) {
      const waited = new AbortController();
      try {
        await Promise.race([running, delay(patienceMs, undefined, { signal: waited.signal }).catch(() => undefined)]);
      } finally {
        waited.abort();
      }
    }
    return last && { counts: last.counts, atMs: last.atMs };
  };
}
