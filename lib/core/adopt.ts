// What was public before there was a pipeline has no original in staging: it is cleaned where it stands. Promote, which
// may look at public and has no parser, lays the version aside; sanitize, which has no right on public, judges it there;
// promote replaces exactly the version that was judged, or does nothing. That swap is the lock: no head is needed before
// it, and what was written is on record before it is written. A key that is staged belongs to settle.ts from then on.

import type { AdoptionMessage, Head, Output, PromoteMessage, Source } from './records.ts';
import {
  type HeadSeen,
  isSame,
  isUnder,
  type Judged,
  type NextHead,
  type Terms,
  type Told,
  type Transition,
} from './settle.ts';
import type { Pin } from './store.ts';
import { again, ask, publicKeysOf, wakeOthers } from './take-away.ts';

export type AdoptEffects = {
  /** The version that stands under a public name. */
  lookPublic: { ask: { readonly key: string }; answer: Source | undefined };
  /** Lays that version aside for sanitize. False where it is gone. */
  takeIn: { ask: { readonly key: string; readonly src: Source }; answer: boolean };
  dropTakenIn: { ask: { readonly key: string; readonly src: Source }; answer: undefined };
  /** To the lane of runs. */
  sendBulk: { ask: { readonly message: AdoptionMessage }; answer: undefined };
  judgeTakenIn: {
    ask: { readonly key: string; readonly src: Source };
    answer: Exclude<Judged, { outcome: 'heavy' | 'waiting' }>;
  };
  /** Puts the verified bytes over that version. Undefined where another stands there; these very bytes count as put. */
  replacePublic: {
    ask: { readonly key: string; readonly src: Source; readonly work: string; readonly out: Output };
    answer: Pin | undefined;
  };
  /** Removes that version. False where another stands there; nothing counts as removed. */
  withdrawPublic: { ask: { readonly key: string; readonly src: Source }; answer: boolean };
};

type Kind<M, K> = Extract<M, { readonly kind: K }>;
export type AdoptMessage = Kind<AdoptionMessage, 'adopt'>;
export type TakenIn = Kind<AdoptionMessage, 'taken-in'>;
export type AdoptPromotion = Kind<PromoteMessage, 'take-in' | 'replace' | 'hold'>;

/** Begun anew as often as this, an object is written all the time by somebody else. */
export const MAX_ATTEMPTS = 3;

/** Sanitize's first half: is there an original, or does somebody have to look into public? */
export function* adopt({ key, attempt, run }: AdoptMessage, terms: Terms): Transition {
  const src = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  if (src || !isAdoptable(head, key)) return 'staged';
  yield* ask('sendPromote', { message: { kind: 'take-in', key, attempt, run, ...terms } });
  return 'adopting';
}

/** Sanitize's second half, over what was laid aside. */
export function* judgeTakenIn({ key, src, base, attempt, run }: TakenIn, terms: Terms): Transition {
  const judged = yield* ask('judgeTakenIn', { key, src });
  const common = { key, attempt, run, ...terms };
  if (judged.outcome === 'gone') {
    yield* ask('sendPromote', { message: { kind: 'take-in', ...common, attempt: attempt + 1 } });
    return 'adopting';
  }
  if (judged.outcome === 'published') {
    const { work, out } = judged;
    yield* ask('sendPromote', { message: { kind: 'replace', ...common, src, base, work, out } });
    return 'promoting';
  }
  const { caseId, withhold } = judged;
  yield* ask('tell', { what: { type: 'Document Quarantined', key, src, caseId } });
  yield* ask('sendPromote', { message: { kind: 'hold', ...common, src, base, caseId, withhold } });
  return 'quarantined';
}

/** Promote's half. */
export function* adoptPublic(message: AdoptPromotion): Transition {
  switch (message.kind) {
    case 'take-in':
      return yield* takeIn(message);
    case 'replace':
      return yield* replace(message);
    case 'hold':
      return yield* hold(message);
  }
}

function* takeIn(message: Kind<AdoptPromotion, 'take-in'>): Transition {
  const { key, attempt, run } = message;
  const staged = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  const isOurs = !staged && isAdoptable(head, key) && (yield* ask('ownsPublic', { key, publicKey: key }));
  if (!isOurs) return yield* anew(message);
  const src = yield* ask('lookPublic', { key });
  const isDone = head !== undefined && (src ? isAdopted(head, src, message) : head.previous === 'withheld');
  if (!src || isDone) {
    yield* ask('sendBulk', { message: { kind: 'looked', key, found: isDone ? 'done' : 'gone', run } });
    return 'nothing';
  }
  if (!(yield* ask('takeIn', { key, src }))) return yield* anew(message);
  yield* ask('sendBulk', { message: { kind: 'taken-in', key, src, base: head?.etag ?? null, attempt, run } });
  return 'adopting';
}

function* replace(message: Kind<AdoptPromotion, 'replace'>): Transition {
  const { key, src, base, work, out, policy, version } = message;
  const told: Told = { type: 'Document Promoted', key, work, out, inPlace: true };
  const staged = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  // Delivered again after the last step.
  if (head?.state === 'ADOPTED' && head.work === work) return yield* keepName(message, head, head.etag);
  const isOurs = !staged && (head?.etag ?? null) === base && (yield* ask('ownsPublic', { key, publicKey: out.key }));
  if (!isOurs) return yield* anew(message);

  yield* ask('audit', { what: told });
  const mine = yield* ask('replacePublic', { key, src, work, out });
  if (!mine) return yield* anew(message);
  yield* wakeOthers(key, key);
  // Only what is older than ours: what is newer is somebody else's.
  yield* ask('purgePublic', { key, below: mine.versionId });
  yield* ask('invalidate', { publicKeys: [key], reference: `${work} ${mine.versionId}`, why: 'replaced' });
  // The post-check. The swap took nothing away from whoever staged the key meanwhile, but the record would be theirs.
  if (yield* ask('headStaging', { key })) return yield* anew(message);
  yield* ask('notify', { what: told });
  const next: NextHead = { state: 'ADOPTED', policy, version, src, work, out: { ...out, etag: mine.etag } };
  const done = yield* ask('casHead', { key, base, next });
  return done === undefined ? yield* anew(message) : yield* keepName(message, next, done);
}

function* hold(message: Kind<AdoptPromotion, 'hold'>): Transition {
  const { key, src, base, caseId, withhold, policy, version } = message;
  const staged = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  const isMine = head?.state === 'ADOPTED' && head.caseId === caseId && isSame(head.src, src);
  const previous = withhold ? 'withhold' : 'kept';
  const next: NextHead = { state: 'ADOPTED', policy, version, src, caseId, formers: [key], previous };
  if (isMine && head.previous !== 'withhold') return yield* keepName(message, head, head.etag);
  let mine: string | undefined = head?.etag;
  if (!isMine) {
    const isOurs = !staged && (head?.etag ?? null) === base && isSame(yield* ask('lookPublic', { key }), src);
    mine = isOurs ? yield* ask('casHead', { key, base, next }) : undefined;
  }
  if (mine === undefined) return yield* anew(message);
  if (!withhold) return yield* keepName(message, next, mine);
  if (!(yield* ask('ownsPublic', { key, publicKey: key }))) return yield* keepName(message, next, mine);

  yield* ask('audit', { what: { type: 'Document Removed', key, publicKeys: [key] } });
  if (!(yield* ask('withdrawPublic', { key, src }))) return yield* anew(message);
  yield* ask('purgePublic', { key });
  yield* wakeOthers(key, key);
  yield* ask('invalidate', { publicKeys: [key], reference: `${mine} ${src.versionId}`, why: 'removed' });
  yield* ask('notify', { what: { type: 'Document Removed', key, publicKeys: [key] } });
  const done = yield* ask('casHead', { key, base: mine, next: { ...next, previous: 'withheld' } });
  if (done === undefined) return yield* anew(message);
  yield* ask('dropTakenIn', { key, src });
  return 'withheld';
}

/**
 * Each writes its mark before it looks for the other's: a document that changes its name may have claimed this one while
 * we had no head. The later one steps back, and has no name of its own any more.
 */
function* keepName(message: Kind<AdoptPromotion, 'replace' | 'hold'>, made: NextHead, mine: string): Transition {
  const { key, src, policy, version } = message;
  if (yield* ask('ownsPublic', { key, publicKey: key })) {
    yield* ask('dropTakenIn', { key, src });
    return made.caseId === undefined ? 'adopted' : 'quarantined';
  }
  yield* ask('casHead', { key, base: mine, next: { state: 'REMOVED', policy, version } });
  yield* wakeOthers(key, key);
  return yield* anew(message);
}

/** The world moved on: whoever has the key now looks at what stands in public, and the run looks again. */
function* anew({ key, attempt, run }: AdoptPromotion): Transition {
  yield* ask('sendBulk', { message: { kind: 'adopt', key, attempt: attempt + 1, run } });
  return yield* again(key);
}

/** Does no record but an adoption speak of what stands under the public name? */
function isAdoptable(head: HeadSeen | undefined, key: string): boolean {
  if (!head || head.state === 'ADOPTED') return true;
  return head.state === 'REMOVED' && !publicKeysOf(head).includes(key);
}

/** Does the head say what became of this very version of public, or that it was written by us, under these terms? */
export function isAdopted(head: Head, found: Pin, terms: Terms): boolean {
  if (head.state !== 'ADOPTED' || head.previous === 'withhold' || !isUnder(head, terms)) return false;
  if (head.out) return head.out.etag === found.etag;
  return head.src?.versionId === found.versionId && head.src.etag === found.etag;
}
