// Two documents that have to end where they should, put into staging again and again: one with the test virus, one with
// a position. Each run looks at what became of those of the run before. Alarms hear when something fails; canaries hear
// when everything says that it works, and it does not.

import { randomUUID } from 'node:crypto';
import { putIf, readHead, recordIn, toJson } from '../core/ledger.ts';
import { Case, caseKey } from '../core/records.ts';
import { CANARY_STATE_KEY, type CanaryName, CanaryRecord } from '../core/records-canary.ts';
import type { ObjectStore, ObjectVersion } from '../core/store.ts';
import { CANARIES, type Canary, PLACE_MARK } from './documents.ts';

export type CanaryPlaces = {
  readonly staging: Pick<ObjectStore, 'head' | 'put'>;
  readonly public: Pick<ObjectStore, 'get'>;
  readonly ledger: Pick<ObjectStore, 'get' | 'put'>;
  readonly now: () => Date;
};

/** 'first': nothing had been put before. 'late': not settled yet, although it has been there long enough. */
export type Sighting = 'well' | 'first' | 'early' | 'late' | 'published' | 'not-recognised' | 'held-back' | 'not-clean';

export type CanaryResult = {
  readonly name: CanaryName;
  readonly sighting: Sighting;
  /** Since the last one was put that ended where it should; undefined where none ever has. */
  readonly ageMs: number | undefined;
};

/** Looks at the canaries of the run before and puts new ones. Rejects for outages only. */
export async function runCanaries(
  places: CanaryPlaces,
  { lateMs }: { readonly lateMs: number },
): Promise<CanaryResult[]> {
  const { staging, ledger, now } = places;
  const found = await ledger.get(CANARY_STATE_KEY);
  const wellAt = { ...(found && recordIn(found.body, CanaryRecord).wellAt) };
  const sightings: (readonly [CanaryName, Sighting])[] = [];
  for (const canary of CANARIES) {
    const before = await staging.head(canary.key);
    const sighting = before ? await look(places, canary, before, lateMs) : 'first';
    sightings.push([canary.name, sighting]);
    if (before && sighting === 'well') wellAt[canary.name] = before.modifiedAt;
    // One that is still on its way is waited for: put over, it would never be late.
    if (sighting !== 'early') await staging.put(canary.key, canary.bytes());
  }
  const record = CanaryRecord.parse({ v: 1, nonce: randomUUID(), wellAt, at: now().toISOString() });
  // Where another run was first, it has seen the same.
  await putIf(ledger, CANARY_STATE_KEY, toJson(record), found ? { ifMatch: found.version.etag } : { ifNoneMatch: '*' });
  const ageOf = (at: string | undefined) =>
    at === undefined ? undefined : Math.max(0, now().getTime() - Date.parse(at));
  return sightings.map(([name, sighting]) => ({ name, sighting, ageMs: ageOf(wellAt[name]) }));
}

export function isAlarming({ sighting }: Pick<CanaryResult, 'sighting'>): boolean {
  return sighting !== 'well' && sighting !== 'first' && sighting !== 'early';
}

/** What each sighting means, for whoever is called out of bed. */
export function meaningOf(sighting: Sighting): string {
  switch (sighting) {
    case 'well':
      return 'it ended where it should';
    case 'first':
      return 'there was none before; the next run will tell';
    case 'early':
      return 'the one before is on its way';
    case 'late':
      return 'it is not settled: documents are not being handled';
    case 'published':
      return 'the test virus was published';
    case 'not-recognised':
      return 'the test virus was quarantined, but not as malware: it was not scanned, or by something that knows nothing';
    case 'held-back':
      return 'a picture that is clean but for its position was quarantined';
    case 'not-clean':
      return 'the picture is public and has its position still, or is not there';
  }
}

async function look(places: CanaryPlaces, canary: Canary, put: ObjectVersion, lateMs: number): Promise<Sighting> {
  const head = await readHead(places.ledger, canary.key);
  const isOfThis = head?.src?.versionId === put.versionId && head.src.etag === put.etag;
  if (!isOfThis || (head.state !== 'DONE' && head.state !== 'QUARANTINED'))
    return places.now().getTime() - Date.parse(put.modifiedAt) < lateMs ? 'early' : 'late';
  if (canary.name === 'malware') return head.state === 'DONE' ? 'published' : await whyHeldBack(places, head.caseId);
  if (head.state === 'QUARANTINED') return 'held-back';
  const published = head.out && (await places.public.get(head.out.key));
  return published && !Buffer.from(published.body).includes(PLACE_MARK) ? 'well' : 'not-clean';
}

async function whyHeldBack({ ledger }: CanaryPlaces, caseId: string | undefined): Promise<Sighting> {
  const found = caseId === undefined ? undefined : await ledger.get(caseKey(caseId));
  const opened = found && recordIn(found.body, Case);
  return opened?.reason === 'malware' ? 'well' : 'not-recognised';
}
