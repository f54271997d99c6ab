// The seals of the trails, in the bucket of the audit trail: once a day, where the trails that went on since the last one
// stand. Each holds the hash of the one before, so that none can be taken out; what is told of one is kept by others.

import { z } from 'zod';
import { Instant, Sha256 } from './records.ts';
import { CaseId } from './records-cases.ts';

/** The last entry of a trail, and the hash of its bytes, which speaks for all before it. */
const SealedTrail = z.strictObject({ caseId: CaseId, seq: z.int().positive(), sha256: Sha256 });
export type SealedTrail = z.infer<typeof SealedTrail>;

/** `seals/<day>.json`, written once. */
export const Seal = z.strictObject({
  v: z.literal(1),
  day: z.iso.date(),
  /** Of the bytes of the seal before; null for the first. */
  prev: Sha256.nullable(),
  trails: z.array(SealedTrail),
  at: Instant,
});
export type Seal = z.infer<typeof Seal>;

/** Told so that somebody else has the hash: it names no case. */
export const TrailsSealed = z.strictObject({
  type: z.literal('Trails Sealed'),
  day: z.iso.date(),
  /** Of the bytes of the seal. */
  sha256: Sha256,
  prev: Sha256.nullable(),
  trails: z.int().nonnegative(),
  at: Instant,
});
export type TrailsSealed = z.infer<typeof TrailsSealed>;

export const SEALS = 'seals/';
export const sealKey = (day: string) => `${SEALS}${day}.json`;
/** In the ledger, once the seal of that day was told: its hash. */
export const sealToldKey = (day: string) => `reminders/seals/${day}`;
