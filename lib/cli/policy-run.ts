// The results of a run as if they were the records of its documents: an audit knows of what was never judged otherwise.

import type { RunPlan, RunResult } from '../core/records-runs.ts';
import { REASONS } from '../core/refusal.ts';
import type { ObjectStore } from '../core/store.ts';
import { RunError, readPlan } from '../replay/records.ts';
import { resultsOf } from '../replay/results.ts';
import type { Recorded } from '../report/documents-on-record.ts';

const PAGE = 1000;

/** Those whose key begins with the prefix, by page. Rejects with RunError where there is no such run. */
export async function* documentsOfRun(
  ledger: ObjectStore,
  run: string,
  prefix: string,
): AsyncGenerator<readonly Recorded[]> {
  if (!/^[0-9TZa-f-]+$/.test(run)) throw new RunError('that is not the name of a run');
  const plan = await readPlan(ledger, run);
  let page: Recorded[] = [];
  for await (const one of resultsOf(ledger, run)) {
    if ('unreadable' in one) page.push({ record: one.unreadable, is: 'unreadable' });
    else if (one.key.startsWith(prefix)) page.push(recordedAs(one.key, one.result, plan));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}

function recordedAs(key: string, result: RunResult | undefined, { id, policy, version }: RunPlan): Recorded {
  const record = `runs/${id}${result ? ` shard ${result.shard}, ${result.n}` : ''}`;
  if (result?.outcome === 'gone') return { record, is: 'gone', key };
  if (result?.outcome !== 'published' && result?.outcome !== 'quarantined') return { record, is: 'unjudged', key };
  const { outcome, format, carriers } = result;
  // Of what was judged the reason is one of a verdict; the others are of what was not.
  const reason = REASONS.find((one) => one === result.reason) ?? null;
  const document = { outcome, reason, format, carriers };
  return { record, is: 'document', key, document, policy, version, keepsPrevious: false };
}
