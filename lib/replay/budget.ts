// How much a run may send in a day (UTC): what it was planned with, or what somebody changed it to.

import type { RunPlan, RunState } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { RunError, readShard } from './records.ts';

/** Null: as much as there is room for. */
export type DayBudget = { readonly messages: number | null; readonly bytes: number | null };

export function budgetOf({ limits }: RunPlan, { perDay }: RunState): DayBudget {
  return perDay ?? { messages: limits.dayMessages, bytes: limits.dayBytes };
}

/** What was sent on the day that it is now. */
export function spentToday({ day }: RunState, now: Date): { readonly messages: number; readonly bytes: number } {
  return day.date === now.toISOString().slice(0, 10) ? day : { messages: 0, bytes: 0 };
}

/** Rejects with RunError where nobody says how large the run's objects are: such a budget would never be spent. */
export async function expectSizes(ledger: ObjectStore, { id, scope }: RunPlan): Promise<void> {
  if (scope.keys.by === 'listing') return;
  const first = (await readShard(ledger, id, 0))?.entries[0];
  if (first?.bytes === undefined)
    throw new RunError('a budget of bytes needs the sizes of objects, which this list does not say');
}
