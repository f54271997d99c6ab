import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../lib/core/policy.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import { type OnRecord, policyEffect } from '../../lib/report/policy-effect.ts';
import { knownCarriers } from '../../lib/tools.ts';

const known = new Map(knownCarriers().map((carrier) => [carrier.id, carrier]));
type File = { readonly rules?: object; readonly settings?: object };
const policyOf = ({ rules = {}, settings }: File) => readPolicy({ version: 1, rules, ...(settings && { settings }) });

type Row = {
  readonly shows: string;
  readonly document: OnRecord;
  readonly before?: File;
  readonly after: File;
  readonly expected: object;
};

const published = (
  carriers: Readonly<Record<string, 'removed' | 'kept'>>,
  format: string | null = 'docx',
): OnRecord => ({
  ...{ outcome: 'published', reason: null, format },
  carriers: Object.entries(carriers).map(([carrier, action]) => ({ carrier, action })),
});
const held = (
  reason: Reason,
  carriers: readonly string[],
  format = 'xlsx',
  removed: readonly string[] = [],
): OnRecord => ({
  ...{ outcome: 'quarantined', reason, format },
  carriers: [
    ...carriers.map((carrier) => ({ carrier, action: 'quarantined' as const })),
    ...removed.map((carrier) => ({ carrier, action: 'removed' as const })),
  ],
});

const COMMENT = { 'docx.comment': 'removed' } as const;
const CONVERT = { settings: { legacyFormats: 'convert' } };
const rows: readonly Row[] = [
  {
    shows: 'nothing that concerns it',
    document: published(COMMENT),
    after: { rules: { 'xlsx.*': 'quarantine' } },
    expected: { effect: 'same' },
  },
  {
    shows: 'what was removed in it holding it back',
    document: published(COMMENT),
    after: { rules: { 'docx.comment': 'quarantine' } },
    expected: {
      ...{ effect: 'quarantined', reason: 'hidden-content' },
      moved: [{ carrier: 'docx.comment', from: 'remove', to: 'quarantine' }],
    },
  },
  {
    shows: 'what was removed in it being kept: its result has to be made anew',
    document: published(COMMENT),
    after: { rules: { 'docx.comment': 'keep' } },
    expected: { effect: 'changed' },
  },
  {
    shows: 'what was removed being flattened, which a record does not tell apart',
    document: published({ 'pdf.annotation.comment': 'removed' }, 'pdf'),
    after: { rules: { 'pdf.annotation.comment': 'flatten' } },
    expected: { effect: 'changed' },
  },
  {
    shows: 'what an older policy kept being kept again',
    document: published({ 'docx.comment': 'kept' }),
    after: { rules: { 'docx.comment': 'keep' } },
    expected: { effect: 'same' },
  },
  {
    shows: 'one thing held back, another kept: looking into more hides nothing',
    document: published({ ...COMMENT, 'docx.core.creator': 'removed' }),
    after: { rules: { 'docx.comment': 'quarantine', 'docx.core.creator': 'keep' } },
    expected: { effect: 'quarantined' },
  },
  {
    shows: 'one thing held back, another removed that was kept: the first may stand inside the second',
    document: published({ ...COMMENT, 'docx.core.creator': 'kept' }),
    before: { rules: { 'docx.core.creator': 'keep' } },
    after: { rules: { 'docx.comment': 'quarantine' } },
    expected: { effect: 'changed' },
  },
  {
    shows: 'what it was held back for being removed: there may be more behind it',
    document: held('hidden-content', ['xlsx.sheet.hidden']),
    after: { rules: { 'xlsx.sheet.hidden': 'remove' } },
    expected: { effect: 'may-pass', reason: 'hidden-content' },
  },
  {
    shows: 'one of two things it was held back for being kept',
    document: held('hidden-content', ['xlsx.sheet.hidden', 'xlsx.row.hidden']),
    after: { rules: { 'xlsx.sheet.hidden': 'keep' } },
    expected: { effect: 'same' },
  },
  {
    shows: 'one of two things it was held back for being removed, perhaps with the other inside',
    document: held('hidden-content', ['xlsx.sheet.hidden', 'xlsx.row.hidden']),
    after: { rules: { 'xlsx.sheet.hidden': 'remove' } },
    expected: { effect: 'unknown', why: 'may-be-inside' },
  },
  {
    shows: 'rules, where it could not be proven clean',
    document: held('unverified', [], 'docx', ['docx.comment']),
    after: { rules: { 'docx.comment': 'keep' } },
    expected: { effect: 'unknown', why: 'other-reason' },
  },
  {
    shows: 'rules that do not concern it, where it could not be proven clean',
    document: held('unverified', [], 'docx', ['docx.comment']),
    after: { rules: { 'xlsx.*': 'keep' } },
    expected: { effect: 'same' },
  },
  ...(['malware', 'encrypted', 'not-scanned'] as const).map(
    (reason): Row => ({
      shows: `anything, where it is held back as ${reason}`,
      document: held(reason, ['xlsx.sheet.hidden', 'of.another.release']),
      after: { rules: { 'xlsx.sheet.hidden': 'keep' }, ...CONVERT },
      expected: { effect: 'same' },
    }),
  ),
  {
    shows: 'old formats being converted, where it is held back as one',
    document: held('legacy-format', [], 'ole'),
    after: CONVERT,
    expected: { effect: 'may-pass', reason: 'legacy-format' },
  },
  {
    shows: 'old formats being converted, where it is damaged',
    document: held('malformed', [], 'ole'),
    after: CONVERT,
    expected: { effect: 'unknown', why: 'other-reason' },
  },
  {
    shows: 'old formats being converted no more, where it was',
    document: published({}, 'ole'),
    before: CONVERT,
    after: {},
    expected: { effect: 'quarantined', reason: 'legacy-format', moved: [] },
  },
  {
    shows: 'old formats being converted no more, where it is none',
    document: published({}, 'docx'),
    before: CONVERT,
    after: {},
    expected: { effect: 'same' },
  },
  {
    shows: 'old formats being converted no more, where the record does not say what it was',
    document: published({}, null),
    before: CONVERT,
    after: {},
    expected: { effect: 'unknown', why: 'format-unknown' },
  },
  {
    shows: 'anything, where a carrier in it is none of ours',
    document: published({ 'of.another.release': 'removed' }),
    after: { rules: { 'docx.comment': 'keep' } },
    expected: { effect: 'unknown', why: 'carrier-unknown' },
  },
  {
    shows: 'something certain, whatever else is in it',
    document: published({ ...COMMENT, 'of.another.release': 'removed' }),
    after: { rules: { 'docx.comment': 'quarantine' } },
    expected: { effect: 'quarantined' },
  },
];

const effect = (document: OnRecord, before: File, after: File) =>
  policyEffect(document, {
    ...{ before: policyOf(before), after: policyOf(after), known },
    convertible: new Set(['ole']),
  });

describe('of one document, another policy with', () => {
  for (const { shows, document, before = {}, after, expected } of rows)
    test(shows, () => {
      for (const { carrier } of document.carriers)
        expect(known.has(carrier) || carrier === 'of.another.release', carrier).toBe(true);
      expect(effect(document, before, after)).toMatchObject(expected);
      // The control: the policy in force changes nothing, unless something is none of ours.
      const same = effect(document, before, before);
      expect(['same', 'carrier-unknown']).toContain('why' in same ? same.why : same.effect);
    });
});
