import { ledgerStateOf, type TrailPlaces } from '../sweep/lost-ledger.ts';
import { UsageError } from './command.ts';

/** A pipeline over a lost ledger would publish what was taken down: better not to start. */
export async function refuseLost(places: TrailPlaces, recover: string): Promise<void> {
  if ((await ledgerStateOf(places)) === 'lost')
    throw new UsageError(
      'the ledger is lost: it knows nothing of what the audit trail tells',
      `${recover} rebuilds it; docs/runbook.md#the-ledger-is-lost`,
    );
}
