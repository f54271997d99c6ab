// The allow-list: bytes that two people let through under any key until a day that they said, and who answers for them.
// Each entry follows from the review of one case, and is made anew from there: nothing is decided by the entry itself.

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { putIf, readableIn, toJson } from '../core/ledger.ts';
import { caseMarkOf, casesOfBytes } from '../core/past-index.ts';
import { ALLOW_LIST, AllowEntry, allowKey, type Waiver } from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';
import { readAllowed } from '../core/waivers.ts';
import { inParallel } from '../stores/in-pages.ts';
import { ifReadable, isStill, type ReviewedCase, readCase } from './cases.ts';
import { isAllowing } from './transitions.ts';

/** The waiver of an approved request that has not been withdrawn. */
export function waiverIn({ evidence, review }: ReviewedCase): Waiver | undefined {
  const { request, approval } = review;
  const { sha256 } = evidence.source;
  if (!request || !approval || sha256 === null) return undefined;
  return {
    ...{ id: approval.waiver, sha256, rules: request.rules, caseId: evidence.caseId },
    ...{ requestedBy: request.by, approvedBy: approval.by, approvedAt: approval.at, expiresAt: request.expiresAt },
    reason: evidence.reason,
  };
}

/** What the case has on the allow-list; whether it has expired is not looked at. */
export function allowedBy(seen: ReviewedCase): Pick<AllowEntry, 'owner' | 'waiver'> | undefined {
  const { request } = seen.review;
  const waiver = waiverIn(seen);
  return waiver && request?.allow && isAllowing(seen.review) ? { owner: request.allow.owner, waiver } : undefined;
}

const MAX_ATTEMPTS = 10;
// More often than people decide about the same bytes in the year that an entry holds at most.
const MAX_FORMERS = 1000;

/**
 * Makes the entry what the case says, or what is said in its place: null where nothing of it is to stand. What was edited
 * or damaged is put right. One that was revoked, or that another case's came after, does not come back.
 */
export async function settleAllowed(
  { ledger, now }: { readonly ledger: ObjectStore; readonly now: () => Date },
  seen: ReviewedCase,
  said: ReturnType<typeof allowedBy> | null = allowedBy(seen) ?? null,
): Promise<void> {
  const { caseId, source } = seen.evidence;
  if (source.sha256 === null) return;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await ledger.get(allowKey(source.sha256));
    // What is damaged lets nothing through, and keeps nobody from the cases of these bytes.
    const known = found && readableIn(found.body, AllowEntry);
    const stands = known?.waiver;
    const isOver = said?.waiver ? known?.formers.includes(said.waiver.id) : stands?.caseId !== caseId;
    if (isOver || (said?.waiver && isDeepStrictEqual({ owner: known?.owner, waiver: stands }, said))) return;
    const owner = said?.owner ?? known?.owner;
    // Looked at after the entry, as it is for words.
    if (owner === undefined || !(await isStill(ledger, seen))) return;
    const ended = stands && stands.id !== said?.waiver?.id ? [stands.id] : [];
    const formers = [...(known?.formers ?? []), ...ended].slice(-MAX_FORMERS);
    const about = { sha256: source.sha256, nonce: randomUUID(), at: now().toISOString() };
    const entry = AllowEntry.parse({ v: 1, ...about, owner, waiver: said?.waiver ?? null, formers });
    const condition = found ? { ifMatch: found.version.etag } : { ifNoneMatch: '*' as const };
    if ((await putIf(ledger, allowKey(source.sha256), toJson(entry), condition)) !== undefined) return;
  }
  throw new Error('an entry of the allow-list changes all the time');
}

const MAX_TWINS = 1000;

/** Keys of other waiting cases of the same bytes, of a thousand cases at most. What was edited waits for nothing. */
export async function keysOfTwins(
  ledger: Pick<ObjectStore, 'get' | 'list'>,
  { evidence: { caseId, key, source } }: ReviewedCase,
): Promise<readonly string[]> {
  const { sha256 } = source;
  if (sha256 === null) return [];
  const ids = new Set<string>();
  for await (const { key: mark } of ledger.list(casesOfBytes(sha256))) {
    const twin = caseMarkOf(mark);
    if (twin && twin.caseId !== caseId) ids.add(twin.caseId);
    if (ids.size === MAX_TWINS) break;
  }
  const keys = await inParallel([...ids], async (id) => {
    const twin = await ifReadable(() => readCase(ledger, id));
    const isWaiting = twin?.review.state === 'open' && twin.evidence.source.sha256 === sha256;
    return isWaiting ? [twin.evidence.key] : [];
  });
  return [...new Set(keys.flat())].filter((one) => one !== key);
}

export type AllowList = {
  /** Those that were not revoked, what expires first at the top, those that have expired included. */
  readonly entries: readonly (AllowEntry & { readonly waiver: Waiver })[];
  /** Edited by hand, or damaged: they let nothing through. */
  readonly unreadable: readonly string[];
  /** There are more than were read. */
  readonly isCut: boolean;
};

/** Rejects for outages. */
export async function allowList(ledger: Pick<ObjectStore, 'get' | 'list'>, max: number): Promise<AllowList> {
  const hashes: string[] = [];
  let isCut = false;
  for await (const { key } of ledger.list(ALLOW_LIST)) {
    isCut = hashes.length === max;
    if (isCut) break;
    hashes.push(key.slice(ALLOW_LIST.length, -'.json'.length));
  }
  const unreadable: string[] = [];
  const read = await inParallel(hashes, (sha256) =>
    ifReadable(
      () => readAllowed(ledger, sha256),
      () => void unreadable.push(sha256),
    ),
  );
  const entries = read.flatMap((entry) => (entry?.waiver ? [{ ...entry, waiver: entry.waiver }] : []));
  const inOrder = entries.sort((a, b) => Date.parse(a.waiver.expiresAt) - Date.parse(b.waiver.expiresAt));
  return { entries: inOrder, unreadable: unreadable.sort(), isCut };
}
