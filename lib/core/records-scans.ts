// What a malware engine that looks at objects by itself, rather than at bytes that it is sent, said of one version.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Instant, Key } from './records.ts';

/** Of GuardDuty Malware Protection for S3, the gravest first. Whatever else it may come to say is no record. */
export const SCAN_STATUSES = ['THREATS_FOUND', 'NO_THREATS_FOUND', 'UNSUPPORTED', 'ACCESS_DENIED', 'FAILED'] as const;
export type ScanStatus = (typeof SCAN_STATUSES)[number];

const OF = {
  bucket: z.string().min(1),
  key: Key,
  versionId: z.string().min(1),
  /** Without quotes. */
  etag: z.string().min(1),
};

/** One result: `scans/<hash of all that names the version>/<status>.json` in the ledger. What opens documents reads it alone. */
export const ScanRecord = z.strictObject({ v: z.literal(1), ...OF, status: z.enum(SCAN_STATUSES), at: Instant });
export type ScanRecord = z.infer<typeof ScanRecord>;

/** When the engine was asked for a result that did not come by itself: `scan-requests/<the same hash>.json`. */
export const ScanRequest = z.strictObject({ v: z.literal(1), ...OF, at: Instant });
export type ScanRequest = z.infer<typeof ScanRequest>;

/** To who may ask the engine. */
export const ScanMessage = z.strictObject({
  kind: z.literal('scan'),
  key: Key,
  versionId: z.string().min(1),
  etag: z.string().min(1),
});
export type ScanMessage = z.infer<typeof ScanMessage>;

export type ScannedVersion = Pick<ScanRecord, 'bucket' | 'key' | 'versionId' | 'etag'>;

/** S3 quotes them, GuardDuty does not. */
export const bareEtag = (etag: string): string => etag.replace(/^"(.*)"$/, '$1');

export const scanKey = (of: ScannedVersion, status: ScanStatus): string => `scans/${placeOf(of)}/${status}.json`;
export const scanRequestKey = (of: ScannedVersion): string => `scan-requests/${placeOf(of)}.json`;

/** A key may name a person, and a version id is no name for a file: a hash, spread over 256 prefixes. */
function placeOf({ bucket, key, versionId, etag }: ScannedVersion): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([bucket, key, versionId, bareEtag(etag)]))
    .digest('hex');
  return `${hash.slice(0, 2)}/${hash}`;
}
