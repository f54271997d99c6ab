// What has become of a case without anybody's doing, as its key's head says: it was released, a newer version came, it was
// removed, or the same version was judged again. A case is there before the head that names it: whoever looks in between
// takes it for ended, and whoever looks afterwards sees that it is not.

import { isWaiting } from '../core/case-index.ts';
import { readHead, readRecord } from '../core/ledger.ts';
import type { Case, Head } from '../core/records.ts';
import type { ByItself, Deed, ReviewState } from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';
import { isUnexpired } from '../core/waivers.ts';
import type { ReviewedCase } from './cases.ts';

type Ended = Extract<Deed, { what: 'released' | 'superseded' }>;

/** Undefined where nothing has, or it cannot be said yet. Rejects with UnreadableRecord. */
export async function happened(
  { ledger, now }: { readonly ledger: Pick<ObjectStore, 'get'>; readonly now: () => Date },
  seen: ReviewedCase,
): Promise<Extract<Deed, { what: ByItself }> | undefined> {
  if (await hasResumed(ledger, seen)) return { what: 'resumed' };
  return (await endedByItself(ledger, seen)) ?? (hasLapsed(seen.review, now()) ? { what: 'lapsed' } : undefined);
}

/** Whether a case that is said to have ended holds its document back after all. Rejects with UnreadableRecord. */
export async function hasResumed(
  ledger: Pick<ObjectStore, 'get'>,
  { evidence, review }: ReviewedCase,
): Promise<boolean> {
  return review.state === 'superseded' && isNamedBy(await readHead(ledger, evidence.key), evidence);
}

function isNamedBy(head: Head | undefined, { caseId }: Case): boolean {
  return head?.caseId === caseId && (head.state === 'QUARANTINED' || head.state === 'ADOPTED');
}

/** Whether what was approved was not used in time. */
export function hasLapsed({ state, request }: ReviewState, now: Date): boolean {
  return state === 'approved' && request !== null && !isUnexpired(request, now);
}

/** Why a case that is said to wait waits for nobody any more. Rejects with UnreadableRecord. */
export async function endedByItself(
  ledger: Pick<ObjectStore, 'get'>,
  { evidence, review: { state, approval } }: ReviewedCase,
): Promise<Ended | undefined> {
  if (!isWaiting(state)) return undefined;
  const head = await readHead(ledger, evidence.key);
  // What is held in place waits in a queue until its head says so: one from before the case says nothing of it.
  if (isNamedBy(head, evidence) || (evidence.of && head && head.at < evidence.at)) return undefined;
  const ended = (why: Extract<Ended, { what: 'superseded' }>['why'], caseId: string | null = null): Ended => ({
    what: 'superseded',
    why,
    caseId,
  });
  const isThis = head?.src?.versionId === evidence.source.versionId && head.src.etag === evidence.source.etag;
  switch (head?.state) {
    case 'REMOVED':
      return ended('removed');
    case 'DONE': {
      if (!isThis) return ended('newer');
      const record = head.work === undefined ? undefined : await readRecord(ledger, head.work);
      const waiver = record?.waived?.find(({ caseId }) => caseId === evidence.caseId);
      if (approval && waiver?.id === approval.waiver) return { what: 'released', waiver: waiver.id };
      return ended('published');
    }
    case 'QUARANTINED':
      return ended(isThis ? 'another-case' : 'newer', head.caseId ?? null);
    case 'ADOPTED':
      // Cleaned where it stood in public, or held there: whatever was staged under the name is not any more.
      if (evidence.of === undefined) return ended('removed');
      if (!isThis) return ended('newer', head.caseId ?? null);
      return head.caseId === undefined ? ended('published') : ended('another-case', head.caseId);
    default:
      return undefined;
  }
}
