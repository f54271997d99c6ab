// Whether what is public has to go when a version is quarantined over it.

import type { SanitizePlaces } from './carry-out.ts';
import { readCase, readHead, readRecord } from './ledger.ts';
import { isPublicInfected } from './object-scans.ts';
import type { Case, Source } from './records.ts';
import type { Reason } from './refusal.ts';

type Refused = {
  readonly key: string;
  readonly src: Source;
  readonly reason: Reason;
  readonly findings: Case['findings'];
};

/** It goes, whatever policy says, where it is infected, or has, kept, what quarantines this version, or may have it. */
export async function mustWithhold(
  places: Pick<SanitizePlaces, 'ledger' | 'scans' | 'now'>,
  { key, src, reason, findings }: Refused,
): Promise<boolean> {
  const head = await readHead(places.ledger, key);
  if (!head?.out) return false;
  const fatal = carriersOf(findings);
  const record = head.work ? await readRecord(places.ledger, head.work) : undefined;
  if (record) {
    if (reason === 'malware' && record.src.versionId === src.versionId) return true;
    return (await isPublicInfected(places, key, head)) || record.findings.some(({ carrier }) => fatal.has(carrier));
  }
  // The ledger has lost what is public. What it was kept in spite of once it is kept in spite of again.
  const before =
    head.previous === 'kept' && head.caseId !== undefined ? await readCase(places.ledger, head.caseId) : undefined;
  const known = before && carriersOf(before.findings);
  return !known || [...fatal].some((carrier) => !known.has(carrier));
}

function carriersOf(findings: Case['findings']): ReadonlySet<string> {
  return new Set(findings.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier));
}
