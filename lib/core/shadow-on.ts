// Performs the transition of shadow.ts. Its places hold one store that can be written, the ledger, and of it one record
// for each key; on AWS its role has no right to more.

import { randomUUID } from 'node:crypto';
import { carryOut } from './carry-out.ts';
import { unopened } from './judge-version.ts';
import { putIf, recordIn, toJson, UnreadableRecord } from './ledger.ts';
import { publicKeyOf } from './public-names.ts';
import { type Source, shadowKey } from './records.ts';
import { ShadowRecord } from './records-shadow.ts';
import type { Reason } from './refusal.ts';
import type { Reader } from './run-results.ts';
import type { Effect, Effects, Outcome, Terms } from './settle.ts';
import { shadow } from './shadow.ts';
import type { ObjectStore, Queue } from './store.ts';
import type { Judge, Verdict } from './verdict.ts';
import { sha256 } from './verify.ts';

/** Enough to put on record that a document could not be judged. */
export type ShadowRefusing = {
  readonly staging: Reader;
  readonly ledger: Pick<ObjectStore, 'get' | 'put'>;
  readonly liveQueue: Pick<Queue, 'send'>;
  readonly terms: Terms;
  readonly now: () => Date;
  /** Told of what was put on record. */
  readonly onRecorded?: (record: ShadowRecord) => void;
};

export type ShadowPlaces = ShadowRefusing & {
  readonly judge: Judge;
  readonly maxInputBytes: number;
  readonly heavy?: { readonly queue: Pick<Queue, 'send'>; readonly aboveBytes: number };
  /** Called with each verdict, for the log: codes and numbers alone. */
  readonly onVerdict?: (verdict: Verdict, src: Source, ms: number) => void;
};

type Aside = (src: Source, key: string) => Promise<Judgement | 'gone' | 'heavy'>;
type Judgement = { readonly verdict: Verdict; readonly input: string | null };

/** Puts on record what would become of what staging holds under the key. Rejects for outages only. */
export function shadowOn(places: ShadowPlaces, key: string): Promise<Outcome> {
  return perform(places, key, (src) => judgeAside(places, key, src), places.heavy?.queue);
}

/** The same with the verdict given: what failed each time would be quarantined unopened. */
export function shadowRefuseOn(places: ShadowRefusing, key: string, reason: Reason): Promise<Outcome> {
  const verdict = unopened(reason, 'processing failed each time it was tried');
  return perform(places, key, async () => ({ verdict, input: null }));
}

/** What is on record of the key. Rejects with UnreadableRecord where it is not the record of that very key. */
export async function readShadow(ledger: Pick<ObjectStore, 'get'>, key: string) {
  const found = await ledger.get(shadowKey(key));
  if (!found) return undefined;
  const record = recordIn(found.body, ShadowRecord);
  if (record.key !== key) throw new UnreadableRecord('a shadow record that speaks of another key');
  return { ...record, etag: found.version.etag };
}

function perform(places: ShadowRefusing, key: string, aside: Aside, heavy?: Pick<Queue, 'send'>): Promise<Outcome> {
  const send = async (queue: Pick<Queue, 'send'>) => {
    await queue.send(JSON.stringify({ kind: 'reconcile', key }));
    return undefined;
  };
  return carryOut(shadow(key, places.terms), async (effect: Effect) => {
    switch (effect.effect) {
      case 'headStaging': {
        const version = await places.staging.head(key);
        return version && { versionId: version.versionId, etag: version.etag, size: version.size };
      }
      case 'readShadow':
        return readShadow(places.ledger, key);
      case 'judgeAside':
        return record(places, effect, aside);
      case 'sendReconcile':
        return send(places.liveQueue);
      case 'sendHeavy':
        if (!heavy) throw new Error('there is no lane for what is large');
        return send(heavy);
      default:
        throw new Error(`${effect.effect} is not shadow's`);
    }
  });
}

async function record(
  places: ShadowRefusing,
  { key, src, base }: Effects['judgeAside']['ask'],
  aside: Aside,
): Promise<Effects['judgeAside']['answer']> {
  const judged = await aside(src, key);
  if (judged === 'gone' || judged === 'heavy') return judged;
  const { verdict, input } = judged;
  const isHeld = verdict.outcome === 'quarantined';
  const { outcome, format, mediaType, findings, scanner, definitions } = verdict;
  const made = ShadowRecord.parse({
    v: 1,
    nonce: randomUUID(),
    ...{ key, src, outcome, input, format, mediaType, findings, scanner, definitions },
    out: isHeld
      ? null
      : {
          key: publicKeyOf(key, verdict),
          ...{ sha256: verdict.proof.sha256, mediaType: verdict.mediaType, bytes: verdict.proof.bytes },
        },
    ...{ reason: isHeld ? verdict.reason : null, detail: isHeld ? verdict.detail : null },
    ...{ ...places.terms, at: places.now().toISOString() },
  });
  const condition = base === null ? { ifNoneMatch: '*' as const } : { ifMatch: base };
  const etag = await putIf(places.ledger, shadowKey(key), toJson(made), condition);
  if (etag === undefined) return 'lost';
  places.onRecorded?.(made);
  return 'recorded';
}

async function judgeAside(places: ShadowPlaces, key: string, src: Source): Promise<Judgement | 'gone' | 'heavy'> {
  if (places.heavy && src.size > places.heavy.aboveBytes) return 'heavy';
  const started = performance.now();
  const isRead = src.size <= places.maxInputBytes;
  const untrusted = isRead ? (await places.staging.get(key, src.versionId))?.body : undefined;
  if (isRead && !untrusted) {
    // Asked for again and again, it would never end among the dead letters.
    if ((await places.staging.head(key))?.versionId === src.versionId)
      throw new Error('staging shows a version that it does not give');
    return 'gone';
  }
  const judged = untrusted
    ? await places.judge(untrusted, { name: key, pinned: { key, versionId: src.versionId, etag: src.etag } })
    : unopened('limit', `${src.size} bytes of input`);
  const verdict = await nameTaken(places, key, judged);
  places.onVerdict?.(verdict, src, performance.now() - started);
  return { verdict, input: untrusted ? sha256(untrusted) : null };
}

/** Enforcing, of two that want one public name the later is quarantined; here it is the one that changes its name. */
async function nameTaken({ staging }: ShadowPlaces, key: string, verdict: Verdict): Promise<Verdict> {
  if (verdict.outcome === 'quarantined') return verdict;
  const publicKey = publicKeyOf(key, verdict);
  if (publicKey === key || !(await staging.head(publicKey))) return verdict;
  const { format, mediaType, findings, scanner, definitions } = verdict;
  const detail = 'the name it would be published under is taken';
  const known = { format, mediaType, findings, scanner, ...(definitions !== undefined && { definitions }) };
  return { outcome: 'quarantined', reason: 'unsupported', detail, ...known };
}
