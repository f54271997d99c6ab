// What the canaries leave in the ledger: when each was last put that ended where it should.

import { z } from 'zod';
import { Instant } from './records.ts';

export const CANARY_NAMES = ['malware', 'place'] as const;
export type CanaryName = (typeof CANARY_NAMES)[number];

/** `canaries/state.json`, by compare-and-swap. */
export const CanaryRecord = z.strictObject({
  v: z.literal(1),
  nonce: z.string(),
  wellAt: z.strictObject({ malware: Instant.optional(), place: Instant.optional() }),
  at: Instant,
});
export type CanaryRecord = z.infer<typeof CanaryRecord>;

export const CANARY_STATE_KEY = 'canaries/state.json';
