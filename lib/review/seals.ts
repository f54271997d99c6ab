// Sealing the trails, and holding them against their seals. Whoever can delete the last entries of a trail and put back the
// record of its review leaves a trail that is whole in itself; the seal of a day before still names the entry that is gone.

import { putOnce, readableIn, textOf, toJson } from '../core/ledger.ts';
import { REVIEWS, Review } from '../core/records-cases.ts';
import { SEALS, Seal, type SealedTrail, sealKey, sealToldKey, type TrailsSealed } from '../core/records-seals.ts';
import type { ObjectStore, ObjectVersion } from '../core/store.ts';
import { sha256 } from '../core/verify.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';

export type SealPlaces = {
  readonly ledger: Pick<ObjectStore, 'get' | 'list' | 'put' | 'head'>;
  readonly audit: Pick<ObjectStore, 'get' | 'list' | 'put'>;
  /** The same may be told twice. */
  readonly notify: (event: TrailsSealed) => Promise<void>;
  readonly now: () => Date;
};

// Clocks differ: what a record's store says of its age, and what we say. What is sealed twice is sealed.
const SKEW_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Seals the day, once, from the first trail that there is on, and tells it. Resolves with what was told; undefined where it
 * was told before. Rejects for outages.
 */
export async function sealTrails({ ledger, audit, notify, now }: SealPlaces): Promise<TrailsSealed | undefined> {
  const at = now();
  const day = at.toISOString().slice(0, 10);
  if (await ledger.head(sealToldKey(day))) return undefined;
  const last = await lastSeal(audit);
  // By a clock that was ahead.
  if (last && last.key > sealKey(day)) return undefined;
  const body = last?.key === sealKey(day) ? last.body : await newSeal({ ledger, audit, now }, last, at);
  // An edited one is for `verify` to name.
  const seal = body && readableIn(body, Seal);
  if (!seal) return undefined;
  const { prev, trails } = seal;
  const event: TrailsSealed = {
    ...{ type: 'Trails Sealed', day, sha256: sha256(body), prev, trails: trails.length, at: seal.at },
  };
  await notify(event);
  await putOnce(ledger, sealToldKey(day), Buffer.from(event.sha256));
  return event;
}

/** Undefined where there is nothing to begin with, or somebody else was first: whoever looks next tells of theirs. */
async function newSeal(
  { ledger, audit, now }: Pick<SealPlaces, 'ledger' | 'audit' | 'now'>,
  before: Awaited<ReturnType<typeof lastSeal>>,
  at: Date,
): Promise<Uint8Array | undefined> {
  const known = before && readableIn(before.body, Seal);
  const since = known ? Date.parse(madeAt(known, before)) - SKEW_MS : Number.NEGATIVE_INFINITY;
  const trails = await trailsSince(ledger, since);
  if (!before && trails.length === 0) return undefined;
  const day = at.toISOString().slice(0, 10);
  // Whoever looks on the next day may have sealed that one after the same as we would.
  if (now().toISOString().slice(0, 10) !== day) return undefined;
  const prev = before ? sha256(before.body) : null;
  const body = toJson(Seal.parse({ v: 1, day, prev, trails, at: at.toISOString() }));
  return (await putOnce(audit, sealKey(day), body)) ? body : undefined;
}

/** By a clock of its maker's that was ahead, nothing would seem to have gone on since: its store's says how late it can be. */
function madeAt({ at }: Seal, { modifiedAt }: Pick<ObjectVersion, 'modifiedAt'>): string {
  return Date.parse(modifiedAt) < Date.parse(at) ? modifiedAt : at;
}

/** Where the trails stand whose review was written down after that moment. Records that were edited are for `verify` to name. */
async function trailsSince(ledger: SealPlaces['ledger'], sinceMs: number): Promise<SealedTrail[]> {
  const trails: SealedTrail[] = [];
  for await (const page of pagesOf(ledger.list(REVIEWS))) {
    const recent = page.filter(({ modifiedAt }) => Date.parse(modifiedAt) >= sinceMs);
    const read = await inParallel(recent, async ({ key }) => {
      const found = await ledger.get(key);
      const review = found && readableIn(found.body, Review);
      return review && review.trail.seq > 0 ? { caseId: review.caseId, ...review.trail } : undefined;
    });
    trails.push(...read.flatMap((one) => one ?? []));
  }
  return trails;
}

const dayOf = (key: string) => key.slice(SEALS.length, -'.json'.length);

/** Where not, it is by a clock that was far ahead, or by somebody who wants none to come after: it is in no chain. */
function canBe({ key, modifiedAt }: Pick<ObjectVersion, 'key' | 'modifiedAt'>): boolean {
  const day = dayOf(key);
  const isDay = Seal.shape.day.safeParse(day).success && key === sealKey(day);
  return isDay && Date.parse(day) <= Date.parse(modifiedAt) + DAY_MS;
}

async function lastSeal(audit: Pick<ObjectStore, 'get' | 'list'>) {
  let last: ObjectVersion | undefined;
  for await (const version of audit.list(SEALS)) if (canBe(version)) last = version;
  if (last === undefined) return undefined;
  const found = await audit.get(last.key);
  // Not the beginning of another chain.
  if (!found) throw new Error('the last seal is listed, and not there');
  return { key: last.key, body: found.body, modifiedAt: found.version.modifiedAt };
}

export type Seals = {
  /** Of each case, the entries that seals name, by their place. */
  readonly trails: ReadonlyMap<string, readonly SealedTrail[]>;
  /** Days whose seal is not the one that was told, is gone though it was, does not follow, or is from before its day. */
  readonly broken: readonly string[];
  readonly last: { readonly day: string; readonly sha256: string; readonly at: string } | undefined;
};

/** All that there are. Rejects for outages. */
export async function readSeals({
  ledger,
  audit,
}: {
  readonly ledger: Pick<ObjectStore, 'get' | 'list'>;
  readonly audit: Pick<ObjectStore, 'get' | 'list'>;
}): Promise<Seals> {
  const trails = new Map<string, SealedTrail[]>();
  const broken = new Set<string>();
  const hashes = new Map<string, string>();
  let last: Seals['last'];
  let prev: string | null = null;
  for await (const version of audit.list(SEALS)) {
    const { key } = version;
    const day = dayOf(key);
    if (!canBe(version)) {
      broken.add(day);
      continue;
    }
    const found = await audit.get(key);
    const seal = found && readableIn(found.body, Seal);
    if (!found || !seal || seal.day !== day || seal.prev !== prev) broken.add(day);
    prev = found ? sha256(found.body) : null;
    if (prev !== null) hashes.set(day, prev);
    if (!found || !seal || prev === null) continue;
    last = { day: seal.day, sha256: prev, at: madeAt(seal, found.version) };
    for (const one of seal.trails) {
      const known = trails.get(one.caseId);
      if (known) known.push(one);
      else trails.set(one.caseId, [one]);
    }
  }
  for await (const { key } of ledger.list(sealToldKey(''))) {
    const day = key.slice(sealToldKey('').length);
    const told = await ledger.get(key);
    if (told && textOf(told.body) !== hashes.get(day)) broken.add(day);
  }
  return { trails, broken: [...broken].sort(), last };
}
