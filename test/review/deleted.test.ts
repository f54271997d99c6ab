// An original that somebody had deleted stays deleted, though staging holds the document and it is judged again.

import { describe, expect, test } from 'vitest';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { readHead, recordIn } from '../../lib/core/ledger.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { Evidence, evidenceKey } from '../../lib/core/records-evidence.ts';
import { refreshed } from '../../lib/review/act.ts';
import { readCase } from '../../lib/review/cases.ts';
import { lin, type ReviewRig, reviewRig } from '../support/review-rig.ts';

const KEY = 'a.txt';

async function remains({ stores }: ReviewRig, caseId: string): Promise<{ payload: string; rows: number }> {
  const payload = await stores.quarantine.get(payloadKey(caseId));
  const evidence = await stores.ledger.get(evidenceKey(caseId));
  return {
    payload: Buffer.from(payload?.body ?? 'nothing at all').toString(),
    rows: evidence ? recordIn(evidence.body, Evidence).rows.length : 0,
  };
}

const remove = (made: ReviewRig, caseId: string) => made.act(lin, caseId, { what: 'delete', reason: 'a leak' });

/** By another release, which has to judge it. */
async function judgedAgain(made: ReviewRig): Promise<string | undefined> {
  Object.assign(made.sanitize, { terms: { ...made.sanitize.terms, version: '9.9.9' } });
  await reconcileOn(made.sanitize, KEY);
  await made.drain();
  return (await readHead(made.stores.ledger, KEY))?.caseId;
}

describe('an original that was deleted', () => {
  test.each([
    { shows: 'that was judged', text: 'bad one' },
    { shows: 'that was too large to be read', text: 'x'.repeat(1001) },
  ])('does not come back when it is judged again: one $shows', async ({ text }) => {
    const made = reviewRig();
    const caseId = await made.quarantined(text);
    const before = await made.stores.quarantine.head(payloadKey(caseId));
    expect((await remains(made, caseId)).payload).toBe(text);
    await remove(made, caseId);
    expect(await remains(made, caseId)).toEqual({ payload: '', rows: 0 });
    expect(await judgedAgain(made)).toBe(caseId);
    expect(await remains(made, caseId)).toEqual({ payload: '', rows: 0 });
    expect((await refreshed(made.places, caseId))?.review.state).toBe('deleted');
    expect(await made.stores.quarantine.get(payloadKey(caseId), before?.versionId)).toBeUndefined();
    expect((await made.stores.staging.get(KEY))?.body.length, 'nothing is lost').toBe(text.length);
  });

  test('does not come back by a worker that had judged it before, and stalled', async () => {
    const made = reviewRig();
    const { quarantine } = made.sanitize;
    let deleted = '';
    const put: typeof quarantine.put = async (...args) => {
      if (deleted === '') {
        deleted = 'by now';
        await reconcileOn(made.sanitize, KEY);
        deleted = (await readHead(made.stores.ledger, KEY))?.caseId ?? '';
        await remove(made, deleted);
      }
      return quarantine.put(...args);
    };
    Object.assign(made.sanitize, { quarantine: { ...quarantine, put } });
    await made.put(KEY, 'bad one');
    await made.drain();
    expect(deleted).toMatch(/^[0-9a-f]{32}$/);
    expect(await remains(made, deleted)).toEqual({ payload: '', rows: 0 });
  });

  test('is gone in all its versions whatever step of the deletion was the last before a crash', async () => {
    const steps = ['quarantine.put', 'quarantine.put done', 'quarantine.purge', 'quarantine.purge done', 'ledger.put'];
    for (const dies of steps) {
      let isOver = true;
      const made = reviewRig({
        fault(operation) {
          if (isOver || operation !== dies) return;
          isOver = true;
          throw new Error('killed');
        },
      });
      const caseId = await made.quarantined();
      const before = await made.stores.quarantine.head(payloadKey(caseId));
      isOver = false;
      await expect(remove(made, caseId), dies).rejects.toThrow('killed');
      // Whether it was on record by then, or has to be asked for again.
      await refreshed(made.places, caseId);
      await remove(made, caseId);
      expect(await remains(made, caseId), dies).toEqual({ payload: '', rows: 0 });
      expect(await made.stores.quarantine.get(payloadKey(caseId), before?.versionId), dies).toBeUndefined();
    }
  });

  test('is there again as the original of a new case, where the document is held back for another reason', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await remove(made, caseId);
    const { judge } = made.sanitize;
    Object.assign(made.sanitize, { judge: () => judge(Buffer.from('bad worse'), { name: KEY }) });
    const next = (await judgedAgain(made)) ?? '';
    expect(next).not.toBe(caseId);
    expect((await readCase(made.stores.ledger, next))?.evidence.follows).toBe(caseId);
    expect((await remains(made, next)).payload).toBe('bad one');
    expect((await remains(made, caseId)).payload).toBe('');
  });
});
