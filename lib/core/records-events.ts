// Everything that the world is told, through SNS and EventBridge (source `spoorloos`, detail-type `type`).

import { z } from 'zod';
import { DocumentEvent, Instant, RunId } from './records.ts';
import { CASE_STATES, CaseId, EndedBy } from './records-cases.ts';
import { CaseWaiting, ReviewDigest, Tier } from './records-reminders.ts';
import { RUN_OUTCOMES, RUN_STATES } from './records-runs.ts';
import { TrailsSealed } from './records-seals.ts';
import { REASONS } from './refusal.ts';

const Count = z.int().nonnegative();

/** How far a run is: at its start, at each tenth, and whenever its state changes. Counts, and no name of anything. */
export const ReplayProgress = z.strictObject({
  type: z.literal('Replay Progress'),
  run: RunId,
  mode: z.enum(['audit', 'enforce']),
  of: z.enum(['staging', 'public']),
  state: z.enum(RUN_STATES),
  /** Why it is paused, or what it waits for, as `replay status --json` says it. */
  why: z.string().nullable(),
  /** Null while the source has not come to its end. */
  entries: Count.nullable(),
  sent: Count,
  reported: Count,
  outcomes: z.partialRecord(z.enum(RUN_OUTCOMES), Count),
  at: Instant,
});
export type ReplayProgress = z.infer<typeof ReplayProgress>;

/**
 * What leads to another state of a case, but for the release (that is `Document Released`); and that an entry of the
 * allow-list ended, which leads to none.
 */
export const CHANGES = [
  'request-release',
  'withdraw',
  'lapsed',
  'approve',
  'reject',
  'reopen',
  'rerun',
  'delete',
  'superseded',
  'resumed',
  'revoke',
] as const;

/** The review of a case came to another state, or let less through than before. It names no document and nobody. */
export const CaseChanged = z.strictObject({
  type: z.literal('Case Changed'),
  caseId: CaseId,
  /** Of the entry of its trail. */
  seq: z.int().positive(),
  what: z.enum(CHANGES),
  from: z.enum(CASE_STATES),
  to: z.enum(CASE_STATES),
  /** Why it was superseded, and by which case where there is one. */
  why: EndedBy.nullable(),
  successor: CaseId.nullable(),
  /** Why, how grave and since when the document was quarantined. */
  reason: z.enum(REASONS),
  tier: Tier.nullable(),
  since: Instant,
  at: Instant,
});
export type CaseChanged = z.infer<typeof CaseChanged>;

export const Event = z.discriminatedUnion('type', [
  ...DocumentEvent.options,
  ReplayProgress,
  CaseChanged,
  TrailsSealed,
  CaseWaiting,
  ReviewDigest,
]);
export type Event = z.infer<typeof Event>;
