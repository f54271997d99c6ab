import { describe, expect, test } from 'vitest';
import { OPEN_RUNS_KEY, type RunState, stateKey } from '../../lib/core/records-runs.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { pauseRun, resumeRun, stopRun } from '../../lib/replay/control.ts';
import { dropOpenRuns, feedOpenRuns, openRuns } from '../../lib/replay/open-runs.ts';
import { allRuns, changeState, RunError } from '../../lib/replay/records.ts';
import { DEFAULT_LIMITS, startRun } from '../../lib/replay/start.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

const START = Date.parse('2026-11-26T00:00:00.000Z');
const MINUTE = 60_000;

/** A ledger, a clock that goes on a second with each run, and how many requests there were. */
function made() {
  let [time, requests] = [START, 0];
  const counted = new Proxy(memoryStore(), {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        requests += 1;
        return Reflect.apply(method, target, args);
      };
    },
  });
  const now = () => new Date(time);
  const start = async () => {
    time += 1000;
    const { id } = await startRun(counted, now, {
      ...{ mode: 'audit', policy: `sha256:${'0'.repeat(64)}`, version: '0', by: 'test', limits: DEFAULT_LIMITS },
      ...{ force: false, perMinute: null, scope: { of: 'staging', prefix: '', keys: { by: 'listing' } } },
    });
    return id;
  };
  const set = (id: string, to: Partial<RunState>) => changeState(counted, id, now, (state) => ({ ...state, ...to }));
  const failures: unknown[] = [];
  /** One call of the planner; resolves with what it fed, and how many requests that took of the ledger. */
  const look = async (feed?: (id: string, state: RunState) => Promise<RunState>) => {
    const fed: string[] = [];
    const before = requests;
    const states = await feedOpenRuns({
      ledger: counted,
      now,
      feed: async ({ id }, state) => {
        fed.push(id);
        return (await feed?.(id, state)) ?? state;
      },
      onFailure: (_, error) => failures.push(error),
    });
    return { fed, states, requests: requests - before };
  };
  return { ledger: counted as ObjectStore, start, set, look, failures, now, later: (ms: number) => (time += ms) };
}

const ENDED: Partial<RunState> = { state: 'done', told: { state: 'done', step: 10 } };

describe('a look of the planner', () => {
  test('takes as many requests after a thousand runs that are over as after none', { timeout: 60_000 }, async () => {
    const one = made();
    const id = await one.start();
    const few = await one.look();
    expect(few.fed).toEqual([id]);
    for (let i = 0; i < 1000; i += 1) await one.set(await one.start(), ENDED);
    const first = await one.look();
    expect(first.requests, 'a control: it sees that they are over, once').toBeGreaterThan(2000);
    const after = await one.look();
    expect([after.fed, after.requests]).toEqual([[id], few.requests]);
    expect(few.requests).toBeLessThan(5);
    expect(await Array.fromAsync(allRuns(one.ledger)), 'a control').toHaveLength(1001);
  });

  test('goes on with what is running, and leaves alone what is paused and told of', async () => {
    const { start, set, look } = made();
    const ids = [await start(), await start(), await start()];
    await set(ids[1] ?? '', { state: 'paused', why: 'results-missing', told: { state: 'paused', step: 0 } });
    const { fed, states } = await look();
    expect(fed).toEqual([ids[0], ids[2]]);
    expect(states.map(({ state }) => state)).toEqual(['running', 'paused', 'running']);
  });

  test('comes back to what is over until the world has been told', async () => {
    const { ledger, start, now, set, look } = made();
    const id = await start();
    await stopRun(ledger, id, now);
    expect((await look()).fed).toEqual([id]);
    expect((await look(() => set(id, { told: { state: 'stopped', step: 0 } }))).fed).toEqual([id]);
    expect((await look()).fed).toEqual([]);
    expect(await openRuns(ledger)).toEqual([]);
  });

  test('goes on with the others where one cannot be read or gone on with', async () => {
    const { ledger, start, look, failures } = made();
    const ids = [await start(), await start(), await start()];
    await ledger.put(stateKey(ids[0] ?? ''), Buffer.from('{}'));
    const { fed } = await look((id, state) =>
      id === ids[1] ? Promise.reject(new RunError('gone')) : Promise.resolve(state),
    );
    expect(fed).toEqual([ids[1], ids[2]]);
    expect(failures).toHaveLength(2);
    expect(await openRuns(ledger), 'they stay').toEqual(ids);
  });

  test('forgets a run whose planning ended in the middle, when it has had time enough', async () => {
    const { ledger, start, look, later, failures } = made();
    const id = await start();
    await ledger.remove(stateKey(id));
    await look();
    expect(await openRuns(ledger)).toEqual([id]);
    later(61 * MINUTE);
    await look();
    expect([await openRuns(ledger), failures]).toEqual([[], []]);
  });
});

describe('the record of open runs', () => {
  test('is made where there is none, from what is not over', async () => {
    const { ledger, start, set } = made();
    const ids = [await start(), await start(), await start()];
    await set(ids[0] ?? '', ENDED);
    await ledger.remove(OPEN_RUNS_KEY);
    expect(await openRuns(ledger)).toEqual(ids.slice(1));
    expect(await ledger.head(OPEN_RUNS_KEY)).toBeDefined();
  });

  test('has a run before it is running, so that none is left out by a crash in between', async () => {
    const { ledger, start } = made();
    const states: boolean[] = [];
    const { put } = ledger;
    ledger.put = async (key, ...rest) => {
      if (key.endsWith('/state.json')) states.push((await openRuns(ledger)).includes(key.split('/')[1] ?? ''));
      return put(key, ...rest);
    };
    await start();
    expect(states).toEqual([true]);
  });

  test('gets a run back that is resumed', async () => {
    const { ledger, start, now } = made();
    const id = await start();
    await pauseRun(ledger, id, now);
    await dropOpenRuns(ledger, [id]);
    expect(await openRuns(ledger)).toEqual([]);
    await resumeRun(ledger, id, now);
    expect(await openRuns(ledger)).toEqual([id]);
  });

  test('keeps what others change at the same time', async () => {
    const { ledger, start } = made();
    const ids = await Promise.all(Array.from({ length: 8 }, start));
    await Promise.all([dropOpenRuns(ledger, ids.slice(0, 2)), dropOpenRuns(ledger, ids.slice(2, 4)), start()]);
    const open = await openRuns(ledger);
    expect(open).toHaveLength(5);
    expect(open).toEqual(expect.arrayContaining(ids.slice(4)));
  });

  test('is no run, and one that was edited is not believed', async () => {
    const { ledger, start, look } = made();
    const id = await start();
    expect((await Array.fromAsync(allRuns(ledger))).map(({ plan }) => plan.id)).toEqual([id]);
    await ledger.put(OPEN_RUNS_KEY, Buffer.from('{"v":1,"nonce":"","runs":["../../heads"]}'));
    await expect(look()).rejects.toThrow('not of its schema');
  });
});
