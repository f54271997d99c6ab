import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readHead } from '../lib/core/ledger.ts';
import { giveWayTo } from '../lib/give-way.ts';
import { bulkHandler } from '../lib/handlers-runs.ts';
import { type Pipeline, startPipeline } from '../lib/pipeline.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { rig } from './support/pipeline-rig.ts';

const open = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
const message = (key: string) => JSON.stringify({ kind: 'reconcile', key });

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await isSo()) return;
    await delay(10);
  }
  throw new Error(`never: ${what}`);
}

/** A pipeline over the rig's places with all lanes; `judged` tells which documents were judged, in order. */
function lanes({ judgeMs = 0 }: { readonly judgeMs?: number } = {}) {
  const made = rig();
  const [heavy, bulk, deadLetters] = [open(), open(), open()];
  const judged: string[] = [];
  const { judge } = made.sanitize;
  const sanitize = {
    ...made.sanitize,
    heavy: { queue: heavy, aboveBytes: 10 },
    judge: async (...args: Parameters<typeof judge>) => {
      judged.push(args[1].name);
      await delay(judgeMs);
      return judge(...args);
    },
  };
  const log = () => {};
  const start = (): Pipeline =>
    startPipeline({ sanitize, promote: made.promote, deadLetters, jobs: 1, bulk: { queue: bulk, jobs: 1 }, log });
  const stateOf = async (key: string) => (await readHead(made.stores.ledger, key))?.state;
  return { ...made, sanitize, heavy, bulk, judged, start, stateOf };
}

describe('lanes', () => {
  test('what is too large for live is judged by heavy, and what bulk is given by bulk', async () => {
    const { put, bulk, stores, start, stateOf, published, heavy } = lanes();
    await stores.staging.put('old large.txt', Buffer.from('large and staged long ago'));
    await bulk.send(message('old large.txt'));
    await put('large.txt', 'larger than ten bytes');
    await put('small.txt', 'small');
    const pipeline = start();
    for (const key of ['old large.txt', 'large.txt', 'small.txt'])
      await until(`DONE ${key}`, async () => (await stateOf(key)) === 'DONE');
    await pipeline.stop();
    expect(Object.keys(await published()).sort()).toEqual(['large.txt', 'old large.txt', 'small.txt']);
    expect(heavy.size()).toBe(0);
  });

  test('what bulk sends on takes its run along, and is reported once, where it is judged', async () => {
    const { sanitize, heavy, stores } = lanes();
    const results = open();
    await stores.staging.put('large.txt', Buffer.from('larger than ten bytes'));
    const run = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: sanitize.terms.policy };
    const body = JSON.stringify({ kind: 'reconcile', key: 'large.txt', run });
    await bulkHandler({ sanitize, results })(body);
    expect(results.bodies()).toEqual([]);
    expect(heavy.bodies()).toEqual([body]);
    const { heavy: _, ...judging } = sanitize;
    await bulkHandler({ sanitize: judging, results })(body);
    expect(results.bodies().map((line) => JSON.parse(line))).toMatchObject([{ outcome: 'published', bytes: 21 }]);
  });

  test('without a heavy lane live judges everything', async () => {
    const { put, drain, published } = rig();
    await put('large.txt', 'larger than ten bytes');
    await drain();
    expect(Object.keys(await published())).toEqual(['large.txt']);
  });

  test('bulk takes nothing while live has documents waiting', async () => {
    const { put, bulk, stores, start, judged } = lanes({ judgeMs: 30 });
    for (let i = 0; i < 5; i += 1) {
      await stores.staging.put(`bulk ${i}`, Buffer.from('old'));
      await bulk.send(message(`bulk ${i}`));
    }
    for (let i = 0; i < 10; i += 1) await put(`live ${i}`, 'new');
    const pipeline = start();
    await until('all are judged', () => judged.length >= 15);
    await pipeline.stop();
    const lastLive = judged.findLastIndex((key) => key.startsWith('live'));
    expect(judged.findIndex((key) => key.startsWith('bulk'))).toBeGreaterThan(lastLive);
  });
});

describe('giving way', () => {
  test('lasts while the live lane has its hands full or something waiting', async () => {
    const { live, turn } = giveWayTo(open());
    const stop = new AbortController();
    let isTurn = false;
    const waiting = turn(stop.signal).then(() => {
      isTurn = true;
    });
    // Nobody asks: every hand of the live lane is busy.
    await delay(400);
    expect(isTurn).toBe(false);
    // It asks and is answered at once: something was waiting.
    await live.send('one');
    expect(await live.receive({ max: 1, waitMs: 0 })).toHaveLength(1);
    await delay(400);
    expect(isTurn).toBe(false);
    const asking = live.receive({ max: 1, waitMs: 20_000, signal: stop.signal });
    await waiting;
    expect(isTurn).toBe(true);
    stop.abort();
    expect(await asking).toEqual([]);
  });

  test('ends at the abort', async () => {
    const stop = new AbortController();
    const waiting = giveWayTo(open()).turn(stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});
