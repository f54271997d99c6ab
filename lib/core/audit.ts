// Says what would become of one object, and writes nothing: its places hold no store that could be written, and on AWS
// its role has no right to.

import { isAdopted } from './adopt.ts';
import { readHead } from './ledger.ts';
import { readClaim } from './public-names.ts';
import type { AuditMessage } from './records.ts';
import { judgedAside, judgedBefore, judgedNow, type Reader, type Reported, unjudged } from './run-results.ts';
import { isSame, isSettled, isUnder, type Terms } from './settle.ts';
import { readShadow } from './shadow-on.ts';
import type { ObjectVersion } from './store.ts';
import type { Judge } from './verdict.ts';

export type AuditPlaces = {
  readonly staging: Reader;
  readonly public: Reader;
  readonly ledger: Reader;
  readonly judge: Judge;
  readonly terms: Terms;
  readonly maxInputBytes: number;
};

// What is overwritten again and again is judged by the live lane anyway.
const ATTEMPTS = 3;

/** Judges what stands under the key now, unless the ledger knows. Rejects for outages only. */
export async function auditOn(places: AuditPlaces, { of, key }: Pick<AuditMessage, 'of' | 'key'>): Promise<Reported> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const version = await places[of].head(key);
    if (!version) return unjudged('gone', null, null);
    const { size, modifiedAt } = version;
    const known = await (of === 'staging' ? knownStaged : knownPublic)(places, version);
    if (known) return known;
    if (size > places.maxInputBytes) return { ...unjudged('quarantined', 'limit', size), modifiedAt };
    // Not by its version: old ones, which may be what was taken down, are not for who audits to read.
    const found = await places[of].get(key);
    const pinned = { key, versionId: version.versionId, etag: version.etag };
    const about = { name: key, ...(of === 'staging' && { pinned }) };
    if (found?.version.etag === version.etag) return judgedNow(await places.judge(found.body, about), size, modifiedAt);
  }
  return unjudged('skipped', 'changing', null);
}

async function knownStaged(places: AuditPlaces, version: ObjectVersion): Promise<Reported | undefined> {
  const { ledger, terms } = places;
  const head = await readHead(ledger, version.key);
  if (head && isSettled(head, version, terms)) return judgedBefore(ledger, head, version.modifiedAt);
  const aside = await readShadow(ledger, version.key);
  const isKnown = aside && isSame(aside.src, version) && isUnder(aside, terms);
  return isKnown ? judgedAside(aside, version.modifiedAt) : undefined;
}

/** What promote wrote under these very terms was proven when it was written; what was held in place is on record. */
async function knownPublic({ ledger, terms }: AuditPlaces, version: ObjectVersion): Promise<Reported | undefined> {
  const { key, etag, size, modifiedAt } = version;
  const holder = (await readClaim(ledger, key))?.key ?? key;
  const head = (await readHead(ledger, holder)) ?? (await readHead(ledger, key));
  if (!head) return undefined;
  const isKnown = isAdopted(head, version, terms);
  if (isKnown && head.caseId !== undefined) return judgedBefore(ledger, head, modifiedAt);
  const isOurs = head.state === 'DONE' && head.out?.key === key && head.out.etag === etag && isUnder(head, terms);
  return isKnown || isOurs ? { ...unjudged('skipped', 'done', size), modifiedAt, by: 'record' } : undefined;
}
