// An audit waits for a malware engine that looks at objects of staging by itself, as the lanes do. It puts nothing on record,
// so the message says how long it has waited, and whether the engine was asked.

import type { AuditMessage } from './records.ts';
import type { ScanMessage } from './records-scans.ts';
import { ASK_AGAIN_MS, COMES_BY_ITSELF_MS, type ObjectScans, PATIENCE_MS, type Pinned } from './scanner.ts';
import type { Queue } from './store.ts';

export type AuditWaits = {
  readonly scans: Pick<ObjectScans, 'said'>;
  /** To who asks the engine. */
  readonly requests: Pick<Queue, 'send'>;
  /** Where audits come from. */
  readonly lane: Pick<Queue, 'send'>;
  readonly now: () => Date;
};

/**
 * True: nothing was said of the version yet, and the audit comes again. The engine is asked once for each audit and version.
 * False: it has spoken, or is waited for no longer, however often the object is overwritten. Rejects for outages.
 */
export async function waitsForScan(
  { scans, requests, lane, now }: AuditWaits,
  message: AuditMessage,
  { key, versionId, etag }: Pinned,
  modifiedAt: string,
): Promise<boolean> {
  if (await scans.said({ key, versionId, etag })) return false;
  const at = now();
  const since = message.waiting?.since ?? at.toISOString();
  if (at.getTime() - Date.parse(since) >= COMES_BY_ITSELF_MS + PATIENCE_MS) return false;
  const comesByItself = at.getTime() - Date.parse(modifiedAt) < COMES_BY_ITSELF_MS;
  const isAsked = message.waiting?.asked === versionId;
  if (!isAsked && !comesByItself) {
    const request: ScanMessage = { kind: 'scan', key, versionId, etag };
    await requests.send(JSON.stringify(request));
  }
  const asked = isAsked || !comesByItself ? versionId : null;
  const again: AuditMessage = { ...message, waiting: { since, asked } };
  await lane.send(JSON.stringify(again), { delayMs: ASK_AGAIN_MS });
  return true;
}
