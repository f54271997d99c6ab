// What stands in the ledger about take-downs. What holds is the head (TAKEN_DOWN); these say who ordered it, and why.

import { z } from 'zod';
import { denyIdOf } from './edge.ts';
import { headKey } from './records.ts';

const Key = z.string().min(1).max(1024);
const Instant = z.iso.datetime();

/** Who, why, when. The reason may speak of people: it stands here and in the audit trail, in no event and no log. */
export const Order = z.strictObject({
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(2000),
  at: Instant,
});
export type Order = z.infer<typeof Order>;

/** `takedowns/<hash of key>.json`: the latest take-down of one staging key, and its end where it has one. */
export const TakeDown = z.strictObject({
  v: z.literal(1),
  key: Key,
  nonce: z.string(),
  ordered: Order,
  ended: Order.optional(),
});
export type TakeDown = z.infer<typeof TakeDown>;

/** In the audit trail, before anything is done: each order, also one that was given again. */
export const TakeDownDecision = z.strictObject({
  type: z.enum(['Take-Down Ordered', 'Take-Down Ended']),
  key: Key,
  ...Order.shape,
});
export type TakeDownDecision = z.infer<typeof TakeDownDecision>;

/** `denied/<hash of public key>.json`: the edge's list where no CDN keeps one. */
export const Denied = z.strictObject({ v: z.literal(1), publicKey: Key, at: Instant });
export type Denied = z.infer<typeof Denied>;

export const takeDownKey = (key: string) => headKey(key).replace(/^heads\/../, 'takedowns');
export const deniedKey = (publicKey: string) => `denied/${denyIdOf(publicKey)}.json`;
