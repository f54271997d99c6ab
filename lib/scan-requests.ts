// Asking GuardDuty for a scan that it did not make by itself: of what was there before it protected the bucket, or whose
// result was lost. What judges documents only leaves word that a scan is wanted; a function that opens nothing asks.

import { setTimeout as delay } from 'node:timers/promises';
import type { Handle } from './consume.ts';
import { putIf, toJson } from './core/ledger.ts';
import {
  SCAN_STATUSES,
  ScanMessage,
  type ScannedVersion,
  type ScanRequest,
  scanKey,
  scanRequestKey,
} from './core/records-scans.ts';
import type { ScanRequests } from './core/scanner.ts';
import type { ObjectStore, Queue } from './core/store.ts';

/** Leaves word in the queue, and on record that it was left. */
export function queuedRequests(
  queue: Pick<Queue, 'send'>,
  ledger: Pick<ObjectStore, 'put'>,
  now: () => Date,
): ScanRequests {
  return {
    async ask({ bucket, key, versionId, etag }, base) {
      // The message first: on record and not sent, the version would be waited for in vain.
      const message: ScanMessage = { kind: 'scan', key, versionId, etag };
      await queue.send(JSON.stringify(message));
      const request: ScanRequest = { v: 1, ...{ bucket, key, versionId, etag }, at: now().toISOString() };
      const condition = base === undefined ? ({ ifNoneMatch: '*' } as const) : { ifMatch: base };
      await putIf(ledger, scanRequestKey(request), toJson(request), condition);
    },
  };
}

export type ScanRequestPlaces = {
  /** The bucket that is protected: no other is ever asked about. */
  readonly bucket: string;
  readonly ledger: Pick<ObjectStore, 'get'>;
  /** Asks GuardDuty. Rejects where it is busy, or does not know the object. */
  readonly scan: (version: ScannedVersion) => Promise<void>;
  /** The least time between two calls of one process. */
  readonly paceMs: number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  readonly clock?: () => number;
};

/** Asks, not faster than it may, unless there is a result by now. */
export function scanRequestHandler({
  bucket,
  ledger,
  scan,
  paceMs,
  sleep = delay,
  clock = () => performance.now(),
}: ScanRequestPlaces): Handle {
  let nextAt = Number.NEGATIVE_INFINITY;
  return async (body) => {
    const { key, versionId, etag } = ScanMessage.parse(JSON.parse(body));
    const of = { bucket, key, versionId, etag };
    for (const status of SCAN_STATUSES) if (await ledger.get(scanKey(of, status))) return;
    const wait = nextAt - clock();
    nextAt = Math.max(nextAt, clock()) + paceMs;
    if (wait > 0) await sleep(wait);
    await scan(of);
  };
}
