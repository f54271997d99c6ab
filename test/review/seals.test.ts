import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toJson } from '../../lib/core/ledger.ts';
import { caseKey } from '../../lib/core/records.ts';
import { entryKey, reviewKey } from '../../lib/core/records-cases.ts';
import { Event } from '../../lib/core/records-events.ts';
import { type Seal, sealKey, sealToldKey, type TrailsSealed } from '../../lib/core/records-seals.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { readSeals, sealTrails } from '../../lib/review/seals.ts';
import { type TrailFault, verifyTrail, verifyTrails } from '../../lib/review/verify-trail.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { ada, grace, lin, type ReviewRig, reviewRig } from '../support/review-rig.ts';

const DAYS = ['2026-01-02', '2026-01-03', '2026-01-04'] as const;
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T12:00:00.000Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function sealing(made: ReviewRig, audit: ObjectStore) {
  const told: TrailsSealed[] = [];
  /** At two o'clock of that day, which it is from then on. */
  const seal = (day: string, notify = async (event: TrailsSealed) => void told.push(event)) => {
    vi.setSystemTime(`${day}T02:00:00.000Z`);
    return sealTrails({ ledger: made.stores.ledger, audit, notify, now: () => new Date() });
  };
  return { told, seal };
}

const bodyOf = async (store: ObjectStore, key: string) => (await store.get(key))?.body ?? Buffer.of();
const sealOf = async (audit: ObjectStore, day: string): Promise<Seal> =>
  JSON.parse(Buffer.from(await bodyOf(audit, sealKey(day))).toString());

/** Two cases with a trail each, sealed on the first day, and one of them gone on with and sealed on the second. */
async function sealed() {
  const audit = memoryStore();
  const made = reviewRig({ audit });
  const { told, seal } = sealing(made, audit);
  const [one, other] = [await made.quarantined('bad one', 'a.txt'), await made.quarantined('bad two', 'b.txt')];
  await made.act(ada, one, { what: 'comment', text: 'hm' });
  const before = await bodyOf(made.stores.ledger, reviewKey(one));
  await made.act(ada, one, { what: 'reject', reason: 'no' });
  await made.act(ada, other, { what: 'comment', text: 'hm' });
  await seal(DAYS[0]);
  vi.setSystemTime(`${DAYS[0]}T12:00:00.000Z`);
  await made.act(grace, one, { what: 'reopen', reason: 'yes' });
  await seal(DAYS[1]);
  const { ledger } = made.stores;
  const faults = async () => {
    const found: TrailFault[] = [];
    for await (const fault of verifyTrails({ ledger, audit }, await readSeals({ ledger, audit }))) found.push(fault);
    return found;
  };
  return { made, audit, ledger, told, seal, one, other, before, faults };
}

describe('the trails are sealed', () => {
  test('once a day: all of them at first, then those that went on, each seal holding the hash of the one before', async () => {
    const { audit, told, seal, one, other, faults } = await sealed();
    expect(await seal(DAYS[1])).toBeUndefined();
    const [first, second] = [await sealOf(audit, DAYS[0]), await sealOf(audit, DAYS[1])];
    expect(first).toMatchObject({ day: DAYS[0], prev: null });
    expect(first.trails.map(({ caseId, seq }) => [caseId, seq]).toSorted()).toEqual(
      [
        [one, 2],
        [other, 1],
      ].toSorted(),
    );
    expect(second.trails).toEqual([{ caseId: one, seq: 3, sha256: sha256(await bodyOf(audit, entryKey(one, 3))) }]);
    expect(second.prev).toBe(sha256(await bodyOf(audit, sealKey(DAYS[0]))));
    expect(told.map((event) => Event.parse(event))).toMatchObject([
      { type: 'Trails Sealed', day: DAYS[0], trails: 2, prev: null, sha256: second.prev },
      { day: DAYS[1], trails: 1, prev: second.prev },
    ]);
    expect(await faults()).toEqual([]);
  });

  test('and told by whoever looks next, where nobody could be told at first', async () => {
    const { audit, told, seal } = await sealed();
    await expect(seal(DAYS[2], async () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(told).toHaveLength(2);
    await seal(DAYS[2]);
    expect(told[2]).toMatchObject({ day: DAYS[2], sha256: sha256(await bodyOf(audit, sealKey(DAYS[2]))) });
    expect(await seal(DAYS[2])).toBeUndefined();
  });

  test('though a record of a review, or the last seal, was edited', async () => {
    const { audit, ledger, seal, one, faults } = await sealed();
    await ledger.put(reviewKey(one), Buffer.from('{}'));
    await audit.put(sealKey(DAYS[1]), Buffer.from('{}'));
    await seal(DAYS[2]);
    expect((await sealOf(audit, DAYS[2])).prev).toBe(sha256(Buffer.from('{}')));
    expect(await faults()).toEqual([
      { caseId: '-', seq: null, fault: 'seal', day: DAYS[1] },
      { caseId: one, seq: null, fault: 'review' },
    ]);
  });

  test('not before there is one', async () => {
    const audit = memoryStore();
    const { seal, told } = sealing(reviewRig({ audit }), audit);
    expect(await seal(DAYS[0])).toBeUndefined();
    expect([told, await audit.get(sealKey(DAYS[0]))]).toEqual([[], undefined]);
  });

  test('not anew where the last seal is listed and not there', async () => {
    const { audit, ledger } = await sealed();
    const fading = { ...audit, get: async () => undefined };
    const now = () => new Date(DAYS[2]);
    await expect(sealTrails({ ledger, audit: fading, notify: async () => {}, now })).rejects.toThrow('not there');
    expect(await audit.get(sealKey(DAYS[2]))).toBeUndefined();
  });

  test('with what went on after a seal by a clock that was ahead', async () => {
    const { made, audit, ledger, seal, one } = await sealed();
    vi.setSystemTime(`${DAYS[2]}T02:00:00.000Z`);
    await sealTrails({ ledger, audit, notify: async () => {}, now: () => new Date(`${DAYS[2]}T23:00:00.000Z`) });
    vi.setSystemTime(`${DAYS[2]}T12:00:00.000Z`);
    await made.act(ada, one, { what: 'comment', text: 'hm' });
    await seal('2026-01-05');
    expect((await sealOf(audit, '2026-01-05')).trails).toMatchObject([{ caseId: one, seq: 4 }]);
  });

  test('not for a day that ended while the trails were read, in which somebody may have sealed the next', async () => {
    const { audit, ledger, told, seal, faults } = await sealed();
    let isNext = false;
    const slow: ObjectStore = {
      ...ledger,
      async *list(...args) {
        yield* ledger.list(...args);
        if (isNext) return;
        isNext = true;
        await seal('2026-01-05');
      },
    };
    vi.setSystemTime(`${DAYS[2]}T23:59:00.000Z`);
    const late = { ledger: slow, audit, notify: async () => {}, now: () => new Date() };
    expect(await sealTrails(late)).toBeUndefined();
    expect(told.at(-1)).toMatchObject({ day: '2026-01-05', prev: sha256(await bodyOf(audit, sealKey(DAYS[1]))) });
    expect(await faults()).toEqual([]);
  });

  test('not again by a clock that was put back', async () => {
    const { seal, faults } = await sealed();
    expect(await seal('2026-01-01')).toBeUndefined();
    expect(await faults()).toEqual([]);
  });
});

describe('against its seal', () => {
  test('a trail that was shortened together with the record of its review is not whole; without seals it is', async () => {
    const { audit, ledger, one, before, faults } = await sealed();
    for (const seq of [3, 2]) await audit.remove(entryKey(one, seq));
    await ledger.put(reviewKey(one), before);
    const unsealed = { trails: new Map() };
    expect(await verifyTrail({ ledger, audit }, unsealed, one), 'a control').toBeUndefined();
    expect(await faults()).toEqual([{ caseId: one, seq: 2, fault: 'sealed' }]);
    expect(await verifyTrail({ ledger, audit }, await readSeals({ ledger, audit }), one)).toMatchObject({
      fault: 'sealed',
    });
  });

  test('nor one that was shortened and went on another way', async () => {
    const { made, audit, ledger, one, before, faults } = await sealed();
    for (const seq of [3, 2]) await audit.remove(entryKey(one, seq));
    await ledger.put(reviewKey(one), before);
    await made.act(ada, one, { what: 'comment', text: 'nothing happened' });
    await made.act(lin, one, { what: 'delete', reason: 'quite' });
    expect(await faults()).toEqual([{ caseId: one, seq: 2, fault: 'sealed' }]);
  });

  test('nor a case of which nothing is left', async () => {
    const { audit, ledger, other, faults } = await sealed();
    await audit.remove(entryKey(other, 1));
    for (const key of [reviewKey(other), caseKey(other)]) await ledger.remove(key);
    expect(await faults()).toEqual([{ caseId: other, seq: null, fault: 'evidence' }]);
  });

  const rows: readonly {
    readonly shows: string;
    readonly tamper: (audit: ObjectStore) => Promise<unknown>;
    readonly days: readonly string[];
  }[] = [
    {
      shows: 'says less',
      days: [DAYS[0], DAYS[1]],
      tamper: async (audit) => audit.put(sealKey(DAYS[0]), toJson({ ...(await sealOf(audit, DAYS[0])), trails: [] })),
    },
    {
      shows: 'says less, and is the last,',
      days: [DAYS[1]],
      tamper: async (audit) => audit.put(sealKey(DAYS[1]), toJson({ ...(await sealOf(audit, DAYS[1])), trails: [] })),
    },
    {
      shows: 'stands under another day',
      days: ['2026-01-05'],
      tamper: async (audit) => audit.put(sealKey('2026-01-05'), await bodyOf(audit, sealKey(DAYS[1]))),
    },
    { shows: 'is none', days: [DAYS[1]], tamper: (audit) => audit.put(sealKey(DAYS[1]), Buffer.from('no')) },
  ];
  test.each(rows)('a seal that $shows is named', async ({ tamper, days }) => {
    const { audit, faults } = await sealed();
    await tamper(audit);
    expect(await faults()).toEqual(days.map((day) => ({ caseId: '-', seq: null, fault: 'seal', day })));
  });

  test('a first seal that is gone is named, and so is the one after it, which follows from none', async () => {
    const { audit, faults } = await sealed();
    await audit.remove(sealKey(DAYS[0]));
    expect(await faults()).toEqual([DAYS[0], DAYS[1]].map((day) => ({ caseId: '-', seq: null, fault: 'seal', day })));
  });

  test('seals that are gone from the end are missed where they were told, and after two days where reviews went on', async () => {
    const { audit, ledger, seal, faults } = await sealed();
    await seal(DAYS[2]);
    const gone = DAYS.slice(1);
    for (const day of gone) await audit.remove(sealKey(day));
    expect(await faults()).toEqual(gone.map((day) => ({ caseId: '-', seq: null, fault: 'seal', day })));
    for (const day of gone) await ledger.remove(sealToldKey(day));
    expect(await faults()).toEqual([]);
    vi.setSystemTime('2026-01-06T02:00:00.000Z');
    expect(await faults()).toEqual([{ caseId: '-', seq: null, fault: 'unsealed', day: DAYS[0] }]);
  });

  test.each(['2027-01-03', 'zzz', '3'])(
    'one of %s, which is no day that it can be of, is named, and seals go on',
    async (day) => {
      const { made, audit, one, seal, faults } = await sealed();
      await audit.put(sealKey(day), toJson({ ...(await sealOf(audit, DAYS[1])), day, at: '2027-01-03T02:00:00.000Z' }));
      const named = { caseId: '-', seq: null, fault: 'seal', day };
      vi.setSystemTime('2026-01-06T12:00:00.000Z');
      await made.act(ada, one, { what: 'comment', text: 'hm' });
      vi.setSystemTime('2026-01-09T02:00:00.000Z');
      expect(await faults()).toEqual([named, { caseId: '-', seq: null, fault: 'unsealed', day: DAYS[1] }]);
      expect(await seal('2026-01-09')).toMatchObject({
        trails: 1,
        prev: sha256(await bodyOf(audit, sealKey(DAYS[1]))),
      });
      expect(await faults()).toEqual([named]);
    },
  );
});
