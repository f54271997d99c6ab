import { describe, expect, test } from 'vitest';
import { headKey } from '../../lib/core/records.ts';
import { CHANGES, Event } from '../../lib/core/records-events.ts';
import { eventIdOf } from '../../lib/notify/event-id.ts';
import { actOn, refreshed } from '../../lib/review/act.ts';
import { changesTold } from '../../lib/review/told.ts';
import { ada, FAR, grace, lin, type ReviewRig, RULES, reviewRig } from '../support/review-rig.ts';

const KEY = 'jan-voorbeeld.txt';
const LONG = { since: new Date('2026-01-01'), until: new Date('2030-01-01') };

const approved = async (made: ReviewRig, caseId: string) => {
  const request = await made.ask(caseId);
  await made.act(grace, caseId, { what: 'approve', request, reason: 'Jan may' });
};
const rejected = (made: ReviewRig, caseId: string) => made.act(ada, caseId, { what: 'reject', reason: 'Jan may not' });

/** What each does, and what is told of it: `what from to`. */
const rows: readonly {
  readonly shows: string;
  readonly done: (made: ReviewRig, caseId: string) => Promise<unknown>;
  readonly told: readonly string[];
}[] = [
  {
    shows: 'a release that was asked for and approved, and told as a release once it is published',
    async done(made, caseId) {
      await approved(made, caseId);
      await made.drain();
      await refreshed(made.places, caseId);
    },
    told: ['request-release open release-requested', 'approve release-requested approved'],
  },
  {
    shows: 'a release that was withdrawn',
    async done(made, caseId) {
      await made.ask(caseId);
      await made.act(ada, caseId, { what: 'withdraw', reason: 'Jan called' });
    },
    told: ['request-release open release-requested', 'withdraw release-requested open'],
  },
  {
    shows: 'a waiver that lapsed unused',
    async done(made, caseId) {
      await approved(made, caseId);
      await refreshed({ ...made.places, now: () => new Date('2028-01-01') }, caseId);
    },
    told: ['request-release open release-requested', 'approve release-requested approved', 'lapsed approved open'],
  },
  {
    shows: 'a case that was rejected, and reopened',
    async done(made, caseId) {
      await rejected(made, caseId);
      await made.act(grace, caseId, { what: 'reopen', reason: 'Jan asked' });
    },
    told: ['reject open rejected', 'reopen rejected open'],
  },
  {
    shows: 'a rejected document that is to be judged again',
    async done(made, caseId) {
      await rejected(made, caseId);
      await made.act(ada, caseId, { what: 'rerun', reason: 'for Jan' });
    },
    told: ['reject open rejected', 'rerun rejected open'],
  },
  {
    shows: 'an original that was deleted',
    done: (made, caseId) => made.act(lin, caseId, { what: 'delete', reason: 'Jan asked' }),
    told: ['delete open deleted'],
  },
  {
    shows: 'a case that a newer version came over, once somebody looks',
    async done(made, caseId) {
      await made.put(KEY, 'good');
      await made.drain();
      await refreshed(made.places, caseId);
    },
    told: ['superseded open superseded'],
  },
  {
    shows: 'a case that was taken for ended, and holds its document back all the same',
    async done(made, caseId) {
      const head = await made.stores.ledger.get(headKey(KEY));
      await made.put(KEY, 'good');
      await made.drain();
      await refreshed(made.places, caseId);
      await made.stores.ledger.put(headKey(KEY), head?.body ?? Buffer.alloc(0));
      await refreshed(made.places, caseId);
    },
    told: ['superseded open superseded', 'resumed superseded open'],
  },
  {
    shows: 'an entry of the allow-list that was revoked',
    async done(made, caseId) {
      const allow = { owner: 'local:jan' };
      const order = { what: 'request-release', reason: 'for Jan', rules: RULES, expiresAt: FAR, allow } as const;
      const asked = await made.act(ada, caseId, order);
      const request = asked.done ? (asked.review.request?.id ?? '') : '';
      await made.act(grace, caseId, { what: 'approve', request, reason: null });
      await made.act(ada, caseId, { what: 'revoke', reason: 'Jan' });
    },
    told: ['request-release open release-requested', 'approve release-requested approved', 'revoke approved approved'],
  },
  {
    shows: 'nothing of what leads to no other state',
    async done(made, caseId) {
      await made.act(ada, caseId, { what: 'comment', text: 'Jan?' });
      await made.act(ada, caseId, { what: 'assign', to: 'local:jan' });
      await made.act(ada, caseId, { what: 'hold', reason: 'Jan' });
      await made.act(ada, caseId, { what: 'rerun', reason: 'for Jan' });
    },
    told: [],
  },
];

describe('the world is told of', () => {
  test.each(rows)('$shows', async ({ done, told }) => {
    const made = reviewRig();
    const caseId = await made.quarantined('bad one', KEY);
    await done(made, caseId);
    expect(made.told.map(({ what, from, to }) => `${what} ${from} ${to}`)).toEqual(told);
    for (const event of made.told) {
      expect(Event.parse(event)).toMatchObject({ caseId, reason: 'hidden-content', tier: 'M' });
      expect(JSON.stringify(event)).not.toMatch(/jan|local:|may/i);
    }
    // What the trail says is the same, however often it is read.
    const { ledger } = made.stores;
    expect(await changesTold({ ledger, audit: ledger }, LONG, () => expect.unreachable())).toEqual(made.told);
  });

  test('each change that there is', () => {
    const seen = rows.flatMap(({ told }) => told.map((one) => one.split(' ')[0]));
    expect(new Set(seen)).toEqual(new Set(CHANGES));
  });

  test('which case came over another', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined('bad one', KEY);
    const next = await made.quarantined('bad two', KEY);
    await refreshed(made.places, caseId);
    expect(made.told).toMatchObject([{ caseId, to: 'superseded', why: 'newer', successor: next }]);
  });

  test('no test document', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined('virus', 'spoorloos-canary/malware.txt');
    expect(await rejected(made, caseId)).toMatchObject({ done: true });
    expect(made.told).toEqual([]);
  });

  test('a change that could not be told at first, by whoever looks next, and twice with the same id', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined('bad one', KEY);
    const places = { ...made.places, notify: async () => Promise.reject(new Error('nobody answers')) };
    await expect(actOn(places, ada, caseId, { what: 'reject', reason: 'no' })).rejects.toThrow('nobody answers');
    await expect(refreshed(places, caseId)).rejects.toThrow('nobody answers');
    expect((await refreshed(made.places, caseId))?.review.state).toBe('rejected');
    await refreshed(made.places, caseId);
    expect(made.told).toMatchObject([{ what: 'reject' }]);
    const [event] = made.told;
    expect(event && eventIdOf(event)).toBe(event && eventIdOf({ ...event, at: '2027-01-01T00:00:00.000Z' }));
    expect(event && eventIdOf(event)).not.toBe(event && eventIdOf({ ...event, seq: 2 }));
  });
});

describe('what is read back', () => {
  const two = async () => {
    const made = reviewRig();
    const caseId = await made.quarantined('bad one', KEY);
    await rejected(made, caseId);
    await made.act(grace, caseId, { what: 'reopen', reason: 'Jan asked' });
    const { ledger } = made.stores;
    const read = async (period = LONG) => {
      const unreadable: string[] = [];
      const told = await changesTold({ ledger, audit: ledger }, period, (one) => unreadable.push(one));
      return { whats: told.map(({ what }) => what), unreadable };
    };
    return { made, caseId, ledger, read };
  };

  test('is of the period, both ends included', async () => {
    const { made, read } = await two();
    const [first, second] = made.told.map(({ at }) => new Date(at));
    if (!first || !second) return expect.unreachable();
    expect((await read({ since: first, until: first })).whats).toEqual(['reject']);
    expect((await read({ since: second, until: LONG.until })).whats).toEqual(['reopen']);
    expect((await read({ since: new Date(second.getTime() + 1), until: LONG.until })).whats).toEqual([]);
  });

  test.each([
    { shows: 'an entry', at: (caseId: string) => `trail/${caseId}/00000001.json`, left: ['reopen'] },
    { shows: 'the evidence', at: (caseId: string) => `cases/${caseId}/case.json`, left: [] },
  ])('names $shows that was edited', async ({ at, left }) => {
    const { caseId, ledger, read } = await two();
    await ledger.put(at(caseId), Buffer.from('{"v":1}'));
    expect(await read()).toEqual({ whats: left, unreadable: [at(caseId)] });
  });
});
