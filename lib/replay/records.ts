// Reads and changes what stands under `runs/` in the ledger.

import { randomUUID } from 'node:crypto';
import { putIf, putOnce, recordIn, textOf, toJson } from '../core/ledger.ts';
import { RunId } from '../core/records.ts';
import { planKey, RunPlan, RunState, ShardEntry, ShardHead, shardKey, stateKey } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';

export type StateSeen = RunState & { readonly etag: string };
export type Shard = { readonly head: ShardHead; readonly entries: readonly ShardEntry[] };

/** There is no such run, or it is in no state for what is asked. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

export async function readPlan(ledger: ObjectStore, id: string): Promise<RunPlan> {
  const found = await ledger.get(planKey(id));
  if (!found) throw new RunError('there is no such run');
  return recordIn(found.body, RunPlan);
}

export async function writePlan(ledger: ObjectStore, plan: RunPlan): Promise<void> {
  await putOnce(ledger, planKey(plan.id), toJson(RunPlan.parse(plan)));
}

export async function readState(ledger: ObjectStore, id: string): Promise<StateSeen> {
  const found = await ledger.get(stateKey(id));
  if (!found) throw new RunError('there is no such run');
  return { ...recordIn(found.body, RunState), etag: found.version.etag };
}

/** Answers the new state, or undefined where another writer was first. A base of null creates. */
export async function casState(
  ledger: ObjectStore,
  base: string | null,
  next: RunState,
  now: Date,
): Promise<StateSeen | undefined> {
  const { etag: _, ...rest }: RunState & { etag?: string } = next;
  const state = RunState.parse({ ...rest, nonce: randomUUID(), at: now.toISOString() });
  const condition = base === null ? { ifNoneMatch: '*' as const } : { ifMatch: base };
  const etag = await putIf(ledger, stateKey(state.id), toJson(state), condition);
  return etag === undefined ? undefined : { ...state, etag };
}

const CHANGES = 20;

/** Applies a change that a person asked for, over whatever a planner writes meanwhile. */
export async function changeState(
  ledger: ObjectStore,
  id: string,
  now: () => Date,
  change: (state: RunState) => RunState,
): Promise<RunState> {
  for (let attempt = 0; attempt < CHANGES; attempt += 1) {
    const state = await readState(ledger, id);
    const changed = await casState(ledger, state.etag, change(state), now());
    if (changed) return changed;
  }
  throw new Error('the state of the run changes all the time');
}

/** The ids of all runs, the oldest first; one look at the listing for each. */
async function* runIds(ledger: ObjectStore): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    let id: string | undefined;
    for await (const { key } of ledger.list('runs/', after === '' ? {} : { after })) {
      id = key.split('/')[1];
      break;
    }
    if (id === undefined) return;
    // Beside the runs stands the record of the open ones.
    if (RunId.safeParse(id).success) yield id;
    // '0' comes right behind '/': behind everything that this run has.
    after = `runs/${id}0`;
  }
}

export type Run = { readonly plan: RunPlan; readonly state: RunState };

/** Undefined where its planning ended before it began. */
export async function readRun(ledger: ObjectStore, id: string): Promise<Run | undefined> {
  try {
    return { plan: await readPlan(ledger, id), state: await readState(ledger, id) };
  } catch (error) {
    if (error instanceof RunError) return undefined;
    throw error;
  }
}

/** All runs, the oldest first, without those whose planning ended before it began. */
export async function* allRuns(ledger: ObjectStore): AsyncGenerator<Run> {
  for await (const id of runIds(ledger)) {
    const run = await readRun(ledger, id);
    if (run) yield run;
  }
}

/** Answers what stands there: the given shard, or the one that another planner wrote before. */
export async function writeShard(ledger: ObjectStore, shard: Shard): Promise<Shard> {
  const lines = [ShardHead.parse(shard.head), ...shard.entries].map((line) => JSON.stringify(line));
  const { run, shard: number } = shard.head;
  if (await putOnce(ledger, shardKey(run, number), Buffer.from(`${lines.join('\n')}\n`))) return shard;
  const other = await readShard(ledger, run, number);
  if (!other) throw new Error('a shard was written, and is not there');
  return other;
}

export async function readShard(ledger: ObjectStore, run: string, shard: number): Promise<Shard | undefined> {
  const found = await ledger.get(shardKey(run, shard));
  if (!found) return undefined;
  const [first = '', ...rest] = textOf(found.body).trimEnd().split('\n');
  const head = ShardHead.parse(JSON.parse(first));
  const entries = rest.map((line) => ShardEntry.parse(JSON.parse(line)));
  if (head.count !== entries.length || head.run !== run || head.shard !== shard)
    throw new Error('a shard is not what its head says');
  return { head, entries };
}
