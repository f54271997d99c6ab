// What has become of a waiting case without anybody's doing, as its key's head says: it was released, a newer version
// came, it was removed, or the same version was judged again.

import { readHead, readRecord } from '../core/ledger.ts';
import type { Deed } from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';
import { isUnexpired } from '../core/waivers.ts';
import type { ReviewedCase } from './cases.ts';

type Happened = Extract<Deed, { what: 'released' | 'superseded' | 'lapsed' }>;

/** Undefined where nothing has, or it cannot be said yet. */
export async function happened(
  { ledger, now }: { readonly ledger: Pick<ObjectStore, 'get'>; readonly now: () => Date },
  { evidence, review }: ReviewedCase,
): Promise<Happened | undefined> {
  const { state, approval, request } = review;
  if (state !== 'open' && state !== 'release-requested' && state !== 'approved') return undefined;
  const head = await readHead(ledger, evidence.key);
  const ended = (why: Extract<Happened, { what: 'superseded' }>['why'], caseId: string | null = null): Happened => ({
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
      if (!isThis) return ended('newer', head.caseId ?? null);
      if (head.caseId !== evidence.caseId) return ended('another-case', head.caseId ?? null);
      break;
    case 'ADOPTED':
      // Cleaned where it stood in public, or held there: whatever was staged under the name is not any more.
      if (evidence.of === undefined) return ended('removed');
      if (head.caseId === evidence.caseId) break;
      if (!isThis) return ended('newer', head.caseId ?? null);
      return head.caseId === undefined ? ended('published') : ended('another-case', head.caseId);
    default:
      break;
  }
  return state === 'approved' && request && !isUnexpired(request, now()) ? { what: 'lapsed' } : undefined;
}
