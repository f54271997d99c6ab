// Heads that are still there, with what they need to be carried out: the claim of a name that is not their own, and the
// record of what was verified. And what the edge refuses, whoever knows why.

import { casHead } from '../core/carry-out.ts';
import { headIn, readHead, readRecord } from '../core/ledger.ts';
import { readClaim } from '../core/public-names.ts';
import { claimKey, headKey, verifyKey } from '../core/records.ts';
import type { HeadSeen } from '../core/settle.ts';
import { publicOf, termsOf } from '../core/take-away.ts';
import { restoreTakeDown } from '../take-down.ts';
import { claim, unlessUnreadable } from './names.ts';
import { askForReconcile, type RecoveryPlaces, type Report } from './places.ts';
import { readPast } from './trail.ts';

/** Of one record of a head. */
export async function completeHead(places: RecoveryPlaces, recordKey: string, report: Report): Promise<void> {
  const head = await headAt(places, recordKey, report);
  if (!head) return;
  const { out } = head;
  if (out && out.key !== head.key && !(await readable(places, out.key, report)))
    if (await claim(places.ledger, out.key, head.key)) report.rebuilt('claim');
  await judgeAnew(places, head, report);
}

/** After all that are published: a name that nobody has now is the former holder's to empty. */
export async function claimFormers(places: RecoveryPlaces, recordKey: string, report: Report): Promise<void> {
  const head = await headAt(places, recordKey, report);
  for (const former of head?.formers ?? [])
    if (head && former !== head.key && !(await readable(places, former, report)))
      if (await claim(places.ledger, former, head.key)) report.rebuilt('claim');
}

/** What was published on evidence that is gone is judged again; until then it stays where it is. */
async function judgeAnew(places: RecoveryPlaces, head: HeadSeen, report: Report): Promise<void> {
  const { key, work, state, src, caseId, previous } = head;
  if (work === undefined || (state !== 'DONE' && !(state === 'QUARANTINED' && previous === 'kept'))) return;
  const record = await unlessUnreadable(readRecord(places.ledger, work), verifyKey(work), report);
  if (record) return;
  const { work: _, ...names } = publicOf(head);
  const kept = { ...termsOf(head), ...(src && { src }), ...names };
  const next =
    state === 'DONE'
      ? { ...kept, state: 'STALE' as const }
      : { ...kept, state, previous, ...(caseId !== undefined && { caseId }) };
  if ((await casHead(places, key, head.etag, next)) === undefined) return;
  report.rebuilt('evidence');
  await askForReconcile(places, key);
}

/** Of one name that the edge refuses. The trail knows who ordered it; where it does not, the edge is believed. */
export async function restoreDenied(places: RecoveryPlaces, publicKey: string, report: Report): Promise<void> {
  const claimed = await unlessUnreadable(readClaim(places.ledger, publicKey), claimKey(publicKey), report);
  const key = (claimed === 'unreadable' ? undefined : claimed?.key) ?? publicKey;
  const head = await unlessUnreadable(readHead(places.ledger, key), headKey(key), report);
  if (head === 'unreadable') return;
  if (head?.state === 'TAKEN_DOWN' || head?.state === 'LIFTING') return;
  if ((await readPast(places.ledger, key))?.ended) return;
  report.unsure('no-order', publicKey);
  report.rebuilt('take-down');
  const ordered = {
    by: 'recovery',
    reason: 'the edge refuses it, and nobody knows why',
    at: places.now().toISOString(),
  };
  await restoreTakeDown(places, key, { ordered });
}

async function headAt({ ledger }: RecoveryPlaces, recordKey: string, report: Report): Promise<HeadSeen | undefined> {
  const found = await ledger.get(recordKey);
  const head = found && (await unlessUnreadable((async () => headIn(found))(), recordKey, report));
  return head === 'unreadable' ? undefined : head;
}

/** Whether somebody holds the name, or a record that cannot be read says who. */
async function readable({ ledger }: RecoveryPlaces, publicKey: string, report: Report): Promise<boolean> {
  return (await unlessUnreadable(readClaim(ledger, publicKey), claimKey(publicKey), report)) !== undefined;
}
