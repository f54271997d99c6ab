// Says what would become of one object, and writes nothing: its places hold no store that could be written, and on AWS
// its role has no right to.

import { isAdopted } from './adopt.ts';
import { type AuditWaits, waitsForScan } from './audit-waits.ts';
import { judgeInView } from './judge-waived.ts';
import { readCase, readHead, readRecord } from './ledger.ts';
import { readClaim } from './public-names.ts';
import type { AuditMessage, Head, Rescan, VerifyRecord } from './records.ts';
import { type Engine, isExcused, type LastScan, lastScan, scanAgain } from './rescan.ts';
import { judgedAside, judgedBefore, judgedNow, type Reader, type Reported, unjudged } from './run-results.ts';
import type { Pinned } from './scanner.ts';
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
  readonly now: () => Date;
  /** What scans again what was published under older definitions; without it runs that want that fail. */
  readonly again?: { readonly engine: Engine };
};

// What is overwritten again and again is judged by the live lane anyway.
const ATTEMPTS = 3;

/**
 * Judges what stands under the key now, unless the ledger knows; what it knows as published is scanned again where that
 * is asked for. Rejects for outages only.
 */
export async function auditOn(
  places: AuditPlaces,
  { of, key }: Pick<AuditMessage, 'of' | 'key'>,
  rescan?: Rescan,
): Promise<Reported> {
  return (await audit(places, { of, key, rescan }, async () => undefined)) ?? unjudged('skipped', 'changing', null);
}

/** The same, but where a malware engine has still to look at it: then it comes again, and nothing is answered. */
export async function auditOrWaitOn(
  { waits, ...places }: AuditPlaces & { readonly waits?: AuditWaits },
  message: AuditMessage,
): Promise<Reported | 'waiting'> {
  const { of, key, run } = message;
  const wait = async (pinned: Pinned, modifiedAt: string) =>
    waits && of === 'staging' && (await waitsForScan(waits, message, pinned, modifiedAt)) ? 'waiting' : undefined;
  return (await audit(places, { of, key, rescan: run.rescan }, wait)) ?? unjudged('skipped', 'changing', null);
}

type AuditAsked = Pick<AuditMessage, 'of' | 'key'> & { readonly rescan: Rescan | undefined };

/** Undefined: it changed each time. */
async function audit<W>(
  places: AuditPlaces,
  { of, key, rescan }: AuditAsked,
  wait: (pinned: Pinned, modifiedAt: string) => Promise<W | undefined>,
): Promise<Reported | W | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const version = await places[of].head(key);
    if (!version) return unjudged('gone', null, null);
    const { size, modifiedAt } = version;
    const known = await (of === 'staging' ? knownStaged : knownPublic)(places, version);
    // Not by its version: old ones, which may be what was taken down, are not for who audits to read.
    const read = async () => {
      const found = await places[of].get(key);
      return found?.version.etag === version.etag ? found.body : undefined;
    };
    if (known) {
      if (!rescan || !known.last) return known.reported;
      const { said } = await scanAgain(places.again?.engine, rescan, known.last, read);
      if (said === 'gone') continue;
      const isOld = said === 'malware' && known.record && isExcused(known.record, places.now());
      return scannedAgain(isOld ? 'clean' : said, known.reported, size);
    }
    if (size > places.maxInputBytes) return { ...unjudged('quarantined', 'limit', size), modifiedAt };
    const pinned = { key, versionId: version.versionId, etag: version.etag };
    const waiting = await wait(pinned, modifiedAt);
    if (waiting !== undefined) return waiting;
    const body = await read();
    if (!body) continue;
    // What people let through would be published, and is no less so for being asked about.
    const verdict =
      of === 'staging' ? (await judgeInView(places, body, pinned)).verdict : await places.judge(body, { name: key });
    return judgedNow(verdict, size, modifiedAt);
  }
  return undefined;
}

/** What the ledger knows of an object, and with what it was scanned last where it is public. */
type Known = { readonly reported: Reported } & Partial<Proof>;
type Proof = { readonly last: LastScan; readonly record: VerifyRecord | undefined };

async function knownStaged(places: AuditPlaces, version: ObjectVersion): Promise<Known | undefined> {
  const { ledger, terms } = places;
  const head = await readHead(ledger, version.key);
  if (head && isSettled(head, version, terms)) {
    const reported = await judgedBefore(ledger, head, version.modifiedAt);
    return reported && { reported, ...(head.state === 'DONE' && (await proofOf(ledger, head))) };
  }
  const aside = await readShadow(ledger, version.key);
  if (!aside || !isSame(aside.src, version) || !isUnder(aside, terms)) return undefined;
  const reported = judgedAside(aside, version.modifiedAt);
  return { reported, ...(aside.outcome === 'published' && { last: aside }) };
}

/** What promote wrote under these very terms was proven when it was written; what was held in place is on record. */
async function knownPublic({ ledger, terms }: AuditPlaces, version: ObjectVersion): Promise<Known | undefined> {
  const { key, etag, size, modifiedAt } = version;
  const holder = (await readClaim(ledger, key))?.key ?? key;
  const head = (await readHead(ledger, holder)) ?? (await readHead(ledger, key));
  if (!head) return undefined;
  const isKnown = isAdopted(head, version, terms);
  if (isKnown && head.caseId !== undefined) {
    const [reported, last] = [await judgedBefore(ledger, head, modifiedAt), await readCase(ledger, head.caseId)];
    return reported && last && { reported, last };
  }
  const isOurs = head.state === 'DONE' && head.out?.key === key && head.out.etag === etag && isUnder(head, terms);
  if (!isKnown && !isOurs) return undefined;
  const reported = { ...unjudged('skipped', 'done', size), modifiedAt, by: 'record' as const };
  return { reported, ...(await proofOf(ledger, head)) };
}

/** Without a record, it is as if it had never been scanned. */
async function proofOf(ledger: Reader, { work }: Head): Promise<Proof> {
  const record = work === undefined ? undefined : await readRecord(ledger, work);
  return { last: record ? lastScan(record) : { scanner: 'not-run' }, record };
}

function scannedAgain(said: 'current' | 'clean' | 'malware' | 'not-scanned', known: Reported, size: number): Reported {
  switch (said) {
    case 'current':
      return known;
    case 'clean':
      // What is held where it stands is held still.
      if (known.outcome === 'quarantined') return { ...known, by: 'scan' };
      return { ...known, outcome: 'published', reason: null, by: 'scan' };
    case 'malware':
      return { ...known, outcome: 'quarantined', reason: 'malware', by: 'scan' };
    case 'not-scanned':
      return { ...unjudged('failed', 'not-scanned', size), modifiedAt: known.modifiedAt };
  }
}
