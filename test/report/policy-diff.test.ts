import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import { type Policy, type RuleAction, readPolicy } from '../../lib/core/policy.ts';
import { caseKey, headKey, verifyKey } from '../../lib/core/records.ts';
import { documentsOnRecord } from '../../lib/report/documents-on-record.ts';
import { type EffectName, PolicyDiff } from '../../lib/report/policy-diff.ts';
import { type DiffOptions, sumEffects } from '../../lib/report/sum-effects.ts';
import { knownCarriers } from '../../lib/tools.ts';
import type { Rig } from '../support/pipeline-rig.ts';
import { putInForce, ruledJudge, ruledRig } from '../support/ruled-rig.ts';

const known = new Map(knownCarriers().map((carrier) => [carrier.id, carrier]));
const policyOf = (rules: Readonly<Record<string, string>>, settings?: object) =>
  readPolicy({ version: 1, rules, ...(settings && { settings }) });
const USUAL = policyOf({});

async function diff(made: Rig, before: Policy, after: Policy, options: Partial<DiffOptions> = {}) {
  const sum = sumEffects({
    change: { before, after, known, convertible: new Set(['ole']) },
    ...{ release: '0.0.1', source: 'ledger', prefix: '', examples: 2, nameOf: (key) => key, ...options },
  });
  const effects = new Map<string, EffectName | 'gone'>();
  for await (const page of documentsOnRecord(made.stores.ledger, options.prefix ?? ''))
    for (const one of page) effects.set('key' in one ? one.key : one.record, sum.add(one));
  return { effects: Object.fromEntries(effects), diff: PolicyDiff.parse(sum.sum(new Date(0), true)) };
}

const DOCUMENTS = {
  'plain.docx': '',
  'commented.docx': 'docx.comment',
  'x/named.docx': 'docx.core.creator docx.comment',
  'hidden.docx': 'docx.shape.hidden',
  'crop.docx': 'docx.picture.crop docx.comment',
  'broken.docx': 'docx.comment broken',
};

describe('what another policy would change', () => {
  test('is counted by effect, carrier and reason', async () => {
    const made = await ruledRig(USUAL, DOCUMENTS);
    const after = policyOf({
      'docx.comment': 'quarantine',
      'docx.shape.hidden': 'remove',
      'docx.core.creator': 'keep',
    });
    const { effects, diff: found } = await diff(made, USUAL, after);
    expect(effects).toEqual({
      'plain.docx': 'same',
      'commented.docx': 'quarantined',
      'x/named.docx': 'quarantined',
      'hidden.docx': 'may-pass',
      'crop.docx': 'same',
      'broken.docx': 'unknown',
    });
    expect(found).toMatchObject({
      documents: 6,
      published: 3,
      quarantined: 3,
      older: 0,
      unknown: { 'other-reason': 1 },
    });
    expect(found.reasons).toEqual([
      { effect: 'quarantined', reason: 'hidden-content', documents: 2 },
      { effect: 'may-pass', reason: 'hidden-content', documents: 1 },
    ]);
    expect(found.carriers.slice(0, 2)).toEqual([
      { effect: 'quarantined', carrier: 'docx.comment', from: 'remove', to: 'quarantine', documents: 2 },
      { effect: 'quarantined', carrier: 'docx.core.creator', from: 'remove', to: 'keep', documents: 1 },
    ]);
    expect(found.examples.map(({ effect, document }) => `${effect} ${document}`).toSorted()).toEqual([
      'may-pass hidden.docx',
      'quarantined commented.docx',
      'quarantined x/named.docx',
      'unknown broken.docx',
    ]);
    // The control: against itself, nothing.
    const against = (await diff(made, USUAL, policyOf({ 'docx.comment': 'remove' }))).diff;
    expect(against.effects).toMatchObject({ same: { documents: 6 }, unknown: { documents: 0 } });
  });

  test('keeps to the prefix, and shows no more examples than asked for', async () => {
    const made = await ruledRig(USUAL, DOCUMENTS);
    const after = policyOf({ 'docx.comment': 'quarantine' });
    expect((await diff(made, USUAL, after, { prefix: 'x/' })).diff.documents).toBe(1);
    const { examples } = (await diff(made, USUAL, after, { examples: 1, nameOf: () => 'masked' })).diff;
    expect(examples.map(({ effect, document }) => [effect, document])).toEqual(
      [
        ['quarantined', 'masked'],
        ['unknown', 'masked'],
      ].filter(([effect]) => examples.some((example) => example.effect === effect)),
    );
    expect(JSON.stringify(examples)).not.toContain('.docx"');
  });

  test('tells apart what was judged under another policy or by another release', async () => {
    const made = await ruledRig(policyOf({ 'docx.core.creator': 'keep' }), { 'a.docx': 'docx.comment' });
    putInForce(made, USUAL, '0.0.0+qpdf-1');
    await made.put('b.docx', 'docx.comment');
    putInForce(made, USUAL, '0.0.1+qpdf-2');
    await made.put('c.docx', 'docx.comment');
    await made.drain();
    for (const [key, terms] of Object.entries({ 'b.docx': '0.0.0+qpdf-1', 'c.docx': '0.0.1+qpdf-2' })) {
      putInForce(made, USUAL, terms);
      await made.put(key, 'docx.comment docx.core.creator');
      await made.drain();
    }
    const { diff: found } = await diff(made, USUAL, policyOf({ 'docx.comment': 'quarantine' }));
    expect(found).toMatchObject({ documents: 3, older: 2, effects: { quarantined: { documents: 3, older: 2 } } });
  });

  test('is not asked of what is gone, and not known of what is in motion or has lost its record', async () => {
    const keys = ['gone', 'moving', 'lost', 'edited', 'edited head', 'held', 'fine'];
    const made = await ruledRig(USUAL, Object.fromEntries(keys.map((key) => [key, 'docx.comment'])));
    await made.put('held', 'docx.shape.hidden');
    await made.remove('gone');
    await made.drain();
    const { ledger } = made.stores;
    const [lost, edited, held] = await Promise.all(['lost', 'edited', 'held'].map((key) => readHead(ledger, key)));
    const moving = await readHead(ledger, 'moving');
    await ledger.remove(verifyKey(lost?.work ?? ''));
    await ledger.put(verifyKey(edited?.work ?? ''), Buffer.from('{"v":1}'));
    await ledger.put(caseKey(held?.caseId ?? ''), Buffer.from('['));
    await ledger.put(headKey('edited head'), Buffer.from('no JSON'));
    const { etag: _, ...head } = moving ?? { etag: '' };
    await ledger.put(headKey('moving'), Buffer.from(JSON.stringify({ ...head, state: 'PROMOTING' })));
    const { diff: found } = await diff(made, USUAL, policyOf({ 'docx.comment': 'keep' }));
    expect(found).toMatchObject({ documents: 1, gone: 1, effects: { changed: { documents: 1 } } });
    expect(found.unknown).toEqual({ 'in-motion': 1, 'record-missing': 1, 'record-unreadable': 3 });
    expect(found.unreadable.toSorted()).toEqual(
      [headKey('edited'), headKey('edited head'), headKey('held')].toSorted(),
    );
  });

  test('counts the earlier versions that would be withdrawn', async () => {
    const made = await ruledRig(USUAL, { 'a.docx': '', 'b.docx': '' });
    await made.put('a.docx', 'docx.shape.hidden');
    await made.drain();
    expect((await diff(made, USUAL, policyOf({}, { overwrite: 'withhold' }))).diff.withdrawn).toBe(1);
    expect((await diff(made, USUAL, policyOf({ 'docx.comment': 'keep' }))).diff.withdrawn).toBe(0);
  });

  test('is nothing of an empty ledger', async () => {
    const { diff: found } = await diff(await ruledRig(USUAL, {}), USUAL, policyOf({ 'docx.*': 'keep' }));
    expect(found).toMatchObject({ documents: 0, examples: [], carriers: [] });
  });

  test('is counted over pages, with the same few examples', { timeout: 60_000 }, async () => {
    const documents = Array.from({ length: 1300 }, (_, i) => [`${i}`, i % 2 ? 'docx.comment' : ''] as const);
    const made = await ruledRig(USUAL, Object.fromEntries(documents));
    const pages: number[] = [];
    for await (const page of documentsOnRecord(made.stores.ledger, '')) pages.push(page.length);
    expect(pages).toEqual([500, 500, 300]);
    const { diff: found } = await diff(made, USUAL, policyOf({ 'docx.comment': 'quarantine' }));
    expect(found.effects).toMatchObject({ quarantined: { documents: 650 }, same: { documents: 650 } });
    expect(found.examples).toHaveLength(2);
  });
});

// What judging under the new policy comes to, held against what was foretold.
describe('what is foretold from records', () => {
  const CARRIERS = ['docx.comment', 'docx.core.creator', 'docx.shape.hidden', 'docx.picture.crop'];
  const ACTIONS: readonly RuleAction[] = ['remove', 'keep', 'flatten', 'quarantine'];
  const rules = fc.dictionary(fc.constantFrom(...CARRIERS, 'docx.core.*'), fc.constantFrom(...ACTIONS), { maxKeys: 4 });
  const words = fc.uniqueArray(fc.constantFrom(...CARRIERS, 'broken'), { maxLength: 4 }).map((list) => list.join(' '));

  async function judged(policy: Policy, text: string) {
    const verdict = await ruledJudge(policy)(Buffer.from(text), { name: 'a.docx' });
    return verdict.outcome === 'published' ? Buffer.from(verdict.body).toString() : undefined;
  }

  /** What is wrong with the foretold effect, or nothing. */
  async function wrong(effect: EffectName | 'gone' | undefined, before: Policy, after: Policy, text: string) {
    const [was, is] = [await judged(before, text), await judged(after, text)];
    if (effect === 'quarantined') return was === undefined || is !== undefined;
    if (effect === 'same') return was !== is;
    if (effect === 'changed') return was === undefined || is === was;
    return effect === 'may-pass' ? was !== undefined : effect !== 'unknown';
  }

  test('comes true, whatever the policies and the documents', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(rules, rules, fc.array(words, { minLength: 3, maxLength: 6 }), async (one, other, texts) => {
        const [before, after] = [policyOf(one), policyOf(other)];
        const made = await ruledRig(before, Object.fromEntries(texts.map((text, i) => [`${i}`, text])));
        const { effects } = await diff(made, before, after);
        for (const [i, text] of texts.entries()) {
          const effect = effects[`${i}`] ?? 'gone';
          seen.set(effect, (seen.get(effect) ?? 0) + 1);
          expect(await wrong(effect, before, after, text), `${text} is ${effect}`).toBe(false);
        }
      }),
      { numRuns: 60, seed: 5 },
    );
    expect([...seen.keys()].toSorted()).toEqual(['changed', 'may-pass', 'quarantined', 'same', 'unknown']);
  });

  test('and a wrong prediction would be seen', async () => {
    const [before, after] = [USUAL, policyOf({ 'docx.comment': 'quarantine' })];
    expect(await wrong('same', before, after, 'docx.comment')).toBe(true);
    expect(await wrong('quarantined', before, after, 'docx.core.creator')).toBe(true);
    expect(await wrong('may-pass', before, after, 'docx.core.creator')).toBe(true);
  });
});
