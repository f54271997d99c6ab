import { describe, expect, test } from 'vitest';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { readHead, toJson } from '../../lib/core/ledger.ts';
import { Head, headKey } from '../../lib/core/records.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import type { Judge, Quarantined } from '../../lib/core/verdict.ts';
import { refreshed } from '../../lib/review/act.ts';
import { readCase } from '../../lib/review/cases.ts';
import { happened } from '../../lib/review/happened.ts';
import { listCases } from '../../lib/review/list.ts';
import { all } from '../support/pipeline-rig.ts';
import { ada, type ReviewRig, reviewRig } from '../support/review-rig.ts';

const KEY = 'a.txt';
const passes = reviewRig().sanitize.judge;

/** Of a release that comes to that: a reason to hold it back, with what was found, or nothing. */
function judging(made: ReviewRig, version: string, reason?: Reason, carriers: readonly string[] = []): void {
  const finding = { code: 'hidden-content', at: 'x', action: 'quarantined', tier: 'M', count: 1 } as const;
  const held = (reason: Reason): Quarantined => ({
    ...{ outcome: 'quarantined', reason, detail: 'x', format: 'txt', mediaType: 'text/plain', scanner: 'none' },
    findings: carriers.map((carrier) => ({ ...finding, carrier })),
  });
  const judge: Judge = async (_, options) => (reason ? held(reason) : passes(Buffer.from('good'), options));
  Object.assign(made.sanitize, { judge, terms: { ...made.sanitize.terms, version } });
}

function later(made: ReviewRig, hours: number): void {
  const at = new Date(made.sanitize.now().getTime() + hours * 3_600_000);
  for (const places of [made.places, made.sanitize, made.promote]) Object.assign(places, { now: () => at });
}

async function judged(made: ReviewRig): Promise<string> {
  later(made, 1);
  await reconcileOn(made.sanitize, KEY);
  await made.drain();
  return (await readHead(made.stores.ledger, KEY))?.caseId ?? '';
}

async function rows(made: ReviewRig, reason: Reason) {
  const { rows: found } = await listCases(made.stores.ledger, { reasons: [reason] });
  return found.map(({ evidence }) => evidence.caseId);
}

describe('a case says why its document is held back now', () => {
  test('malware that a later release recognised is no case of something else', async () => {
    const made = reviewRig();
    judging(made, '0.0.2', 'not-scanned');
    await made.put(KEY, 'x');
    await made.drain();
    const first = await judged(made);
    judging(made, '0.0.3', 'malware');
    const second = await judged(made);
    expect(second).not.toBe(first);
    expect(await rows(made, 'malware')).toEqual([second]);
    expect((await readCase(made.stores.ledger, second))?.evidence).toMatchObject({ reason: 'malware', follows: first });
    expect((await refreshed(made.places, first))?.review).toMatchObject({
      state: 'superseded',
      ended: { why: 'another-case', caseId: second },
    });
    expect(await rows(made, 'not-scanned')).toEqual([]);
    expect(made.events.map((event) => 'reason' in event && event.reason)).toEqual(['not-scanned', 'malware']);
    // And back: a third case, and no old one that nobody would see any more.
    judging(made, '0.0.4', 'not-scanned');
    const third = await judged(made);
    expect([first, second]).not.toContain(third);
    expect(await rows(made, 'not-scanned')).toEqual([third]);
  });

  test('what a release would have to waive is part of it', async () => {
    const made = reviewRig();
    judging(made, '0.0.2', 'hidden-content', ['test.hidden']);
    await made.put(KEY, 'x');
    await made.drain();
    const first = await judged(made);
    judging(made, '0.0.3', 'hidden-content', ['test.hidden', 'test.worse']);
    expect(await judged(made)).not.toBe(first);
  });

  test('a release that finds the same keeps the case, and what people did with it', async () => {
    const made = reviewRig();
    judging(made, '0.0.2', 'hidden-content', ['test.hidden']);
    const caseId = await made.quarantined('x');
    await made.act(ada, caseId, { what: 'comment', text: 'look at this' });
    judging(made, '0.0.3', 'hidden-content', ['test.hidden']);
    expect(await judged(made)).toBe(caseId);
    expect((await refreshed(made.places, caseId))?.review).toMatchObject({ state: 'open', comments: 1 });
  });

  test('what was published in between is not hidden behind the case that ended then', async () => {
    const made = reviewRig();
    judging(made, '0.0.2', 'malware');
    const first = await made.quarantined('x');
    judging(made, '0.0.3');
    await judged(made);
    expect((await refreshed(made.places, first))?.review).toMatchObject({ state: 'superseded' });
    judging(made, '0.0.4', 'malware');
    const second = await judged(made);
    expect(await rows(made, 'malware')).toEqual([second]);
    expect((await readCase(made.stores.ledger, second))?.evidence.follows).toBe(first);
    expect(await made.published()).toEqual({});
  });

  test('is one and the same for a sanitizer whose clock is behind, however often it dies', async () => {
    const made = reviewRig();
    judging(made, '0.0.2', 'malware');
    await made.quarantined('x');
    judging(made, '0.0.3');
    await judged(made);
    judging(made, '0.0.4', 'malware');
    const behind = new Date(made.sanitize.now().getTime() - 30 * 60_000);
    Object.assign(made.sanitize, { now: () => behind });
    const { ledger } = made.sanitize;
    const dying: typeof ledger.put = (key, ...rest) =>
      key.startsWith('heads/') ? Promise.reject(new Error('died')) : made.stores.ledger.put(key, ...rest);
    Object.assign(made.sanitize, { ledger: { ...made.stores.ledger, put: dying } });
    for (let died = 0; died < 8; died += 1) await expect(reconcileOn(made.sanitize, KEY)).rejects.toThrow('died');
    Object.assign(made.sanitize, { ledger });
    await reconcileOn(made.sanitize, KEY);
    await made.drain();
    expect(await made.published()).toEqual({});
    expect((await all(made.stores.ledger)).filter((key) => key.startsWith('cases/'))).toHaveLength(2);
  });

  test.each([['over what was held back', 'not-scanned'] as const, ['over what was published', undefined] as const])(
    'an attempt that died is made again under the same case, %s',
    async (_, before) => {
      const made = reviewRig();
      judging(made, '0.0.2', before);
      await made.put(KEY, 'x');
      await made.drain();
      await judged(made);
      judging(made, '0.0.3', 'malware');
      later(made, 1);
      const cases = async () => (await all(made.stores.ledger)).filter((key) => key.startsWith('cases/'));
      const known = await cases();
      // Each write of the ledger in turn is the last one before the end.
      const seen = new Set<string>();
      const { put } = made.sanitize.ledger;
      for (let died = 0; died < 4; died += 1) {
        let puts = 0;
        const dying: typeof put = (...args) => {
          puts += 1;
          if (puts > died) throw new Error('died');
          return put.apply(made.stores.ledger, args);
        };
        Object.assign(made.sanitize, { ledger: { ...made.stores.ledger, put: dying } });
        await reconcileOn(made.sanitize, KEY).catch(() => undefined);
        for (const key of await cases()) seen.add(key);
      }
      Object.assign(made.sanitize, { ledger: made.stores.ledger });
      await judged(made);
      expect((await cases()).length).toBe(known.length + 1);
      expect(seen.size).toBe(known.length + 1);
    },
  );
});

describe('what happened to the case of a document without an original', () => {
  const src = { versionId: 'p1', etag: '"p1"', size: 3 };
  const other = { versionId: 'p2', etag: '"p2"', size: 3 };
  const rowsOf = [
    { shows: 'nothing, while it is held', head: { src, caseId: 'own' }, said: undefined },
    { shows: 'it was cleaned', head: { src, out: true }, said: { why: 'published', caseId: null } },
    {
      shows: 'it is held as another',
      head: { src, caseId: 'b'.repeat(32) },
      said: { why: 'another-case', caseId: 'b'.repeat(32) },
    },
    {
      shows: 'something else was put there',
      head: { src: other, caseId: 'b'.repeat(32) },
      said: { why: 'newer', caseId: 'b'.repeat(32) },
    },
    {
      shows: 'something else was put there, and cleaned',
      head: { src: other, out: true },
      said: { why: 'newer', caseId: null },
    },
    {
      shows: 'nothing yet, where the head is from before it',
      head: { src: other, out: true },
      isBefore: true,
      said: undefined,
    },
    {
      shows: 'of an upload that is not staged any more',
      head: { src, caseId: 'b'.repeat(32) },
      staged: true,
      said: { why: 'removed', caseId: null },
    },
  ];
  test.each(rowsOf)('$shows', async ({ head, said, staged, isBefore }) => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const seen = await readCase(made.stores.ledger, caseId);
    if (!seen) throw new Error('there is no case');
    const { of: _, ...evidence } = { ...seen.evidence, source: { ...seen.evidence.source, ...src } };
    const next = Head.parse({
      ...{ v: 1, key: KEY, nonce: 'n', state: 'ADOPTED', policy: evidence.policy, version: evidence.version },
      ...{ src: head.src, at: isBefore ? '2025-01-01T00:00:00.000Z' : evidence.at },
      ...(head.out && { work: '0'.repeat(64), out: { key: KEY, sha256: '0'.repeat(64), mediaType: 'text/plain' } }),
      ...(head.caseId && { caseId: head.caseId === 'own' ? caseId : head.caseId, formers: [KEY], previous: 'kept' }),
    });
    await made.stores.ledger.put(headKey(KEY), toJson(next));
    const about = { ...seen, evidence: { ...evidence, ...(!staged && { of: 'public' as const }) } };
    expect(await happened(made.places, about)).toEqual(said && { what: 'superseded', ...said });
  });
});
