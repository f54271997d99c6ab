// Which rights GuardDuty as the malware engine takes, seen by running the handlers that it comes with.

import { auditOrWaitOn } from '../../lib/core/audit.ts';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { scanRequestKey } from '../../lib/core/records-scans.ts';
import { queuedRequests, scanRequestHandler } from '../../lib/scan-requests.ts';
import { scanResultHandler } from '../../lib/scan-results.ts';
import { guardduty } from '../../lib/scanners/guardduty.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { scanEvent } from './guardduty.ts';
import { rig, TERMS } from './pipeline-rig.ts';
import { type Note, recorded, recordedQueue } from './recorded.ts';

/** Stands before the table in docs/threat-model.md. */
export const SCANS = `With [GuardDuty as the malware engine](deploy.md#guardduty) one function, which opens nothing, writes what it says into \`scans/\`; what opens
documents, audits too, reads that, and asks another function, which has the right to ask GuardDuty and to read \`scans/\`, for what did not come:`;

export type UsedForScans = {
  readonly role: 'scan-results' | 'scan-requests' | 'sanitize' | 'audits';
  readonly action: string;
  readonly place: string;
  readonly key?: string;
};

const MINUTE = 60_000;
const RUN = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: TERMS.policy };

/** Uploads of which GuardDuty says something, says it after it was asked, and says nothing. */
export async function usedForScans(): Promise<readonly UsedForScans[]> {
  const used = new Map<string, UsedForScans>();
  const noteOf =
    (role: UsedForScans['role']): Note =>
    (action, place, key) => {
      const one = { role, action, place, ...(key !== undefined && { key }) };
      used.set(JSON.stringify(one), one);
    };
  const { stores, sanitize } = rig();
  const open = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const requests = open();
  const bucket = 'staging';
  let passedMs = 0;
  const now = () => new Date(Date.now() + passedMs);

  const judging = noteOf('sanitize');
  const ledger = recorded('ledger', stores.ledger, judging);
  const asked = queuedRequests(recordedQueue('scan requests', requests, judging), ledger, now);
  const engine = guardduty({ bucket, ledger, requests: asked, now });
  const lane = recordedQueue('own lane', open(), judging);
  const places = { ...sanitize, laterQueue: lane, ...(engine.objects && { scans: engine.objects }) };

  const hearing = noteOf('scan-results');
  const hear = scanResultHandler({
    ledger: recorded('ledger', stores.ledger, hearing),
    liveQueue: recordedQueue('live', open(), hearing),
    ...{ bucket, now },
  });
  const asking = noteOf('scan-requests');
  const ask = scanRequestHandler({
    ...{ bucket, paceMs: 0, ledger: recorded('ledger', stores.ledger, asking) },
    scan: async () => asking('guardduty:SendObjectMalwareScan', '*'),
  });

  const auditing = noteOf('audits');
  const read = recorded('ledger', stores.ledger, auditing);
  const reading = guardduty({ bucket, ledger: read, now });
  const auditOf = (key: string) => {
    const waits = reading.objects && {
      scans: reading.objects,
      requests: recordedQueue('scan requests', requests, auditing),
      lane: recordedQueue('own lane', open(), auditing),
      now,
    };
    const audit = { ...stores, ledger: read, judge: sanitize.judge, now, terms: TERMS, maxInputBytes: 1000 };
    return auditOrWaitOn({ ...audit, ...(waits && { waits }) }, { kind: 'audit', of: 'staging', key, run: RUN });
  };

  for (const key of ['said.txt', 'asked.txt', 'silent.txt']) {
    const { versionId, etag } = await stores.staging.put(key, Buffer.from(key));
    const of = { bucket, key, versionId, etag };
    const says = (status: string) => hear(JSON.stringify(scanEvent({ ...of, status })));
    await reconcileOn(places, key);
    if (key === 'said.txt') await says('NO_THREATS_FOUND');
    passedMs += 10 * MINUTE;
    await reconcileOn(places, key);
    await auditOf(key);
    for (const message of await requests.receive({ max: 10, waitMs: 0 })) {
      await ask(message.body);
      await requests.delete(message);
    }
    if (key === 'asked.txt') await says('THREATS_FOUND');
    if (key === 'silent.txt' && !(await stores.ledger.head(scanRequestKey(of)))) throw new Error('nobody asked');
    passedMs += 60 * MINUTE;
    await reconcileOn(places, key);
  }
  return [...used.values()];
}
