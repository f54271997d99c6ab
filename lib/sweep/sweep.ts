// The comparison of staging, public and ledger, in three passes over three listings. Nothing is held in memory but a
// page of keys, so that it is the same for a hundred and for a hundred million; and where it stopped is a position that
// the next call goes on from. Of public it needs the listing alone, never a byte.

import { headIn, readHead, UnreadableRecord } from '../core/ledger.ts';
import { readClaim } from '../core/public-names.ts';
import { claimKey } from '../core/records.ts';
import type { Amiss } from '../core/records-sweep.ts';
import type { HeadSeen, Terms } from '../core/settle.ts';
import type { ObjectStore, ObjectVersion, Queue } from '../core/store.ts';
import { publicKeysOf } from '../core/take-away.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';
import { compareKeys } from '../stores/keys.ts';
import { amissInLedger, amissInPublic, amissInStaging, isMendable } from './amiss.ts';

export type SweepPlaces = {
  readonly staging: Pick<ObjectStore, 'list' | 'head'>;
  readonly public: Pick<ObjectStore, 'list'>;
  readonly ledger: Pick<ObjectStore, 'list' | 'get'>;
  /** Takes the reconciles that mend; without it nothing is mended. */
  readonly liveQueue?: Queue;
  readonly terms: Terms;
  readonly now: () => Date;
};

const PASSES = ['staging', 'public', 'heads'] as const;

/** Where a sweep stands: the pass, and the last key of it that was looked at. */
export type Position = { readonly pass: (typeof PASSES)[number]; readonly after?: string };

/** Called with each thing that is amiss; `key` is of staging, of public for what is 'unknown', or a record's. */
export type OnAmiss = (amiss: Amiss, key: string, isMending: boolean) => void;

export type SweepOptions = {
  /** Where an earlier call stopped. */
  readonly from?: Position;
  /** Asked before each page; true stops the sweep there. */
  readonly isOver?: () => boolean;
  /** How many reconciles are sent for each kind, at most: a new policy makes everything stale, and that is a replay's work. */
  readonly maxMends: number;
  /** Younger objects and heads may still be on their way. */
  readonly graceMs: number;
  readonly onAmiss: OnAmiss;
};

export type Swept = {
  /** Where it stopped, undefined at the end. */
  readonly position: Position | undefined;
  /** Objects and heads that were looked at. */
  readonly looked: number;
};

/** Compares, sends reconciles for what they mend, and resolves with where it stopped. Rejects for outages only. */
export async function sweep(places: SweepPlaces, options: SweepOptions): Promise<Swept> {
  const { from = { pass: 'staging' }, isOver = () => false } = options;
  const settledBefore = new Date(places.now().getTime() - options.graceMs).toISOString();
  const mending = mender(places.liveQueue, options);
  let looked = 0;
  for (const pass of PASSES.slice(PASSES.indexOf(from.pass))) {
    let after = pass === from.pass ? from.after : undefined;
    const beside = besides(places.public.list('', behind(after)));
    for await (const page of pagesOf(listingOf(places, pass, after))) {
      if (isOver()) return { position: { pass, ...(after !== undefined && { after }) }, looked };
      const published = pass === 'staging' ? await beside(page) : new Set<string>();
      await inParallel(page, async (version) => {
        const found = await LOOK[pass](places, version, published, settledBefore);
        if (found) await mending(found);
      });
      looked += page.length;
      after = page.at(-1)?.key;
    }
  }
  return { position: undefined, looked };
}

type Found = { readonly amiss: Amiss; readonly key: string; readonly isMendable: boolean };
/** `published`: which keys of the page public holds too. */
type Look = (
  places: SweepPlaces,
  version: ObjectVersion,
  published: ReadonlySet<string>,
  settledBefore: string,
) => Promise<Found | undefined>;

const LOOK: Record<Position['pass'], Look> = {
  async staging({ ledger, public: published, terms }, version, beside, settledBefore) {
    const head = await unlessUnreadable(readHead(ledger, version.key));
    if (head === 'unreadable') return undefined;
    const name = head?.out?.key ?? version.key;
    const isPublic = beside.has(name) || (name !== version.key && (await isListed(published, name)));
    return named(amissInStaging(version, head, isPublic, terms, settledBefore), version.key);
  },

  async public({ ledger, terms }, version, _, settledBefore) {
    const claim = await unlessUnreadable(readClaim(ledger, version.key));
    if (claim === 'unreadable') return { amiss: claim, key: claimKey(version.key), isMendable: false };
    const holder = await unlessUnreadable(holderOf(ledger, version.key, claim?.key));
    if (holder === 'unreadable') return undefined;
    const amiss = amissInPublic(version, holder, terms, settledBefore);
    return amiss && { amiss, key: holder?.key ?? version.key, isMendable: isMendable(amiss, holder) };
  },

  async heads({ ledger, staging }, { key: recordKey }, _, settledBefore) {
    const found = await ledger.get(recordKey);
    if (!found) return undefined;
    const head = await unlessUnreadable((async () => headIn(found))());
    if (head === 'unreadable') return { amiss: head, key: recordKey, isMendable: false };
    const isStaged = (await staging.head(head.key)) !== undefined;
    return named(amissInLedger(head, isStaged, settledBefore), head.key);
  },
};

const named = (amiss: Amiss | undefined, key: string) => amiss && { amiss, key, isMendable: isMendable(amiss) };

function listingOf(places: SweepPlaces, pass: Position['pass'], after: string | undefined) {
  return pass === 'heads' ? places.ledger.list('heads/', behind(after)) : places[pass].list('', behind(after));
}

const behind = (after: string | undefined) => (after === undefined ? {} : { after });

/** Both listings are in the order of keys: as one advances by a page, the other catches up with it. */
function besides(listing: AsyncIterable<ObjectVersion>) {
  const iterator = listing[Symbol.asyncIterator]();
  let next: ObjectVersion | undefined;
  let isDone = false;
  return async (page: readonly ObjectVersion[]): Promise<ReadonlySet<string>> => {
    const wanted = new Set(page.map(({ key }) => key));
    const last = page.at(-1)?.key ?? '';
    const found = new Set<string>();
    while (!isDone) {
      if (!next) {
        const step = await iterator.next();
        if (step.done) {
          isDone = true;
          break;
        }
        next = step.value;
      }
      if (compareKeys(next.key, last) > 0) break;
      if (wanted.has(next.key)) found.add(next.key);
      next = undefined;
    }
    return found;
  };
}

/** Whose public object is it: of the document that claimed the name, or of the staging key of the same name. */
async function holderOf(
  ledger: SweepPlaces['ledger'],
  publicKey: string,
  claimedBy: string | undefined,
): Promise<HeadSeen | undefined> {
  const claimant = claimedBy === undefined ? undefined : await readHead(ledger, claimedBy);
  return publicKeysOf(claimant).includes(publicKey) ? claimant : readHead(ledger, publicKey);
}

/** Of a head that cannot be read the pass over the heads tells, and no other. */
async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | 'unreadable'> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableRecord) return 'unreadable';
    throw error;
  }
}

/** Of a name that is not the staging key's own: a listing that starts with a key names that key first. */
async function isListed(store: Pick<ObjectStore, 'list'>, key: string): Promise<boolean> {
  for await (const first of store.list(key)) return first.key === key;
  return false;
}

function mender(liveQueue: Queue | undefined, { maxMends, onAmiss }: SweepOptions) {
  const sent = new Map<Amiss, number>();
  return async ({ amiss, key, isMendable: canMend }: Found): Promise<void> => {
    const before = sent.get(amiss) ?? 0;
    const isMending = liveQueue !== undefined && canMend && before < maxMends;
    if (isMending) {
      sent.set(amiss, before + 1);
      await liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
    }
    onAmiss(amiss, key, isMending);
  };
}
