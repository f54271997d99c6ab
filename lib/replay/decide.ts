// Whether a run may send, and how much: a pure function of what the planner has seen. Documents that are uploaded now
// come before those that were uploaded long ago, and a run that goes wrong stops and asks.

import type { RunPlan, RunState, Tally } from '../core/records-runs.ts';
import { budgetOf, spentToday } from './budget.ts';

/** What the queues look like at the moment. */
export type Pressure = {
  /** Messages in the run's own lane that are not done, whoever sent them. */
  readonly backlog: number;
  /** Results that nobody has collected yet. */
  readonly uncollected: number;
  readonly live: { readonly waiting: number; readonly oldestMs?: number };
  readonly deadLetters: number;
  /** Of the live lane, lately, where somebody measures it: dead letters may be taken up before they are seen waiting. */
  readonly lately?: { readonly done: number; readonly deadLetters: number };
};

export type Decision =
  | { readonly do: 'send'; readonly atMost: number; readonly atMostBytes: number }
  | { readonly do: 'wait'; readonly why: WaitingFor }
  | { readonly do: 'pause'; readonly why: PausedFor }
  /** What has no result is sent again: its message, or its result, was lost. */
  | { readonly do: 'resend' }
  | { readonly do: 'finish' };

export type WaitingFor =
  | 'live-waiting'
  | 'live-age'
  | 'dead-letters'
  | 'dead-letter-share'
  | 'backlog'
  | 'throttle'
  | 'day-budget'
  | 'results';
export type PausedFor = 'failed-share' | 'quarantined-share' | 'results-missing';

// Shares of fewer say nothing.
const ENOUGH_JUDGED = 200;
const ENOUGH_FAILED = 10;
// Longer than a message takes that fails each time, so that what comes late is not taken for lost.
const STALLED_MS = 15 * 60_000;
const MAX_RESENDS = 3;

export function decide(
  plan: RunPlan,
  state: RunState,
  { outcomes, reported }: Tally,
  pressure: Pressure,
  now: Date,
): Decision {
  const { limits } = plan;
  const isAllSent = state.entries !== null && state.sent >= state.entries;
  const failed = (outcomes.failed ?? 0) - state.since.failed;
  if (failed >= ENOUGH_FAILED && failed > limits.maxFailed * (reported - state.since.reported))
    return { do: 'pause', why: 'failed-share' };
  // Behind the failures: a run that mostly failed is not finished before somebody has seen it.
  if (isAllSent && reported >= state.sent) return { do: 'finish' };
  const judged = judgedIn(outcomes) - state.since.judged;
  const quarantined = (outcomes.quarantined ?? 0) - state.since.quarantined;
  // An audit harms nobody, and a high share is what it is there to find.
  if (plan.mode === 'enforce' && judged >= ENOUGH_JUDGED && quarantined > limits.maxQuarantined * judged)
    return { do: 'pause', why: 'quarantined-share' };

  if (isAllSent) {
    const isIdle = pressure.backlog === 0 && pressure.uncollected === 0;
    if (!isIdle || now.getTime() - Date.parse(state.progress.at) < STALLED_MS) return { do: 'wait', why: 'results' };
    return state.progress.resends < MAX_RESENDS ? { do: 'resend' } : { do: 'pause', why: 'results-missing' };
  }
  if (pressure.live.waiting > limits.maxLiveWaiting) return { do: 'wait', why: 'live-waiting' };
  if ((pressure.live.oldestMs ?? 0) > limits.maxLiveAgeMs) return { do: 'wait', why: 'live-age' };
  if (pressure.deadLetters > limits.maxDeadLetters) return { do: 'wait', why: 'dead-letters' };
  const { done, deadLetters } = pressure.lately ?? { done: 0, deadLetters: 0 };
  if (deadLetters >= ENOUGH_FAILED && deadLetters > limits.maxFailed * (done + deadLetters))
    return { do: 'wait', why: 'dead-letter-share' };

  const [perDay, today] = [budgetOf(plan, state), spentToday(state, now)];
  const ofDay = (perDay.messages ?? Number.MAX_SAFE_INTEGER) - today.messages;
  const ofDayBytes = (perDay.bytes ?? Number.MAX_SAFE_INTEGER) - today.bytes;
  if (ofDay <= 0 || ofDayBytes <= 0) return { do: 'wait', why: 'day-budget' };
  const room = limits.maxBacklog - pressure.backlog;
  if (room <= 0) return { do: 'wait', why: 'backlog' };
  const ofMinute =
    (state.perMinute ?? Number.MAX_SAFE_INTEGER) - (isSameMinute(state, now) ? state.minute.messages : 0);
  if (ofMinute <= 0) return { do: 'wait', why: 'throttle' };
  return { do: 'send', atMost: Math.min(ofDay, room, ofMinute), atMostBytes: ofDayBytes };
}

export function isSameMinute({ minute }: RunState, now: Date): boolean {
  const age = now.getTime() - Date.parse(minute.from);
  // A clock that went back counts as a new minute rather than as one that never ends.
  return age >= 0 && age < 60_000;
}

export function judgedIn(outcomes: Tally['outcomes']): number {
  return (outcomes.published ?? 0) + (outcomes.quarantined ?? 0);
}
