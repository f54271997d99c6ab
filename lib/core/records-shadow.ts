// What shadow mode knows of one key: what would have become of the version that staging holds. It is no verdict that
// anything acts on: promote and reconcile never read it.

import { z } from 'zod';
import { FindingRecord, Instant, Key, Output, PolicyHash, ScannerRecord, Sha256, Source } from './records.ts';
import { REASONS } from './refusal.ts';

/** `shadow/<hash of the key>.json` in the ledger, by compare-and-swap: the newest version that was judged aside. */
export const ShadowRecord = z.strictObject({
  v: z.literal(1),
  key: Key,
  nonce: z.string(),
  src: Source,
  outcome: z.enum(['published', 'quarantined']),
  /** Of the bytes that were judged; null where they were too large to be read. */
  input: Sha256.nullable(),
  /** What would stand in public; null where it would be held back. */
  out: Output.omit({ etag: true }).extend({ bytes: z.int().nonnegative() }).nullable(),
  reason: z.enum(REASONS).nullable(),
  detail: z.string().nullable(),
  format: z.string().nullable(),
  mediaType: z.string().nullable(),
  findings: z.array(FindingRecord),
  scanner: ScannerRecord,
  definitions: z.int().nonnegative().optional(),
  policy: PolicyHash,
  version: z.string(),
  at: Instant,
});
export type ShadowRecord = z.infer<typeof ShadowRecord>;
