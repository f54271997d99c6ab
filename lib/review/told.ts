// What the world is told of the review of a case: an entry of its trail that leads to another state, or ends an
// entry of the allow-list, without who did it,
// why, and to which document. The trail is where it is read back from.

import { tierOf } from '../core/case-index.ts';
import { readCase, recordIn } from '../core/ledger.ts';
import { type Case, caseKey } from '../core/records.ts';
import { isCanary } from '../core/records-canary.ts';
import { CaseEntry, TRAIL } from '../core/records-cases.ts';
import { type CaseChanged, CHANGES } from '../core/records-events.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';
import { ifReadable } from './cases.ts';

/** Undefined where nothing changes, the document is a test, or it is told otherwise: a release, by who publishes. */
export function eventOf(evidence: Case, { caseId, seq, deed, from, to, at }: CaseEntry): CaseChanged | undefined {
  const what = CHANGES.find((one) => one === deed.what);
  if (!what || !isTold({ deed, from, to }) || isCanary(evidence.key)) return undefined;
  return {
    ...{ type: 'Case Changed', caseId, seq, what, from, to },
    ...(deed.what === 'superseded' ? { why: deed.why, successor: deed.caseId } : { why: null, successor: null }),
    ...{ reason: evidence.reason, tier: tierOf(evidence), since: evidence.at, at },
  };
}

/** A rerun of an open case leads nowhere. */
function isTold({ deed, from, to }: Pick<CaseEntry, 'deed' | 'from' | 'to'>): boolean {
  return from !== to || deed.what === 'revoke';
}

export type ToldPlaces = {
  readonly ledger: Pick<ObjectStore, 'get'>;
  readonly audit: Pick<ObjectStore, 'list' | 'get'>;
};
export type Period = { readonly since: Date; readonly until: Date };

// Clocks differ: the store's says when an entry was written, ours what stands in it.
const SKEW_MS = 3_600_000;

/**
 * What was told within the period, oldest first, in memory. `onUnreadable` is told of entries and cases that were edited or
 * are gone. Rejects for outages.
 */
export async function changesTold(
  { ledger, audit }: ToldPlaces,
  { since, until }: Period,
  onUnreadable: (record: string) => void,
): Promise<readonly CaseChanged[]> {
  const cases = new Map<string, Promise<Case | undefined>>();
  const caseOf = (caseId: string) => {
    const found = cases.get(caseId) ?? ifReadable(() => readCase(ledger, caseId));
    cases.set(caseId, found);
    return found;
  };
  const lost = new Set<string>();
  const told: CaseChanged[] = [];
  for await (const page of pagesOf(audit.list(TRAIL))) {
    const recent = page.filter(({ modifiedAt }) => Date.parse(modifiedAt) >= since.getTime() - SKEW_MS);
    const events = await inParallel(recent, async ({ key }) => {
      const found = await audit.get(key);
      const entry = found && (await ifReadable(async () => recordIn(found.body, CaseEntry)));
      if (!entry) return void lost.add(key);
      const at = Date.parse(entry.at);
      if (!isTold(entry) || at < since.getTime() || at > until.getTime()) return undefined;
      const evidence = await caseOf(entry.caseId);
      if (!evidence) return void lost.add(caseKey(entry.caseId));
      return eventOf(evidence, entry);
    });
    told.push(...events.flatMap((event) => event ?? []));
  }
  for (const record of lost) onUnreadable(record);
  return told.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : one.seq - other.seq));
}
