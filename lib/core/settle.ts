// Ordering by reconcile, not by event: an event only says "key K may have changed". These are the transitions, as
// generators that yield every read and write; `carry-out.ts` performs them on stores, and the model test explores all
// interleavings of this very code with duplicates and crashes. What makes it converge:
//   - every decision is made over a head (compare-and-swap on its etag), never over an event;
//   - nothing is acknowledged without having seen staging after the last change of the public bucket (the post-check);
//   - who notices that the world moved on asks for a new reconcile, and leaves the undoing to it;
//   - who touches a public name asks for a reconcile of whoever else stands under it;
//   - a head never forgets a public name that the key may ever have been written under.
// What changes public is on record before it changes, and the world is told after it has.
// Sanitize never touches public: removals, too, are messages to promote.

import type { AdoptEffects } from './adopt.ts';
import type { Head, Output, PromoteMessage, Source, StagedMessage } from './records.ts';
import {
  again,
  ask,
  caseOf,
  hasNews,
  hasPublic,
  isStill,
  previousUnder,
  publicKeysOf,
  publicOf,
  removeAll,
  takeAway,
  termsOf,
  wakeOthers,
} from './take-away.ts';

/** What judging one pinned version came to. Payload, case and verify record are stored by the effect itself. */
export type Judged =
  | { readonly outcome: 'published'; readonly work: string; readonly out: Output; readonly waiver?: string }
  | { readonly outcome: 'quarantined'; readonly caseId: string; readonly withhold: boolean; readonly word?: string }
  /** The pinned version cannot be read any more: something newer is there, or nothing. */
  | { readonly outcome: 'gone' }
  /** Nothing was read: too large for the lane that it came by, or not yet looked at by the malware engine. */
  | { readonly outcome: 'heavy' }
  | { readonly outcome: 'waiting'; readonly afterMs: number };

export type HeadSeen = Head & { readonly etag: string };
export type ShadowSeen = Terms & { readonly src: Source; readonly etag: string };
export type NextHead = Pick<Head, 'state' | 'policy' | 'version'> &
  Partial<Pick<Head, 'src' | 'out' | 'work' | 'formers' | 'caseId' | 'word' | 'previous'>>;

export type Effects = AdoptEffects & {
  headStaging: { ask: { readonly key: string }; answer: Source | undefined };
  readHead: { ask: { readonly key: string }; answer: HeadSeen | undefined };
  /** Answers the new etag, or undefined when another writer was first. A base of null creates. */
  casHead: {
    ask: { readonly key: string; readonly base: string | null; readonly next: NextHead };
    answer: string | undefined;
  };
  judge: { ask: { readonly key: string; readonly src: Source }; answer: Judged };
  /** The id of the last word that review said of the key: another one is reason to judge again. */
  readWord: { ask: { readonly key: string }; answer: string | undefined };
  /** Does all that the work was let through by, if anything, hold at this moment? Of several waivers one is named. */
  isWaived: { ask: { readonly key: string; readonly work: string; readonly waiver?: string }; answer: boolean };
  /** What shadow mode has on record of the key. */
  readShadow: { ask: { readonly key: string }; answer: ShadowSeen | undefined };
  /** Judges one pinned version and puts on record what would have become of it, over that base; nothing else. */
  judgeAside: {
    ask: { readonly key: string; readonly src: Source; readonly base: string | null };
    answer: 'recorded' | 'lost' | 'gone' | 'heavy';
  };
  /** Has the malware engine said something of that version since the head was settled, which the head does not agree with? */
  isContradicted: { ask: { readonly key: string; readonly src: Source; readonly head: HeadSeen }; answer: boolean };
  sendPromote: { ask: { readonly message: PromoteMessage }; answer: undefined };
  sendReconcile: { ask: { readonly key: string }; answer: undefined };
  /** The same to the lane that judges what is large; and to come after a while, which is no failure and counts as none. */
  sendHeavy: { ask: { readonly key: string }; answer: undefined };
  sendLater: { ask: { readonly key: string; readonly afterMs: number }; answer: undefined };
  /** Answers the public etag, or undefined when there is no such work object, or it is not what was verified. */
  putPublic: { ask: { readonly key: string; readonly work: string; readonly out: Output }; answer: string | undefined };
  /** May this key be published under that public key? False where another staging key holds it. Asked under a head that says so. */
  ownsPublic: { ask: { readonly key: string; readonly publicKey: string }; answer: boolean };
  /** Is what stands under that public key this key's to remove? */
  mayRemove: { ask: { readonly key: string; readonly publicKey: string }; answer: boolean };
  /** The other staging keys that are published under that public key. */
  othersOn: { ask: { readonly key: string; readonly publicKey: string }; answer: readonly string[] };
  headPublic: { ask: { readonly key: string }; answer: string | undefined };
  /** Removes the object and its older versions. Answers which version stood there. */
  removePublic: { ask: { readonly publicKey: string }; answer: string | undefined };
  /** Deletes the versions of a public object that are not current, or are older than one; answers how many. */
  purgePublic: { ask: { readonly key: string; readonly below?: string }; answer: number };
  /** Has caches forget what stood under these names. What is removed has to be forgotten, what is replaced should be. */
  invalidate: {
    ask: { readonly publicKeys: readonly string[]; readonly reference: string; readonly why: 'removed' | 'replaced' };
    answer: undefined;
  };
  /** Has the edge refuse those of these names that no other key holds. Answers whether it did not before. */
  deny: { ask: { readonly key: string; readonly publicKeys: readonly string[] }; answer: boolean };
  /** Has the edge stop refusing them. Answers whether it refused any. */
  allow: { ask: { readonly key: string; readonly publicKeys: readonly string[] }; answer: boolean };
  /** Has staging been without the key since that version? False where staging keeps no history. */
  wasRemovedSince: { ask: { readonly key: string; readonly src: Source }; answer: boolean };
  /** Puts on record what is about to be done. */
  audit: { ask: { readonly what: Told }; answer: undefined };
  /** Tells the world what was done. */
  notify: { ask: { readonly what: Told }; answer: undefined };
  /** Both, for what changes nothing in public. */
  tell: { ask: { readonly what: Told }; answer: undefined };
};

/** What is audited and notified; at least once each. */
export type Told =
  | {
      readonly type: 'Document Promoted';
      readonly key: string;
      readonly work: string;
      readonly out: Output;
      readonly inPlace?: true;
    }
  | { readonly type: 'Document Quarantined'; readonly key: string; readonly src: Source; readonly caseId: string }
  | { readonly type: 'Document Removed'; readonly key: string; readonly publicKeys: readonly string[] };

export type EffectName = keyof Effects;
export type Effect = { [N in EffectName]: { readonly effect: N } & Effects[N]['ask'] }[EffectName];
export type Answer<N extends EffectName> = Effects[N]['answer'];
/** One reconcile or promotion: yields effects, takes their answers, returns what it came to. */
export type Transition = Generator<Effect, Outcome, unknown>;

/** For the log. 'again': a new reconcile was asked for; 'heavy': another lane has it; 'waiting': it comes again later. */
export type Outcome =
  | 'nothing'
  | 'settled'
  | 'heavy'
  | 'waiting'
  | 'promoting'
  | 'promoted'
  | 'quarantined'
  | 'removing'
  | 'removed'
  | 'withheld'
  | 'lifting'
  | 'lifted'
  /** In shadow mode: what would have become of it is on record. */
  | 'recorded'
  | 'adopting'
  | 'adopted'
  /** To adopt: the document has an original, and is reconciled with it. */
  | 'staged'
  | 'again';

/** What is in force: a head made under other terms is judged again. The version is `release+engines`. */
export type Terms = { readonly policy: string; readonly version: string };

/** Sanitize's half. */
export function* reconcile(key: string, terms: Terms): Transition {
  const src = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  if (!src || head?.state === 'TAKEN_DOWN' || head?.state === 'LIFTING') {
    // What was public before us is cleaned where it stands, and not deleted because nobody stages it.
    if (!head || head.state === 'ADOPTED') return 'nothing';
    // Also over a tombstone: a promotion that stalled before its write may have come after it.
    yield* ask('sendPromote', { message: { kind: 'remove', key } });
    return 'removing';
  }
  if (head && isSettled(head, src, terms) && !(yield* hasNews(key, src, head))) {
    yield* ask('sendPromote', { message: { kind: 'confirm', key, base: head.etag } });
    return 'settled';
  }
  const judged = yield* ask('judge', { key, src });
  if (judged.outcome === 'gone') return yield* again(key);
  if (judged.outcome === 'heavy' || judged.outcome === 'waiting') {
    yield* judged.outcome === 'heavy' ? ask('sendHeavy', { key }) : ask('sendLater', { key, afterMs: judged.afterMs });
    return judged.outcome;
  }
  if (judged.outcome === 'published') {
    const { work, out, waiver } = judged;
    const base = head?.etag ?? null;
    yield* ask('sendPromote', {
      message: { kind: 'promote', key, src, base, work, out, ...(waiver !== undefined && { waiver }), ...terms },
    });
    return 'promoting';
  }
  return yield* quarantine(key, src, head, judged, terms);
}

function* quarantine(
  key: string,
  src: Source,
  head: HeadSeen | undefined,
  { caseId, withhold, word }: Extract<Judged, { outcome: 'quarantined' }>,
  terms: Terms,
): Transition {
  // Told before the head says so: a crash in between tells twice rather than never.
  yield* ask('tell', { what: { type: 'Document Quarantined', key, src, caseId } });
  const previous = yield* previousUnder(key, head, withhold);
  const next: NextHead = {
    state: 'QUARANTINED',
    ...terms,
    src,
    caseId,
    ...(word !== undefined && { word }),
    ...publicOf(head),
    ...(previous && { previous }),
  };
  const mine = yield* ask('casHead', { key, base: head?.etag ?? null, next });
  if (mine === undefined) return yield* again(key);
  // Something has to go, or has to be looked for again; a promotion was interrupted that is either finished or undone; or
  // public is known to be another.
  const isUnsure = next.out?.etag === undefined || head?.state === 'STALE';
  const isOpen = previous !== undefined && (previous !== 'kept' || isUnsure);
  if (isOpen) yield* ask('sendPromote', { message: { kind: 'confirm', key, base: mine } });
  const after = yield* ask('headStaging', { key });
  return isSame(after, src) ? 'quarantined' : yield* again(key);
}

/** Promote's half. */
export function* promote(message: StagedMessage): Transition {
  switch (message.kind) {
    case 'promote':
      return yield* promoteWork(message);
    case 'remove':
      return yield* remove(message.key);
    case 'confirm':
      return yield* confirm(message.key, message.base);
  }
}

function* promoteWork({
  key,
  src,
  base,
  work,
  out,
  waiver,
  policy,
  version,
}: Extract<PromoteMessage, { kind: 'promote' }>): Transition {
  if (!isSame(yield* ask('headStaging', { key }), src)) return yield* again(key);
  const head = yield* ask('readHead', { key });
  const terms = { policy, version };
  const told: Told = { type: 'Document Promoted', key, work, out };
  // Delivered again after the last step.
  if (head?.state === 'DONE' && head.work === work && isSame(head.src, src)) return yield* confirm(key, head.etag);
  // A head that already says PROMOTING this very work is ours from before a crash: go on where it stopped.
  const isResumed = head?.state === 'PROMOTING' && head.work === work && isSame(head.src, src);
  if (!isResumed && (head?.etag ?? null) !== base) return yield* again(key);
  // Before anything is claimed: what public holds from before stays where a waiver has expired meanwhile.
  if (!isResumed && waiver !== undefined && !(yield* ask('isWaived', { key, work, waiver }))) return yield* again(key);
  const before = publicKeysOf(head);
  const formers = isResumed ? (head.formers ?? []) : before.filter((former) => former !== out.key);
  const promoting: NextHead = { state: 'PROMOTING', ...terms, src, work, out, ...(formers.length > 0 && { formers }) };
  const mine = isResumed ? head.etag : yield* ask('casHead', { key, base, next: promoting });
  if (mine === undefined) return yield* again(key);
  // After the claim, not before it: of two keys that want one public name, the later one sees the earlier.
  if (!(yield* ask('ownsPublic', { key, publicKey: out.key }))) return yield* again(key);

  yield* ask('audit', { what: told });
  const etag = yield* ask('putPublic', { key, work, out });
  if (etag === undefined) return yield* again(key);
  yield* wakeOthers(key, out.key);
  // The post-check: whoever changed staging, the head or the waiver in between has to be reconciled with what we just wrote.
  const after = yield* ask('headStaging', { key });
  const now = yield* ask('readHead', { key });
  if (!isSame(after, src) || now?.etag !== mine) return yield* again(key);
  if (waiver !== undefined && !(yield* ask('isWaived', { key, work, waiver }))) return yield* again(key);

  const gone: string[] = [];
  for (const publicKey of formers) if (yield* takeAway(key, publicKey)) gone.push(publicKey);
  const isReplaced = (yield* ask('purgePublic', { key: out.key })) > 0 || before.includes(out.key);
  // Whoever resumes does not know what the other one came to.
  const outdated = [...(isReplaced ? [out.key] : []), ...(isResumed ? formers : gone)];
  if (outdated.length > 0) yield* ask('invalidate', { publicKeys: outdated, reference: mine, why: 'replaced' });
  yield* ask('notify', { what: told });
  const done: NextHead = { ...promoting, state: 'DONE', out: { ...out, etag } };
  return (yield* ask('casHead', { key, base: mine, next: done })) === undefined ? yield* again(key) : 'promoted';
}

// Each round is another writer's progress; this many in a row are no coincidence.
const MAX_ROUNDS = 25;

function* remove(key: string, round = 0): Transition {
  if (round === MAX_ROUNDS) throw new Error('the head of a key that is removed changes all the time');
  const src = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  if (!head) return src ? yield* again(key) : 'nothing';
  if (head.state === 'TAKEN_DOWN') return yield* keepDown(key, head, round);
  if (head.state === 'LIFTING') return yield* lift(key, head, round);
  if (head.state === 'ADOPTED') return src ? yield* again(key) : 'nothing';
  // Who kept a take-down up may have stalled until after its end, and have the edge refuse what nobody takes down.
  const changed = yield* ask('allow', { key, publicKeys: [...new Set([...publicKeysOf(head), key])] });
  if (changed && !(yield* isStill(key, head))) return yield* remove(key, round + 1);
  if (src) return yield* again(key);
  const names = { ...(hasPublic(head) && { formers: publicKeysOf(head) }) };
  const isClaimed = head.state === 'REMOVING' || head.state === 'REMOVED';
  const removing: NextHead = { state: 'REMOVING', ...termsOf(head), ...names };
  const mine = isClaimed ? head.etag : yield* ask('casHead', { key, base: head.etag, next: removing });
  if (mine === undefined) return yield* again(key);
  yield* removeAll(key, head, mine);
  if (yield* ask('headStaging', { key })) return yield* again(key);
  if (head.state === 'REMOVED') return 'nothing';
  yield* ask('notify', { what: { type: 'Document Removed', key, publicKeys: publicKeysOf(head) } });
  const done = yield* ask('casHead', { key, base: mine, next: { state: 'REMOVED', ...termsOf(head), ...names } });
  return done === undefined ? yield* again(key) : 'removed';
}

/** Each time anew, also when all was done before: who promoted or lifted may have stalled before its last write. */
function* keepDown(key: string, head: HeadSeen, round: number): Transition {
  const held = head.formers ?? [];
  yield* removeAll(key, head, head.etag);
  const changed = yield* ask('deny', { key, publicKeys: held });
  if (head.previous === 'withheld')
    return !changed || (yield* isStill(key, head)) ? 'removed' : yield* remove(key, round + 1);
  yield* ask('notify', { what: { type: 'Document Removed', key, publicKeys: held } });
  const next: NextHead = { state: 'TAKEN_DOWN', ...termsOf(head), ...publicOf(head), previous: 'withheld' };
  const done = yield* ask('casHead', { key, base: head.etag, next });
  return done === undefined ? yield* remove(key, round + 1) : 'removed';
}

/** Ends a take-down: what staging holds is judged anew, and nothing from before it comes back by itself. */
function* lift(key: string, head: HeadSeen, round: number): Transition {
  yield* removeAll(key, head, head.etag);
  yield* ask('allow', { key, publicKeys: head.formers ?? [] });
  const next: NextHead = { state: 'REMOVED', ...termsOf(head), formers: publicKeysOf(head) };
  const done = yield* ask('casHead', { key, base: head.etag, next });
  if (done === undefined) return yield* remove(key, round + 1);
  yield* again(key);
  return 'lifted';
}

/** Is what the head says of public really so? Mends what a stalled promotion may have written since. */
function* confirm(key: string, base: string): Transition {
  const src = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  if (head?.etag !== base || !isSame(src, head.src)) return yield* again(key);
  if (head.state === 'DONE' || head.previous === 'kept') return yield* confirmPresent(key, head);
  if (head.state === 'QUARANTINED' && head.previous !== undefined) return yield* confirmAbsent(key, head);
  return head.state === 'QUARANTINED' ? 'nothing' : yield* again(key);
}

function* confirmPresent(key: string, head: HeadSeen): Transition {
  const { out, work, src, state } = head;
  if (!out || !src) return 'nothing';
  for (const publicKey of head.formers ?? []) yield* takeAway(key, publicKey);
  if (out.etag !== undefined && (yield* ask('headPublic', { key: out.key })) === out.etag) return 'nothing';
  if (state === 'DONE') {
    yield* ask('casHead', { key, base: head.etag, next: { state: 'STALE', ...termsOf(head), ...publicOf(head) } });
    return yield* again(key);
  }
  // The newest publishable version was overwritten by an older one's late promotion, or its own never ended. Staging
  // holds nothing publishable to start over from: it is written from its verified bytes, or taken away without them.
  const mayPut = work !== undefined && (yield* ask('ownsPublic', { key, publicKey: out.key }));
  const told: Told = { type: 'Document Promoted', key, work: work ?? '', out };
  if (mayPut) yield* ask('audit', { what: told });
  const put = mayPut ? yield* ask('putPublic', { key, work, out }) : undefined;
  const etag = mayPut && put !== undefined && (yield* ask('isWaived', { key, work })) ? put : undefined;
  if (etag === undefined) yield* removeAll(key, head, head.etag);
  else {
    yield* wakeOthers(key, out.key);
    yield* ask('purgePublic', { key: out.key });
    yield* ask('notify', { what: told });
  }
  const mended: NextHead = {
    state: 'QUARANTINED',
    ...termsOf(head),
    src,
    ...caseOf(head),
    ...publicOf(head),
    ...(etag === undefined ? { previous: 'withheld' } : { out: { ...out, etag }, previous: 'kept' }),
  };
  yield* ask('casHead', { key, base: head.etag, next: mended });
  return yield* again(key);
}

/** A quarantined overwrite takes the previous public version away, where policy says so. */
function* confirmAbsent(key: string, head: HeadSeen): Transition {
  const { src } = head;
  yield* removeAll(key, head, head.etag);
  if (!src || !isSame(yield* ask('headStaging', { key }), src)) return yield* again(key);
  if (head.previous === 'withheld') return 'nothing';
  const next: NextHead = {
    state: 'QUARANTINED',
    ...termsOf(head),
    src,
    ...caseOf(head),
    ...publicOf(head),
    previous: 'withheld',
  };
  yield* ask('notify', { what: { type: 'Document Removed', key, publicKeys: publicKeysOf(head) } });
  const done = yield* ask('casHead', { key, base: head.etag, next });
  return done === undefined ? yield* again(key) : 'withheld';
}

/** Does the head say what became of this very version under these very terms? */
export function isSettled(head: Head, src: Source, terms: Terms): boolean {
  const isFinal = head.state === 'DONE' || head.state === 'QUARANTINED';
  return isFinal && isSame(head.src, src) && isUnder(head, terms);
}

/** Who has no engines, as fail-closed, speaks of the release alone: `0.1.0` is any `0.1.0+…`, not the other way round. */
export function isUnder(made: Terms, { policy, version }: Terms): boolean {
  const [release] = made.version.split('+');
  return made.policy === policy && (made.version === version || release === version);
}

export function isSame(a: Source | undefined, b: Source | undefined): boolean {
  return a?.versionId === b?.versionId && a?.etag === b?.etag;
}
