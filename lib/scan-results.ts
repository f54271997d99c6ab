// Puts on record what GuardDuty says of a version, and asks for the document to be looked at. Events come at least once
// and in any order: each result has a record of its own, written once, and the gravest counts.

import { z } from 'zod';
import type { Handle } from './consume.ts';
import { putOnce, toJson } from './core/ledger.ts';
import { Key } from './core/records.ts';
import { bareEtag, SCAN_STATUSES, ScanRecord, scanKey } from './core/records-scans.ts';
import type { ObjectStore, Queue } from './core/store.ts';

export type ScanResultPlaces = {
  readonly ledger: Pick<ObjectStore, 'put'>;
  readonly liveQueue: Pick<Queue, 'send'>;
  /** The bucket whose results are taken: staging. */
  readonly bucket: string;
  readonly now: () => Date;
  /** Told each result that is on record by then; 'known' for one that was before. */
  readonly onResult?: (status: ScanRecord['status'], outcome: 'recorded' | 'known') => void;
};

/** https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
const Envelope = z.object({
  // EventBridge lets nobody but AWS send events of a source that starts with `aws.`.
  source: z.literal('aws.guardduty'),
  'detail-type': z.literal('GuardDuty Malware Protection Object Scan Result'),
  detail: z.object({
    resourceType: z.literal('S3_OBJECT'),
    s3ObjectDetails: z.object({
      bucketName: z.string().min(1),
      objectKey: Key,
      eTag: z.string().min(1),
      versionId: z.string().min(1),
    }),
    scanResultDetails: z.object({ scanResultStatus: z.enum(SCAN_STATUSES) }),
  }),
});

/** Rejects for outages, and for what is no such event: it is delivered again, and ends where people look. */
export function scanResultHandler({ ledger, liveQueue, bucket, now, onResult }: ScanResultPlaces): Handle {
  return async (body) => {
    const record = read(body, now());
    if (record.bucket !== bucket) throw new Error('a result for another bucket');
    const isNew = await putOnce(ledger, scanKey(record, record.status), toJson(record));
    // Also of what is known: the message before may not have been sent.
    await liveQueue.send(JSON.stringify({ kind: 'reconcile', key: record.key }));
    onResult?.(record.status, isNew ? 'recorded' : 'known');
  };
}

function read(body: string, now: Date): ScanRecord {
  const parsed = Envelope.safeParse(JSON.parse(body));
  if (!parsed.success) {
    // Names the fields that are wrong, never their values: a key can name a person.
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'event');
    throw new Error(`an event with a wrong ${fields.join(', ')}`);
  }
  const { s3ObjectDetails: of, scanResultDetails } = parsed.data.detail;
  return ScanRecord.parse({
    v: 1,
    ...{ bucket: of.bucketName, key: of.objectKey, versionId: of.versionId, etag: bareEtag(of.eTag) },
    status: scanResultDetails.scanResultStatus,
    at: now.toISOString(),
  });
}
