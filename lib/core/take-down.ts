// The half of a take-down that whoever orders it carries out: the edge refuses first, then the tombstone, then a message
// to promote, which alone may remove. Each step can be repeated: a take-down that broke off is mended by ordering it again.

import type { NextHead, Terms, Transition } from './settle.ts';
import { ask, publicKeysOf, publicOf, termsOf } from './take-away.ts';

// Each lost swap is another writer's progress; this many in a row are no coincidence.
const MAX_ATTEMPTS = 25;

/** Takes one key down, whatever state it is in. The terms are for a key that has no head yet. */
export function* takeDown(key: string, terms: Terms): Transition {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const head = yield* ask('readHead', { key });
    // Also the key itself: what stands there from before us, unknown to the ledger, is meant too.
    const publicKeys: string[] = [];
    for (const publicKey of new Set([...publicKeysOf(head), key]))
      if (yield* ask('mayRemove', { key, publicKey })) publicKeys.push(publicKey);
    yield* ask('deny', { key, publicKeys });
    if (head?.state === 'TAKEN_DOWN') return yield* send(key, 'removing');
    const next: NextHead = {
      state: 'TAKEN_DOWN',
      ...(head ? termsOf(head) : terms),
      ...publicOf(head),
      formers: publicKeys,
      previous: 'withhold',
    };
    const mine = yield* ask('casHead', { key, base: head?.etag ?? null, next });
    if (mine !== undefined) return yield* send(key, 'removing');
  }
  throw new Error('the head of a key that is taken down changes all the time');
}

/** Ends a take-down. 'nothing' where there is none. Promote lifts the edge's refusal and asks for a new reconcile. */
export function* endTakeDown(key: string): Transition {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const head = yield* ask('readHead', { key });
    if (head?.state === 'LIFTING') return yield* send(key, 'lifting');
    if (head?.state !== 'TAKEN_DOWN') return 'nothing';
    const next: NextHead = { state: 'LIFTING', ...termsOf(head), ...publicOf(head) };
    const mine = yield* ask('casHead', { key, base: head.etag, next });
    if (mine !== undefined) return yield* send(key, 'lifting');
  }
  throw new Error('the head of a key whose take-down is ended changes all the time');
}

function* send(key: string, outcome: 'removing' | 'lifting'): Transition {
  yield* ask('sendPromote', { message: { kind: 'remove', key } });
  return outcome;
}
