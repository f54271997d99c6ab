// What a recovery of the ledger leaves in it: what the audit trail says of each key, and how far the recovery is.

import { z } from 'zod';
import { headKey, Instant, Key, PolicyHash, Sha256 } from './records.ts';
import { Order } from './records-take-downs.ts';

/** A public name as the trail tells of it: the last promotion under it, and the last removal where there was one. */
export const FormerName = z.strictObject({
  publicKey: Key,
  sha256: Sha256,
  mediaType: z.string(),
  versionId: z.string(),
  policy: PolicyHash,
  version: z.string(),
  at: Instant,
  removedAt: Instant.optional(),
  /** It was public before us: nobody stages it, and nobody's delete removes it. */
  inPlace: z.literal(true).optional(),
});
export type FormerName = z.infer<typeof FormerName>;

/** `recovery/keys/<hash of key>.json`: what the trail says of one staging key. */
export const Past = z.strictObject({
  v: z.literal(1),
  key: Key,
  nonce: z.string(),
  names: z.array(FormerName),
  ordered: Order.optional(),
  ended: Order.optional(),
});
export type Past = z.infer<typeof Past>;

export const REBUILT = ['take-down', 'head', 'claim', 'case', 'name', 'evidence'] as const;
export type Rebuilt = (typeof REBUILT)[number];
export const UNSURE = ['entry', 'record', 'changed', 'no-case', 'no-order'] as const;
/** What a recovery could not rebuild; lib/recovery/report.ts says what each means. */
export type Unsure = (typeof UNSURE)[number];

export const PASSES = ['trail', 'old-trail', 'claims', 'keys', 'cases', 'heads', 'formers', 'edge', 'staging'] as const;
export type Pass = (typeof PASSES)[number];

const Counts = z.partialRecord(z.enum(REBUILT), z.int().positive());

/** `recovery/state.json`: where the recovery stands, what it rebuilt, and what it could not. */
export const Recovery = z.strictObject({
  v: z.literal(1),
  nonce: z.string(),
  startedAt: Instant,
  /** Undefined at the end. */
  position: z.strictObject({ pass: z.enum(PASSES), after: z.string().optional() }).optional(),
  endedAt: Instant.optional(),
  looked: z.int().nonnegative(),
  rebuilt: Counts,
  unsure: z.array(
    z.strictObject({
      what: z.enum(UNSURE),
      count: z.int().positive(),
      /** Some of the keys, of whatever bucket it is. */
      keys: z.array(z.string()),
    }),
  ),
});
export type Recovery = z.infer<typeof Recovery>;

export const RECOVERY_STATE_KEY = 'recovery/state.json';
export const PASTS = 'recovery/keys/';
export const pastKey = (key: string) => headKey(key).replace(/^heads\//, PASTS);
