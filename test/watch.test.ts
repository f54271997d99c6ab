import { describe, expect, test } from 'vitest';
import type { Queue } from '../lib/core/store.ts';
import type { Metrics, QueueName } from '../lib/metrics.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { watchQueues } from '../lib/watch.ts';

const now = { max: 10, waitMs: 0 } as const;

function watched(name: QueueName = 'live', make: (queue: Queue) => Partial<Queue> = () => ({})) {
  const taken: (readonly (number | string)[])[] = [];
  const metrics: Metrics = {
    count: (counter, ...label) => void taken.push([counter, ...label]),
    gauge: () => {},
    measure: (measure, value) => void taken.push([measure, value]),
  };
  const clock = { ms: Date.now() };
  const watch = watchQueues(metrics, () => clock.ms);
  const inner = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const queue = watch.queue(name, { ...inner, ...make(inner) });
  return { taken, clock, watch, queue };
}

describe('the age of messages', () => {
  test('is measured of the live lane', async () => {
    const { queue, clock, taken } = watched();
    await queue.send('{}');
    clock.ms = Date.now() + 5000;
    await queue.receive(now);
    expect(taken[0]?.[0]).toBe('liveAgeMs');
    expect(Math.abs(Number(taken[0]?.[1]) - 5000)).toBeLessThan(1000);
  });

  test('is not below zero where the clocks of two machines differ', async () => {
    const { queue, clock, taken } = watched();
    await queue.send('{}');
    clock.ms -= 60_000;
    await queue.receive(now);
    expect(taken).toEqual([['liveAgeMs', 0]]);
  });

  test('of other lanes is their own business', async () => {
    const { queue, taken } = watched('bulk');
    await queue.send('{}');
    await queue.receive(now);
    expect(taken).toEqual([]);
  });
});

test('a message that is given back counts as failed, and comes back', async () => {
  const { queue, taken } = watched('promote');
  await queue.send('{}');
  for (const message of await queue.receive(now)) await queue.retry(message, { afterMs: 0 });
  expect(taken).toEqual([['failed', 'promote']]);
  expect(await queue.receive(now)).toHaveLength(1);
});

describe('a queue', () => {
  const rows = [
    { shows: 'that answers is well', answers: 'yes', passed: 20_000, isWell: true, askedForSeconds: null },
    {
      shows: 'that nobody asks, because all hands are full, is well',
      answers: 'yes',
      passed: 600_000,
      isWell: true,
      askedForSeconds: null,
    },
    {
      shows: 'that is being asked is well for a while',
      answers: 'never',
      passed: 60_000,
      isWell: true,
      askedForSeconds: 60,
    },
    { shows: 'that does not answer is not', answers: 'never', passed: 91_000, isWell: false, askedForSeconds: 91 },
    {
      shows: 'that fails again and again is not',
      answers: 'fails',
      passed: 91_000,
      isWell: false,
      askedForSeconds: 91,
    },
  ] as const;
  test.each(rows)('$shows', async ({ answers, passed, isWell, askedForSeconds }) => {
    const { queue, clock, watch } = watched('live', () => {
      if (answers === 'never') return { receive: () => new Promise(() => {}) };
      if (answers === 'fails') return { receive: () => Promise.reject(new Error('an outage')) };
      return {};
    });
    const receive = () => queue.receive(now).catch(() => undefined);
    if (answers === 'never') void receive();
    else await receive();
    clock.ms += passed;
    // The second try of one that fails is no first one.
    if (answers === 'fails') await receive();
    expect(watch.health()).toEqual({
      isWell,
      queues: { live: { askedForSeconds, answeredSecondsAgo: answers === 'yes' ? passed / 1000 : null } },
    });
  });

  test('that answers again after an outage is well again', async () => {
    let isOut = true;
    const { queue, clock, watch } = watched('live', (inner) => ({
      receive: (options) => (isOut ? Promise.reject(new Error('an outage')) : inner.receive(options)),
    }));
    await queue.receive(now).catch(() => undefined);
    clock.ms += 100_000;
    expect(watch.health().isWell).toBe(false);
    isOut = false;
    await queue.receive(now);
    expect(watch.health().isWell).toBe(true);
  });
});
