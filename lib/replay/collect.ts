// Writes the results of runs into the ledger, hundreds at a time. The name of a file comes from the messages in it, so
// that the same messages delivered again make the same file; in other company they make another, and counting goes by
// (shard, n), so that they still count once.

import { createHash } from 'node:crypto';
import { putOnce } from '../core/ledger.ts';
import { RunResult, resultsFolder } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';

export type ResultMessage = { readonly id: string; readonly body: string };

/** Resolves with the ids of messages that are no results: they are not acknowledged. Rejects for outages. */
export async function collectResults(
  ledger: ObjectStore,
  messages: readonly ResultMessage[],
  onCollected: (result: RunResult) => void = () => {},
): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  const collected: RunResult[] = [];
  const groups = new Map<string, { readonly id: string; readonly line: string }[]>();
  for (const { id, body } of messages) {
    const result = parse(body);
    if (!result) {
      failed.add(id);
      continue;
    }
    collected.push(result);
    const folder = resultsFolder(result.run, result.shard);
    groups.set(folder, [...(groups.get(folder) ?? []), { id, line: JSON.stringify(result) }]);
  }
  await Promise.all(
    [...groups].map(([folder, lines]) => {
      const sorted = lines.sort((a, b) => (a.id < b.id ? -1 : 1));
      const hash = createHash('sha256').update(sorted.map(({ id }) => id).join('\n'));
      const body = Buffer.from(sorted.map(({ line }) => `${line}\n`).join(''));
      return putOnce(ledger, `${folder}/${hash.digest('hex').slice(0, 32)}.jsonl`, body);
    }),
  );
  for (const result of collected) onCollected(result);
  return failed;
}

function parse(body: string): RunResult | undefined {
  try {
    return RunResult.safeParse(JSON.parse(body)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
