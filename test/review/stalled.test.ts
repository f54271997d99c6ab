// People and workers who stall between two steps, and go on when others have: what they saw is so no longer.

import { describe, expect, test } from 'vitest';
import { readHead, recordIn } from '../../lib/core/ledger.ts';
import { ReviewWord, wordKey } from '../../lib/core/records-cases.ts';
import { type ObjectStore, PreconditionFailed } from '../../lib/core/store.ts';
import { actOn, refreshed, settling } from '../../lib/review/act.ts';
import { readCase, timelineOf } from '../../lib/review/cases.ts';
import { listCases } from '../../lib/review/list.ts';
import { verifyTrail } from '../../lib/review/verify-trail.ts';
import { ada, FAR, grace, type ReviewRig, RULES, reviewRig } from '../support/review-rig.ts';

const KEY = 'a.txt';

async function waiver({ stores }: ReviewRig): Promise<ReviewWord['waiver'] | undefined> {
  const found = await stores.ledger.get(wordKey(KEY));
  return found && recordIn(found.body, ReviewWord).waiver;
}

/** The ledger, at whose next reading of a word something happens first. */
function beforeWord(ledger: ObjectStore, meanwhile: () => Promise<unknown>): ObjectStore {
  let isOver = false;
  return {
    ...ledger,
    async get(key, ...rest) {
      if (!isOver && key === wordKey(KEY)) {
        isOver = true;
        await meanwhile();
      }
      return ledger.get(key, ...rest);
    },
  };
}

describe('whoever saw a case before', () => {
  test('it was approved takes no waiver away', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    const approve = () => made.act(grace, caseId, { what: 'approve', request, reason: null });
    await refreshed({ ...made.places, ledger: beforeWord(made.places.ledger, approve) }, caseId);
    expect(await waiver(made)).toMatchObject({ caseId, approvedBy: grace.principal });
    await made.drain();
    expect(await made.published()).toEqual({ [KEY]: 'BAD ONE' });
  });

  test('its document was replaced leaves no waiver behind, though the word was looked at before', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    let words = 0;
    const ledger: ObjectStore = {
      ...made.places.ledger,
      async put(key, ...rest) {
        if (key === wordKey(KEY) && words === 0) {
          words += 1;
          await made.put(KEY, 'bad two');
          await made.drain();
          // It has ended, and there is no word of it to be taken back.
          expect((await refreshed(made.places, caseId))?.review.state).toBe('superseded');
        }
        return made.places.ledger.put(key, ...rest);
      },
    };
    await actOn({ ...made.places, ledger }, grace, caseId, { what: 'approve', request, reason: null });
    expect([words, await waiver(made)]).toEqual([1, null]);
    await made.put(KEY, 'bad one');
    await made.drain();
    expect(await made.published()).toEqual({});
  });

  test('its release was withdrawn brings no waiver back', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    const withdraw = () => made.act(ada, caseId, { what: 'withdraw', reason: 'no' });
    let words = 0;
    // The approver stalls before the word that follows is written; the word is read once before that, when nothing follows.
    const ledger: ObjectStore = {
      ...made.places.ledger,
      async get(key, ...rest) {
        const isApproved = (await readCase(made.stores.ledger, caseId))?.review.state === 'approved';
        if (key === wordKey(KEY) && isApproved && words === 0) {
          words += 1;
          await withdraw();
        }
        return made.places.ledger.get(key, ...rest);
      },
    };
    await actOn({ ...made.places, ledger }, grace, caseId, { what: 'approve', request, reason: null });
    expect([words, await waiver(made)]).toEqual([1, null]);
    await made.drain();
    expect(await made.published()).toEqual({});
    expect((await refreshed(made.places, caseId))?.review.state).toBe('open');
  });
});

test('a case is in a list, though somebody stalled before they took away the mark that is its own again', async () => {
  const made = reviewRig();
  const caseId = await made.quarantined();
  const { ledger } = made.places;
  for (const stallsAt of ['before', 'after'] as const) {
    let isOver = false;
    const goOn = async (key: string) => {
      if (isOver || !key.startsWith('case-index/open/')) return;
      isOver = true;
      await made.act(ada, caseId, { what: 'withdraw', reason: 'no' });
    };
    const remove: ObjectStore['remove'] = async (key) => {
      if (stallsAt === 'before') await goOn(key);
      await ledger.remove(key);
      if (stallsAt === 'after') await goOn(key);
    };
    const expiresAt = '2027-01-01T00:00:00.000Z';
    const asked = { what: 'request-release', reason: 'fine', rules: ['test.hidden'], expiresAt } as const;
    await actOn({ ...made.places, ledger: { ...ledger, remove } }, ada, caseId, asked);
    expect(isOver).toBe(true);
    const { rows } = await listCases(made.stores.ledger, {});
    expect(
      rows.map(({ review }) => review.state),
      stallsAt,
    ).toEqual(['open']);
  }
});

test('what was to be judged again is, though whoever asked died as soon as that was on record', async () => {
  const made = reviewRig();
  const caseId = await made.quarantined();
  const judged: string[] = [];
  Object.assign(made.sanitize, { onVerdict: () => judged.push('once') });
  const ledger: ObjectStore = {
    ...made.places.ledger,
    put: (key, ...rest) => {
      if (key.startsWith('reviews/') || key.startsWith('waivers/')) throw new Error('killed');
      return made.places.ledger.put(key, ...rest);
    },
  };
  const rerun = actOn({ ...made.places, ledger }, ada, caseId, { what: 'rerun', reason: 'the scanner works again' });
  await expect(rerun).rejects.toThrow('killed');
  await refreshed(made.places, caseId);
  await made.drain();
  expect(judged).toEqual(['once']);
});

test('a rerun that was judged, and not in the record, does not come back over an approval', async () => {
  const made = reviewRig();
  const first = await made.quarantined();
  const { ledger } = made.places;
  const put: ObjectStore['put'] = (key, ...rest) =>
    key.startsWith('reviews/') ? Promise.reject(new Error('killed')) : ledger.put(key, ...rest);
  const rerun = actOn({ ...made.places, ledger: { ...ledger, put } }, ada, first, { what: 'rerun', reason: 'mended' });
  await expect(rerun).rejects.toThrow('killed');
  await made.drain();
  const next = await made.quarantined('bad two');
  // The same word again, in view of which the new version was judged.
  const request = await made.ask(next);
  await made.act(grace, next, { what: 'approve', request, reason: null });
  await refreshed(made.places, first);
  await made.drain();
  expect(await made.published()).toEqual({ [KEY]: 'BAD TWO' });
});

describe('a case that somebody looks at before its head says so', () => {
  test('ends, is seen to hold its document back all the same, and is listed', async () => {
    const made = reviewRig();
    const first = await made.quarantined();
    const { ledger } = made.sanitize;
    let looked = '';
    const put: ObjectStore['put'] = async (key, ...rest) => {
      // The case of the new version is there, and the head speaks of the old one.
      if (key.startsWith('heads/') && looked === '') {
        for await (const { key: one } of made.stores.ledger.list('cases/'))
          if (!one.includes(first)) looked = one.split('/')[1] ?? '';
        const seen = await listCases(
          made.stores.ledger,
          {},
          settling(made.places, () => undefined),
        );
        expect(seen.rows.map(({ evidence }) => evidence.caseId)).toEqual([first]);
        expect((await readCase(made.stores.ledger, looked))?.review.state).toBe('superseded');
      }
      return ledger.put(key, ...rest);
    };
    Object.assign(made.sanitize, { ledger: { ...ledger, put } });
    await made.put(KEY, 'bad two');
    await made.drain();
    expect((await readHead(made.stores.ledger, KEY))?.caseId).toBe(looked);

    // Also for whoever may not write that down.
    const ids = (page: Awaited<ReturnType<typeof listCases>>) => page.rows.map(({ evidence }) => evidence.caseId);
    expect(ids(await listCases(made.stores.ledger, {}))).toEqual([looked]);
    expect(
      ids(
        await listCases(
          made.stores.ledger,
          {},
          settling(made.places, () => undefined),
        ),
      ),
    ).toEqual([looked]);
    expect((await refreshed(made.places, looked))?.review).toMatchObject({ state: 'open', ended: null });
    const what = (await timelineOf(made.stores.ledger, looked)).map(({ deed }) => deed.what);
    expect(what).toEqual(['superseded', 'resumed']);
    const places = { ledger: made.stores.ledger, audit: made.stores.ledger };
    expect(await verifyTrail(places, { trails: new Map() }, looked)).toBeUndefined();
    expect((await refreshed(made.places, first))?.review.ended).toMatchObject({ why: 'newer', caseId: looked });
  });
});

test.each([undefined, { owner: 'local:olga' }])(
  'what was withdrawn is not used while nobody can be told (%o)',
  async (allow) => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const order = { what: 'request-release', reason: 'a heading', rules: RULES, expiresAt: FAR } as const;
    const asked = await made.act(ada, caseId, { ...order, allow });
    const request = asked.done ? (asked.review.request?.id ?? '') : '';
    await made.act(grace, caseId, { what: 'approve', request, reason: null });
    const { notify } = made.places;
    Object.assign(made.places, { notify: () => Promise.reject(new Error('the topic does not answer')) });
    const withdraw = { what: 'withdraw', reason: 'it is a name' } as const;
    await expect(made.act(grace, caseId, withdraw)).rejects.toThrow('the topic does not answer');
    await made.put('b.txt', 'bad one');
    await made.drain();
    expect(await made.published()).toEqual({});
    // It is told, and on record, when whoever is told can be reached.
    Object.assign(made.places, { notify });
    expect((await refreshed(made.places, caseId))?.review.state).toBe('open');
    expect(made.told.at(-1)).toMatchObject({ what: 'withdraw', to: 'open' });
    await made.drain();
    expect(await made.published()).toEqual({});
  },
);

test('what was written by a request whose answer was lost is done, and once', async () => {
  const made = reviewRig();
  const caseId = await made.quarantined();
  const { audit } = made.places;
  const put: ObjectStore['put'] = async (...args) => {
    await audit.put(...args);
    // As the second of the two requests is answered that the client makes of one.
    throw new PreconditionFailed('another writer was first (412)');
  };
  const places = { ...made.places, audit: { ...audit, put } };
  expect(await actOn(places, ada, caseId, { what: 'comment', text: 'said once' })).toMatchObject({ done: true });
  expect(await actOn(places, ada, caseId, { what: 'reject', reason: 'no' })).toMatchObject({ done: true });
  expect((await timelineOf(audit, caseId)).map(({ deed }) => deed.what)).toEqual(['comment', 'reject']);
});
