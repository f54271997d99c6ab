// Whether the trails of cases are whole: each entry in its place, holding the hash of the one before, the first that of
// the evidence; and the record of the review being the sum of its entries.

import { isDeepStrictEqual } from 'node:util';
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
] as const;
export type TrailFault = {
  readonly caseId: string;
  /** The entry that is amiss, or the first that is missing; null where it is the evidence or the record. */
  readonly seq: number | null;
  readonly fault: (typeof TRAIL_FAULTS)[number];
};

export type TrailPlaces = {
  readonly ledger: Pick<ObjectStore, 'get' | 'list'>;
  readonly audit: Pick<ObjectStore, 'get' | 'list'>;
};

/** Of every case that has a trail, or a record of its review; each is told to `onLooked`. Rejects for outages only. */
export async function* verifyTrails(
  places: TrailPlaces,
  onLooked: (caseId: string) => void = () => undefined,
): AsyncGenerator<TrailFault> {
  const ids = new Set<string>();
  for await (const { key } of places.audit.list('trail/')) ids.add(key.split('/')[1] ?? '');
  for await (const { key } of places.ledger.list('reviews/')) ids.add(key.slice('reviews/'.length, -'.json'.length));
  for (const caseId of [...ids].sort()) {
    const fault = await verifyTrail(places, caseId);
    onLooked(caseId);
    if (fault) yield fault;
  }
}

/** The first thing that is amiss; undefined where nothing is. An entry whose record was not written yet is none. */
export async function verifyTrail({ ledger, audit }: TrailPlaces, caseId: string): Promise<TrailFault | undefined> {
  const fault = (what: TrailFault['fault'], seq: number | null = null): TrailFault => ({ caseId, seq, fault: what });
  const found = CaseId.safeParse(caseId).success ? await ledger.get(caseKey(caseId)) : undefined;
  const evidence = found && readable(found.body, Case);
  if (!evidence || evidence.caseId !== caseId) return fault('evidence');
  const keys: string[] = [];
  for await (const { key } of audit.list(entriesPrefix(caseId))) keys.push(key);

  let sum: ReviewState = unreviewed(evidence, sha256(found.body));
  const sums = [sum];
  for (const [index, key] of keys.entries()) {
    const seq = index + 1;
    if (key !== entryKey(caseId, seq)) return fault('gap', seq);
    const stored = await audit.get(key);
    const entry = stored && readable(stored.body, CaseEntry);
    if (!entry) return fault('unreadable', seq);
    if (entry.caseId !== caseId || entry.seq !== seq) return fault('misplaced', seq);
    if (entry.prev !== sum.trail.sha256 || entry.from !== sum.state) return fault('broken', seq);
    sum = afterEntry(sum, entry, sha256(stored.body));
    sums.push(sum);
  }

  const kept = await ledger.get(reviewKey(caseId));
  const review = kept && readable(kept.body, Review);
  if (kept && !review) return fault('review');
  const known = review?.trail.seq ?? 0;
  if (known > keys.length) return fault('truncated', keys.length + 1);
  // Whoever wrote the last entry may not have come to write the record; those before it have one.
  if (known < keys.length - 1) return fault('review');
  if (!review) return undefined;
  const { nonce: _, ...says } = review;
  return isDeepStrictEqual(says, sums[known]) ? undefined : fault('review');
}

function readable<T>(body: Uint8Array, schema: Parameters<typeof recordIn<T>>[1]): T | undefined {
  try {
    return recordIn(body, schema);
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}
