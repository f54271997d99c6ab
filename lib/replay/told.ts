// When the world is told how far a run is: at its start, at each tenth, and when its state changes. What was told stands
// in the run's state, written after the telling: a crash in between tells twice, and none is left out.

import { ReplayProgress } from '../core/records-events.ts';
import type { RunPlan, RunState, Tally } from '../core/records-runs.ts';

type Told = NonNullable<RunState['told']>;

const TENTHS = 10;
// While nobody knows how many there are: at each doubling behind the first thousand.
const FIRST = 1000;

/** What is to be told of a run that stands so, or undefined where it has been. */
export function dueOf({ state, told, entries }: RunState, reported: number): Told | undefined {
  const step =
    entries !== null
      ? Math.min(TENTHS, entries === 0 ? TENTHS : Math.floor((TENTHS * reported) / entries))
      : reported < FIRST
        ? 0
        : 1 + Math.floor(Math.log2(reported / FIRST));
  return told?.state === state && told.step === step ? undefined : { state, step };
}

/** Whether a run that goes no further has been told of. One that is being planned has not begun. */
export function isRestTold({ state, told }: RunState): boolean {
  return state === 'planning' || told?.state === state;
}

export function progressOf({ id, mode, scope }: RunPlan, state: RunState, tally: Tally, now: Date): ReplayProgress {
  const { why, entries, sent } = state;
  return ReplayProgress.parse({
    ...{ type: 'Replay Progress', run: id, mode, of: scope.of, state: state.state, why, entries, sent },
    ...{ reported: tally.reported, outcomes: tally.outcomes, at: now.toISOString() },
  });
}
