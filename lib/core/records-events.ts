// Everything that the world is told, through SNS and EventBridge (source `spoorloos`, detail-type `type`).

import { z } from 'zod';
import { DocumentEvent, Instant, RunId } from './records.ts';
import { CaseWaiting, ReviewDigest } from './records-reminders.ts';
import { RUN_OUTCOMES, RUN_STATES } from './records-runs.ts';

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

export const Event = z.discriminatedUnion('type', [
  ...DocumentEvent.options,
  ReplayProgress,
  CaseWaiting,
  ReviewDigest,
]);
export type Event = z.infer<typeof Event>;
