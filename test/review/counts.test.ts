import { describe, expect, test } from 'vitest';
import { caseOf } from '../../bench/cases/made.ts';
import { caseCounts } from '../../lib/review/counts.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

/** A ledger of so many cases, nine of ten of which wait, whose listings wait for `gate`; and a clock that is set by hand. */
async function slow(cases = 10) {
  const ledger = memoryStore();
  for (let n = 0; n < cases; n += 1) for (const { key, body } of caseOf(n, cases, 1)) await ledger.put(key, body);
  const made = { clockMs: 0, listings: 0, isDown: false, gate: Promise.resolve() };
  const counts = caseCounts(
    {
      async *list(...args) {
        made.listings += 1;
        await made.gate;
        if (made.isDown) throw new Error('no ledger today');
        yield* ledger.list(...args);
      },
    },
    { now: () => new Date(made.clockMs), clockMs: () => made.clockMs, patienceMs: 30 },
  );
  const total = async () => (await counts())?.counts.reduce((sum, { count }) => sum + count, 0);
  /** Has a count take so long. */
  const during = async (ms: number) => {
    const gate = Promise.withResolvers<void>();
    made.gate = gate.promise;
    const asked = total();
    made.clockMs += ms;
    gate.resolve();
    return asked;
  };
  return { ledger, made, counts, total, during };
}

describe('how many cases wait', () => {
  test('is counted anew for each page where they are few', async () => {
    const { ledger, total } = await slow();
    expect(await total()).toBe(9);
    for (const { key, body } of caseOf(11, 12, 1)) await ledger.put(key, body);
    expect(await total()).toBe(10);
  });

  test('is not waited for, and said as soon as it is known', async () => {
    const { made, total } = await slow();
    const gate = Promise.withResolvers<void>();
    made.gate = gate.promise;
    expect([await total(), await total()]).toEqual([undefined, undefined]);
    const { listings } = made;
    gate.resolve();
    expect(await total()).toBe(9);
    // Pages that come while it is being counted begin no count of their own.
    expect(made.listings).toBeLessThan(listings * 4);
  });

  test('is not counted again, where they are many, before twenty times as long has passed', async () => {
    const { made, total, during, counts } = await slow(1000);
    expect(await during(1000)).toBe(900);
    const { listings } = made;
    made.clockMs = 19_000;
    expect([await total(), made.listings]).toEqual([900, listings]);
    expect((await counts())?.atMs).toBe(0);
    made.clockMs = 21_000;
    expect(await total()).toBe(900);
    expect(made.listings).toBeGreaterThan(listings);
    expect((await counts())?.atMs).toBe(21_000);
  });

  test('is not known while the ledger is down, and is asked for again', async () => {
    const { made, total } = await slow();
    made.isDown = true;
    await expect(total()).rejects.toThrow('no ledger today');
    made.isDown = false;
    expect(await total()).toBe(9);
  });
});
