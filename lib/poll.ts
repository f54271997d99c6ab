// For servers that send no events: staging and the ledger are compared again and again, by the sweep, and what is not
// settled is put into the live queue. Three requests for each object each time: fit for tens of thousands of objects.

import { setTimeout as delay } from 'node:timers/promises';
import type { Amiss } from './core/records-sweep.ts';
import type { ObjectStore, Queue } from './core/store.ts';
import type { Log } from './log.ts';
import { enqueueStaged } from './recover.ts';
import { type Position, type SweepPlaces, sweep } from './sweep/sweep.ts';

type Polling = {
  /** Live, and the queues behind it: while they hold anything, the last round is not done with. */
  readonly queues: readonly Pick<Queue, 'depth'>[];
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
};

export type PollOptions = Polling & {
  readonly places: Omit<SweepPlaces, 'liveQueue'>;
  readonly liveQueue: Pick<Queue, 'sendBatch'>;
};

// What an event would have told of. The rest was tampered with, or is a replay's work.
const EVENTLESS: ReadonlySet<Amiss> = new Set(['unsettled', 'not-removed']);
// A round's worth: more waits for the next, which goes on from there.
const MAX_KEYS = 10_000;

/** Polls until aborted. An outage is logged, and the next round tries again. */
export async function pollStaging(options: PollOptions): Promise<void> {
  let from: Position | undefined;
  await again(options, async () => {
    from = await poll(options, from);
  });
}

/** In shadow mode no head says what is settled: all of staging is asked for, and what is on record costs two look-ups. */
export async function pollAside(
  options: Polling & { readonly staging: ObjectStore; readonly liveQueue: Queue },
): Promise<void> {
  await again(options, () => enqueueStaged(options.staging, options.liveQueue));
}

async function again({ queues, everyMs, signal, log }: Polling, round: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await areEmpty(queues)) await round();
    } catch (error) {
      log('error', 'staging could not be polled, will be tried again', {}, error);
    }
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function poll({ places, liveQueue, signal, log }: PollOptions, from: Position | undefined) {
  const keys = new Set<string>();
  const { position, looked } = await sweep(places, {
    ...(from && { from }),
    maxMends: 0,
    graceMs: 0,
    isOver: () => signal.aborted || keys.size >= MAX_KEYS,
    onAmiss: (amiss, key) => void (EVENTLESS.has(amiss) && keys.add(key)),
  });
  await liveQueue.sendBatch(Array.from(keys, (key) => JSON.stringify({ kind: 'reconcile', key })));
  if (keys.size > 0) log('info', 'polled', { looked, unsettled: keys.size });
  return position;
}

async function areEmpty(queues: Polling['queues']): Promise<boolean> {
  const depths = await Promise.all(queues.map((queue) => queue.depth()));
  return depths.every(({ waiting, inFlight, delayed }) => waiting + inFlight + delayed === 0);
}
