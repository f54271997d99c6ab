// Reading one case: the evidence, where its review stands, and its trail.

import { recordIn, UnreadableRecord } from '../core/ledger.ts';
import { Case, caseKey } from '../core/records.ts';
import {
  CaseEntry,
  CaseId,
  entriesPrefix,
  entryKey,
  Review,
  type ReviewState,
  reviewKey,
} from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';
import { sha256 } from '../core/verify.ts';
import { inParallel } from '../stores/in-pages.ts';
import { unreviewed } from './transitions.ts';

export type Readable = Pick<ObjectStore, 'get'>;

export type ReviewedCase = {
  readonly evidence: Case;
  /** Of the bytes of `case.json`: what the trail begins with. */
  readonly evidenceSha256: string;
  readonly review: ReviewState;
  /** Of the review's record; undefined where there is none yet. */
  readonly etag: string | undefined;
};

/** Undefined where there is no such case, or the id is none. Rejects with UnreadableRecord for records that were edited. */
export async function readCase(ledger: Readable, caseId: string): Promise<ReviewedCase | undefined> {
  if (!CaseId.safeParse(caseId).success) return undefined;
  const [found, reviewed] = await Promise.all([ledger.get(caseKey(caseId)), ledger.get(reviewKey(caseId))]);
  if (!found) return undefined;
  const evidence = recordIn(found.body, Case);
  const evidenceSha256 = sha256(found.body);
  if (!reviewed) return { evidence, evidenceSha256, review: unreviewed(evidence, evidenceSha256), etag: undefined };
  const { nonce: _, ...review } = recordIn(reviewed.body, Review);
  return { evidence, evidenceSha256, review, etag: reviewed.version.etag };
}

/** Whether nobody has done anything with the case since it was seen so. Rejects with UnreadableRecord. */
export async function isStill(ledger: Readable, { review: { caseId, trail } }: ReviewedCase): Promise<boolean> {
  const found = await ledger.get(reviewKey(caseId));
  return (found ? recordIn(found.body, Review).trail.seq : 0) === trail.seq;
}

/** Undefined as well where a record was edited, which `onEdited` hears of: one such hides nothing that stands beside it. */
export async function ifReadable<T>(
  read: () => Promise<T>,
  onEdited: () => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    onEdited();
    return undefined;
  }
}

export type ReadEntry = { readonly entry: CaseEntry; readonly sha256: string };

export async function readEntry(audit: Readable, caseId: string, seq: number): Promise<ReadEntry | undefined> {
  const found = await audit.get(entryKey(caseId, seq));
  return found && { entry: recordIn(found.body, CaseEntry), sha256: sha256(found.body) };
}

/** What was done after that entry, oldest first. Whether the trail is whole is for `verifyTrail` to say. */
export async function timelineOf(
  audit: Pick<ObjectStore, 'get' | 'list'>,
  caseId: string,
  afterSeq = 0,
): Promise<readonly CaseEntry[]> {
  if (!CaseId.safeParse(caseId).success) return [];
  const keys: string[] = [];
  for await (const { key } of audit.list(entriesPrefix(caseId), { after: entryKey(caseId, afterSeq) })) keys.push(key);
  const entries = await inParallel(keys, async (key) => {
    const found = await audit.get(key);
    return found && recordIn(found.body, CaseEntry);
  });
  return entries.filter((entry) => entry !== undefined);
}

/** As many as a page shows and reads, of a case that a program may have commented on for a year. */
const MAX_LATEST = 200;

/** The entries that a page shows; `earlier` are left out. */
export async function latestOf(
  audit: Pick<ObjectStore, 'get' | 'list'>,
  { caseId, trail: { seq } }: Pick<ReviewState, 'caseId' | 'trail'>,
): Promise<{ readonly entries: readonly CaseEntry[]; readonly earlier: number }> {
  const earlier = Math.max(0, seq - MAX_LATEST);
  return { entries: await timelineOf(audit, caseId, earlier), earlier };
}
