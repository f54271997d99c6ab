// What came of each object of a run, with one shard in memory at a time.

import { recordIn, textOf, UnreadableRecord } from '../core/ledger.ts';
import { RunResult, resultsFolder } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { readShard } from './records.ts';
import { distinct } from './tally.ts';

/** A result with its key; none yet where it was not reported; or the ledger's key of what cannot be read. */
export type ResultOfKey =
  | { readonly key: string; readonly result: RunResult | undefined }
  | { readonly unreadable: string };

/** In the order of the shards; those that are not planned yet are left out. Rejects for outages only. */
export async function* resultsOf(ledger: ObjectStore, run: string): AsyncGenerator<ResultOfKey> {
  for (let shard = 0; ; shard += 1) {
    const planned = await readShard(ledger, run, shard);
    if (!planned) return;
    const results: RunResult[] = [];
    for await (const { key } of ledger.list(`${resultsFolder(run, shard)}/`)) {
      const read = resultsIn((await ledger.get(key))?.body, shard);
      if (read) results.push(...read);
      else yield { unreadable: key };
    }
    const chosen = distinct(results);
    for (const [n, { key }] of planned.entries.entries()) yield { key, result: chosen.get(n) };
    if (planned.head.isLast) return;
  }
}

/** Undefined where a line is no result of that shard. */
function resultsIn(body: Uint8Array | undefined, shard: number): readonly RunResult[] | undefined {
  if (!body) return [];
  try {
    const results = textOf(body)
      .trimEnd()
      .split('\n')
      .map((line) => recordIn(Buffer.from(line), RunResult));
    return results.every((result) => result.shard === shard) ? results : undefined;
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}
