// When a document was public, where the ledger has lost it: of each name the last time that the trail knows. What came
// before that stands in the trail alone.

import { MARK } from '../core/case-index.ts';
import { historyOf, publicMark, removedMark } from '../core/past-index.ts';
import type { Past } from '../core/records-recovery.ts';
import type { ObjectStore } from '../core/store.ts';
import { isPromoted } from './past.ts';

/** Leaves alone what is on record. */
export async function rebuildHistory(ledger: ObjectStore, { key, names }: Past): Promise<void> {
  for await (const _ of ledger.list(historyOf(key))) return;
  for (const { versionId, at } of names) await ledger.put(publicMark(key, versionId, at), MARK);
  if (names.length === 0 || names.some(isPromoted)) return;
  const removals = names.flatMap(({ removedAt }) => removedAt ?? []).sort();
  const last = removals.at(-1);
  if (last !== undefined) await ledger.put(removedMark(key, last), MARK);
}
