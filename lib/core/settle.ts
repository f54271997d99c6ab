// Ordering by reconcile, not by event: an event only says "key K may have changed". These are the transitions, as
// generators that yield every read and write; `carry-out.ts` performs them on stores, and the model test explores all
// interleavings of this very code with duplicates and crashes. What makes it converge:
//   - every decision is made over a head (compare-and-swap on its etag), never over an event;
//   - nothing is acknowledged without having seen staging after the last change of the public bucket (the post-check);
//   - who notices that the world moved on asks for a new reconcile, and leaves the undoing to it.
// Sanitize never touches public: removals, too, are messages to promote.

import type { Head, Output, PromoteMessage, Source } from './records.ts';

/** What judging one pinned version came to. Payload, case and verify record are stored by the effect itself. */
export type Judged =
  | { readonly outcome: 'published'; readonly work: string; readonly out: Output }
  | { readonly outcome: 'quarantined'; readonly caseId: string; readonly withhold: boolean }
  /** The pinned version cannot be read any more: something newer is there, or nothing. */
  | { readonly outcome: 'gone' }
  /** Too large for the lane that it came by; nothing was read. */
  | { readonly outcome: 'heavy' };

export type HeadSeen = Head & { readonly etag: string };
export type NextHead = Pick<Head, 'state' | 'policy' | 'version'> &
  Partial<Pick<Head, 'src' | 'out' | 'work' | 'formers' | 'caseId' | 'previous'>>;

type Effects = {
  headStaging: { ask: { readonly key: string }; answer: Source | undefined };
  readHead: { ask: { readonly key: string }; answer: HeadSeen | undefined };
  /** Answers the new etag, or undefined when another writer was first. A base of null creates. */
  casHead: {
    ask: { readonly key: string; readonly base: string | null; readonly next: NextHead };
    answer: string | undefined;
  };
  judge: { ask: { readonly key: string; readonly src: Source }; answer: Judged };
  sendPromote: { ask: { readonly message: PromoteMessage }; answer: undefined };
  sendReconcile: { ask: { readonly key: string }; answer: undefined };
  /** The same to the lane that judges what is large. */
  sendHeavy: { ask: { readonly key: string }; answer: undefined };
  /** Answers the public etag, or undefined when there is no such work object, or it is not what was verified. */
  putPublic: { ask: { readonly key: string; readonly work: string; readonly out: Output }; answer: string | undefined };
  /** May this key be published under that public key? False where another staging key holds it. */
  ownsPublic: { ask: { readonly key: string; readonly publicKey: string }; answer: boolean };
  headPublic: { ask: { readonly key: string }; answer: string | undefined };
  /** Removes the object and its older versions. */
  removePublic: { ask: { readonly key: string; readonly publicKey: string }; answer: undefined };
  /** Deletes the older versions of a public object that has just been overwritten. */
  purgePublic: { ask: { readonly key: string }; answer: undefined };
  tell: { ask: { readonly what: Told }; answer: undefined };
};

/** What is audited and notified; at least once each. */
export type Told =
  | {
      readonly type: 'Document Promoted';
      readonly key: string;
      readonly src: Source;
      readonly work: string;
      readonly out: Output;
    }
  | { readonly type: 'Document Quarantined'; readonly key: string; readonly src: Source; readonly caseId: string }
  | { readonly type: 'Document Removed'; readonly key: string; readonly publicKeys: readonly string[] };

export type EffectName = keyof Effects;
export type Effect = { [N in EffectName]: { readonly effect: N } & Effects[N]['ask'] }[EffectName];
export type Answer<N extends EffectName> = Effects[N]['answer'];
/** One reconcile or promotion: yields effects, takes their answers, returns what it came to. */
export type Transition = Generator<Effect, Outcome, unknown>;

/** For the log. 'again' means that a new reconcile was asked for, 'heavy' that another lane has it. */
export type Outcome =
  | 'nothing'
  | 'settled'
  | 'heavy'
  | 'promoting'
  | 'promoted'
  | 'quarantined'
  | 'removing'
  | 'removed'
  | 'withheld'
  | 'again';

/** What is in force: a head made under other terms is judged again. The version is `release+engines`. */
export type Terms = { readonly policy: string; readonly version: string };

/** Sanitize's half. */
export function* reconcile(key: string, terms: Terms): Transition {
  const src = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  if (!src || head?.state === 'TAKEN_DOWN') {
    // A public object without a head is adopted, never deleted: it is not ours.
    if (!head) return 'nothing';
    // Also over a tombstone: a promotion that stalled before its write may have come after it.
    yield* ask('sendPromote', { message: { kind: 'remove', key } });
    return 'removing';
  }
  if (head && isSettled(head, src, terms)) {
    yield* ask('sendPromote', { message: { kind: 'confirm', key, base: head.etag } });
    return 'settled';
  }
  const judged = yield* ask('judge', { key, src });
  if (judged.outcome === 'gone') return yield* again(key);
  if (judged.outcome === 'heavy') {
    yield* ask('sendHeavy', { key });
    return 'heavy';
  }
  if (judged.outcome === 'published') {
    const { work, out } = judged;
    yield* ask('sendPromote', {
      message: { kind: 'promote', key, src, base: head?.etag ?? null, work, out, ...terms },
    });
    return 'promoting';
  }
  return yield* quarantine(key, src, head, judged, terms);
}

function* quarantine(
  key: string,
  src: Source,
  head: HeadSeen | undefined,
  { caseId, withhold }: Extract<Judged, { outcome: 'quarantined' }>,
  terms: Terms,
): Transition {
  // Told before the head says so: a crash in between tells twice rather than never.
  yield* ask('tell', { what: { type: 'Document Quarantined', key, src, caseId } });
  const previous = head?.previous === 'withheld' ? 'withheld' : withhold ? 'withhold' : 'kept';
  const next: NextHead = {
    state: 'QUARANTINED',
    ...terms,
    src,
    caseId,
    ...publicOf(head),
    ...(hasPublic(head) && { previous }),
  };
  const mine = yield* ask('casHead', { key, base: head?.etag ?? null, next });
  if (mine === undefined) return yield* again(key);
  if (next.previous === 'withhold') yield* ask('sendPromote', { message: { kind: 'confirm', key, base: mine } });
  const after = yield* ask('headStaging', { key });
  return isSame(after, src) ? 'quarantined' : yield* again(key);
}

/** Promote's half. */
export function* promote(message: PromoteMessage): Transition {
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
  policy,
  version,
}: Extract<PromoteMessage, { kind: 'promote' }>): Transition {
  if (!isSame(yield* ask('headStaging', { key }), src)) return yield* again(key);
  const head = yield* ask('readHead', { key });
  const terms = { policy, version };
  const told: Told = { type: 'Document Promoted', key, src, work, out };
  if (head?.state === 'DONE' && head.work === work && isSame(head.src, src)) {
    // Delivered again after a crash behind the last step, which may have been before the telling.
    yield* ask('tell', { what: told });
    return yield* confirm(key, head.etag);
  }
  // A head that already says PROMOTING this very work is ours from before a crash: go on where it stopped.
  const isResumed = head?.state === 'PROMOTING' && head.work === work && isSame(head.src, src);
  if (!isResumed && (head?.etag ?? null) !== base) return yield* again(key);
  const formers = isResumed ? head.formers : publicKeysOf(head).filter((former) => former !== out.key);
  const promoting: NextHead = { state: 'PROMOTING', ...terms, src, work, out, ...(formers?.length && { formers }) };
  const mine = isResumed ? head.etag : yield* ask('casHead', { key, base, next: promoting });
  if (mine === undefined) return yield* again(key);
  // After the claim, not before it: of two keys that want one public name, the later one sees the earlier.
  if (!(yield* ask('ownsPublic', { key, publicKey: out.key }))) return yield* again(key);

  const etag = yield* ask('putPublic', { key, work, out });
  if (etag === undefined) return yield* again(key);
  // The post-check: whoever changed staging or the head in between has to be reconciled with what we just wrote.
  const after = yield* ask('headStaging', { key });
  const now = yield* ask('readHead', { key });
  if (!isSame(after, src) || now?.etag !== mine) return yield* again(key);

  for (const publicKey of formers ?? []) yield* ask('removePublic', { key, publicKey });
  yield* ask('purgePublic', { key: out.key });
  const done = yield* ask('casHead', {
    key,
    base: mine,
    next: { state: 'DONE', ...terms, src, work, out: { ...out, etag } },
  });
  if (done === undefined) return yield* again(key);
  yield* ask('tell', { what: told });
  return 'promoted';
}

function* remove(key: string): Transition {
  const src = yield* ask('headStaging', { key });
  const head = yield* ask('readHead', { key });
  if (!head) return src ? yield* again(key) : 'nothing';
  if (head.state === 'TAKEN_DOWN') {
    yield* removeAll(key, head);
    return 'removed';
  }
  if (src) return yield* again(key);
  const names = { ...(hasPublic(head) && { formers: publicKeysOf(head) }) };
  const isClaimed = head.state === 'REMOVING' || head.state === 'REMOVED';
  const removing: NextHead = { state: 'REMOVING', ...termsOf(head), ...names };
  const mine = isClaimed ? head.etag : yield* ask('casHead', { key, base: head.etag, next: removing });
  if (mine === undefined) return yield* again(key);
  yield* removeAll(key, head);
  if (yield* ask('headStaging', { key })) return yield* again(key);
  if (head.state === 'REMOVED') return 'nothing';
  const done = yield* ask('casHead', { key, base: mine, next: { state: 'REMOVED', ...termsOf(head), ...names } });
  if (done === undefined) return yield* again(key);
  yield* ask('tell', { what: { type: 'Document Removed', key, publicKeys: publicKeysOf(head) } });
  return 'removed';
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
  if (out.etag !== undefined && (yield* ask('headPublic', { key: out.key })) === out.etag) return 'nothing';
  if (state === 'DONE') {
    yield* ask('casHead', { key, base: head.etag, next: { state: 'STALE', ...termsOf(head), ...publicOf(head) } });
    return yield* again(key);
  }
  // The newest publishable version was overwritten by an older one's late promotion, or its own never ended. Staging
  // holds nothing publishable to start over from: it is written from its verified bytes, or taken away without them.
  const mayPut = work !== undefined && (yield* ask('ownsPublic', { key, publicKey: out.key }));
  const etag = mayPut ? yield* ask('putPublic', { key, work, out }) : undefined;
  if (etag === undefined) yield* removeAll(key, head);
  const mended: NextHead = {
    state: 'QUARANTINED',
    ...termsOf(head),
    src,
    ...(head.caseId && { caseId: head.caseId }),
    ...publicOf(head),
    ...(etag === undefined ? { previous: 'withheld' } : { out: { ...out, etag }, previous: 'kept' }),
  };
  yield* ask('casHead', { key, base: head.etag, next: mended });
  return yield* again(key);
}

/** A quarantined overwrite takes the previous public version away, where policy says so. */
function* confirmAbsent(key: string, head: HeadSeen): Transition {
  const { src, caseId } = head;
  yield* removeAll(key, head);
  if (!src || !isSame(yield* ask('headStaging', { key }), src)) return yield* again(key);
  if (head.previous === 'withheld') return 'nothing';
  const next: NextHead = {
    state: 'QUARANTINED',
    ...termsOf(head),
    src,
    ...(caseId && { caseId }),
    ...publicOf(head),
    previous: 'withheld',
  };
  const done = yield* ask('casHead', { key, base: head.etag, next });
  if (done === undefined) return yield* again(key);
  yield* ask('tell', { what: { type: 'Document Removed', key, publicKeys: publicKeysOf(head) } });
  return 'withheld';
}

function* removeAll(key: string, head: Head): Generator<Effect, void, unknown> {
  for (const publicKey of publicKeysOf(head)) yield* ask('removePublic', { key, publicKey });
}

function* again(key: string): Transition {
  yield* ask('sendReconcile', { key });
  return 'again';
}

/** Every public key under which something of this object may stand. */
function publicKeysOf(head: Head | undefined): string[] {
  return [...new Set([...(head?.out ? [head.out.key] : []), ...(head?.formers ?? [])])];
}

function termsOf({ policy, version }: Head): Terms {
  return { policy, version };
}

function hasPublic(head: Head | undefined): boolean {
  return publicKeysOf(head).length > 0;
}

/** What the next head has to go on knowing about public. */
function publicOf(head: Head | undefined): Pick<NextHead, 'out' | 'work' | 'formers'> {
  const { out, work, formers } = head ?? {};
  return { ...(out && { out }), ...(work && { work }), ...(formers && { formers }) };
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

function isSame(a: Source | undefined, b: Source | undefined): boolean {
  return a?.versionId === b?.versionId && a?.etag === b?.etag;
}

function* ask<N extends EffectName>(effect: N, what: Effects[N]['ask']): Generator<Effect, Answer<N>, unknown> {
  return (yield { effect, ...what } as unknown as Effect) as Answer<N>;
}
