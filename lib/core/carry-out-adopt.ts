// Performs the transitions of adopt.ts. Sanitize reads what promote laid aside in work, and has no public; promote has no
// judge, and writes to work under `intake/` alone.

import { type AdoptMessage, type AdoptPromotion, adopt, adoptPublic, judgeTakenIn, type TakenIn } from './adopt.ts';
import {
  type Asked,
  carryOut,
  type PromotePlaces,
  performPromote,
  performSanitize,
  type SanitizePlaces,
  telling,
} from './carry-out.ts';
import { keepWork, quarantine } from './judge-version.ts';
import { LIMITS } from './limits.ts';
import { verifiedWork, writePublic } from './put-public.ts';
import { type Source, takenInKey } from './records.ts';
import { type Answer, type Effect, type EffectName, isSame, type Outcome } from './settle.ts';
import { type ObjectVersion, type Pin, PreconditionFailed } from './store.ts';
import type { Published, Verdict } from './verdict.ts';
import { sha256 } from './verify.ts';

/** Rejects for outages only. 'staged': the document has an original, and was not touched. */
export function adoptOn(of: SanitizePlaces, message: AdoptMessage): Promise<Outcome> {
  const places = telling(of);
  return carryOut(adopt(message, places.terms), (effect) => performSanitize(places, neverJudged, effect));
}

/** Judges what was laid aside, and says to promote what is to become of it. Rejects for outages only. */
export function judgeTakenInOn(of: SanitizePlaces, message: TakenIn): Promise<Outcome> {
  const places = telling(of);
  return carryOut(judgeTakenIn(message, places.terms), async (effect) =>
    effect.effect === 'judgeTakenIn'
      ? judge(places, effect.key, effect.src)
      : performSanitize(places, neverJudged, effect),
  );
}

/** Carries out one message about a public object without an original. Rejects for outages only. */
export function adoptPublicOn(of: PromotePlaces, message: AdoptPromotion): Promise<Outcome> {
  const places = telling(of);
  return carryOut(adoptPublic(message), (effect) => perform(places, effect));
}

const neverJudged = () => Promise.reject(new Error('staging is not judged here'));

async function judge(places: SanitizePlaces, key: string, src: Source): Promise<Answer<'judgeTakenIn'>> {
  const started = performance.now();
  const untrusted = (await places.work.get(takenInKey(key, src)))?.body;
  if (!untrusted) return { outcome: 'gone' };
  const judged = await places.judge(untrusted, { name: key });
  const verdict = judged.outcome === 'published' && judged.renamed ? wouldBeRenamed(judged) : judged;
  places.onVerdict?.(verdict, src, performance.now() - started);
  const about = { key, src, of: 'public' } as const;
  return verdict.outcome === 'quarantined'
    ? quarantine(places, about, untrusted, verdict)
    : keepWork(places, about, key, verdict, untrusted);
}

/** In place means under its name: a link to it leads to it, or to nothing where somebody decided so. */
function wouldBeRenamed({ format, mediaType, findings, scanner, definitions }: Published): Verdict {
  return {
    outcome: 'quarantined',
    reason: 'unsupported',
    detail: 'cleaned, it would have another name; uploaded to staging, it is published under that',
    ...{ format, mediaType, findings, scanner, ...(definitions !== undefined && { definitions }) },
  };
}

async function perform(places: PromotePlaces, effect: Effect): Promise<Answer<EffectName>> {
  switch (effect.effect) {
    case 'lookPublic':
      return sourceOf(await places.public.head(effect.key));
    case 'takeIn':
      return takeIn(places, effect);
    case 'dropTakenIn':
      await places.work.remove(takenInKey(effect.key, effect.src));
      await places.work.purge(takenInKey(effect.key, effect.src));
      return undefined;
    case 'sendBulk':
      if (!places.bulkQueue) throw new Error('there is no lane for what is laid aside');
      await places.bulkQueue.send(JSON.stringify(effect.message));
      return undefined;
    case 'replacePublic':
      return replacePublic(places, effect);
    case 'withdrawPublic':
      return withdrawPublic(places, effect);
    default:
      return performPromote(places, effect);
  }
}

/** What sanitize would not read is not copied for it. */
async function takeIn(places: PromotePlaces, { key, src }: Asked<'takeIn'>): Promise<boolean> {
  if (src.size > LIMITS.maxInputBytes) return true;
  try {
    await places.work.copyFrom(places.public, key, src.versionId, takenInKey(key, src));
    return true;
  } catch (error) {
    // Stores differ in how they say that a version is gone.
    if (isSame(sourceOf(await places.public.head(key)), src)) throw error;
    return false;
  }
}

async function replacePublic(places: PromotePlaces, asked: Asked<'replacePublic'>): Promise<Pin | undefined> {
  const { key, src } = asked;
  const verified = await verifiedWork(places, asked);
  if (!verified) return undefined;
  const { record, body } = verified;
  const current = await places.public.head(key);
  // Clean already, byte for byte: another version of the same would only make caches fetch it again.
  if (isSame(sourceOf(current), src) && record.srcSha256 === record.sha256) return current;
  let mine: ObjectVersion | undefined;
  try {
    mine = await writePublic(places, key, verified, src);
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    mine = await isThere(places, key, body.length, record.sha256);
  }
  return mine && (await places.public.undoUnlessOver(key, src, mine)) ? mine : undefined;
}

/** Put before, by one who died or whose answer was lost: the same bytes. */
async function isThere(places: PromotePlaces, key: string, bytes: number, hash: string) {
  const current = await places.public.head(key);
  if (current?.size !== bytes) return undefined;
  const found = await places.public.get(key, current.versionId);
  return found && sha256(found.body) === hash ? current : undefined;
}

async function withdrawPublic(places: PromotePlaces, { key, src }: Asked<'withdrawPublic'>): Promise<boolean> {
  const current = await places.public.head(key);
  if (current && !isSame(sourceOf(current), src)) return false;
  if (current) await places.public.remove(key);
  return places.public.undoUnlessOver(key, src);
}

function sourceOf(version: ObjectVersion | undefined): Source | undefined {
  return version && { versionId: version.versionId, etag: version.etag, size: version.size };
}
