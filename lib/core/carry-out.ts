// Performs the transitions of settle.ts on stores and queues. Two sets of places, because two roles run them: sanitize
// has no public bucket, promote has no judge.

import { randomUUID } from 'node:crypto';
import { MARK, markFor, markKey } from './case-index.ts';
import { type Cdn, CdnBusy, type EdgeDenyList } from './edge.ts';
import { putIf, putJson, putOnce, readCase, readHead, readRecord, recordIn, toJson } from './ledger.ts';
import { mustWithhold } from './must-withhold.ts';
import { isContradicted, waitingFor } from './object-scans.ts';
import { othersOn, ownNames, ownsPublic, publicKeyOf } from './public-names.ts';
import { NotVerified, putPublic } from './put-public.ts';
import {
  Case,
  caseIdOf,
  caseKey,
  type DocumentEvent,
  Head,
  headKey,
  type Source,
  type StagedMessage,
  VerifyRecord,
  verifyKey,
  workIdOf,
} from './records.ts';
import type { Reason } from './refusal.ts';
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
import type { Judge, Published, Quarantined, Verdict } from './verdict.ts';
import { sha256 } from './verify.ts';

type CommonPlaces = {
  readonly staging: ObjectStore;
  readonly ledger: ObjectStore;
  /** Where what was told is on record: a bucket that lets nothing be changed, or the ledger. Written, never read. */
  readonly audit: ObjectStore;
  readonly liveQueue: Queue;
  /** Tells the world. Rejects when it could not, and the message is retried: at least once. */
  readonly notify: (event: DocumentEvent) => Promise<void>;
  readonly now: () => Date;
};

/** Enough to quarantine unopened: no judge, and nowhere to put what would be published. */
export type FailClosedPlaces = CommonPlaces & {
  readonly quarantine: ObjectStore;
  readonly promoteQueue: Queue;
  readonly terms: Terms;
  readonly overwrite: 'keep-previous' | 'withhold';
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
export function reconcileOn(places: SanitizePlaces, key: string): Promise<Outcome> {
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
export function refuseOn(places: FailClosedPlaces, key: string, reason: Reason): Promise<Outcome> {
  const verdict = unopened(reason, 'processing failed each time it was tried');
  const judge = ({ key, src }: Asked<'judge'>) => quarantine(places, key, src, undefined, verdict);
  return carryOut(reconcile(key, places.terms), (effect) => performSanitize(places, judge, effect));
}

/** Carries out one message from sanitize. Rejects for outages only. */
export async function promoteOn(places: PromotePlaces, message: StagedMessage): Promise<Outcome> {
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
    case 'isContradicted':
      // Who opens nothing asks no malware engine.
      return false;
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

/** The pinned version's bytes are read once, judged, and stored where the verdict says, with the evidence. */
async function judgeVersion(places: SanitizePlaces, key: string, src: Source): Promise<Judged> {
  const started = performance.now();
  const isRead = src.size <= places.maxInputBytes;
  const untrusted = isRead ? (await places.staging.get(key, src.versionId))?.body : undefined;
  if (isRead && !untrusted) return gone(places, key, src);
  const judged = untrusted
    ? await places.judge(untrusted, { name: key, pinned: { key, versionId: src.versionId, etag: src.etag } })
    : unopened('limit', `${src.size} bytes of input`);
  const verdict = judged.outcome === 'published' ? await nameTaken(places, key, judged) : judged;
  places.onVerdict?.(verdict, src, performance.now() - started);
  if (verdict.outcome === 'quarantined') return quarantine(places, key, src, untrusted, verdict);
  return keepWork(places, key, src, publicKeyOf(key, verdict), verdict);
}

/** Asked for again and again, a version that staging shows and does not give would never end among the dead letters. */
async function gone({ staging }: SanitizePlaces, key: string, { versionId }: Source): Promise<Judged> {
  if ((await staging.head(key))?.versionId === versionId)
    throw new Error('staging shows a version that it does not give');
  return { outcome: 'gone' };
}

/** A document whose public name another one holds is quarantined. */
async function nameTaken(places: SanitizePlaces, key: string, verdict: Published): Promise<Verdict> {
  if (await ownsPublic(places.ledger, key, publicKeyOf(key, verdict), 'claim')) return verdict;
  const { format, mediaType, findings, scanner } = verdict;
  return {
    outcome: 'quarantined',
    reason: 'unsupported',
    detail: 'the name it would be published under is taken',
    ...{ format, mediaType, findings, scanner },
  };
}

/** `original`: the bytes, where they stood in public and not in staging. */
export async function keepWork(
  places: SanitizePlaces,
  key: string,
  src: Source,
  publicKey: string,
  verdict: Published,
  original?: Uint8Array,
): Promise<Extract<Judged, { outcome: 'published' }>> {
  const { policy, version } = places.terms;
  const from = original && ({ of: 'public', srcSha256: sha256(original) } as const);
  const work = workIdOf(key, src, policy, version, from?.of);
  const { body, proof, format, mediaType, findings, scanner } = verdict;
  await places.work.put(work, body, { contentType: mediaType });
  const record = VerifyRecord.parse({
    v: 1,
    ...{ work, key, src, format, mediaType, findings, scanner, policy, version, ...from },
    ...{ sha256: proof.sha256, bytes: proof.bytes, checks: proof.checks, at: places.now().toISOString() },
  });
  await putJson(places.ledger, verifyKey(work), record);
  return { outcome: 'published', work, out: { key: publicKey, sha256: proof.sha256, mediaType } };
}

/** `of`: where the version stood, when that was not staging; its bytes are given then. */
export async function quarantine(
  places: FailClosedPlaces,
  key: string,
  src: Source,
  untrusted: Uint8Array | undefined,
  verdict: Quarantined,
  of?: 'public',
): Promise<Extract<Judged, { outcome: 'quarantined' }>> {
  const { policy, version } = places.terms;
  const caseId = caseIdOf(key, src, policy, of);
  const { reason, detail, format, mediaType, findings, scanner } = verdict;
  const opened: Case = Case.parse({
    v: 1,
    state: 'open',
    ...{ caseId, key, reason, detail, format, mediaType, findings, scanner, policy, version, ...(of && { of }) },
    source: { ...src, sha256: untrusted ? sha256(untrusted) : null },
    at: places.now().toISOString(),
  });
  // The payload first: a case without its original would be evidence of nothing. What was not opened is copied, not held.
  if (untrusted) await putOnce(places.quarantine, `${caseId}/payload`, untrusted);
  else await places.quarantine.copyFrom(places.staging, key, src.versionId, `${caseId}/payload`);
  // Of two who quarantine the same version the first one's case counts, in both places.
  await putOnce(places.ledger, caseKey(caseId), toJson(opened));
  const kept = await places.ledger.get(caseKey(caseId));
  if (!kept) throw new Error('a case that was just written is not in the ledger');
  await putOnce(places.quarantine, `${caseId}/case.json`, kept.body);
  const counted = recordIn(kept.body, Case);
  await places.ledger.put(markKey(markFor(counted, 'open', counted.at)), MARK);
  const refused = { key, src, reason, findings: counted.findings };
  const isFatal = of ? counted.reason === 'malware' : await mustWithhold(places, refused);
  return { outcome: 'quarantined', caseId, withhold: places.overwrite === 'withhold' || isFatal };
}

export function unopened(reason: Reason, detail: string): Quarantined {
  return { outcome: 'quarantined', reason, detail, format: null, mediaType: null, findings: [], scanner: 'not-run' };
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
  const event = await eventOf(places, what);
  const hour = event.at.slice(0, 13).replaceAll(/[-T]/g, '/');
  await putOnce(places.audit, `audit/${hour}/${event.at}-${randomUUID()}.json`, toJson(event));
  return undefined;
}

async function notify(places: CommonPlaces, what: Told): Promise<undefined> {
  await places.notify(await eventOf(places, what));
  return undefined;
}

async function eventOf({ ledger, now }: CommonPlaces, what: Told): Promise<DocumentEvent> {
  const at = now().toISOString();
  const { type, key } = what;
  switch (type) {
    case 'Document Promoted': {
      const { out, work, inPlace } = what;
      const record = await readRecord(ledger, work);
      if (!record) throw new Error('the verify record of a promoted document is not in the ledger');
      const { src, mediaType, findings, policy, version } = record;
      const told = { type, key, versionId: src.versionId, publicKey: out.key, sha256: out.sha256, mediaType };
      return { ...told, findings: findings.length, policy, version, at, ...(inPlace && { inPlace }) };
    }
    case 'Document Quarantined': {
      const { src, caseId } = what;
      const told = await readCase(ledger, caseId);
      if (!told) throw new Error('a case that was just written is not in the ledger');
      const { reason, findings, policy, version } = told;
      return { type, key, versionId: src.versionId, caseId, reason, findings: findings.length, policy, version, at };
    }
    case 'Document Removed':
      return { type, key, publicKeys: [...what.publicKeys], at };
  }
}

function sourceOf(version: { readonly versionId: string; readonly etag: string; readonly size: number } | undefined) {
  return version && { versionId: version.versionId, etag: version.etag, size: version.size };
}
