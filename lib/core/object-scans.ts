// A malware engine that looks at objects by itself is waited for, and may have another word later.

import { readRecord, recordIn } from './ledger.ts';
import { Case, caseKey, type Head, type Source } from './records.ts';
import { isExcused } from './rescan.ts';
import type { ObjectScans } from './scanner.ts';
import type { Judged } from './settle.ts';
import type { ObjectStore } from './store.ts';

export type ScannedPlaces = {
  readonly staging: Pick<ObjectStore, 'head'>;
  readonly ledger: Pick<ObjectStore, 'get'>;
  readonly now: () => Date;
  /** Left out where the engine is given the bytes. */
  readonly scans?: ObjectScans;
};

const saidOf = async ({ scans }: Pick<ScannedPlaces, 'scans'>, key: string, { versionId, etag }: Source) =>
  (await scans?.said({ key, versionId, etag }))?.result;

/** Undefined where the engine has spoken, or is waited for no longer: then the version can be judged. */
export async function waitingFor(places: ScannedPlaces, key: string, src: Source): Promise<Judged | undefined> {
  const { staging, scans } = places;
  if (!scans || (await saidOf(places, key, src))) return undefined;
  const { versionId, etag } = src;
  const current = await staging.head(key);
  if (current?.versionId !== versionId) return { outcome: 'gone' };
  const afterMs = await scans.awaits({ key, versionId, etag }, current.modifiedAt);
  return afterMs === undefined ? undefined : { outcome: 'waiting', afterMs };
}

/**
 * Of a settled head: is what is public infected by now, or was said anything of what was quarantined for want of a word?
 * Also that it is malware: a promotion on its way, from a word that it was clean, has to find another head.
 */
export async function isContradicted(
  places: ScannedPlaces,
  key: string,
  src: Source,
  head: Pick<Head, 'state' | 'caseId' | 'work' | 'out' | 'previous'>,
): Promise<boolean> {
  if (!places.scans) return false;
  if (await isPublicInfected(places, key, head)) return true;
  if (head.state !== 'QUARANTINED' || head.caseId === undefined) return false;
  const said = await saidOf(places, key, src);
  if (said !== 'clean' && said !== 'malware') return false;
  const found = await places.ledger.get(caseKey(head.caseId));
  return found !== undefined && recordIn(found.body, Case).reason === 'not-scanned';
}

/**
 * Does the engine say malware of the version that public was written from, which may be an earlier one? That people let it
 * through, knowing that, is an excuse until their waiver expires.
 */
export async function isPublicInfected(
  places: Pick<ScannedPlaces, 'ledger' | 'scans' | 'now'>,
  key: string,
  { work, out, previous }: Pick<Head, 'work' | 'out' | 'previous'>,
): Promise<boolean> {
  if (!places.scans || work === undefined || !out) return false;
  // What has to go already, or is gone.
  if (previous === 'withhold' || previous === 'withheld') return false;
  const record = await readRecord(places.ledger, work);
  if (!record || isExcused(record, places.now())) return false;
  return (await saidOf(places, key, record.src)) === 'malware';
}
