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

export const CANARY_PREFIX = 'spoorloos-canary/';
export const isCanary = (key: string): boolean => key.startsWith(CANARY_PREFIX);
/** The test virus, which is held back each time, and its bytes: those of the EICAR test file. */
export const VIRUS_CANARY = {
  key: `${CANARY_PREFIX}malware.txt`,
  sha256: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
} as const;

export const CANARY_STATE_KEY = 'canaries/state.json';
