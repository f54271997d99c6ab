// One record that was edited, or a mark that somebody forged, keeps nobody from deciding about other cases, and nobody decides
// about what it says.

import { describe, expect, test } from 'vitest';
import { recordsIn, toJson, UnreadableRecord } from '../../lib/core/ledger.ts';
import { pastKeys } from '../../lib/core/past-index.ts';
import { caseKey, headKey } from '../../lib/core/records.ts';
import { type CaseEntry, entryKey, reviewKey } from '../../lib/core/records-cases.ts';
import { Refusal } from '../../lib/core/refusal.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { readWord } from '../../lib/core/waivers.ts';
import { refreshed } from '../../lib/review/act.ts';
import { timelineOf } from '../../lib/review/cases.ts';
import { listCases } from '../../lib/review/list.ts';
import { pastOf } from '../../lib/review/past.ts';
import { ada, FAR, grace, type ReviewRig, RULES, reviewRig } from '../support/review-rig.ts';

async function allow(made: ReviewRig, caseId: string): Promise<boolean> {
  const order = { what: 'request-release', reason: 'a heading', rules: RULES, expiresAt: FAR } as const;
  const asked = await made.act(ada, caseId, { ...order, allow: { owner: 'local:olga' } });
  const request = asked.done ? (asked.review.request?.id ?? '') : '';
  return (await made.act(grace, caseId, { what: 'approve', request, reason: null })).done;
}

async function seen(made: ReviewRig, caseId: string) {
  const found = await refreshed(made.places, caseId);
  if (!found) throw new Error('a case is gone');
  return found.evidence;
}

describe('the record of a case that was edited', () => {
  async function withOneEdited() {
    const made = reviewRig();
    const caseId = await made.quarantined('bad one', 'a.txt');
    const edited = await made.quarantined('bad one', 'b.txt');
    const third = await made.quarantined('bad one', 'c.txt');
    await made.stores.ledger.put(caseKey(edited), Buffer.from('{}'));
    return { made, caseId, third };
  }

  test('keeps no other document of the same bytes from being let through', async () => {
    const { made, caseId } = await withOneEdited();
    expect(await allow(made, caseId)).toBe(true);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE', 'c.txt': 'BAD ONE' });
  });

  test('is left out of what is on record beside others, which say that there is more', async () => {
    const { made, caseId, third } = await withOneEdited();
    const past = await pastOf(made.stores.ledger, await seen(made, caseId));
    expect(past.twins.map((one) => one.evidence.caseId)).toEqual([third]);
    expect(past.hasMore).toBe(true);
  });
});

test('a case of other bytes, marked as of these, is not judged again because of them', async () => {
  const made = reviewRig();
  const caseId = await made.quarantined();
  const other = await made.quarantined('bad two', 'b.txt');
  const { source } = await seen(made, caseId);
  for (const mark of pastKeys({ ...(await seen(made, other)), source }))
    await made.stores.ledger.put(mark, new Uint8Array());
  expect(await allow(made, caseId)).toBe(true);
  expect(await readWord(made.stores.ledger, 'b.txt')).toBeUndefined();
});

test.each<{ what: string; of: (caseId: string) => string; named: boolean }>([
  { what: 'case', of: caseKey, named: true },
  { what: 'review', of: reviewKey, named: true },
  // What is not known to have ended waits.
  { what: 'head', of: () => headKey('a.txt'), named: false },
])('a $what that is too large for a record hides no case', async ({ of, named }) => {
  const made = reviewRig();
  const large = await made.quarantined('bad one', 'a.txt');
  const other = await made.quarantined('bad two', 'b.txt');
  const { ledger } = made.stores;
  const get: typeof ledger.get = async (key, version) => {
    if (key === of(large)) throw new Refusal('limit', 'an object of 50000000 bytes, at most 8388608 are read');
    return ledger.get(key, version);
  };
  const { rows, unreadable } = await listCases(recordsIn({ ...ledger, get }), {});
  const shown = rows.map(({ evidence }) => evidence.caseId);
  expect([shown.toSorted(), unreadable]).toEqual(named ? [[other], [large]] : [[large, other].toSorted(), []]);
});

test.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-01-01T00:00:00.0000Z'])(
  'a case of %s is in lists like any other',
  async (at) => {
    const made = reviewRig();
    const { ledger } = made.stores;
    const caseId = await made.quarantined();
    await ledger.put(caseKey(caseId), toJson({ ...(await seen(made, caseId)), at }));
    await made.act(ada, caseId, { what: 'reject', reason: 'no' });
    const { rows } = await listCases(ledger, { states: ['rejected'] });
    expect(rows.map(({ evidence }) => evidence.caseId)).toEqual([caseId]);
    await made.act(grace, caseId, { what: 'reopen', reason: 'yes' });
    expect((await listCases(ledger, {})).rows).toHaveLength(1);
  },
);

describe('nothing follows', () => {
  test('from an approval when the evidence speaks of other bytes than those that somebody asked about', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    await made.put('b.txt', 'bad two');
    await made.drain();
    const evidence = await seen(made, caseId);
    const source = { ...evidence.source, sha256: sha256(Buffer.from('bad two')) };
    await made.stores.ledger.put(caseKey(caseId), toJson({ ...evidence, key: 'b.txt', source }));
    const approval = { what: 'approve', request, reason: null } as const;
    await expect(made.act(grace, caseId, approval)).rejects.toThrow(UnreadableRecord);
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await readWord(made.stores.ledger, 'b.txt')).toBeUndefined();
  });

  test.each<{ shows: string; edit: Partial<CaseEntry> }>([
    { shows: 'of another case', edit: { caseId: '0'.repeat(32) } },
    { shows: 'of another place in the trail', edit: { seq: 3 } },
    { shows: 'that does not follow from the one before', edit: { prev: '0'.repeat(64) } },
    { shows: 'from another state', edit: { from: 'approved' } },
  ])('from an entry $shows', async ({ edit }) => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await made.ask(caseId);
    const [first] = await timelineOf(made.places.audit, caseId);
    const { trail } = (await refreshed(made.places, caseId))?.review ?? {};
    const next = { ...first, seq: 2, prev: trail?.sha256, from: 'release-requested', to: 'rejected' } as const;
    const forged = { ...next, deed: { what: 'reject', reason: 'forged' }, ...edit };
    await made.places.audit.put(entryKey(caseId, 2), toJson(forged));
    await expect(refreshed(made.places, caseId)).rejects.toThrow(UnreadableRecord);
    // It is what was edited that is refused, and not the entry as such.
    await made.places.audit.put(entryKey(caseId, 2), toJson({ ...next, deed: forged.deed }));
    expect((await refreshed(made.places, caseId))?.review.state).toBe('rejected');
  });
});
