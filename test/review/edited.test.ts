// One record that was edited, or a mark that somebody forged, keeps nobody from deciding about other cases.

import { describe, expect, test } from 'vitest';
import { pastKeys } from '../../lib/core/past-index.ts';
import { caseKey } from '../../lib/core/records.ts';
import { readWord } from '../../lib/core/waivers.ts';
import { refreshed } from '../../lib/review/act.ts';
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
