// When people are reminded of what waits for them, and what they are told then: numbers and case ids, and no key.

import { z } from 'zod';
import { Instant } from './records.ts';
import { CaseId, ENDED_STATES, WAITING_STATES } from './records-cases.ts';
import { REASONS } from './refusal.ts';

const Count = z.int().nonnegative();
export const Tier = z.enum(['H', 'M', 'L']);
const Audience = z.enum(['reviewers', 'leads']);

/** A case has waited for longer than a limit: told once for each limit. */
export const CaseWaiting = z.strictObject({
  type: z.literal('Case Waiting'),
  caseId: CaseId,
  state: z.enum(WAITING_STATES),
  reason: z.enum(REASONS),
  tier: Tier.nullable(),
  /** Since when it is quarantined. */
  since: Instant,
  limitHours: z.int().positive(),
  to: Audience,
  at: Instant,
});
export type CaseWaiting = z.infer<typeof CaseWaiting>;

export const MAX_ENDING = 20;

/** What a day of reviewing came to, and what waits at its end. */
export const ReviewDigest = z.strictObject({
  type: z.literal('Review Digest'),
  from: Instant,
  opened: Count,
  ended: z.partialRecord(z.enum(ENDED_STATES), Count),
  waiting: z.partialRecord(z.enum(REASONS), Count),
  oldest: Instant.nullable(),
  /** Entries of the allow-list that end within two weeks, by their cases, what ends first at the top; twenty at most. */
  ending: z.array(z.strictObject({ caseId: CaseId, expiresAt: Instant })).max(MAX_ENDING),
  /** There is more than was counted. */
  isMore: z.boolean(),
  at: Instant,
});
export type ReviewDigest = z.infer<typeof ReviewDigest>;

const Limit = z.strictObject({
  hours: z.int().min(1).max(8760).describe('since it was quarantined'),
  to: Audience.describe('whom the message is for'),
  reasons: z.array(z.enum(REASONS)).min(1).optional().describe('of these alone; of all when absent'),
  tiers: z.array(Tier).min(1).optional().describe('the same of the gravest finding'),
});
export type Limit = z.infer<typeof Limit>;

/** A day, three days for those who lead; what a malware engine recognised waits for four hours. */
export const Reminders = z.strictObject({
  limits: z
    .array(Limit)
    .max(20)
    .default([
      { hours: 24, to: 'reviewers' },
      { hours: 72, to: 'leads' },
      { hours: 4, to: 'leads', reasons: ['malware'] },
    ])
    .describe('for how long a case may wait before people are told so, once for each limit (`docs/review.md`)'),
  digestHour: z
    .int()
    .min(0)
    .max(23)
    .nullable()
    .default(6)
    .describe('from this hour on (UTC) the digest of the day before is told; null: never'),
});
export type Reminders = z.infer<typeof Reminders>;

/** Each is written once, when it was told, and holds nothing. */
export const remindedPrefix = (sinceMs: number) => `reminders/${new Date(sinceMs).toISOString().slice(0, 10)}/`;
export const remindedKey = (sinceMs: number, caseId: string, { hours, to }: Limit) =>
  `${remindedPrefix(sinceMs)}${caseId}.${hours}.${to}`;
export const digestKey = (at: Date) => `reminders/digests/${at.toISOString().slice(0, 10)}.json`;
