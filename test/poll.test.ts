import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type PollOptions, pollStaging } from '../lib/poll.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { rig, TERMS } from './support/pipeline-rig.ts';

/** A pipeline that is told nothing: what comes into its queue comes from polling. `poll` makes some rounds. */
function untold(more: Partial<PollOptions> = {}) {
  const made = rig();
  const { staging, public: published, ledger } = made.stores;
  const found = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const logged: string[] = [];
  async function poll(rounds = 1): Promise<string[]> {
    const stop = new AbortController();
    const everyMs = 5;
    let depths = 0;
    const counting = {
      async depth() {
        depths += 1;
        if (depths > rounds) stop.abort();
        return { waiting: 0, inFlight: 0, delayed: depths > rounds ? 1 : 0 };
      },
    };
    await pollStaging({
      places: { staging, public: published, ledger, terms: TERMS, now: () => new Date(Date.now() + 1000) },
      ...{ liveQueue: found, queues: [counting], everyMs, signal: stop.signal },
      log: (_, message) => void logged.push(message),
      ...more,
    });
    const keys: string[] = [];
    for (const message of await found.receive({ max: 100, waitMs: 0 })) {
      keys.push(message.body);
      await made.sanitize.liveQueue.send(message.body);
      await found.delete(message);
    }
    return keys.map((text): string => JSON.parse(text).key).sort();
  }
  return { ...made, poll, logged };
}

describe('polling', () => {
  test('finds what was staged, changed and removed without an event, and leaves alone what is settled', async () => {
    const { stores, poll, drain, published, logged } = untold();
    for (const key of ['a', 'b', 'bad']) await stores.staging.put(key, Buffer.from(`${key} text`));
    expect(await poll()).toEqual(['a', 'b', 'bad']);
    await drain();
    expect(await published()).toEqual({ a: 'A TEXT', b: 'B TEXT' });
    expect(await poll()).toEqual([]);
    await stores.staging.put('a', Buffer.from('a new'));
    await stores.staging.remove('b');
    expect(await poll()).toEqual(['a', 'b']);
    await drain();
    expect(await published()).toEqual({ a: 'A NEW' });
    expect(await poll()).toEqual([]);
    expect(logged).toEqual(['polled', 'polled']);
  });

  test('leaves to people what only they can judge, and to sweeps what was tampered with', async () => {
    const { stores, put, drain, poll } = untold();
    await put('a', 'a text');
    await drain();
    await stores.public.put('a', Buffer.from('other bytes'));
    await stores.public.put('unknown', Buffer.from('bytes of nobody'));
    expect(await poll()).toEqual([]);
  });

  test('waits while the queues hold what was found before', async () => {
    const stop = new AbortController();
    let asked = 0;
    const full = {
      async depth() {
        asked += 1;
        if (asked === 3) stop.abort();
        return { waiting: 0, inFlight: 1, delayed: 0 };
      },
    };
    const { stores, poll } = untold({ queues: [full], signal: stop.signal });
    await stores.staging.put('a', Buffer.from('a text'));
    expect(await poll()).toEqual([]);
  });

  test('goes on after an outage', async () => {
    const { stores, poll, logged } = untold();
    await stores.staging.put('a', Buffer.from('a text'));
    let outages = 2;
    const { get } = stores.ledger;
    Object.assign(stores.ledger, {
      get: (...args: Parameters<typeof get>) => {
        outages -= 1;
        return outages < 0 ? get(...args) : Promise.reject(new Error('an outage'));
      },
    });
    expect(await poll(3)).toContain('a');
    expect(logged).toContain('staging could not be polled, will be tried again');
  });

  test('ends at once when it is told to', async () => {
    const stop = new AbortController();
    const ended = untold({ everyMs: 60_000, signal: stop.signal }).poll();
    await delay(20);
    stop.abort();
    expect(await ended).toEqual([]);
  });
});
