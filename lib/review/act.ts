// Doing something with a case. An entry of the trail is written first, once and for all; of two who act at the same
// time one finds it written, and looks again. What an entry says is carried into the record of the review by whoever
// comes next, so that a process that died in between leaves nothing half done.

import { randomUUID } from 'node:crypto';
import { MARK, type Mark, markFor, markKey } from '../core/case-index.ts';
import { putIf, putOnce, toJson, UnreadableRecord } from '../core/ledger.ts';
import {
  type ByItself,
  CaseEntry,
  type Deed,
  type DeedName,
  entryKey,
  payloadKey,
  Review,
  reviewKey,
} from '../core/records-cases.ts';
import type { CaseChanged } from '../core/records-events.ts';
import type { ObjectStore, Queue } from '../core/store.ts';
import { sha256 } from '../core/verify.ts';
import { isStill, type ReviewedCase, readCase, readEntry } from './cases.ts';
import { MAX_DOWNLOAD_BYTES } from './download.ts';
import { followEntry, followUp } from './follow-up.ts';
import { happened } from './happened.ts';
import type { Settling } from './list.ts';
import { eventOf } from './told.ts';
import { type Actor, afterEntry, decide, type RefusalCode, SYSTEM } from './transitions.ts';

export type ReviewPlaces = {
  readonly ledger: ObjectStore;
  /** Where the trail is: a bucket that lets nothing be changed, or the ledger. */
  readonly audit: ObjectStore;
  readonly quarantine: ObjectStore;
  readonly liveQueue: Queue;
  /** Tells the world; the same may be told twice. */
  readonly notify: (event: CaseChanged) => Promise<void>;
  readonly now: () => Date;
};

type Simple = Exclude<DeedName, 'request-release' | 'approve' | 'rerun' | ByItself>;

/** What a person asks for; who asks, when, and the ids that it makes, are added here. */
export type Order =
  | {
      readonly what: 'request-release';
      readonly reason: string;
      readonly rules: readonly string[];
      readonly expiresAt: string;
      readonly allow?: { readonly owner: string } | undefined;
    }
  | { readonly what: 'approve'; readonly request: string; readonly reason: string | null }
  | { readonly what: 'rerun'; readonly reason: string }
  | Readonly<Extract<Deed, { what: Simple }>>;

export type Acted =
  | { readonly done: true; readonly evidence: ReviewedCase['evidence']; readonly review: ReviewedCase['review'] }
  | { readonly done: false; readonly refused: RefusalCode };

// Each round is another writer's progress; this many in a row are no coincidence.
const MAX_ROUNDS = 10;

/**
 * Does it, or says why not. With `dryRun` nothing is written. Rejects for outages, for records that were edited, and for
 * a text that is too long (a ZodError).
 */
export async function actOn(
  places: ReviewPlaces,
  actor: Actor,
  caseId: string,
  order: Order,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Acted> {
  const deed = deedOf(order, actor, places.now());
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = dryRun ? await readCase(places.ledger, caseId) : await refreshed(places, caseId);
    if (!seen) return { done: false, refused: 'not-found' };
    const { evidence, review } = seen;
    const decided = decide(evidence, review, actor, deed, places.now());
    if ('refused' in decided) return { done: false, refused: decided.refused };
    if (deed.what === 'download') {
      const payload = await places.quarantine.head(payloadKey(caseId));
      if (!payload) return { done: false, refused: 'no-payload' };
      if (payload.size > MAX_DOWNLOAD_BYTES) return { done: false, refused: 'too-large' };
    }
    if (dryRun) return { done: true, evidence, review };
    const after = await append(places, seen, actor, deed, decided.to);
    if (after) return { done: true, evidence, review: after.review };
  }
  return { done: false, refused: 'busy' };
}

/**
 * The case with everything that has happened by itself since: what was released, superseded, or lapsed, and what another
 * process left half done. Undefined where there is no such case.
 */
export async function refreshed(places: ReviewPlaces, caseId: string): Promise<ReviewedCase | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = await completed(places, caseId);
    if (!seen) return undefined;
    const deed = await happened(places, seen);
    if (!deed) {
      await follow(places, seen);
      return seen;
    }
    const decided = decide(seen.evidence, seen.review, SYSTEM, deed, places.now());
    if ('refused' in decided) throw new Error(`what happened to a case is refused: ${decided.refused}`);
    await append(places, seen, SYSTEM, deed, decided.to);
  }
  throw new Error('a case that others keep changing');
}

/** For lists of those who may write. What fails is told to `onFailure`, and left to whoever looks next. */
export function settling(places: ReviewPlaces, onFailure: (error: unknown) => void): Settling {
  return {
    now: places.now,
    async settle(caseId) {
      try {
        return await refreshed(places, caseId);
      } catch (error) {
        // The list names it.
        if (error instanceof UnreadableRecord) throw error;
        onFailure(error);
        return undefined;
      }
    },
  };
}

/** Carries entries into the record that were written before a process died. */
async function completed(places: ReviewPlaces, caseId: string): Promise<ReviewedCase | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = await readCase(places.ledger, caseId);
    if (!seen) return undefined;
    const [first, next] = await Promise.all(
      [1, seen.review.trail.seq + 1].map((seq) => readEntry(places.audit, caseId, seq)),
    );
    // Of evidence that was edited since somebody looked at it nothing follows, whoever has approved what it says now.
    if (first && first.entry.prev !== seen.evidenceSha256)
      throw new UnreadableRecord('the evidence is not what the trail begins with');
    if (!next) return seen;
    if (!isNext(next.entry, seen)) throw new UnreadableRecord('an entry that does not follow from the one before');
    await carryIn(places, seen, next.entry, next.sha256);
  }
  throw new Error('a case that others keep changing');
}

function isNext({ caseId, seq, prev, from }: CaseEntry, { review }: ReviewedCase): boolean {
  const { trail, state } = review;
  return caseId === review.caseId && seq === trail.seq + 1 && prev === trail.sha256 && from === state;
}

/** Undefined where somebody else was first. */
async function append(
  places: ReviewPlaces,
  seen: ReviewedCase,
  { principal, roles }: Actor,
  deed: Deed,
  to: Review['state'],
): Promise<ReviewedCase | undefined> {
  const { review } = seen;
  const seq = review.trail.seq + 1;
  const entry = CaseEntry.parse({
    v: 1,
    ...{ caseId: review.caseId, seq, prev: review.trail.sha256, at: places.now().toISOString() },
    ...{ by: principal, roles: [...roles], from: review.state, to, deed, nonce: randomUUID() },
  });
  const bytes = toJson(entry);
  const isWritten = await putOnce(places.audit, entryKey(review.caseId, seq), bytes);
  // Of a request whose answer was lost, the second one finds what the first has written.
  if (!isWritten && (await readEntry(places.audit, review.caseId, seq))?.entry.nonce !== entry.nonce) return undefined;
  return carryIn(places, seen, entry, sha256(bytes));
}

/** Writes the record that follows from the entry, and has its consequences carried out. */
async function carryIn(
  places: ReviewPlaces,
  seen: ReviewedCase,
  entry: CaseEntry,
  hash: string,
): Promise<ReviewedCase | undefined> {
  const { evidence, etag, review } = seen;
  const { ledger } = places;
  await followEntry(places, seen, entry);
  const event = eventOf(evidence, entry);
  // Before the record says so: who comes after a crash in between carries the entry in again, and tells it again.
  if (event) await places.notify(event);
  const next = Review.parse({ ...afterEntry(review, entry, hash), nonce: randomUUID() });
  const [from, to] = [markOf(seen), markFor(evidence, next.state, next.since)];
  if (markKey(from) !== markKey(to)) await ledger.put(markKey(to), MARK);
  const condition = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
  const mine = await putIf(ledger, reviewKey(review.caseId), toJson(next), condition);
  const { nonce: _, ...written } = next;
  const after: ReviewedCase = { ...seen, review: written, etag: mine };
  // Whoever was first has carried the same entry in, and its consequences are the same.
  await follow(places, after);
  if (markKey(from) !== markKey(to)) await takeOff(ledger, after, markKey(from));
  return after;
}

/** What follows, and what follows from whatever others did meanwhile: they may have looked before it was written. */
async function follow(places: ReviewPlaces, seen: ReviewedCase): Promise<void> {
  await followUp(places, seen);
  if (await isStill(places.ledger, seen)) return;
  const now = await readCase(places.ledger, seen.evidence.caseId);
  if (now) await followUp(places, now);
}

/** Takes a mark away that says what is so no longer. Who went on meanwhile may have brought the case back to where it was. */
async function takeOff(ledger: ObjectStore, after: ReviewedCase, mark: string): Promise<void> {
  if (!(await isStill(ledger, after))) return;
  await ledger.remove(mark);
  const now = await readCase(ledger, after.evidence.caseId);
  if (now && markKey(markOf(now)) === mark) await ledger.put(mark, MARK);
}

function markOf({ evidence, review }: ReviewedCase): Mark {
  return markFor(evidence, review.state, review.since);
}

function deedOf(order: Order, { principal }: Actor, now: Date): Deed {
  switch (order.what) {
    case 'request-release': {
      const { reason, rules, expiresAt, allow } = order;
      const asked = { id: randomUUID(), by: principal, reason, rules: [...new Set(rules)].sort(), expiresAt };
      return { what: 'request-release', request: { ...asked, ...(allow && { allow }), at: now.toISOString() } };
    }
    case 'approve':
      return { ...order, waiver: randomUUID() };
    case 'rerun':
      return { ...order, run: randomUUID() };
    default:
      return order;
  }
}
