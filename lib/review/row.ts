import { z } from 'zod';
import { tierOf } from '../core/case-index.ts';
import { Instant, Key, Sha256 } from '../core/records.ts';
import { CASE_STATES, CaseId, Principal } from '../core/records-cases.ts';
import { REASONS } from '../core/refusal.ts';
import type { ReviewedCase } from './cases.ts';

/** What a list says of a case, to programs. */
export const CaseRow = z.strictObject({
  caseId: CaseId,
  key: Key,
  state: z.enum(CASE_STATES),
  reason: z.enum(REASONS),
  /** The gravest tier of what holds it back; null where no finding does. */
  tier: z.enum(['H', 'M', 'L']).nullable(),
  format: z.string().nullable(),
  bytes: z.int().nonnegative(),
  sha256: Sha256.nullable(),
  /** When it was held back. */
  at: Instant,
  /** Since when it is in that state. */
  since: Instant,
  assignee: Principal.nullable(),
  held: z.boolean(),
  comments: z.int().nonnegative(),
  /** The id of the request for its release that waits. */
  request: z.uuid().nullable(),
});
export type CaseRow = z.infer<typeof CaseRow>;

export function rowOf({ evidence, review }: ReviewedCase): CaseRow {
  const { caseId, key, reason, format, at, source } = evidence;
  const { state, since, assignee, hold, comments, request } = review;
  return {
    ...{ caseId, key, state, reason, tier: tierOf(evidence), format, bytes: source.size, sha256: source.sha256 },
    ...{ at, since, assignee, held: hold !== null, comments, request: request?.id ?? null },
  };
}
