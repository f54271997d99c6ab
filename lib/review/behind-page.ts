// What takes too long for a page to wait for it: it is found out behind the page, which shows what was known last and since
// when. Where it is cheap, each page finds it out anew.

import { setTimeout as delay } from 'node:timers/promises';

export type Known<T> = {
  readonly value: T;
  /** When it was asked for, in milliseconds since 1970. */
  readonly atMs: number;
};

// A page waits that long at most.
const PATIENCE_MS = 100;
// Of the time, at most a twentieth is spent on it.
const REST = 20;

export type Behind = {
  readonly now: () => Date;
  readonly patienceMs?: number;
  /** Of a clock that nobody sets: how long it takes, and when it is due again. */
  readonly clockMs?: () => number;
};

/**
 * Answers what is known by then; undefined where nothing is, as yet. Rejects for outages that the page waited for; one
 * that it did not wait for is found the next time.
 */
export function behindPage<T>(
  find: () => Promise<T>,
  isCheap: (value: T) => boolean,
  { now, patienceMs = PATIENCE_MS, clockMs = () => performance.now() }: Behind,
): () => Promise<Known<T> | undefined> {
  let last: (Known<T> & { readonly startedMs: number; readonly tookMs: number }) | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    const [startedMs, atMs] = [clockMs(), now().getTime()];
    const value = await find();
    last = { value, atMs, startedMs, tookMs: clockMs() - startedMs };
  }

  function isDue(): boolean {
    return !last || isCheap(last.value) || clockMs() - last.startedMs > last.tookMs * REST;
  }

  return async () => {
    if (!running && isDue()) {
      running = run().finally(() => {
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
    return last && { value: last.value, atMs: last.atMs };
  };
}
