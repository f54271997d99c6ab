import { randomUUID } from 'node:crypto';
import { putOnce, toJson } from '../core/ledger.ts';
import type { ObjectStore } from '../core/store.ts';

/** Who looked at what of a case, for good; written before it is shown. */
export async function recordView(
  { audit, now }: { readonly audit: ObjectStore; readonly now: () => Date },
  by: string,
  caseId: string,
  what: string,
): Promise<void> {
  const at = now().toISOString();
  const key = `audit/${at.slice(0, 13).replaceAll(/[-T]/g, '/')}/${at}-${randomUUID()}.json`;
  await putOnce(audit, key, toJson({ v: 1, type: 'Case Viewed', caseId, what, by, at }));
}
