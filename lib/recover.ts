// After a stop, whatever way it came, an in-process queue is gone. Staging and the ledger are what is left, and they
// are enough: a reconcile of a settled key costs a few look-ups and changes nothing.

import { Head } from './core/records.ts';
import type { ObjectStore, Queue } from './core/store.ts';

/** Asks for a reconcile of every object in staging. */
export async function enqueueStaged(staging: ObjectStore, liveQueue: Queue): Promise<void> {
  for await (const { key } of staging.list()) await enqueue(liveQueue, key);
}

/** Asks for a reconcile of every key that the ledger knows and staging has no more. */
export async function enqueueRemoved(staging: ObjectStore, ledger: ObjectStore, liveQueue: Queue): Promise<void> {
  for await (const { key: recordKey } of ledger.list('heads/')) {
    const found = await ledger.get(recordKey);
    if (!found) continue;
    const { key } = Head.parse(JSON.parse(Buffer.from(found.body).toString()));
    if (!(await staging.head(key))) await enqueue(liveQueue, key);
  }
}

async function enqueue(liveQueue: Queue, key: string): Promise<void> {
  await liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
}
