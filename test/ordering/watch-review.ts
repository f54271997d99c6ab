// Looks on while people review: what they asked for, what was allowed and until when, and which originals there were.
// What must hold at every moment is checked here; it is said from what was put on the trail, not from where cases stand.

import { AllowEntry, CaseEntry, ReviewWord } from '../../lib/core/records-cases.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { isPublishable, sanitised } from './documents.ts';

/** `tick`: the how many-eth thing that was written. */
export type Moment = { readonly tick: number; readonly ms: number };
export type Allowed = {
  readonly id: string;
  /** Undefined where it holds under any key. */
  readonly key: string | undefined;
  readonly caseId: string;
  readonly from: Moment;
  readonly expiresMs: number;
  /** When its word or its entry of the list was said otherwise. */
  until: Moment | undefined;
};

type Request = {
  readonly by: string;
  readonly caseId: string;
  readonly expiresMs: number;
  readonly isForAll: boolean;
};

export type ReviewWatch = {
  now: Moment;
  readonly requests: Map<string, Request>;
  readonly allowed: Allowed[];
  /** The waiver in force for a key. */
  readonly words: Map<string, string | undefined>;
  /** Of which case which document is the original, as it was uploaded. */
  readonly originals: Map<string, { readonly key: string; readonly text: string }>;
  /** Cases whose original somebody had deleted. */
  readonly deleted: Set<string>;
  /** Every original that ever stood in quarantine. */
  readonly payloads: { readonly caseId: string; readonly key: string; readonly versionId: string }[];
  /** What became public that is held back by itself. */
  readonly releases: { readonly publicKey: string; readonly text: string; readonly at: Moment }[];
};

export const newReviewWatch = (): ReviewWatch => ({
  now: { tick: 0, ms: 0 },
  ...{ requests: new Map(), allowed: [], words: new Map(), originals: new Map(), deleted: new Set() },
  ...{ payloads: [], releases: [] },
});

const textOf = (body: Uint8Array) => Buffer.from(body).toString();

/** The next thing that is written. */
function tick(watch: ReviewWatch): Moment {
  watch.now = { tick: watch.now.tick + 1, ms: watch.now.ms };
  return watch.now;
}

/** Answers what is wrong with an entry of a trail, or a word of the review. */
export function noteReview(key: string, body: Uint8Array, watch: ReviewWatch): string | undefined {
  if (key.startsWith('trail/')) return noteEntry(CaseEntry.parse(JSON.parse(textOf(body))), watch);
  if (key.startsWith('waivers/bytes/')) return noteListed(AllowEntry.parse(JSON.parse(textOf(body))), watch);
  if (key.startsWith('waivers/')) return noteWord(ReviewWord.parse(JSON.parse(textOf(body))), watch);
  return undefined;
}

function noteEntry({ caseId, by, deed }: CaseEntry, watch: ReviewWatch): string | undefined {
  const at = tick(watch);
  if (deed.what === 'delete') watch.deleted.add(caseId);
  if (deed.what === 'request-release') {
    const { id, expiresAt, allow } = deed.request;
    watch.requests.set(id, { by, caseId, expiresMs: Date.parse(expiresAt), isForAll: allow !== undefined });
  }
  if (deed.what !== 'approve') return undefined;
  const request = watch.requests.get(deed.request);
  const key = watch.originals.get(caseId)?.key;
  if (!request || request.caseId !== caseId || key === undefined) return `${by} approves what nobody asked for`;
  const { expiresMs, isForAll } = request;
  for (const where of isForAll ? [key, undefined] : [key])
    watch.allowed.push({ id: deed.waiver, key: where, caseId, from: at, expiresMs, until: undefined });
  return request.by === by ? `${by} approves what ${by} asked for` : undefined;
}

function noteWord({ key, waiver }: ReviewWord, watch: ReviewWatch): string | undefined {
  const at = tick(watch);
  const before = watch.words.get(key);
  watch.words.set(key, waiver?.id);
  if (before !== waiver?.id)
    for (const one of watch.allowed) if (one.key === key && one.id === before) one.until ??= at;
  return isKnown(waiver?.id, watch) ? undefined : `a waiver for ${key} that nobody approved`;
}

function noteListed({ waiver, formers }: AllowEntry, watch: ReviewWatch): string | undefined {
  const at = tick(watch);
  for (const one of watch.allowed) if (one.key === undefined && formers.includes(one.id)) one.until ??= at;
  return isKnown(waiver?.id, watch) ? undefined : 'an entry of the allow-list that nobody approved';
}

const isKnown = (id: string | undefined, { allowed }: ReviewWatch) =>
  id === undefined || allowed.some((one) => one.id === id);

/** Somebody was told that nothing of the case is released any more, or nothing of it is on the list. */
export function noteWithdrawn(caseId: string, what: 'withdraw' | 'revoke', watch: ReviewWatch): void {
  const at = tick(watch);
  for (const one of watch.allowed)
    if (one.caseId === caseId && (what === 'withdraw' || one.key === undefined)) one.until ??= at;
}

/** Answers what is wrong with a write to public by somebody who has been at it since `since`. */
export function notePublic(publicKey: string, text: string, since: Moment, watch: ReviewWatch): string | undefined {
  const at = tick(watch);
  if (isPublishable(text)) return undefined;
  watch.releases.push({ publicKey, text, at });
  // Whoever looks at the waiver, stalls and then writes undoes it when it wakes: that is looked at when all is at rest.
  return isAllowed(text, since, at, watch) ? undefined : `${publicKey} became public, and nobody allowed it: ${text}`;
}

/** Did anything allow that text at some moment from `since` to `until`? */
export function isAllowed(text: string, since: Moment, until: Moment, { allowed, originals }: ReviewWatch): boolean {
  return allowed.some((one) => {
    const original = originals.get(one.caseId)?.text;
    const isHeld = one.expiresMs > since.ms && (one.until === undefined || one.until.tick > since.tick);
    return original !== undefined && isMadeOf(text, original) && isHeld && one.from.tick <= until.tick;
  });
}

/** By whichever version of the program. */
export function isMadeOf(output: string, text: string): boolean {
  return output.replace(/ by \d+$/, '') === sanitised(text, '').replace(/ by $/, '');
}

/** Quarantine, whose every original is remembered by its version. */
export function watchQuarantine(store: ObjectStore, watch: ReviewWatch): ObjectStore {
  const note = (key: string, versionId: string, text: string) => {
    const [caseId = '', name] = key.split('/');
    if (name === 'payload' && text !== '') watch.payloads.push({ caseId, key, versionId });
  };
  return {
    ...store,
    async put(key, body, options) {
      const version = await store.put(key, body, options);
      note(key, version.versionId, textOf(body));
      return version;
    },
    async copyFrom(source, key, versionId, toKey) {
      await store.copyFrom(source, key, versionId, toKey);
      const stands = await store.get(toKey);
      if (stands) note(toKey, stands.version.versionId, textOf(stands.body));
    },
  };
}
