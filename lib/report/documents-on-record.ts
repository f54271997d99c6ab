// Every document that the ledger knows, with what its record says: from the heads, each with the one record that it
// names. Read-only, a page at a time, so that it is the same for a hundred and for a hundred million.

import { headIn, readRecord, recordIn, UnreadableRecord } from '../core/ledger.ts';
import { Case, caseKey, type Head } from '../core/records.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';
import type { OnRecord } from './policy-effect.ts';

export type Ledger = Pick<ObjectStore, 'list' | 'get'>;

/** What was read of one head. `record` is its key in the ledger, which names no document. */
export type Recorded = { readonly record: string } & (
  | {
      readonly is: 'document';
      readonly key: string;
      readonly document: OnRecord;
      /** What it was judged under; the version is `release+engines`. */
      readonly policy: string;
      readonly version: string;
      /** An earlier version is public still, since this one is held back. */
      readonly keepsPrevious: boolean;
    }
  /** Deleted, taken down, or on its way there. */
  | { readonly is: 'gone'; readonly key: string }
  /** Being promoted, or to be judged again anyway. */
  | { readonly is: 'moving'; readonly key: string }
  /** A run came to no verdict. */
  | { readonly is: 'unjudged'; readonly key: string }
  /** The head names a record that is not there. */
  | { readonly is: 'missing'; readonly key: string }
  | { readonly is: 'unreadable' }
);

/** Documents whose staging key begins with the prefix, by page. Rejects for outages only. */
export async function* documentsOnRecord(ledger: Ledger, prefix: string): AsyncGenerator<readonly Recorded[]> {
  for await (const page of pagesOf(ledger.list('heads/'))) {
    const read = await inParallel(page, ({ key }) => readOne(ledger, key, prefix));
    yield read.filter((one) => one !== undefined);
  }
}

async function readOne(ledger: Ledger, record: string, prefix: string): Promise<Recorded | undefined> {
  try {
    const found = await ledger.get(record);
    if (!found) return undefined;
    const head = headIn(found);
    return head.key.startsWith(prefix) ? { record, ...(await recordedIn(ledger, head)) } : undefined;
  } catch (error) {
    if (error instanceof UnreadableRecord) return { record, is: 'unreadable' };
    throw error;
  }
}

type ByKind<T> = T extends unknown ? Omit<T, 'record'> : never;

async function recordedIn(ledger: Ledger, head: Head): Promise<ByKind<Recorded>> {
  const { key, state, work, caseId, previous } = head;
  // What has no original was cleaned in place, or is held there.
  switch (state === 'ADOPTED' ? (caseId === undefined ? 'DONE' : 'QUARANTINED') : state) {
    case 'DONE': {
      const record = work === undefined ? undefined : await readRecord(ledger, work);
      if (!record) return { is: 'missing', key };
      const { format = null, findings: carriers, policy, version } = record;
      const document = { outcome: 'published', reason: null, format, carriers } as const;
      return { is: 'document', key, document, policy, version, keepsPrevious: false };
    }
    case 'QUARANTINED': {
      const found = caseId === undefined ? undefined : await ledger.get(caseKey(caseId));
      if (!found) return { is: 'missing', key };
      const { reason, format, findings: carriers, policy, version } = recordIn(found.body, Case);
      const document = { outcome: 'quarantined', reason, format, carriers } as const;
      return { is: 'document', key, document, policy, version, keepsPrevious: previous === 'kept' };
    }
    case 'PROMOTING':
    case 'STALE':
      return { is: 'moving', key };
    case 'REMOVING':
    case 'REMOVED':
    case 'TAKEN_DOWN':
    case 'LIFTING':
      return { is: 'gone', key };
  }
}
