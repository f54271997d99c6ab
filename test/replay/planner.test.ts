import { describe, expect, test } from 'vitest';
import { SHARD_SIZE } from '../../lib/core/records-runs.ts';
import type { Pressure } from '../../lib/replay/decide.ts';
import { listing } from '../../lib/replay/listing.ts';
import type { Tick } from '../../lib/replay/planner.ts';
import { readShard } from '../../lib/replay/records.ts';
import { DEFAULT_LIMITS, hashOfKeys } from '../../lib/replay/start.ts';
import { type ReplayRig, type ReplayRigOptions, replayRig } from '../support/replay-rig.ts';

const key = (i: number) => `doc-${String(i).padStart(5, '0')}`;

async function staged(count: number, options: ReplayRigOptions = {}): Promise<ReplayRig> {
  const made = replayRig(options);
  for (let i = 0; i < count; i += 1)
    await made.stores.staging.put(key(i), Buffer.from(i % 5 === 4 ? 'bad' : `text ${i}`));
  return made;
}

/** Ticks without any work being done in between. */
async function ticks(made: ReplayRig, id: string, count: number): Promise<Tick[]> {
  const planner = made.planner(id);
  const done: Tick[] = [];
  for (let i = 0; i < count; i += 1) done.push(await planner.tick());
  return done;
}

describe('a scope of', () => {
  for (const count of [0, 1, SHARD_SIZE - 1, SHARD_SIZE, SHARD_SIZE + 1, 2 * SHARD_SIZE]) {
    test(`${count} objects is sent whole, once each, and counted`, async () => {
      const made = await staged(count);
      const { id } = await made.start();
      await made.toTheEnd(id);
      expect(await made.state(id)).toMatchObject({ state: 'done', sent: count, entries: count, why: null });
      expect(await made.tally(id)).toMatchObject({ reported: count, judged: count });
    });
  }

  test('a prefix leaves the rest alone', async () => {
    const made = await staged(3);
    await made.stores.staging.put('other/x', Buffer.from('other'));
    const { id } = await made.start({ scope: { of: 'staging', prefix: 'other/', keys: { by: 'listing' } } });
    await made.toTheEnd(id);
    expect((await made.tally(id)).reported).toBe(1);
  });

  test('a list of keys is written down before it is sent, and what is not there is gone', async () => {
    const made = await staged(3);
    const keys = [key(2), 'never was', key(0)];
    const scope = { of: 'staging', prefix: '', keys: { by: 'list', sha256: hashOfKeys(keys) } } as const;
    const { id } = await made.start({ scope, keys });
    expect((await readShard(made.stores.ledger, id, 0))?.entries.map((entry) => entry.key)).toEqual(keys);
    await made.toTheEnd(id);
    expect((await made.tally(id)).outcomes).toEqual({ published: 2, gone: 1 });
  });
});

test('what is uploaded behind the cursor meanwhile is not missed, and what is removed is gone', async () => {
  const made = await staged(SHARD_SIZE + 5);
  const { id } = await made.start();
  await ticks(made, id, 1);
  await made.stores.staging.put('zz-new', Buffer.from('new'));
  await made.stores.staging.remove(key(SHARD_SIZE + 1));
  await made.stores.staging.remove(key(1));
  await made.toTheEnd(id);
  expect(await made.tally(id)).toMatchObject({ reported: SHARD_SIZE + 5, outcomes: { gone: 1 } });
});

describe('back-pressure', () => {
  const rows: readonly {
    readonly why: string;
    readonly pressure: (p: Pressure) => Pressure;
    readonly limits?: object;
  }[] = [
    { why: 'live-waiting', pressure: (p) => ({ ...p, live: { waiting: 1001 } }) },
    { why: 'live-age', pressure: (p) => ({ ...p, live: { waiting: 1, oldestMs: 60_001 } }) },
    { why: 'dead-letters', pressure: (p) => ({ ...p, deadLetters: 101 }) },
    { why: 'backlog', pressure: (p) => ({ ...p, backlog: 50_000 }) },
  ];
  for (const { why, pressure } of rows) {
    test(`${why}: nothing is sent until it has passed, and the state says why`, async () => {
      let isPressed = true;
      const made = await staged(3, { pressure: (seen) => (isPressed ? pressure(seen) : seen) });
      const { id } = await made.start();
      expect((await ticks(made, id, 3)).map(({ did }) => did)).toEqual(['waited', 'waited', 'waited']);
      expect(await made.state(id)).toMatchObject({ state: 'running', why, sent: 0 });
      expect(made.bulk.size()).toBe(0);
      isPressed = false;
      await made.toTheEnd(id);
      expect(await made.state(id)).toMatchObject({ state: 'done', why: null, sent: 3 });
    });
  }

  test('never more messages wait in the lane than the run allows', async () => {
    const made = await staged(95);
    const { id } = await made.start({ limits: { ...DEFAULT_LIMITS, maxBacklog: 40 } });
    await ticks(made, id, 4);
    expect(made.bulk.size()).toBe(40);
    await made.toTheEnd(id);
    expect((await made.tally(id)).reported).toBe(95);
  });

  test('a day has its number of messages and of bytes', async () => {
    // The object that goes beyond the bytes of a day is the last one of that day.
    for (const [limits, first, second] of [
      [{ dayMessages: 10 }, 10, 20],
      [{ dayBytes: 6 * 4 + 3 + 1 }, 6, 11],
    ] as const) {
      const made = await staged(25);
      const { id } = await made.start({ limits: { ...DEFAULT_LIMITS, ...limits } });
      await ticks(made, id, 3);
      expect(await made.state(id)).toMatchObject({ sent: first, why: 'day-budget' });
      made.later(24 * 3_600_000);
      await ticks(made, id, 3);
      expect((await made.state(id)).sent).toBe(second);
    }
  });
});

describe('a person', () => {
  test('pauses, changes the pace, lets go on, and stops', async () => {
    const made = await staged(50);
    const { id } = await made.start({ perMinute: 20 });
    await ticks(made, id, 3);
    expect(await made.state(id)).toMatchObject({ sent: 20, why: 'throttle' });
    expect(await made.pause(id)).toMatchObject({ state: 'paused', why: 'by-hand' });
    made.later(60_000);
    expect((await ticks(made, id, 2)).map(({ did }) => did)).toEqual(['nothing', 'nothing']);
    await made.throttle(id, { perMinute: 5 });
    expect(await made.resume(id)).toMatchObject({ state: 'running', why: null });
    await ticks(made, id, 2);
    expect((await made.state(id)).sent).toBe(25);
    await made.stop(id);
    await made.work();
    expect(await made.tally(id)).toMatchObject({ reported: 25 });
    await expect(made.resume(id)).rejects.toThrow('does not go on');
    await expect(made.pause(id)).rejects.toThrow('cannot be paused');
  });

  test('changes what a day may take, one limit at a time, and takes limits away', async () => {
    const made = await staged(25);
    const { id } = await made.start({ limits: { ...DEFAULT_LIMITS, dayMessages: 5 } });
    await ticks(made, id, 3);
    expect(await made.state(id)).toMatchObject({ sent: 5, why: 'day-budget' });
    await made.throttle(id, { messages: 8 });
    await ticks(made, id, 3);
    expect(await made.state(id)).toMatchObject({ sent: 8, why: 'day-budget', perMinute: null });
    await made.throttle(id, { messages: null, bytes: 1 });
    await ticks(made, id, 3);
    expect(await made.state(id), 'bytes were counted from the beginning').toMatchObject({ sent: 8 });
    await made.throttle(id, { perMinute: 2 });
    expect((await made.state(id)).perDay, 'the day is left alone').toEqual({ messages: null, bytes: 1 });
    await made.throttle(id, { perMinute: null, bytes: null });
    await ticks(made, id, 2);
    expect(await made.state(id)).toMatchObject({ sent: 25 });
  });

  test('cannot limit the bytes of a list that says no sizes, and can limit its documents', async () => {
    const made = await staged(3);
    const keys = [key(0), key(1), key(2)];
    const scope = { of: 'staging', prefix: '', keys: { by: 'list', sha256: hashOfKeys(keys) } } as const;
    const { id } = await made.start({ scope, keys });
    await expect(made.throttle(id, { bytes: 1000 })).rejects.toThrow('sizes of objects');
    await made.throttle(id, { messages: 1, bytes: null });
    await ticks(made, id, 2);
    expect(await made.state(id)).toMatchObject({ sent: 1, why: 'day-budget' });
  });

  test('asks after a run that never was', async () => {
    await expect((await staged(0)).pause('20260101T000000Z-00000000')).rejects.toThrow('no such run');
  });
});

describe('a run that goes wrong pauses', () => {
  test('where more is quarantined than expected, and goes on when told to', async () => {
    const made = replayRig();
    for (let i = 0; i < 400; i += 1) await made.stores.staging.put(key(i), Buffer.from(i < 250 ? 'bad' : 'good'));
    const { id } = await made.start({ mode: 'enforce', force: true, limits: { ...DEFAULT_LIMITS, maxBacklog: 250 } });
    await made.toTheEnd(id);
    expect(await made.state(id)).toMatchObject({ state: 'paused', why: 'quarantined-share' });
    await made.resume(id);
    await made.toTheEnd(id);
    expect(await made.state(id)).toMatchObject({ state: 'done' });
    expect(await made.tally(id)).toMatchObject({ outcomes: { quarantined: 250, published: 150 } });
  });

  test('an audit of the same does not: that is what it is there to find', async () => {
    const made = replayRig();
    for (let i = 0; i < 250; i += 1) await made.stores.staging.put(key(i), Buffer.from('bad'));
    const { id } = await made.start();
    await made.toTheEnd(id);
    expect(await made.state(id)).toMatchObject({ state: 'done' });
  });

  for (const mode of ['audit', 'enforce'] as const)
    test(`where messages of an ${mode} fail each time; they are reported as failed`, async () => {
      const made = await staged(30, { maxReceives: 2 });
      // What a worker with another policy answers is a failure too, without a try.
      const { id } = await made.start({ mode, force: true, policy: `sha256:${'b'.repeat(64)}` });
      await made.toTheEnd(id);
      expect(await made.state(id)).toMatchObject({ state: 'paused', why: 'failed-share' });
      expect(await made.tally(id)).toMatchObject({ outcomes: { failed: 30 }, reasons: { 'other-policy': 30 } });
      expect(await made.published()).toEqual({});
    });
});

test('a message that fails each time is reported by its dead letter; an audit leaves it at that', async () => {
  for (const mode of ['audit', 'enforce'] as const) {
    const made = replayRig({
      maxReceives: 2,
      fault: (operation) => {
        if (operation === 'audit staging.head' || operation === 'staging.get') throw new Error('outage');
      },
    });
    await made.stores.staging.put('a.txt', Buffer.from('one'));
    const { id } = await made.start({ mode, force: true });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ outcomes: { failed: 1 }, reasons: { 'dead-letter': 1 } });
    expect(made.events.map(({ type }) => type)).toEqual(
      mode === 'audit' ? [] : ['Processing Failed', 'Document Quarantined'],
    );
  }
});

test('what was lost on its way is sent again, three times, and then somebody is asked', async () => {
  const made = await staged(5);
  const { id } = await made.start();
  await ticks(made, id, 1);
  for (const lost of ['first', 'second', 'third', 'fourth']) {
    for (const message of await made.bulk.receive({ max: 10, waitMs: 0 })) {
      expect(lost).not.toBe('');
      await made.bulk.delete(message);
    }
    expect((await ticks(made, id, 1)).map(({ did }) => did)).toEqual(['waited']);
    made.later(16 * 60_000);
    await ticks(made, id, 1);
  }
  expect(await made.state(id)).toMatchObject({ state: 'paused', why: 'results-missing' });
  await made.resume(id);
  made.later(16 * 60_000);
  await made.toTheEnd(id);
  expect(await made.state(id)).toMatchObject({ state: 'done', sent: 5 });
});

test('duplicates of messages and of results count once', async () => {
  const made = await staged(40);
  const { id } = await made.start();
  await ticks(made, id, 1);
  for (const body of [...made.bulk.bodies()]) await made.bulk.sendBatch([body, body]);
  await made.work();
  await made.toTheEnd(id);
  expect(await made.tally(id)).toMatchObject({ reported: 40, judged: 40, outcomes: { published: 32, quarantined: 8 } });
});

test('two planners at once send nothing that one would not, and leave nothing out', async () => {
  const made = await staged(2 * SHARD_SIZE + 10);
  const { id } = await made.start();
  const planners = [made.planner(id), made.planner(id)];
  for (let turn = 0; turn < 40; turn += 1) {
    await Promise.all(planners.map((planner) => planner.tick()));
    if (turn % 2 === 0) await made.work();
  }
  expect(await made.state(id)).toMatchObject({ state: 'done', sent: 2 * SHARD_SIZE + 10 });
  expect((await made.tally(id)).reported).toBe(2 * SHARD_SIZE + 10);
});

test('a source that fails in the middle is not taken for one that has ended', async () => {
  let reads = 0;
  const made = await staged(20, {
    source: async function* (plan, position) {
      for await (const entry of listing(made.stores)(plan, position)) {
        reads += 1;
        if (reads === 10) throw new Error('the listing broke off');
        yield entry;
      }
    },
  });
  const { id } = await made.start();
  const planner = made.planner(id);
  await expect(planner.tick()).rejects.toThrow('broke off');
  await planner.tick();
  expect(await made.state(id)).toMatchObject({ sent: 20, entries: 20 });
});
