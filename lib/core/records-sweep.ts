// What a sweep leaves in the ledger: where it stands, and what it found amiss. The schemas are printed with the others.

import { z } from 'zod';

/** In the order of gravity; lib/sweep/amiss.ts says what each means. */
export const AMISS = [
  'changed',
  'unknown',
  'left-over',
  'not-removed',
  'unreadable',
  'missing',
  'unsettled',
  'stale',
] as const;
export type Amiss = (typeof AMISS)[number];

const Found = z.strictObject({
  amiss: z.enum(AMISS),
  count: z.int().positive(),
  /** For how many a reconcile was sent. */
  mending: z.int().nonnegative(),
  /** Some of the keys. */
  keys: z.array(z.string()),
});

/** `sweeps/state.json` while a sweep is under way, `sweeps/<startedAt>.json` when it has come to its end. */
export const SweepRecord = z.strictObject({
  v: z.literal(1),
  nonce: z.string(),
  startedAt: z.iso.datetime(),
  /** Undefined at the end. */
  position: z.strictObject({ pass: z.enum(['staging', 'public', 'heads']), after: z.string().optional() }).optional(),
  endedAt: z.iso.datetime().optional(),
  looked: z.int().nonnegative(),
  found: z.array(Found),
});
export type SweepRecord = z.infer<typeof SweepRecord>;

export const SWEEP_STATE_KEY = 'sweeps/state.json';
export const sweepKey = (startedAt: string) => `sweeps/${startedAt}.json`;
