// What `policy diff` says of all documents together: how many go which way, because of which carriers, and of how many it
// cannot be known.

import { z } from 'zod';
import { Instant, PolicyHash } from '../core/records.ts';
import { REASONS } from '../core/refusal.ts';

export const EFFECTS = ['quarantined', 'changed', 'may-pass', 'unknown', 'same'] as const;
export type EffectName = (typeof EFFECTS)[number];

const Count = z.int().nonnegative();
const Action = z.enum(['remove', 'keep', 'flatten', 'quarantine']);
const Moved = z.strictObject({ carrier: z.string(), from: Action, to: Action });
/** Of the records that cannot be read, so many are named. */
export const MAX_RECORDS = 20;

/** What `policy diff --json` prints. */
export const PolicyDiff = z.strictObject({
  v: z.literal(1),
  at: Instant,
  before: PolicyHash,
  after: PolicyHash,
  /** The ledger's records, or the results of this run. */
  source: z.string(),
  prefix: z.string(),
  /** Documents that are published or held back, and what there is beside them. */
  documents: Count,
  published: Count,
  quarantined: Count,
  gone: Count,
  /** Of the documents: judged under another policy than `before`, or by another release than this one. */
  older: Count,
  /** Whether the whole source was gone through. */
  isWhole: z.boolean(),
  effects: z.record(z.string(), z.strictObject({ documents: Count, older: Count })),
  /** Documents by what would be treated otherwise in them. A document with two carriers counts for both. */
  carriers: z.array(Moved.extend({ effect: z.enum(EFFECTS), documents: Count })),
  /** quarantined: the reason they would get · may-pass: the reason they are held back for. */
  reasons: z.array(z.strictObject({ effect: z.enum(EFFECTS), reason: z.enum(REASONS), documents: Count })),
  /** Why it cannot be known, of how many. */
  unknown: z.record(z.string(), Count),
  /** Earlier versions, public while a newer one is held back, that would be withdrawn. */
  withdrawn: Count,
  /** Records that cannot be read: the first of them. */
  unreadable: z.array(z.string()).max(MAX_RECORDS),
  /** The first documents of each effect. The key is masked where it was not asked for on a terminal. */
  examples: z.array(
    z.strictObject({
      effect: z.enum(EFFECTS),
      document: z.string(),
      record: z.string(),
      why: z.string().nullable(),
      moved: z.array(Moved),
    }),
  ),
});
export type PolicyDiff = z.infer<typeof PolicyDiff>;
