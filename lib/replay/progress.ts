// How far a run is: the sum of its complete shards, which is kept, and the results of the others, which are read anew.
// The queue's depth is no part of it: messages come twice, and are in flight where nobody sees them.

import { randomUUID } from 'node:crypto';
import { putIf, recordIn, textOf, toJson } from '../core/ledger.ts';
import {
  progressKey,
  RunProgress,
  RunResult,
  type RunState,
  resultsFolder,
  resultsPrefix,
  SHARD_SIZE,
  type Tally,
} from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { distinct, NOTHING, sumOf, tallyOf } from './tally.ts';

export type Measured = {
  readonly tally: Tally;
  /** Shards that were sent, at least in part, and are not complete: which of their entries have been reported. */
  readonly open: ReadonlyMap<number, ReadonlySet<number>>;
};

const READS_AT_ONCE = 16;

/** Reads what has been reported since the last look, and keeps the sum of what is complete. */
export async function measure(ledger: ObjectStore, state: RunState): Promise<Measured> {
  const found = await ledger.get(progressKey(state.id));
  const kept: RunProgress = found
    ? recordIn(found.body, RunProgress)
    : { v: 1, id: state.id, nonce: '', through: 0, ahead: [], tally: NOTHING };
  const files = await filesByShard(ledger, state.id, kept);
  const results = new Map<number, ReadonlyMap<number, RunResult>>();
  const shards = [...files].values();
  const read = async () => {
    for (const [shard, keys] of shards) results.set(shard, distinct(await readResults(ledger, shard, keys)));
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, read));

  const isComplete = (shard: number) => results.get(shard)?.size === sizeOf(shard, state);
  const complete = [...results.keys()].filter(isComplete);
  const sum = complete.reduce((tally, shard) => sumOf(tally, tallyOf(results.get(shard)?.values() ?? [])), kept.tally);
  if (complete.length > 0) await keep(ledger, kept, complete, sum, found?.version.etag ?? null);

  const done = new Set([...kept.ahead, ...complete]);
  const open = new Map<number, ReadonlySet<number>>();
  let tally = sum;
  for (let shard = kept.through; shard < shardsOf(state); shard += 1) {
    if (done.has(shard)) continue;
    const reported = results.get(shard) ?? new Map<number, RunResult>();
    tally = sumOf(tally, tallyOf(reported.values()));
    open.set(shard, new Set(reported.keys()));
  }
  return { tally, open };
}

/** How many shards have been sent, the one at the cursor included where some of it was. */
function shardsOf({ cursor }: RunState): number {
  return cursor.shard + (cursor.at > 0 ? 1 : 0);
}

/** How many entries a shard has, as far as the state can say: the last one's are what is left. */
export function sizeOf(shard: number, { entries }: Pick<RunState, 'entries'>): number {
  return entries === null ? SHARD_SIZE : Math.min(SHARD_SIZE, entries - shard * SHARD_SIZE);
}

async function filesByShard(ledger: ObjectStore, id: string, { through, ahead }: RunProgress) {
  const done = new Set(ahead);
  const files = new Map<number, string[]>();
  const prefix = resultsPrefix(id);
  for await (const { key } of ledger.list(prefix, { after: resultsFolder(id, through) })) {
    const shard = Number(key.slice(prefix.length).split('/')[0]);
    if (!Number.isInteger(shard)) throw new Error('a result outside a shard');
    if (done.has(shard)) continue;
    files.set(shard, [...(files.get(shard) ?? []), key]);
  }
  return files;
}

async function readResults(ledger: ObjectStore, shard: number, keys: readonly string[]): Promise<RunResult[]> {
  const bodies = await Promise.all(keys.map((key) => ledger.get(key)));
  return bodies.flatMap((found) => {
    const lines = found ? textOf(found.body).trimEnd().split('\n') : [];
    const results = lines.map((line) => RunResult.parse(JSON.parse(line)));
    if (results.some((result) => result.shard !== shard)) throw new Error('a result of another shard');
    return results;
  });
}

/** Where another look was first, its sum stands, and ours is made again the next time. */
async function keep(
  ledger: ObjectStore,
  kept: RunProgress,
  complete: readonly number[],
  tally: Tally,
  base: string | null,
) {
  const ahead = new Set([...kept.ahead, ...complete]);
  let { through } = kept;
  for (; ahead.has(through); through += 1) ahead.delete(through);
  const sorted = [...ahead].sort((a, b) => a - b);
  const next = RunProgress.parse({ ...kept, nonce: randomUUID(), through, ahead: sorted, tally });
  // Where another planner was first, it has kept the same.
  await putIf(ledger, progressKey(kept.id), toJson(next), base === null ? { ifNoneMatch: '*' } : { ifMatch: base });
}
