import { AdoptionMessage, AuditMessage, PromoteMessage, ReconcileMessage, type RunRef } from './core/records.ts';
import { type Reported, resultOf, unjudged } from './core/run-results.ts';
import type { Queue } from './core/store.ts';

/** Where the results of runs go. */
export type Results = Pick<Queue, 'send'>;

export async function report(results: Results, run: RunRef, reported: Reported): Promise<void> {
  await results.send(JSON.stringify(resultOf(run, reported)));
}

/**
 * Says of a message of a run that every try failed, and answers which kind it was; undefined for any other message.
 * Rejects where there is nowhere to say it: the run would wait for ever.
 */
export async function reportFailed(
  body: string,
  results: Results | undefined,
): Promise<'audit' | 'enforce' | 'adopt' | undefined> {
  const untrusted: unknown = JSON.parse(body);
  const audited = AuditMessage.safeParse(untrusted);
  const reconciled = ReconcileMessage.safeParse(untrusted);
  const adopted = AdoptionMessage.or(PromoteMessage).safeParse(untrusted);
  const adopting = adopted.data && 'run' in adopted.data ? adopted.data.run : undefined;
  const run = audited.data?.run ?? reconciled.data?.run ?? adopting;
  if (!run) return undefined;
  if (!results) throw new Error('a message of a run, and no queue for its result');
  await report(results, run, unjudged('failed', 'dead-letter', null));
  if (adopting) return 'adopt';
  return audited.success ? 'audit' : 'enforce';
}
