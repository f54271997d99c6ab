import { describe, expect, test } from 'vitest';
import { type ReplayProgress, ReplayProgress as Schema } from '../../lib/core/records-events.ts';
import { drive } from '../../lib/replay/planner.ts';
import { dueOf } from '../../lib/replay/told.ts';
import { type ReplayRig, replayRig } from '../support/replay-rig.ts';

const SECRET = 'brief J. Voorbeeld';

async function staged(count: number, tell: (event: ReplayProgress) => Promise<void>): Promise<ReplayRig> {
  const made = replayRig({ tell });
  for (let i = 0; i < count; i += 1)
    await made.stores.staging.put(`${SECRET} ${i}`, Buffer.from(i % 5 === 4 ? 'bad' : `text ${i}`));
  return made;
}

/** Ticks, and has a few messages handled in between, until nothing more is done. */
async function driven(made: ReplayRig, id: string): Promise<void> {
  const planner = made.planner(id);
  for (let turns = 0; turns < 300; turns += 1) {
    const { did } = await planner.tick().catch(() => ({ did: 'failed' }));
    if (did === 'nothing') return;
    await made.work();
  }
  throw new Error('the run does not come to its end');
}

describe('the world is told', () => {
  test('that a run begins, how far it is, and what it came to, in counts and without a name', async () => {
    const events: ReplayProgress[] = [];
    const made = await staged(20, async (event) => void events.push(event));
    const { id } = await made.start({ perMinute: 7 });
    const planner = made.planner(id);
    for (let did = ''; did !== 'nothing'; made.later(61_000)) {
      ({ did } = await planner.tick());
      await made.work();
    }
    expect(events.length).toBeLessThanOrEqual(12);
    expect(events.map(({ state }) => state).filter((state) => state !== 'running')).toEqual(['done']);
    expect(events.at(0)).toMatchObject({ run: id, mode: 'audit', of: 'staging', state: 'running', reported: 0 });
    expect(events.at(-1)).toMatchObject({ state: 'done', outcomes: { published: 16, quarantined: 4 }, entries: 20 });
    for (const event of events) expect(Schema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });

  test('once of each state, whoever brought it about', async () => {
    const events: string[] = [];
    const made = await staged(3, async ({ state, why }) => void events.push(`${state} ${why}`));
    const { id } = await made.start();
    await made.planner(id).tick();
    await made.pause(id);
    for (let i = 0; i < 3; i += 1) await made.planner(id).tick();
    expect(events).toEqual(['running null', 'paused by-hand']);
    await made.resume(id);
    await made.stop(id);
    await driven(made, id);
    expect(events).toEqual(['running null', 'paused by-hand', 'stopped by-hand']);
  });

  test('again where telling failed, so that nothing is left out', async () => {
    const told: string[] = [];
    let tries = 0;
    const made = await staged(3, async ({ state }) => {
      tries += 1;
      if (tries % 2 === 1) throw new Error('nobody listens');
      told.push(state);
    });
    const { id } = await made.start();
    await driven(made, id);
    expect([told[0], told.at(-1)]).toEqual(['running', 'done']);
    expect(tries).toBe(2 * told.length);
  });

  test('by who follows a run to its end', async () => {
    const told: string[] = [];
    const made = await staged(3, async ({ state }) => void told.push(state));
    const { id } = await made.start();
    const ticks: string[] = [];
    const ended = await drive(made.planner(id), {
      signal: new AbortController().signal,
      onTick: (tick) => {
        ticks.push(tick.did);
        void made.work();
      },
      onFailure: (error) => {
        throw error;
      },
      waitMs: 5,
    });
    expect([ended, told.at(-1), ticks.at(-1)]).toEqual(['done', 'done', 'told']);
  });
});

describe('is due', () => {
  const running = { state: 'running', entries: 1000, told: { state: 'running', step: 3 } } as const;
  const rows = [
    { shows: 'the start', state: { ...running, told: undefined }, reported: 0, step: 0 },
    { shows: 'nothing within a tenth', state: running, reported: 399, step: undefined },
    { shows: 'the next tenth', state: running, reported: 400, step: 4 },
    { shows: 'a state, within a tenth too', state: { ...running, state: 'paused' as const }, reported: 399, step: 3 },
    {
      shows: 'nothing behind the end',
      state: { ...running, told: { state: 'running' as const, step: 10 } },
      reported: 1001,
      step: undefined,
    },
    { shows: 'the end of nothing', state: { ...running, entries: 0 }, reported: 0, step: 10 },
    {
      shows: 'nothing of a first thousand of unknown many',
      state: { ...running, entries: null, told: { state: 'running' as const, step: 0 } },
      reported: 999,
      step: undefined,
    },
    { shows: 'each doubling of unknown many', state: { ...running, entries: null }, reported: 8000, step: 4 },
  ];
  test.each(rows)('$shows', async ({ state, reported, step }) => {
    const made = replayRig();
    const begun = await made.state((await made.start()).id);
    expect(dueOf({ ...begun, ...state }, reported)?.step).toBe(step);
  });

  test('of a hundred million no more than some thirty times', async () => {
    const made = replayRig();
    let state = { ...(await made.state((await made.start()).id)), entries: null as number | null };
    let told = 0;
    for (let reported = 0; reported <= 1e8; reported += 50_000) {
      state = { ...state, entries: reported > 9e7 ? 1e8 : null };
      const due = dueOf(state, reported);
      if (due) [state, told] = [{ ...state, told: due }, told + 1];
    }
    expect(told).toBeGreaterThan(10);
    expect(told).toBeLessThan(30);
  });
});
