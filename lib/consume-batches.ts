import { setTimeout as delay } from 'node:timers/promises';
import type { Consuming } from './consume.ts';
import type { Message, Queue } from './core/store.ts';

/** Handles many messages at once and resolves with the ids of those that it could not. Rejecting means: none was done. */
export type HandleBatch = (messages: readonly Message[]) => Promise<ReadonlySet<string>>;

export type ConsumingBatches = Pick<Consuming, 'signal' | 'onFailure'> & {
  readonly max: number;
  /** How long the first message of a batch waits for company. */
  readonly lingerMs: number;
};

const LONG_POLL_MS = 20_000;
const RETRY_MS = 5000;

/** Takes messages until aborted, many at a time, deletes what was handled and gives back the rest. */
export async function consumeBatches(
  queue: Queue,
  handle: HandleBatch,
  { max, lingerMs, signal, onFailure }: ConsumingBatches,
): Promise<void> {
  while (!signal.aborted) {
    let messages: readonly Message[] = [];
    try {
      messages = await gather(queue, max, lingerMs, signal);
      if (messages.length === 0) continue;
      const failed = await handle(messages);
      await Promise.all(messages.filter(({ id }) => !failed.has(id)).map((message) => queue.delete(message)));
      const rest = messages.filter(({ id }) => failed.has(id));
      for (const message of rest) onFailure(message, new Error('not a message for this queue'));
      await giveBack(queue, rest);
    } catch (error) {
      onFailure({ id: 'batch', body: '', receiveCount: 0, receipt: '' }, error);
      await giveBack(queue, messages);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function gather(queue: Queue, max: number, lingerMs: number, signal: AbortSignal): Promise<readonly Message[]> {
  const messages = [...(await queue.receive({ max, waitMs: LONG_POLL_MS, signal }))];
  const end = performance.now() + lingerMs;
  while (messages.length > 0 && messages.length < max && !signal.aborted) {
    const left = end - performance.now();
    if (left <= 0) break;
    // What is in hand is not lost by an abort: it is handled all the same.
    messages.push(...(await queue.receive({ max: max - messages.length, waitMs: left, signal })));
  }
  return messages;
}

async function giveBack(queue: Queue, messages: readonly Message[]): Promise<void> {
  await Promise.all(messages.map((message) => queue.retry(message, { afterMs: RETRY_MS }).catch(() => undefined)));
}
