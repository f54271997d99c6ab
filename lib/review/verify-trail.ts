// Whether the trails of cases are whole: each entry in its place, holding the hash of the one before, the first that of
// the evidence; and the record of the review being the sum of its entries.

import { isDeepStrictEqual } from 'node:util';
import { readableIn } from '../core/ledger.ts';
import { Case, caseKey } from '../core/records.ts';
import {
  ALLOW_LIST,
  AllowEntry,
  allowKey,
  CaseEntry,
  CaseId,
  entriesPrefix,
  entryKey,
  REVIEWS,
  Review,
  type ReviewState,
  ReviewWord,
  reviewKey,
  TRAIL,
  type Waiver,
  wordKey,
} from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';
import { sha256 } from '../core/verify.ts';
import { allowedBy, waiverIn } from './allow-list.ts';
import { ifReadable, readCase } from './cases.ts';
import type { Seals } from './seals.ts';
import { afterEntry, unreviewed } from './transitions.ts';

export const TRAIL_FAULTS = [
  /** The evidence is gone, or no case any more. */
  'evidence',
  /** An entry is gone from the middle. */
  'gap',
  /** An entry is not JSON of its schema. */
  'unreadable',
  /** An entry speaks of another case, or of another place in the trail. */
  'misplaced',
  /** An entry does not follow from the one before: that one, or the evidence, was edited. */
  'broken',
  /** The record of the review knows entries that are gone. */
  'truncated',
  /** The record of the review does not say what its entries say. */
  'review',
  /** A waiver lets something through that nobody approved in this case, or that was withdrawn or revoked. */
  'waiver',
  /** A seal names an entry that is gone, or was another: the trail was shortened, and the record of the review with it. */
  'sealed',
  /** The seal of a day was edited, or one before it is gone. */
  'seal',
  /** For two days nothing was sealed, though reviews went on: as it is where seals are taken off at the end. */
  'unsealed',
] as const;
export type TrailFault = {
  /** '-' where it is about none. */
  readonly caseId: string;
  /** The day of the seal that it is about. */
  readonly day?: string;
  /** The key of the waiver, or of the entry of the allow-list, that it is about. */
  readonly record?: string;
  /** The entry that is amiss, or the first that is missing; null where it is the evidence or the record. */
  readonly seq: number | null;
  readonly fault: (typeof TRAIL_FAULTS)[number];
};

export type TrailPlaces = {
  readonly ledger: Pick<ObjectStore, 'get' | 'list'>;
  readonly audit: Pick<ObjectStore, 'get' | 'list'>;
};

/**
 * Of every case that has a trail, or a record of its review; each is told to `onLooked`. Then of every waiver. Rejects for outages
 * only.
 */
export async function* verifyTrails(
  places: TrailPlaces,
  seals: Seals,
  onLooked: (caseId: string) => void = () => undefined,
): AsyncGenerator<TrailFault> {
  const ids = new Set(seals.trails.keys());
  const from = seals.last ? Date.parse(seals.last.at) + SKEW_MS : Number.POSITIVE_INFINITY;
  const until = Date.now() - DUE_MS;
  let isUnsealed = false;
  for await (const { key } of places.audit.list(TRAIL)) ids.add(key.split('/')[1] ?? '');
  for await (const { key, modifiedAt } of places.ledger.list(REVIEWS)) {
    ids.add(key.slice(REVIEWS.length, -'.json'.length));
    isUnsealed ||= Date.parse(modifiedAt) > from && Date.parse(modifiedAt) < until;
  }
  for (const day of seals.broken) yield { caseId: '-', seq: null, fault: 'seal', day };
  if (seals.last && isUnsealed) yield { caseId: '-', seq: null, fault: 'unsealed', day: seals.last.day };
  for (const caseId of [...ids].sort()) {
    const fault = await verifyTrail(places, seals, caseId);
    onLooked(caseId);
    if (fault) yield fault;
  }
  yield* verifyWaivers(places.ledger);
}

const DUE_MS = 2 * 24 * 3_600_000;
// Clocks differ.
const SKEW_MS = 3_600_000;

/** A withdrawal that a crash left half done counts as well: until somebody looks at the case, the waiver holds. */
async function* verifyWaivers(ledger: TrailPlaces['ledger']): AsyncGenerator<TrailFault> {
  for await (const { key } of ledger.list('waivers/')) {
    const found = await ledger.get(key);
    if (!found) continue;
    const said = key.startsWith(ALLOW_LIST) ? readableIn(found.body, AllowEntry) : readableIn(found.body, ReviewWord);
    const isInPlace = said && ('sha256' in said ? allowKey(said.sha256) : wordKey(said.key)) === key;
    if (isInPlace && (said.waiver === null || (await isApproved(ledger, said)))) continue;
    yield { caseId: said?.waiver?.caseId ?? '-', seq: null, fault: 'waiver', record: key };
  }
}

async function isApproved(ledger: TrailPlaces['ledger'], said: ReviewWord | AllowEntry): Promise<boolean> {
  const seen = await ifReadable(() => readCase(ledger, said.waiver?.caseId ?? ''));
  if (!seen) return false;
  if ('sha256' in said) {
    const allowed = allowedBy(seen);
    return allowed?.owner === said.owner && isSame(allowed.waiver, said.waiver);
  }
  return seen.evidence.key === said.key && isSame(waiverIn(seen), said.waiver);
}

function isSame(derived: Waiver | null | undefined, said: Waiver | null): boolean {
  // Older ones do not say the reason.
  const known = derived && said && said.reason === undefined ? { ...derived, reason: undefined } : derived;
  return isDeepStrictEqual(known, said && { ...said, reason: said.reason });
}

/** The first thing that is amiss; undefined where nothing is. An entry whose record was not written yet is none. */
export async function verifyTrail(
  { ledger, audit }: TrailPlaces,
  { trails }: Pick<Seals, 'trails'>,
  caseId: string,
): Promise<TrailFault | undefined> {
  const fault = (what: TrailFault['fault'], seq: number | null = null): TrailFault => ({ caseId, seq, fault: what });
  const found = CaseId.safeParse(caseId).success ? await ledger.get(caseKey(caseId)) : undefined;
  const evidence = found && readableIn(found.body, Case);
  if (!evidence || evidence.caseId !== caseId) return fault('evidence');
  const keys: string[] = [];
  for await (const { key } of audit.list(entriesPrefix(caseId))) keys.push(key);

  let sum: ReviewState = unreviewed(evidence, sha256(found.body));
  const sums = [sum];
  for (const [index, key] of keys.entries()) {
    const seq = index + 1;
    if (key !== entryKey(caseId, seq)) return fault('gap', seq);
    const stored = await audit.get(key);
    const entry = stored && readableIn(stored.body, CaseEntry);
    if (!entry) return fault('unreadable', seq);
    if (entry.caseId !== caseId || entry.seq !== seq) return fault('misplaced', seq);
    if (entry.prev !== sum.trail.sha256 || entry.from !== sum.state) return fault('broken', seq);
    sum = afterEntry(sum, entry, sha256(stored.body));
    sums.push(sum);
  }

  const kept = await ledger.get(reviewKey(caseId));
  const review = kept && readableIn(kept.body, Review);
  if (kept && !review) return fault('review');
  const known = review?.trail.seq ?? 0;
  if (known > keys.length) return fault('truncated', keys.length + 1);
  // Whoever wrote the last entry may not have come to write the record; those before it have one.
  if (known < keys.length - 1) return fault('review');
  for (const one of trails.get(caseId) ?? [])
    if (sums[one.seq]?.trail.sha256 !== one.sha256) return fault('sealed', one.seq);
  if (!review) return undefined;
  const { nonce: _, ...says } = review;
  return isDeepStrictEqual(says, sums[known]) ? undefined : fault('review');
}
