// After a stop, whatever way it came, an in-process queue is gone. Staging and the ledger are what is left, and they
// are enough: a reconcile of a settled key costs a few look-ups and changes nothing.

import { headIn } from './core/ledger.ts';
import type { ObjectStore, Queue } from './core/store.ts';

/** Asks for a reconcile of every object in staging. */
export async function enqueueStaged(staging: ObjectStore, liveQueue: Queue): Promise<void> {
  for await (const { key } of staging.list()) await enqueue(liveQueue, key);
}

/**
 * Asks for a reconcile of every key that the ledger knows and staging has no more. A head that cannot be read names no
 * key: it goes to `onBroken`, and the others are none the worse for it.
 */
export async function enqueueRemoved(
  staging: ObjectStore,
  ledger: ObjectStore,
  liveQueue: Queue,
  onBroken: (recordKey: string, error: unknown) => void,
): Promise<void> {
  for await (const { key: recordKey } of ledger.list('heads/')) {
    try {
      const found = await ledger.get(recordKey);
      if (!found) continue;
      const { key } = headIn(found);
      // Where it cannot be told whether it is there, the reconcile is tried until it can.
      if (!(await staging.head(key).catch(() => undefined))) await enqueue(liveQueue, key);
    } catch (error) {
      onBroken(recordKey, error);
    }
  }
}

async function enqueue(liveQueue: Queue, key: string): Promise<void> {
  await liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
}
