// Which runs are not over, in one record: who feeds runs every minute looks at these, however many there have been. A run
// is put in before it can be running, and taken out once it is over and told of; a run never begins anew, so whoever
// takes one out cannot be too early.

import { randomUUID } from 'node:crypto';
import { putIf, recordIn, toJson } from '../core/ledger.ts';
import { OPEN_RUNS_KEY, OpenRuns, plannedAt, type RunPlan, type RunState } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { allRuns, readRun } from './records.ts';
import { isRestTold } from './told.ts';

const MAX_ATTEMPTS = 20;
// Between its plan and its state a run is planned: that takes seconds.
const PLANNED_WITHIN_MS = 60 * 60_000;

/** A run that will do nothing more, and of which the world has been told. */
export function isOver(state: RunState): boolean {
  return (state.state === 'done' || state.state === 'stopped') && isRestTold(state);
}

/** The oldest first. In a ledger that has no such record yet it is made, from all runs. */
export function openRuns(ledger: ObjectStore): Promise<readonly string[]> {
  return change(ledger, (runs) => runs);
}

export async function addOpenRun(ledger: ObjectStore, id: string): Promise<void> {
  await change(ledger, (runs) => (runs.includes(id) ? runs : [...runs, id].sort()));
}

export async function dropOpenRuns(ledger: ObjectStore, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await change(ledger, (runs) => (runs.some((id) => ids.includes(id)) ? runs.filter((id) => !ids.includes(id)) : runs));
}

async function change(ledger: ObjectStore, to: (runs: readonly string[]) => readonly string[]) {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await ledger.get(OPEN_RUNS_KEY);
    const before = found ? recordIn(found.body, OpenRuns).runs : await lookedFor(ledger);
    const runs = to(before);
    if (found && runs === before) return runs;
    const record = toJson(OpenRuns.parse({ v: 1, nonce: randomUUID(), runs }));
    const condition = found ? { ifMatch: found.version.etag } : { ifNoneMatch: '*' as const };
    if ((await putIf(ledger, OPEN_RUNS_KEY, record, condition)) !== undefined) return runs;
  }
  throw new Error('the record of open runs changes all the time');
}

async function lookedFor(ledger: ObjectStore): Promise<readonly string[]> {
  const runs: string[] = [];
  for await (const { plan, state } of allRuns(ledger)) if (!isOver(state)) runs.push(plan.id);
  return runs;
}

export type Feeding = {
  readonly ledger: ObjectStore;
  readonly now: () => Date;
  /** Goes on with a run that is not over, as far as it comes, and resolves with its state. */
  readonly feed: (plan: RunPlan, state: RunState) => Promise<RunState>;
  readonly onFailure: (id: string, error: unknown) => void;
};

/** Feeds each run that is not over: one that cannot be gone on with keeps no other from it. Resolves with how they stand. */
export async function feedOpenRuns({ ledger, now, feed, onFailure }: Feeding): Promise<readonly RunState[]> {
  const states: RunState[] = [];
  const over: string[] = [];
  for (const id of await openRuns(ledger)) {
    try {
      const run = await readRun(ledger, id);
      if (!run) {
        // What planned it ended in the middle, or is still at it.
        if (now().getTime() - plannedAt(id).getTime() > PLANNED_WITHIN_MS) over.push(id);
        continue;
      }
      const isResting = run.state.state !== 'running' && isRestTold(run.state);
      const state = isResting ? run.state : await feed(run.plan, run.state);
      states.push(state);
      if (isOver(state)) over.push(id);
    } catch (error) {
      onFailure(id, error);
    }
  }
  await dropOpenRuns(ledger, over);
  return states;
}
