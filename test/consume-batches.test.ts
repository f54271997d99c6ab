import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { consumeBatches, type HandleBatch } from '../lib/consume-batches.ts';
import type { Queue } from '../lib/core/store.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';

const open = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 9 });

/** Runs the consumer until it has been quiet for a moment. */
async function consumed(queue: Queue & { size(): number }, handle: HandleBatch, max = 25, ms = 400) {
  const stop = new AbortController();
  const failures: unknown[] = [];
  const onFailure = (_: unknown, error: unknown) => void failures.push(error);
  const running = consumeBatches(queue, handle, { max, lingerMs: 50, signal: stop.signal, onFailure });
  await delay(ms);
  stop.abort();
  await running;
  return failures;
}

test('takes many at a time, each once, and deletes them', async () => {
  const queue = open();
  await queue.sendBatch(Array.from({ length: 60 }, (_, i) => String(i)));
  const batches: number[] = [];
  const seen: string[] = [];
  await consumed(queue, async (messages) => {
    batches.push(messages.length);
    seen.push(...messages.map(({ body }) => body));
    return new Set();
  });
  expect(new Set(seen).size).toBe(60);
  expect(seen).toHaveLength(60);
  expect(Math.max(...batches)).toBe(25);
  expect(queue.size()).toBe(0);
});

test('gives back what was not done, and only that', async () => {
  const queue = open();
  await queue.sendBatch(['good', 'bad']);
  const failures = await consumed(
    queue,
    async (messages) => new Set(messages.flatMap(({ id, body }) => (body === 'bad' ? [id] : []))),
  );
  expect(queue.bodies()).toEqual(['bad']);
  expect(failures).toHaveLength(1);
  expect(await queue.depth()).toMatchObject({ inFlight: 0 });
});

test('keeps everything when it could not be handled', async () => {
  const queue = open();
  await queue.sendBatch(['a', 'b']);
  const failures = await consumed(queue, () => Promise.reject(new Error('outage')));
  expect(queue.size()).toBe(2);
  expect(failures).toMatchObject([{ message: 'outage' }]);
});
