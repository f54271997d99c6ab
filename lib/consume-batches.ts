import { setTimeout as delay } from 'node:timers/promises';
import type { Consuming } from './consume.ts';
import type { Message, Queue } from './core/store.ts';

/** Handles many messages at once and resolves with the ids of those that it could not, or why. Rejecting means: none was done. */
export type HandleBatch = (messages: readonly Message[]) => Promise<ReadonlySet<string> | ReadonlyMap<string, unknown>>;

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
    try {
      await consumeBatch(queue, handle, { max, lingerMs, waitMs: LONG_POLL_MS, signal, onFailure });
    } catch (error) {
      onFailure({ id: 'batch', body: '', receiveCount: 0, receipt: '' }, error);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

export type ConsumingBatch = Pick<ConsumingBatches, 'max' | 'lingerMs' | 'onFailure'> & {
  /** How long a queue that is empty is waited for. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
};

/** One batch: resolves with how many messages it had. Rejects where none could be handled, which are given back. */
export async function consumeBatch(
  queue: Queue,
  handle: HandleBatch,
  { onFailure, ...options }: ConsumingBatch,
): Promise<number> {
  const messages = await gather(queue, options);
  if (messages.length === 0) return 0;
  try {
    const failed = await handle(messages);
    await Promise.all(messages.filter(({ id }) => !failed.has(id)).map((message) => queue.delete(message)));
    const rest = messages.filter(({ id }) => failed.has(id));
    const why = failed instanceof Map ? failed : new Map<string, unknown>();
    for (const message of rest) onFailure(message, why.get(message.id) ?? new Error('not a message for this queue'));
    await giveBack(queue, rest);
  } catch (error) {
    await giveBack(queue, messages);
    throw error;
  }
  return messages.length;
}

async function gather(
  queue: Queue,
  { max, lingerMs, waitMs, signal }: Omit<ConsumingBatch, 'onFailure'>,
): Promise<readonly Message[]> {
  const aborting = signal && { signal };
  const messages = [...(await queue.receive({ max, waitMs, ...aborting }))];
  const end = performance.now() + lingerMs;
  while (messages.length > 0 && messages.length < max && !signal?.aborted) {
    const left = end - performance.now();
    if (left <= 0) break;
    // What is in hand is not lost by an abort: it is handled all the same.
    messages.push(...(await queue.receive({ max: max - messages.length, waitMs: left, ...aborting })));
  }
  return messages;
}

async function giveBack(queue: Queue, messages: readonly Message[]): Promise<void> {
  await Promise.all(messages.map((message) => queue.retry(message, { afterMs: RETRY_MS }).catch(() => undefined)));
}
