// What reviewers see besides a finding: where it is on a page, and of metadata the beginnings of words. Of what lies
// under a cover or was hidden there are none.

import { mayBeHinted } from '../core/evidence.ts';
import { recordIn } from '../core/ledger.ts';
import type { Case } from '../core/records.ts';
import { Evidence, evidenceKey } from '../core/records-evidence.ts';
import type { ObjectStore } from '../core/store.ts';

type Finding = Case['findings'][number];
type Row = Evidence['rows'][number];

/** What may be shown of the values that were found. */
export type Masked = { readonly carrier: string; readonly at: string; readonly values: readonly string[] };

export async function readEvidence(ledger: Pick<ObjectStore, 'get'>, caseId: string): Promise<Evidence['rows']> {
  const found = await ledger.get(evidenceKey(caseId));
  return found ? recordIn(found.body, Evidence).rows : [];
}

export function hintsAmong(rows: readonly Row[]) {
  const nameOf = ({ carrier, at, action }: Row | Finding) => JSON.stringify([carrier, at, action]);
  const known = new Map(rows.map((row) => [nameOf(row), row]));
  return (finding: Finding) => {
    const { on: [place] = [], masked = [] } = known.get(nameOf(finding)) ?? {};
    return { place, masked: mayBeHinted(finding.code) ? masked : [] };
  };
}

export async function maskedOf(
  ledger: Pick<ObjectStore, 'get'>,
  { caseId, findings }: Case,
): Promise<readonly Masked[]> {
  const hintsOf = hintsAmong(await readEvidence(ledger, caseId));
  return findings.flatMap((finding) => {
    const { masked: values } = hintsOf(finding);
    return values.length > 0 ? [{ carrier: finding.carrier, at: finding.at, values }] : [];
  });
}
