import { setTimeout as delay } from 'node:timers/promises';
import type { Message, Queue } from './core/store.ts';

/** Handles one message's body. Rejecting means: not done, deliver again. */
export type Handle = (body: string) => Promise<void>;

export type Consuming = {
  readonly concurrency: number;
  /** Aborted: no further message is taken; those in hand are finished. */
  readonly signal: AbortSignal;
  readonly onFailure: (message: Message, error: unknown) => void;
  /** Awaited before messages are asked for: a lane that gives way to another waits here. */
  readonly turn?: (signal: AbortSignal) => Promise<void>;
};

const LONG_POLL_MS = 20_000;
const MAX_BACKOFF_MS = 60_000;

/** Takes messages until aborted, deletes what was handled, gives back what failed. Resolves when nothing is in hand. */
export async function consume(
  queue: Queue,
  handle: Handle,
  { concurrency, signal, onFailure, turn }: Consuming,
): Promise<void> {
  const inHand = new Set<Promise<void>>();
  while (!signal.aborted) {
    if (inHand.size >= concurrency) await Promise.race(inHand);
    await turn?.(signal);
    const messages = await receive(queue, concurrency - inHand.size, signal, onFailure);
    for (const message of messages) {
      const work = settle(queue, message, handle, onFailure).finally(() => inHand.delete(work));
      inHand.add(work);
    }
  }
  await Promise.all(inHand);
}

/** A queue that cannot be reached is tried again, more and more slowly, for as long as it takes. */
async function receive(queue: Queue, max: number, signal: AbortSignal, onFailure: Consuming['onFailure']) {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await queue.receive({ max, waitMs: LONG_POLL_MS, signal });
    } catch (error) {
      if (signal.aborted) break;
      onFailure({ id: 'receive', body: '', receiveCount: attempt, receipt: '' }, error);
      await delay(backoffMs(attempt), undefined, { signal }).catch(() => undefined);
    }
  }
  return [];
}

async function settle(
  queue: Queue,
  message: Message,
  handle: Handle,
  onFailure: Consuming['onFailure'],
): Promise<void> {
  try {
    await handle(message.body);
    await queue.delete(message);
  } catch (error) {
    onFailure(message, error);
    // Where even this fails, the message comes back by itself after its visibility timeout.
    await queue.retry(message, { afterMs: backoffMs(message.receiveCount) }).catch(() => undefined);
  }
}

function backoffMs(attempt: number): number {
  return Math.min(MAX_BACKOFF_MS, 250 * 2 ** attempt);
}
