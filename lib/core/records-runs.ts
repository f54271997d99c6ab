// What stands in the ledger under `runs/<id>/`: a plan that is never changed, shards of keys that are written before
// any of them is sent, a state by compare-and-swap, and results. Counts come from distinct (shard, n) of the results,
// never from the depth of a queue.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Instant, Key, PolicyHash, Rescan, RunId, Sha256 } from './records.ts';
import { REASONS } from './refusal.ts';

/** Every shard has this many entries, the last one as many or fewer. */
export const SHARD_SIZE = 1000;

const Count = z.int().nonnegative();

/** Which objects a run is about. Two runs of the same scope are about the same objects, as far as a listing can say. */
export const Scope = z.strictObject({
  of: z.enum(['staging', 'public']),
  prefix: z.string(),
  keys: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('listing') }),
    z.strictObject({ by: z.literal('list'), sha256: Sha256 }),
    z.strictObject({ by: z.literal('inventory'), bucket: z.string(), manifest: Key, sha256: Sha256 }),
    /** Documents that were held back for this reason (null: for any) when the run was planned. */
    z.strictObject({ by: z.literal('cases'), reason: z.enum(REASONS).nullable() }),
  ]),
});
export type Scope = z.infer<typeof Scope>;

/** When the planner holds back, and when it stops and asks. */
export const RunLimits = z.strictObject({
  /** Messages of the run's lane that are not done. */
  maxBacklog: z.int().positive(),
  maxLiveWaiting: Count,
  maxLiveAgeMs: Count,
  maxDeadLetters: Count,
  /** Shares of what was judged since the run was last let go on. */
  maxQuarantined: z.number().min(0).max(1),
  maxFailed: z.number().min(0).max(1),
  /** Of one day (UTC); null: no limit. */
  dayMessages: z.int().positive().nullable(),
  dayBytes: z.int().positive().nullable(),
});
export type RunLimits = z.infer<typeof RunLimits>;

/** `plan.json`, written once. */
export const RunPlan = z.strictObject({
  v: z.literal(1),
  id: RunId,
  mode: z.enum(['audit', 'enforce']),
  scope: Scope,
  policy: PolicyHash,
  version: z.string(),
  by: z.string(),
  at: Instant,
  limits: RunLimits,
  /** The audit of the same scope that an enforcing run relies on; null where it was forced, or is an audit itself. */
  audit: RunId.nullable(),
  force: z.boolean(),
  /** What is settled is scanned again. */
  rescan: Rescan.optional(),
});
export type RunPlan = z.infer<typeof RunPlan>;

export const RUN_STATES = ['planning', 'running', 'paused', 'stopped', 'done'] as const;

/** `state.json`, by compare-and-swap. */
export const RunState = z.strictObject({
  v: z.literal(1),
  id: RunId,
  nonce: z.string(),
  state: z.enum(RUN_STATES),
  /** Why it is paused, or what it waits for at the moment; null: it goes on. */
  why: z.string().nullable(),
  /** The next entry to send, and where in the source the entries behind the last shard begin (null: at its start). */
  cursor: z.strictObject({ shard: Count, at: Count, position: z.string().nullable() }),
  /** Entries sent; once each, whatever was sent again after a crash. */
  sent: Count,
  /** How many entries there are in all; null while the source has not come to its end. */
  entries: Count.nullable(),
  perMinute: z.int().positive().nullable(),
  /** In place of what the plan says of a day, once somebody changed it. */
  perDay: z.strictObject({ messages: z.int().positive().nullable(), bytes: z.int().positive().nullable() }).optional(),
  minute: z.strictObject({ from: Instant, messages: Count }),
  day: z.strictObject({ date: z.iso.date(), messages: Count, bytes: Count }),
  /** What had been reported when the run was last let go on: shares count from there. */
  since: z.strictObject({ judged: Count, quarantined: Count, reported: Count, failed: Count }),
  /** The last time that results were seen to come, how many there were, and how often missing ones were asked for again. */
  progress: z.strictObject({ reported: Count, at: Instant, resends: Count }),
  /** What the world was last told of it (`Replay Progress`). */
  told: z.strictObject({ state: z.enum(RUN_STATES), step: Count }).optional(),
  startedAt: Instant,
  at: Instant,
});
export type RunState = z.infer<typeof RunState>;

/** `open.json`, by compare-and-swap: the runs that are not over, or that the world has not been told the end of. */
export const OpenRuns = z.strictObject({ v: z.literal(1), nonce: z.string(), runs: z.array(RunId) });
export type OpenRuns = z.infer<typeof OpenRuns>;
export const OPEN_RUNS_KEY = 'runs/open.json';

/** The first line of `shards/<n>.jsonl`; the entries follow, one a line. Written once. */
export const ShardHead = z.strictObject({
  v: z.literal(1),
  run: RunId,
  shard: Count,
  count: Count,
  /** Where in the source the next shard begins. */
  position: z.string().nullable(),
  isLast: z.boolean(),
});
export type ShardHead = z.infer<typeof ShardHead>;

export const ShardEntry = z.strictObject({ key: Key, bytes: Count.optional() });
export type ShardEntry = z.infer<typeof ShardEntry>;

/**
 * published: it was, or in an audit would be · quarantined: likewise · skipped: the record says that it is done, or the
 * live lane has it · gone: nothing is there (any more), or it was taken down · failed: it could not be judged.
 */
export const RUN_OUTCOMES = ['published', 'quarantined', 'gone', 'skipped', 'failed'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

const RUN_REASONS = [...REASONS, 'done', 'changing', 'dead-letter', 'other-policy', 'shadow', 'lost'] as const;

/** One line of `results/<shard>/<hash>.jsonl`. It names no key: the shard does. */
export const RunResult = z.strictObject({
  v: z.literal(1),
  run: RunId,
  shard: Count,
  n: Count,
  outcome: z.enum(RUN_OUTCOMES),
  reason: z.enum(RUN_REASONS).nullable(),
  format: z.string().nullable(),
  carriers: z.array(
    z.strictObject({
      carrier: z.string(),
      tier: z.enum(['H', 'M', 'L']),
      action: z.enum(['removed', 'kept', 'quarantined']),
      count: z.int().positive(),
    }),
  ),
  bytes: Count.nullable(),
  modifiedAt: Instant.nullable(),
  /** Whether the bytes were judged for this run, or scanned again, or the ledger spoke for them. */
  by: z.enum(['judge', 'scan', 'record']).nullable(),
});
export type RunResult = z.infer<typeof RunResult>;

const Counts = z.record(z.string(), Count);

/** What the results of a run come to. */
export const Tally = z.strictObject({
  reported: Count,
  bytes: Count,
  outcomes: Counts,
  reasons: Counts,
  formats: Counts,
  /** Documents with findings of a carrier and action ('pdf.info.author removed'). */
  carriers: Counts,
  /** Judged anew or scanned again, rather than known from records. */
  judged: Count,
});
export type Tally = z.infer<typeof Tally>;

/** `progress.json`, by compare-and-swap: the sum of the shards that are complete. It can be made anew from the results. */
export const RunProgress = z.strictObject({
  v: z.literal(1),
  id: RunId,
  nonce: z.string(),
  /** All shards below are in the sum. */
  through: Count,
  /** And these, further on. */
  ahead: z.array(Count),
  tally: Tally,
});
export type RunProgress = z.infer<typeof RunProgress>;

const eightDigits = (n: number) => String(n).padStart(8, '0');
export const planKey = (id: string) => `runs/${id}/plan.json`;
export const stateKey = (id: string) => `runs/${id}/state.json`;
export const progressKey = (id: string) => `runs/${id}/progress.json`;
export const shardKey = (id: string, shard: number) => `runs/${id}/shards/${eightDigits(shard)}.jsonl`;
export const resultsPrefix = (id: string) => `runs/${id}/results/`;
export const resultsFolder = (id: string, shard: number) => `${resultsPrefix(id)}${eightDigits(shard)}`;

/** The second at which the run was planned. */
export function plannedAt(id: string): Date {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id) ?? [];
  return new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

/** Equal for runs of the same scope under the same policy. */
export function scopeHash({ of, prefix, keys }: Scope, policy: string): string {
  return createHash('sha256')
    .update(JSON.stringify([of, prefix, ...namesOf(keys), policy]))
    .digest('hex');
}

function namesOf(keys: Scope['keys']): readonly (string | null)[] {
  switch (keys.by) {
    case 'listing':
      return [keys.by];
    case 'list':
    case 'inventory':
      return [keys.by, keys.sha256];
    case 'cases':
      return [keys.by, keys.reason];
  }
}
