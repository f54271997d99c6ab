// Performs the transitions of settle.ts on stores and queues. Two sets of places, because two roles run them: sanitize
// has no public bucket, promote has no judge.

import { randomUUID } from 'node:crypto';
import { type Cdn, CdnBusy, type EdgeDenyList } from './edge.ts';
import { judgeVersion, markHeld, quarantine, unopened } from './judge-version.ts';
import { putIf, putOnce, readCase, readHead, readRecord, toJson } from './ledger.ts';
import { isContradicted, waitingFor } from './object-scans.ts';
import { remember } from './past-index.ts';
import { othersOn, ownNames, ownsPublic } from './public-names.ts';
import { isWaived, NotVerified, putPublic } from './put-public.ts';
import { type DocumentEvent, Head, headKey, type Source, type StagedMessage } from './records.ts';
import type { Reason } from './refusal.ts';
import type { Engine } from './rescan.ts';
import type { ObjectScans } from './scanner.ts';
import {
  type Answer,
  type Effect,
  type EffectName,
  type Judged,
  type NextHead,
  type Outcome,
  promote,
  reconcile,
  type Terms,
  type Told,
  type Transition,
} from './settle.ts';
import type { ObjectStore, Queue } from './store.ts';
import { again } from './take-away.ts';
import type { Judge, Verdict } from './verdict.ts';
import { readWord } from './waivers.ts';

type CommonPlaces = {
  readonly staging: ObjectStore;
  readonly ledger: ObjectStore;
  /** Where what was told is on record: a bucket that lets nothing be changed, or the ledger. Written, never read. */
  readonly audit: ObjectStore;
  readonly liveQueue: Queue;
  /** Tells the world. Rejects when it could not, and the message is retried: at least once. */
  readonly notify: (event: DocumentEvent) => Promise<void>;
  readonly now: () => Date;
  /** When one message put what it tells on record, by type: see `telling`. */
  readonly recorded?: Map<Told['type'], string>;
};

/** Enough to quarantine unopened: no judge, and nowhere to put what would be published. */
export type FailClosedPlaces = CommonPlaces & {
  readonly quarantine: ObjectStore;
  readonly promoteQueue: Queue;
  readonly terms: Terms;
  readonly overwrite: 'keep-previous' | 'withhold';
  /** Who made that version, where the message or whoever took it in says it. */
  readonly uploaderOf?: (key: string, src: Source) => string | undefined;
};

export type SanitizePlaces = FailClosedPlaces & {
  readonly work: ObjectStore;
  readonly judge: Judge;
  readonly maxInputBytes: number;
  /** What is larger than `aboveBytes` is not judged here but sent on. Left out: everything is judged here. */
  readonly heavy?: { readonly queue: Queue; readonly aboveBytes: number };
  /** Of a malware engine that looks at objects by itself. */
  readonly scans?: ObjectScans;
  /** Where a version that it has not looked at comes again; the live queue when absent. */
  readonly laterQueue?: Queue;
  /** What scans again what was published under older definitions; without it runs that want that fail. */
  readonly engine?: Engine;
  /** Called with each verdict, for the log: codes and numbers alone. */
  readonly onVerdict?: (verdict: Verdict, src: Source, ms: number) => void;
};

export type PromotePlaces = CommonPlaces & {
  readonly work: ObjectStore;
  readonly public: ObjectStore;
  /** The Cache-Control of everything published; none when absent. */
  readonly cacheControl?: string;
  /** What refuses what was taken down, before it is removed. */
  readonly edge?: EdgeDenyList;
  /** Caches of public, told of what was removed or replaced. */
  readonly cdn?: Cdn;
  /** The lane of runs, which hears of what was looked at in public; without it nothing is adopted. */
  readonly bulkQueue?: Pick<Queue, 'send'>;
  /** Called where the caches could not be told of a replacement, with how many names: they show it until it expires. */
  readonly onOutdated?: (names: number) => void;
};

/** Brings one key to where staging says it should be, as far as sanitize may. Rejects for outages only. */
export function reconcileOn(of: SanitizePlaces, key: string): Promise<Outcome> {
  const places = telling(of);
  const judge = async ({ key, src }: Asked<'judge'>): Promise<Judged> => {
    const waiting = src.size > places.maxInputBytes ? undefined : await waitingFor(places, key, src);
    if (waiting) return waiting;
    return places.heavy && src.size > places.heavy.aboveBytes ? { outcome: 'heavy' } : judgeVersion(places, key, src);
  };
  return carryOut(reconcile(key, places.terms), async (effect) => {
    switch (effect.effect) {
      case 'sendHeavy':
        if (!places.heavy) throw new Error('there is no lane for what is large');
        return sendReconcile(places.heavy.queue, effect.key);
      case 'sendLater':
        return sendReconcile(places.laterQueue ?? places.liveQueue, effect.key, { delayMs: effect.afterMs });
      case 'isContradicted':
        return isContradicted(places, effect.key, effect.src, effect.head);
      default:
        return performSanitize(places, judge, effect);
    }
  });
}

/** The same with the verdict given: whatever staging holds now is quarantined unopened. Rejects for outages only. */
export function refuseOn(of: FailClosedPlaces, key: string, reason: Reason): Promise<Outcome> {
  const places = telling(of);
  const verdict = unopened(reason, 'processing failed each time it was tried');
  const judge = async ({ key, src }: Asked<'judge'>) =>
    quarantine(places, { key, src, word: await readWord(places.ledger, key) }, undefined, verdict);
  return carryOut(reconcile(key, places.terms), (effect) => performSanitize(places, judge, effect));
}

/** Carries out one message from sanitize. Rejects for outages only. */
export async function promoteOn(of: PromotePlaces, message: StagedMessage): Promise<Outcome> {
  const places = telling(of);
  // Without what was proven nothing can be published or put on record: the ledger has lost it, and it is judged again.
  const isLost = message.kind === 'promote' && !(await readRecord(places.ledger, message.work));
  return carryOut(isLost ? again(message.key) : promote(message), async (effect) => {
    try {
      return await performPromote(places, effect);
    } catch (error) {
      // What is to be finished without a new judgement is not finished on evidence that does not fit: it is taken away.
      if (message.kind === 'confirm' && error instanceof NotVerified) return undefined;
      throw error;
    }
  });
}

/**
 * For one message: the world is told what is on record, to the moment, so that what is told again from the record is
 * known for the same event.
 */
export function telling<P extends CommonPlaces>(places: P): P {
  return { ...places, recorded: new Map() };
}

export type Asked<N extends EffectName> = Extract<Effect, { readonly effect: N }>;

export async function carryOut(
  transition: Transition,
  perform: (effect: Effect) => Promise<Answer<EffectName>>,
): Promise<Outcome> {
  let at = transition.next();
  while (!at.done) at = transition.next(await perform(at.value));
  return at.value;
}

export async function performSanitize(
  places: FailClosedPlaces,
  judge: (asked: Asked<'judge'>) => Promise<Judged>,
  effect: Effect,
): Promise<Answer<EffectName>> {
  switch (effect.effect) {
    case 'judge':
      return judge(effect);
    case 'casHead': {
      const mine = await performCommon(places, effect);
      if (mine !== undefined && effect.next.caseId !== undefined) await markHeld(places, effect.next.caseId);
      return mine;
    }
    case 'isContradicted':
      // Who opens nothing asks no malware engine.
      return false;
    case 'readWord':
      return (await readWord(places.ledger, effect.key))?.id;
    case 'wasRemovedSince':
      return places.staging.wasRemovedSince(effect.key, effect.src.versionId);
    case 'sendPromote':
      await places.promoteQueue.send(JSON.stringify(effect.message));
      return undefined;
    default:
      return performCommon(places, effect);
  }
}

export async function performPromote(places: PromotePlaces, effect: Effect): Promise<Answer<EffectName>> {
  switch (effect.effect) {
    case 'isWaived':
      return isWaived(places, effect);
    case 'putPublic':
      return putPublic(places, effect);
    case 'headPublic':
      return (await places.public.head(effect.key))?.etag;
    case 'removePublic':
      return removePublic(places.public, effect.publicKey);
    case 'purgePublic':
      return places.public.purge(effect.key, effect.below === undefined ? {} : { below: effect.below });
    case 'deny':
      return (await places.edge?.deny(await ownNames(places.ledger, effect))) ?? false;
    case 'allow':
      return (await places.edge?.allow(await ownNames(places.ledger, effect))) ?? false;
    case 'invalidate':
      return invalidate(places, effect);
    case 'ownsPublic':
      return ownsPublic(places.ledger, effect.key, effect.publicKey, 'hold');
    case 'mayRemove':
      return ownsPublic(places.ledger, effect.key, effect.publicKey, 'look');
    case 'othersOn':
      return othersOn(places.ledger, effect.key, effect.publicKey);
    default:
      return performCommon(places, effect);
  }
}

async function removePublic(store: ObjectStore, publicKey: string): Promise<string | undefined> {
  const stood = await store.head(publicKey);
  await store.remove(publicKey);
  await store.purge(publicKey);
  return stood?.versionId;
}

/** A replacement must not wait for caches that are busy; a removal does. */
async function invalidate(places: PromotePlaces, { publicKeys, reference, why }: Asked<'invalidate'>) {
  try {
    await places.cdn?.invalidate(publicKeys, reference);
  } catch (error) {
    if (why === 'removed' || !(error instanceof CdnBusy)) throw error;
    places.onOutdated?.(publicKeys.length);
  }
  return undefined;
}

async function performCommon(places: CommonPlaces, effect: Effect): Promise<Answer<EffectName>> {
  switch (effect.effect) {
    case 'headStaging':
      return sourceOf(await places.staging.head(effect.key));
    case 'readHead':
      return readHead(places.ledger, effect.key);
    case 'casHead':
      return casHead(places, effect.key, effect.base, effect.next);
    case 'sendReconcile':
      return sendReconcile(places.liveQueue, effect.key);
    case 'tell':
      // Audit first, then the world: what was told is on record.
      await audit(places, effect.what);
      return notify(places, effect.what);
    case 'audit':
      return audit(places, effect.what);
    case 'notify':
      return notify(places, effect.what);
    default:
      throw new Error(`${effect.effect} is not this role's`);
  }
}

async function sendReconcile(queue: Queue, key: string, options?: { readonly delayMs: number }): Promise<undefined> {
  await queue.send(JSON.stringify({ kind: 'reconcile', key }), options);
  return undefined;
}

export async function casHead(
  places: Pick<CommonPlaces, 'ledger' | 'now'>,
  key: string,
  base: string | null,
  next: NextHead,
): Promise<string | undefined> {
  const head: Head = Head.parse({
    v: 1,
    key,
    nonce: randomUUID(),
    ...next,
    at: places.now().toISOString(),
  });
  return putIf(places.ledger, headKey(key), toJson(head), base === null ? { ifNoneMatch: '*' } : { ifMatch: base });
}

async function audit(places: CommonPlaces, what: Told): Promise<undefined> {
  const at = places.now().toISOString();
  const hour = at.slice(0, 13).replaceAll(/[-T]/g, '/');
  for (const event of await eventsOf(places, what, at))
    await putOnce(places.audit, `audit/${hour}/${at}-${randomUUID()}.json`, toJson(event));
  places.recorded?.set(what.type, at);
  return undefined;
}

async function notify(places: CommonPlaces, what: Told): Promise<undefined> {
  const at = places.recorded?.get(what.type) ?? places.now().toISOString();
  for (const event of await eventsOf(places, what, at)) {
    await remember(places.ledger, event);
    await places.notify(event);
  }
  return undefined;
}

/** What is published because people waived a rule is told as that, too. */
async function eventsOf(places: CommonPlaces, what: Told, at: string): Promise<readonly DocumentEvent[]> {
  const { ledger } = places;
  const { type, key } = what;
  switch (type) {
    case 'Document Promoted': {
      const { out, work, inPlace } = what;
      const record = await readRecord(ledger, work);
      if (!record) throw new Error('the verify record of a promoted document is not in the ledger');
      const { src, mediaType, findings, policy, version, waived = [] } = record;
      const told = { key, versionId: src.versionId, publicKey: out.key, sha256: out.sha256 };
      const more = { mediaType, findings: findings.length, policy, version, at, ...(inPlace && { inPlace }) };
      const releases = waived.map(
        ({ id, caseId, rules, reason }): DocumentEvent => ({
          ...{ type: 'Document Released', ...told, caseId, waiver: id, rules, ...(reason && { reason }), at },
        }),
      );
      return [{ type, ...told, ...more }, ...releases];
    }
    case 'Document Quarantined': {
      const { src, caseId } = what;
      const told = await readCase(ledger, caseId);
      if (!told) throw new Error('a case that was just written is not in the ledger');
      const { reason, findings, policy, version } = told;
      return [{ type, key, versionId: src.versionId, caseId, reason, findings: findings.length, policy, version, at }];
    }
    case 'Document Removed':
      return [{ type, key, publicKeys: [...what.publicKeys], at }];
  }
}

function sourceOf(version: { readonly versionId: string; readonly etag: string; readonly size: number } | undefined) {
  return version && { versionId: version.versionId, etag: version.etag, size: version.size };
}
