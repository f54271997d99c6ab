import { createHash, randomBytes } from 'node:crypto';
import { type RunPlan, type RunState, SHARD_SIZE, scopeHash } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { addOpenRun } from './open-runs.ts';
import { allRuns, casState, RunError, writePlan, writeShard } from './records.ts';

export const DEFAULT_LIMITS: RunPlan['limits'] = {
  maxBacklog: 50_000,
  maxLiveWaiting: 1000,
  maxLiveAgeMs: 60_000,
  maxDeadLetters: 100,
  maxQuarantined: 0.5,
  maxFailed: 0.005,
  dayMessages: null,
  dayBytes: null,
};

export type RunRequest = Pick<RunPlan, 'mode' | 'scope' | 'policy' | 'version' | 'by' | 'limits' | 'force'> & {
  readonly perMinute: number | null;
  readonly rescan?: RunPlan['rescan'];
  /** The keys, where the scope is a list of them: written as shards at once, since nobody else has the list. */
  readonly keys?: readonly string[];
};

/** Plans a run. Rejects with RunError where it enforces what was never audited, and is not forced to. */
export async function startRun(ledger: ObjectStore, now: () => Date, request: RunRequest): Promise<RunPlan> {
  const { perMinute, keys, ...asked } = request;
  const { mode, scope, policy, force } = asked;
  const audit = mode === 'enforce' ? await finishedAudit(ledger, scopeHash(scope, policy)) : undefined;
  if (mode === 'enforce' && !audit && !force)
    throw new RunError('no audit of this scope under this policy has been finished');
  // What is cleaned in place has no original to scan, and a run that promised to scan it would skip what is done.
  if (mode === 'enforce' && scope.of === 'public' && asked.rescan)
    throw new RunError('what is public is scanned again by an audit; what that finds is for people to decide');
  const time = now();
  const id = runIdOf(time);
  const plan: RunPlan = { v: 1, id, ...asked, at: time.toISOString(), audit: audit ?? null };
  await writePlan(ledger, plan);
  // Before it can be running, or a crash in between would leave a run that nobody feeds.
  await addOpenRun(ledger, id);
  const at = time.toISOString();
  const state: RunState = {
    v: 1,
    id,
    nonce: '',
    state: keys ? 'planning' : 'running',
    why: null,
    cursor: { shard: 0, at: 0, position: null },
    sent: 0,
    entries: keys ? keys.length : null,
    perMinute,
    minute: { from: at, messages: 0 },
    day: { date: at.slice(0, 10), messages: 0, bytes: 0 },
    since: { judged: 0, quarantined: 0, reported: 0, failed: 0 },
    progress: { reported: 0, at, resends: 0 },
    startedAt: at,
    at,
  };
  const planning = await casState(ledger, null, state, time);
  if (!planning) throw new Error('two runs have one id');
  if (!keys) return plan;
  for (let shard = 0; shard * SHARD_SIZE < Math.max(1, keys.length); shard += 1) {
    const entries = keys.slice(shard * SHARD_SIZE, (shard + 1) * SHARD_SIZE).map((key) => ({ key }));
    const isLast = (shard + 1) * SHARD_SIZE >= keys.length;
    await writeShard(ledger, {
      head: { v: 1, run: id, shard, count: entries.length, position: null, isLast },
      entries,
    });
  }
  if (!(await casState(ledger, planning.etag, { ...planning, state: 'running' }, now())))
    throw new RunError('the run was changed before it was planned');
  return plan;
}

async function finishedAudit(ledger: ObjectStore, hash: string): Promise<string | undefined> {
  let latest: string | undefined;
  for await (const { plan, state } of allRuns(ledger)) {
    const { id, mode, scope, policy } = plan;
    if (mode === 'audit' && state.state === 'done' && scopeHash(scope, policy) === hash) latest = id;
  }
  return latest;
}

/** Ids sort by time. */
function runIdOf(time: Date): string {
  const seconds = time.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${seconds}-${randomBytes(4).toString('hex')}`;
}

/** Of keys in the order they are given. */
export function hashOfKeys(keys: readonly string[]): string {
  const hash = createHash('sha256');
  for (const key of keys) hash.update(`${Buffer.byteLength(key)}:`).update(key);
  return hash.digest('hex');
}
