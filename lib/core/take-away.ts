// What the transitions have in common: taking away what stands in public, and what a head knows about public.

import type { Head, Source } from './records.ts';
import type { Answer, Effect, EffectName, Effects, HeadSeen, NextHead, Terms, Transition } from './settle.ts';

/** Empties every public name of the key. Caches are told anew wherever something stood, and once where nothing did. */
export function* removeAll(key: string, head: Head, base: string): Generator<Effect, void, unknown> {
  const publicKeys = publicKeysOf(head);
  const stood: string[] = [];
  for (const publicKey of publicKeys) stood.push((yield* takeAway(key, publicKey)) ?? '');
  if (publicKeys.length === 0) return;
  yield* ask('invalidate', { publicKeys, reference: [base, ...stood].join(' '), why: 'removed' });
}

/** Makes a public name empty, its older versions included, unless another key is published under it. Returns which version stood there. */
export function* takeAway(key: string, publicKey: string): Generator<Effect, string | undefined, unknown> {
  let stood: string | undefined;
  // Gone already, but perhaps by one who was killed before its older versions were.
  if ((yield* ask('headPublic', { key: publicKey })) === undefined) yield* ask('purgePublic', { key: publicKey });
  else if (yield* ask('mayRemove', { key, publicKey })) {
    yield* ask('audit', { what: { type: 'Document Removed', key, publicKeys: [publicKey] } });
    stood = yield* ask('removePublic', { publicKey });
  }
  yield* wakeOthers(key, publicKey);
  return stood;
}

/** Between the look and the change, another key may have taken the name: it has to look whether it still has it. */
export function* wakeOthers(key: string, publicKey: string): Generator<Effect, void, unknown> {
  for (const other of yield* ask('othersOn', { key, publicKey })) yield* ask('sendReconcile', { key: other });
}

export function* again(key: string): Transition {
  yield* ask('sendReconcile', { key });
  return 'again';
}

/** Every public key under which something of this object may stand. */
export function publicKeysOf(head: Head | undefined): string[] {
  return [...new Set([...(head?.out ? [head.out.key] : []), ...(head?.formers ?? [])])];
}

export function termsOf({ policy, version }: Head): Terms {
  return { policy, version };
}

export function hasPublic(head: Head | undefined): boolean {
  return publicKeysOf(head).length > 0;
}

/** What the next head has to go on knowing about public. */
export function publicOf(head: Head | undefined): Pick<NextHead, 'out' | 'work' | 'formers'> {
  const { out, work, formers } = head ?? {};
  return { ...(out && { out }), ...(work && { work }), ...(formers && { formers }) };
}

/** What is settled is judged again where the malware engine or review has said something since. */
export function* hasNews(key: string, src: Source, head: HeadSeen): Generator<Effect, boolean, unknown> {
  if (yield* ask('isContradicted', { key, src, head })) return true;
  if (head.state !== 'QUARANTINED') return false;
  const word = yield* ask('readWord', { key });
  return word !== undefined && word !== head.word;
}

/** Whoever has told the edge something new looks at the head again: the last word at the edge is the head's. */
export function* isStill(key: string, head: HeadSeen): Generator<Effect, boolean, unknown> {
  return (yield* ask('readHead', { key }))?.etag === head.etag;
}

/** What becomes of what is public when a quarantined version comes over it. What had to go once never comes back. */
export function* previousUnder(
  key: string,
  head: HeadSeen | undefined,
  withhold: boolean,
): Generator<Effect, Head['previous'], unknown> {
  if (!head || !hasPublic(head)) return undefined;
  if (head.previous === 'withheld' || head.state === 'REMOVED') return 'withheld';
  if (withhold || head.previous === 'withhold' || head.state === 'REMOVING') return 'withhold';
  // The delete and the new upload were handled as one: what was deleted must not stay because of what came after.
  const staged = head.state === 'ADOPTED' ? undefined : head.src;
  const isRemoved = staged !== undefined && (yield* ask('wasRemovedSince', { key, src: staged }));
  return isRemoved ? 'withhold' : 'kept';
}

/** What a head of something quarantined goes on saying of its case. */
export function caseOf({ caseId, word }: Head): Pick<NextHead, 'caseId' | 'word'> {
  return { ...(caseId && { caseId }), ...(word && { word }) };
}

export function* ask<N extends EffectName>(effect: N, what: Effects[N]['ask']): Generator<Effect, Answer<N>, unknown> {
  return (yield { effect, ...what } as unknown as Effect) as Answer<N>;
}
