// What was published under older malware definitions is scanned again by the scanner alone: nothing else about it has
// changed, and judging takes a hundred times as long. Definitions are no part of the terms of a verdict, because they
// change several times a day.

import { putIf, readHead, recordIn, toJson } from './ledger.ts';
import { type Rescan, type Source, VerifyRecord, verifyKey } from './records.ts';
import type { ObjectScans, Scanner } from './scanner.ts';
import { isSettled, type Terms } from './settle.ts';
import type { ObjectStore } from './store.ts';
import type { ScannerName } from './verdict.ts';
import { isUnexpired, MALWARE_RULE } from './waivers.ts';

export type Engine = Pick<Scanner, 'name' | 'scan' | 'definitions' | 'objects'>;

export type Rescanned =
  | { readonly said: 'clean' | 'malware'; readonly definitions: number | undefined }
  /** It was scanned with definitions as new as these. */
  | { readonly said: 'current' }
  /** The bytes are not there any more. */
  | { readonly said: 'gone' }
  /** The engine did not answer, could not look at all of it, or is none that can be asked. */
  | { readonly said: 'not-scanned' };

export type LastScan = { readonly scanner: ScannerName; readonly definitions?: number | undefined };

/** Scans the bytes again, if that can say anything new. */
export async function scanAgain(
  engine: Engine | undefined,
  how: Rescan,
  last: LastScan,
  read: () => Promise<Uint8Array | undefined>,
): Promise<Rescanned> {
  // An engine that looks at objects by itself has a later word by itself.
  if (!engine || engine.name === 'none' || engine.objects) return { said: 'not-scanned' };
  const definitions = await engine.definitions?.();
  const isCurrent =
    definitions !== undefined && last.scanner === engine.name && (last.definitions ?? -1) >= definitions;
  if (how === 'newer' && isCurrent) return { said: 'current' };
  const untrusted = await read();
  if (!untrusted) return { said: 'gone' };
  const { result } = await engine.scan(untrusted);
  if (result === 'malware') return { said: 'malware', definitions };
  // Macros went when it was rebuilt.
  return result === 'clean' || result === 'macros' ? { said: 'clean', definitions } : { said: 'not-scanned' };
}

/** Malware that people let through is no news, until their waiver expires. */
export function isExcused({ waived = [] }: VerifyRecord, now: Date): boolean {
  return waived.some((waiver) => waiver.rules.includes(MALWARE_RULE) && isUnexpired(waiver, now));
}

/** The scan that a record speaks of last. */
export const lastScan = ({ rescanned, scanner, definitions }: VerifyRecord): LastScan =>
  rescanned ?? { scanner, definitions };

export type RescanPlaces = {
  readonly staging: Pick<ObjectStore, 'head' | 'get'>;
  readonly ledger: Pick<ObjectStore, 'get' | 'put'>;
  readonly engine?: Engine;
  readonly heavy?: { readonly aboveBytes: number };
  readonly terms: Terms;
  readonly now: () => Date;
};

/** Of the version that public was written from, which may be an earlier one than staging holds. */
export type OfPublic = {
  readonly said: Rescanned['said'] | 'heavy';
  readonly src: Source;
  /** The last scan on record since it was judged. */
  readonly rescannedAt: string | undefined;
};

/**
 * Scans again what is public of a settled key, and keeps in its record that nothing was found that people had not let
 * through. Undefined where nothing is public, or what is staged has to be judged anyway. Rejects for outages.
 */
export async function rescanPublic(places: RescanPlaces, key: string, how: Rescan): Promise<OfPublic | undefined> {
  const { staging, ledger, engine, heavy, terms, now } = places;
  const [staged, head] = [await staging.head(key), await readHead(ledger, key)];
  if (!staged || !head?.work || !head.out || !isSettled(head, staged, terms)) return undefined;
  if (head.state === 'QUARANTINED' && head.previous !== 'kept') return undefined;
  const found = await ledger.get(verifyKey(head.work));
  // The ledger has lost what was published: nobody can say what to scan.
  if (!found) return { said: 'not-scanned', src: staged, rescannedAt: undefined };
  const record = recordIn(found.body, VerifyRecord);
  const { src } = record;
  const rescannedAt = record.rescanned?.at;
  if (heavy && src.size > heavy.aboveBytes) return { said: 'heavy', src, rescannedAt };
  const scanned = await scanAgain(
    engine,
    how,
    lastScan(record),
    async () => (await staging.get(key, src.versionId))?.body,
  );
  const isFine = scanned.said === 'clean' || (scanned.said === 'malware' && isExcused(record, now()));
  if (!isFine || !engine) return { said: scanned.said, src, rescannedAt };
  const rescanned = { scanner: engine.name, definitions: scanned.definitions, at: now().toISOString() };
  // Whoever was first has scanned it as well.
  const next = toJson(VerifyRecord.parse({ ...record, rescanned }));
  await putIf(ledger, verifyKey(head.work), next, { ifMatch: found.version.etag });
  return { said: 'clean', src, rescannedAt: rescanned.at };
}

/** The word of a scan, as that of an engine that had another word later: the transitions know what to do about it. */
export function infected(src: Source): ObjectScans {
  return {
    said: async ({ versionId, etag }) =>
      versionId === src.versionId && etag === src.etag ? { result: 'malware' } : undefined,
    awaits: async () => undefined,
  };
}
