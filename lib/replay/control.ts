import { type RunState, SHARD_SIZE, type Tally } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { budgetOf, expectSizes } from './budget.ts';
import { judgedIn } from './decide.ts';
import { addOpenRun } from './open-runs.ts';
import { measure } from './progress.ts';
import { changeState, RunError, readPlan, readShard, readState } from './records.ts';

const NEVER_AGAIN: readonly RunState['state'][] = ['stopped', 'done'];

/** Nothing more is sent; what has been sent is finished. */
export function pauseRun(ledger: ObjectStore, id: string, now: () => Date): Promise<RunState> {
  return changeState(ledger, id, now, (state) => {
    if (state.state === 'paused') return state;
    if (state.state !== 'running') throw new RunError(`a run that is ${state.state} cannot be paused`);
    return { ...state, state: 'paused', why: 'by-hand' };
  });
}

/** Goes on where it stopped. Shares of failures and of quarantined documents count from here. */
export async function resumeRun(ledger: ObjectStore, id: string, now: () => Date): Promise<RunState> {
  const before = await readState(ledger, id);
  const { tally } = await measure(ledger, before);
  // Shards of a list are written in order: where the last one is there, all are.
  const last = before.entries === null ? 0 : Math.max(0, Math.ceil(before.entries / SHARD_SIZE) - 1);
  // Where the record of open runs was lost or put back, this is how a run gets into it again.
  await addOpenRun(ledger, id);
  const isPlanned = before.state !== 'planning' || (await readShard(ledger, id, last)) !== undefined;
  return changeState(ledger, id, now, (state) => {
    if (state.state === 'running') return state;
    if (!isPlanned) throw new RunError('its list of keys was never written down whole; stop it and start another');
    if (NEVER_AGAIN.includes(state.state)) throw new RunError(`a run that is ${state.state} does not go on`);
    const progress = { reported: tally.reported, at: now().toISOString(), resends: 0 };
    return { ...state, state: 'running', why: null, since: sinceOf(tally), progress };
  });
}

/** For good. What has been sent is finished and reported. */
export function stopRun(ledger: ObjectStore, id: string, now: () => Date): Promise<RunState> {
  return changeState(ledger, id, now, (state) => {
    if (NEVER_AGAIN.includes(state.state)) throw new RunError(`a run that is ${state.state} cannot be stopped`);
    return { ...state, state: 'stopped', why: 'by-hand' };
  });
}

/** What is left out stays as it is; null takes a limit away. */
export type PaceChange = {
  readonly perMinute?: number | null | undefined;
  /** Of a day. */
  readonly messages?: number | null | undefined;
  readonly bytes?: number | null | undefined;
};

/** Rejects with RunError where bytes are to be limited, and nobody says how large the objects are. */
export async function throttleRun(
  ledger: ObjectStore,
  id: string,
  { perMinute, messages, bytes }: PaceChange,
  now: () => Date,
): Promise<RunState> {
  const plan = await readPlan(ledger, id);
  if (bytes != null) await expectSizes(ledger, plan);
  return changeState(ledger, id, now, (state) => {
    const before = budgetOf(plan, state);
    const perDay = {
      messages: messages === undefined ? before.messages : messages,
      bytes: bytes === undefined ? before.bytes : bytes,
    };
    const isOfDay = messages !== undefined || bytes !== undefined;
    return { ...state, ...(perMinute !== undefined && { perMinute }), ...(isOfDay && { perDay }) };
  });
}

function sinceOf({ outcomes, reported }: Tally): RunState['since'] {
  return {
    judged: judgedIn(outcomes),
    quarantined: outcomes.quarantined ?? 0,
    reported,
    failed: outcomes.failed ?? 0,
  };
}
