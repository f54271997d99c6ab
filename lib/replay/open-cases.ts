// The documents that are held back, by reason: what an upgrade, or a mended scanner, may let pass. A case counts while the
// head of its key names it: what was overwritten, published or taken down since has another head, or none that says so.

import { readHead, recordIn, UnreadableRecord } from '../core/ledger.ts';
import { Case } from '../core/records.ts';
import type { Reason } from '../core/refusal.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';

export type CaseFilter = {
  /** Null: all of them. */
  readonly reason: Reason | null;
  /** What the staging key begins with. */
  readonly prefix: string;
};

/** A case, or the ledger's key of one that cannot be read, or whose head cannot. */
export type FoundCase = { readonly open: Case } | { readonly unreadable: string };

/** In the order of their ids, each document once, with a page of them in memory. Rejects for outages only. */
export async function* openCases(
  ledger: Pick<ObjectStore, 'list' | 'get'>,
  { reason, prefix }: CaseFilter,
): AsyncGenerator<FoundCase> {
  for await (const page of pagesOf(ledger.list('cases/'))) {
    // Evidence, pictures and comments may stand beside the case.
    const records = page.filter(({ key }) => key.endsWith('/case.json'));
    const found = await inParallel(records, async ({ key: recordKey }): Promise<FoundCase | undefined> => {
      try {
        const stored = await ledger.get(recordKey);
        const open = stored && recordIn(stored.body, Case);
        if (!open || (reason !== null && open.reason !== reason) || !open.key.startsWith(prefix)) return undefined;
        const head = await readHead(ledger, open.key);
        return head?.state === 'QUARANTINED' && head.caseId === open.caseId ? { open } : undefined;
      } catch (error) {
        if (error instanceof UnreadableRecord) return { unreadable: recordKey };
        throw error;
      }
    });
    for (const one of found) if (one) yield one;
  }
}

/** The staging keys of those cases, for a run over them. */
export async function keysOfCases(
  ledger: Pick<ObjectStore, 'list' | 'get'>,
  filter: CaseFilter,
): Promise<{ readonly keys: readonly string[]; readonly unreadable: readonly string[] }> {
  const keys: string[] = [];
  const unreadable: string[] = [];
  for await (const found of openCases(ledger, filter))
    if ('open' in found) keys.push(found.open.key);
    else unreadable.push(found.unreadable);
  return { keys, unreadable };
}
