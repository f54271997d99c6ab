// What programs send and are sent: schemas/api-*.json.

import { z } from 'zod';
import { MAX_MASKED, MAX_MASKED_LENGTH } from '../core/evidence.ts';
import { Case, FindingRecord } from '../core/records.ts';
import { CASE_STATES, CaseEntry, CaseId, Review, ReviewText, Rules } from '../core/records-cases.ts';
import { CaseRow, PastRow } from '../review/row.ts';

/** What a program may do at most, by its roles. */
export const PROGRAM_DEEDS = [
  'request-release',
  'withdraw',
  'reject',
  'reopen',
  'rerun',
  'assign',
  'comment',
  'hold',
] as const;
const ProgramDeed = z.enum(PROGRAM_DEEDS);

const Text = z.string().trim().pipe(ReviewText);
/** Says what would be done, and does nothing. */
const dryRun = z.boolean().default(false);
const HOURS = 720;

export const ApiOrder = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('request-release'),
    reason: Text,
    /** Of the `rules` that the case is answered with. */
    rules: Rules,
    /** How long the release may take to happen. */
    hours: z.int().min(1).max(HOURS).default(24),
    dryRun,
  }),
  z.strictObject({ what: z.enum(['withdraw', 'reject', 'reopen', 'rerun', 'hold']), reason: Text, dryRun }),
  z.strictObject({
    what: z.literal('assign'),
    /** `me`, `nobody`, or somebody as lists name them. */
    to: z.union([z.enum(['me', 'nobody']), z.string().regex(/^(?:oidc|aws|local):[^\p{C}]{1,280}$/u)]),
    dryRun,
  }),
  z.strictObject({ what: z.literal('comment'), text: Text, dryRun }),
]);
export type ApiOrder = z.infer<typeof ApiOrder>;

export const ApiCases = z.strictObject({
  v: z.literal(1),
  cases: z.array(CaseRow),
  /** Cases whose record was edited or is damaged. */
  unreadable: z.array(CaseId),
  /** What `after` of the next page is; null at the end. */
  next: z.string().nullable(),
});
export type ApiCases = z.infer<typeof ApiCases>;

export const ApiCase = z.strictObject({
  v: z.literal(1),
  evidence: Case,
  review: Review.omit({ nonce: true }),
  /** The last two hundred entries. */
  timeline: z.array(CaseEntry),
  /** How many there are before these. */
  earlier: z.int().nonnegative(),
  /** Of findings in metadata: the beginnings of words, never a value. */
  masked: z.array(
    z.strictObject({
      ...FindingRecord.pick({ carrier: true, at: true }).shape,
      values: z.array(z.string().max(MAX_MASKED_LENGTH)).max(MAX_MASKED),
    }),
  ),
  past: PastRow,
  /** What can be waived of what holds it back. */
  rules: z.array(z.string()),
  /** What this program could do now. */
  possible: z.array(ProgramDeed),
});
export type ApiCase = z.infer<typeof ApiCase>;

export const ApiDone = z.strictObject({
  v: z.literal(1),
  caseId: CaseId,
  what: ProgramDeed,
  /** False for a dry run: it would be. */
  done: z.boolean(),
  state: z.enum(CASE_STATES),
  request: z.uuid().nullable(),
});
export type ApiDone = z.infer<typeof ApiDone>;
