// GuardDuty Malware Protection for S3: it scans each new object of staging by itself, and says what it found in an event,
// which a function of its own puts on record. Here the records are read. Only its exact word for clean is clean.

import { recordIn, UnreadableRecord } from '../core/ledger.ts';
import {
  bareEtag,
  SCAN_STATUSES,
  type ScannedVersion,
  ScanRecord,
  ScanRequest,
  type ScanStatus,
  scanKey,
  scanRequestKey,
} from '../core/records-scans.ts';
import {
  ASK_AGAIN_MS,
  COMES_BY_ITSELF_MS,
  PATIENCE_MS,
  type Pinned,
  type Scanner,
  type ScanRequests,
  type ScanResult,
} from '../core/scanner.ts';
import type { ObjectStore } from '../core/store.ts';

export type GuardDutyOptions = {
  /** The bucket that it protects: staging. */
  readonly bucket: string;
  readonly ledger: Pick<ObjectStore, 'get'>;
  /** Asks for a result that does not come by itself. Without it, such a version is waited for and then not scanned. */
  readonly requests?: ScanRequests;
  readonly now?: () => Date;
};

// It may have been asked in vain for a reason that is gone by now; whoever judges a version anew, may ask anew.
const REQUEST_HOLDS_MS = 3_600_000;

export function guardduty({ bucket, ledger, requests, now = () => new Date() }: GuardDutyOptions): Scanner {
  const since = (at: string) => now().getTime() - Date.parse(at);
  const ofStaging = ({ key, versionId, etag }: Pinned): ScannedVersion => ({
    ...{ bucket, key, versionId },
    etag: bareEtag(etag),
  });
  const said = async (pinned: Pinned): Promise<ScanResult | undefined> => {
    for (const status of SCAN_STATUSES) {
      const found = await ledger.get(scanKey(ofStaging(pinned), status));
      if (found) return isAbout(found.body, ofStaging(pinned), status) ? RESULTS[status] : NOT_SCANNED;
    }
    return undefined;
  };
  return {
    name: 'guardduty',
    // Bytes that are no version of staging (an object of another bucket, what is left without macros) it never saw.
    scan: async (_untrusted, pinned) => (pinned && (await said(pinned).catch(() => undefined))) ?? NOT_SCANNED,
    objects: {
      said,
      async awaits(pinned, modifiedAt) {
        const age = since(modifiedAt);
        if (!requests || age < COMES_BY_ITSELF_MS) return again(PATIENCE_MS - age);
        const of = ofStaging(pinned);
        const found = await ledger.get(scanRequestKey(of));
        const asked = found && recordIn(found.body, ScanRequest);
        if (asked && since(asked.at) < REQUEST_HOLDS_MS) return again(PATIENCE_MS - since(asked.at));
        await requests.ask(of, found?.version.etag);
        return ASK_AGAIN_MS;
      },
    },
    close: async () => undefined,
  };
}

const again = (leftMs: number) => (leftMs > 0 ? Math.min(leftMs, ASK_AGAIN_MS) : undefined);

/** A record that was edited, or that speaks of something else, says nothing good. */
function isAbout(body: Uint8Array, of: ScannedVersion, status: ScanStatus): boolean {
  try {
    const record = recordIn(body, ScanRecord);
    return record.status === status && scanKey(record, status) === scanKey(of, status);
  } catch (error) {
    if (error instanceof UnreadableRecord) return false;
    throw error;
  }
}

const NOT_SCANNED: ScanResult = { result: 'not-scanned' };
const RESULTS: Readonly<Record<ScanStatus, ScanResult>> = {
  THREATS_FOUND: { result: 'malware' },
  NO_THREATS_FOUND: { result: 'clean' },
  // Encrypted, too large, nested too deep: what it could not look at is not clean.
  UNSUPPORTED: NOT_SCANNED,
  ACCESS_DENIED: NOT_SCANNED,
  FAILED: NOT_SCANNED,
};
