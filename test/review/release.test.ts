import { describe, expect, test } from 'vitest';
import { auditOn } from '../../lib/core/audit.ts';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { readHead, readRecord } from '../../lib/core/ledger.ts';
import { readPolicy, waiving } from '../../lib/core/policy.ts';
import { refreshed } from '../../lib/review/act.ts';
import { listCases } from '../../lib/review/list.ts';
import { takeDownOn } from '../../lib/take-down.ts';
import { ada, firstPromotion, grace, lin, type ReviewRig, RULES, reviewRig } from '../support/review-rig.ts';
import { takeDownRig } from '../support/take-down-rig.ts';

/** What review and the pipeline take for now. */
function at(made: ReviewRig, iso: string): void {
  const now = () => new Date(iso);
  for (const places of [made.places, made.sanitize, made.promote]) Object.assign(places, { now });
}

async function approved(made: ReviewRig, text = 'bad one', rules?: readonly string[]): Promise<string> {
  const caseId = await made.quarantined(text);
  const request = await made.ask(caseId, ada, rules);
  const acted = await made.act(grace, caseId, { what: 'approve', request, reason: null });
  if (!acted.done) throw new Error(`an approval was refused: ${acted.refused}`);
  return caseId;
}
const stateOf = async (made: ReviewRig, caseId: string) => (await refreshed(made.places, caseId))?.review.state;

describe('a document whose release was approved', () => {
  test('is judged again without the waived rule, published, told and on record', async () => {
    const made = reviewRig();
    const caseId = await approved(made);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE' });
    const head = await readHead(made.stores.ledger, 'a.txt');
    expect(head?.state).toBe('DONE');
    const record = await readRecord(made.stores.ledger, head?.work ?? '');
    expect(record?.waived).toMatchObject([{ caseId, rules: RULES }]);
    expect(record?.findings).toMatchObject([{ carrier: 'test.hidden', action: 'kept' }]);
    expect(made.events.map(({ type }) => type)).toEqual([
      'Document Quarantined',
      'Document Promoted',
      'Document Released',
    ]);
    expect(made.events.at(-1)).toMatchObject({
      ...{ caseId, waiver: record?.waived?.[0]?.id, rules: RULES, reason: 'hidden-content' },
    });
    expect(await stateOf(made, caseId)).toBe('released');
    const told: unknown[] = [];
    for await (const { key } of made.stores.ledger.list('audit/'))
      told.push(JSON.parse(Buffer.from((await made.stores.ledger.get(key))?.body ?? '').toString()));
    expect(told).toContainEqual(made.events.at(-1));
  });

  test('stays public after its waiver has expired, and is not looked at again', async () => {
    const made = reviewRig();
    await approved(made);
    await made.drain();
    at(made, '2028-01-01T00:00:00.000Z');
    expect(await reconcileOn(made.sanitize, 'a.txt')).toBe('settled');
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE' });
  });

  test('is quarantined again under other terms after that, in a new case that says whose successor it is', async () => {
    const made = reviewRig();
    const caseId = await approved(made);
    await made.drain();
    await refreshed(made.places, caseId);
    at(made, '2028-01-01T00:00:00.000Z');
    Object.assign(made.sanitize, { terms: { ...made.sanitize.terms, version: '9.9.9' } });
    await reconcileOn(made.sanitize, 'a.txt');
    await made.drain();
    expect(await made.published()).toEqual({});
    const { rows } = await listCases(made.stores.ledger, {});
    expect(rows.map(({ evidence }) => [evidence.follows, evidence.caseId === caseId])).toEqual([[caseId, false]]);
    expect(await stateOf(made, caseId)).toBe('released');
  });
});

test('who asks what would become of a released document under other terms hears that it would be published', async () => {
  const made = reviewRig();
  await approved(made);
  await made.drain();
  const { judge } = made.sanitize;
  const terms = { ...made.sanitize.terms, version: '9.9.9' };
  const places = () => ({ ...made.stores, judge, now: made.sanitize.now, terms, maxInputBytes: 1000 });
  const asked = async () => (await auditOn(places(), { of: 'staging', key: 'a.txt' })).outcome;
  expect(await asked()).toBe('published');
  at(made, '2028-01-01T00:00:00.000Z');
  expect(await asked()).toBe('quarantined');
});

describe('a release is not carried out', () => {
  test('where something is found that was not waived: a new case says what', async () => {
    const made = reviewRig();
    const caseId = await approved(made, 'bad worse', ['test.hidden']);
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await stateOf(made, caseId)).toBe('superseded');
    const { rows } = await listCases(made.stores.ledger, {});
    expect(rows).toMatchObject([{ evidence: { follows: caseId, waived: [{ caseId }] } }]);
    expect(rows[0]?.evidence.findings).toMatchObject([
      { carrier: 'test.hidden', action: 'kept' },
      { carrier: 'test.worse', action: 'quarantined' },
    ]);
  });

  test('where its waiver expires before a queued run takes it up', async () => {
    const made = reviewRig();
    const caseId = await approved(made);
    at(made, '2028-01-01T00:00:00.000Z');
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await stateOf(made, caseId)).toBe('open');
  });

  test('where its waiver expires, or is withdrawn, before promote takes it up', async () => {
    for (const ending of ['expired', 'withdrawn'] as const) {
      const made = reviewRig();
      const caseId = await approved(made);
      expect(await reconcileOn(made.sanitize, 'a.txt')).toBe('promoting');
      const promoting = firstPromotion(made);
      if (ending === 'expired') at(made, '2028-01-01T00:00:00.000Z');
      else await made.act(ada, caseId, { what: 'withdraw', reason: 'no' });
      expect(await promoting()).toBe('again');
      await made.drain();
      expect(await made.published()).toEqual({});
      expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'QUARANTINED' });
    }
  });

  test('where its waiver ends between the last look at it and the write: that is undone', async () => {
    for (const ending of ['expired', 'withdrawn'] as const) {
      const made = reviewRig();
      const caseId = await approved(made);
      const { public: store } = made.promote;
      let ms = made.promote.now().getTime();
      const now = () => {
        ms += 1000;
        return new Date(ms);
      };
      for (const places of [made.places, made.sanitize, made.promote]) Object.assign(places, { now });
      const written: string[] = [];
      const put: typeof store.put = async (...args) => {
        written.push(args[0]);
        if (ending === 'expired') ms = Date.parse('2028-01-01T00:00:00.000Z');
        else await made.act(ada, caseId, { what: 'withdraw', reason: 'no' });
        return store.put(...args);
      };
      Object.assign(made.promote, { public: { ...store, put } });
      await made.drain();
      expect(written).toEqual(['a.txt']);
      expect(await made.published(), ending).toEqual({});
      expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'QUARANTINED' });
      // It was public for a moment, so that there is a new case.
      expect(await stateOf(made, caseId), ending).toBe('superseded');
      expect((await listCases(made.stores.ledger, {})).rows).toMatchObject([{ evidence: { follows: caseId } }]);
    }
  });

  test('where the document was replaced since: what is there now is judged like any other', async () => {
    const made = reviewRig();
    const caseId = await approved(made);
    await made.put('a.txt', 'bad two');
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await stateOf(made, caseId)).toBe('superseded');
    // The same bytes again are what was approved no longer: the waiver went with its case.
    await made.put('a.txt', 'bad one');
    await made.drain();
    expect(await made.published()).toEqual({});
  });

  test('where it was taken down meanwhile', async () => {
    const made = reviewRig();
    await approved(made);
    const { places } = takeDownRig();
    const { staging, ledger, audit, now, promoteQueue } = made.sanitize;
    await takeDownOn({ ...places, staging, ledger, audit, now, promoteQueue }, { key: 'a.txt', by: 'x', reason: 'x' });
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'TAKEN_DOWN' });
  });
});

describe('what is judged again at somebody’s request', () => {
  test('keeps its case where the verdict is the same', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const judged: string[] = [];
    Object.assign(made.sanitize, { onVerdict: () => judged.push('once') });
    await made.act(ada, caseId, { what: 'rerun', reason: 'the scanner works again' });
    await made.drain();
    expect(judged).toEqual(['once']);
    expect(await stateOf(made, caseId)).toBe('open');
    expect((await listCases(made.stores.ledger, {})).rows).toHaveLength(1);
    await reconcileOn(made.sanitize, 'a.txt');
    expect(judged).toEqual(['once']);
  });

  test('is published where nothing holds it back any more, and its case ends', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const { judge } = made.sanitize;
    Object.assign(made.sanitize, { judge: () => judge(Buffer.from('good'), { name: 'a.txt' }) });
    await made.act(lin, caseId, { what: 'rerun', reason: 'mended' });
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'GOOD' });
    expect((await refreshed(made.places, caseId))?.review).toMatchObject({
      state: 'superseded',
      ended: { why: 'published' },
    });
  });
});

test('what is waived is kept where it would quarantine, and nothing else is changed', () => {
  const policy = readPolicy();
  const waived = waiving(policy, ['xlsx.sheet.hidden', 'pdf.info.author']);
  expect(policy.actionFor('xlsx.sheet.hidden')).toBe('quarantine');
  expect(waived.actionFor('xlsx.sheet.hidden')).toBe('keep');
  expect(waived.actionFor('pdf.info.author')).toBe(policy.actionFor('pdf.info.author'));
  expect(waived.actionFor('docx.hidden-text.unheard-of')).toBe(policy.actionFor('docx.hidden-text.unheard-of'));
  expect(waived.hash).toBe(policy.hash);
});
