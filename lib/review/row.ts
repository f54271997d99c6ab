import { z } from 'zod';
import { tierOf } from '../core/case-index.ts';
import { Instant, Key, Sha256 } from '../core/records.ts';
import { CASE_STATES, CaseId, Principal } from '../core/records-cases.ts';
import { REASONS } from '../core/refusal.ts';
import type { ReviewedCase } from './cases.ts';
import type { Past } from './past.ts';

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

const Other = CaseRow.pick({ caseId: true, key: true, state: true });

/** What is on record beside a case: whether its document was ever public, its other cases, what its release published. */
export const PastRow = z.strictObject({
  /** Now; null while that is being changed. */
  isPublic: z.boolean().nullable(),
  /** Before anything was on record. */
  wasThere: z.boolean(),
  stretches: z.array(
    z.strictObject({
      from: Instant,
      to: Instant.nullable(),
      /** Of this very version. */
      isThis: z.boolean(),
    }),
  ),
  others: z.array(Other),
  /** The same bytes under other names. */
  twins: z.array(Other),
  released: z.array(z.strictObject({ key: Key, at: Instant, isPublic: z.boolean().nullable() })),
});

export function pastRow({ isPublic, wasThere, stretches, others, twins, released }: Past): z.infer<typeof PastRow> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const row = ({ evidence: { caseId, key }, review: { state } }: ReviewedCase) => ({ caseId, key, state });
  return {
    ...{ isPublic: isPublic ?? null, wasThere },
    stretches: stretches.map(({ fromMs, toMs, isThis }) => ({
      from: iso(fromMs),
      to: toMs === undefined ? null : iso(toMs),
      isThis,
    })),
    others: others.map(row),
    twins: twins.map(row),
    released: released.map(({ key, atMs, isPublic }) => ({ key, at: iso(atMs), isPublic: isPublic ?? null })),
  };
}
