// Audits and a malware engine that looks at objects by itself: what was not looked at is asked for, and the audit waits.

import { beforeEach, expect, test } from 'vitest';
import { AuditMessage } from '../../lib/core/records.ts';
import { ScanMessage } from '../../lib/core/records-scans.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { bulkHandler } from '../../lib/handlers-runs.ts';
import { scanResultHandler } from '../../lib/scan-results.ts';
import { guardduty } from '../../lib/scanners/guardduty.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { scanEvent } from '../support/guardduty.ts';
import { rig, TERMS } from '../support/pipeline-rig.ts';

const MINUTE = 60_000;
const run = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: TERMS.policy };
const open = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
let passedMs = 0;
const now = () => new Date(Date.now() + passedMs);
beforeEach(() => {
  passedMs = 0;
});

async function audited(of: 'staging' | 'public' = 'staging', isWaiting = true) {
  const { stores, sanitize } = rig();
  const [requests, lane, results] = [open(), open(), open()];
  const engine = guardduty({ bucket: 'staging', ledger: stores.ledger, now });
  // Says of everything what the engine says of it.
  const judge: Judge = async (untrusted, about) => {
    const { result } = await engine.scan(untrusted, about.pinned);
    const verdict = await sanitize.judge(untrusted, about);
    if (result === 'clean') return verdict;
    const { format, mediaType, findings, scanner } = verdict;
    const reason = result === 'malware' ? 'malware' : 'not-scanned';
    return { outcome: 'quarantined', reason, detail: reason, format, mediaType, findings, scanner };
  };
  const waits = engine.objects && { scans: engine.objects, requests, lane, now };
  const audit = { ...stores, judge, terms: TERMS, now, maxInputBytes: 1000, ...(isWaiting && waits && { waits }) };
  const handle = bulkHandler({ audit, results });
  const put = async (text: string) => stores[of].put('a.txt', Buffer.from(text));
  let version = await put('one');
  const hear = scanResultHandler({ ledger: stores.ledger, liveQueue: open(), bucket: 'staging', now });
  let message: string = JSON.stringify({ kind: 'audit', of, key: 'a.txt', run });
  return {
    requests: () => requests.bodies().map((body) => ScanMessage.parse(JSON.parse(body)).versionId),
    overwrite: async () => {
      version = await put('two');
      return version.versionId;
    },
    versionId: version.versionId,
    says: (status: string) => hear(JSON.stringify(scanEvent({ ...version, bucket: 'staging', status }))),
    /** Delivers the audit, the one that it left behind the next time. Answers what was reported. */
    async deliver() {
      const [before, sent] = [results.bodies().length, lane.bodies().length];
      await handle(message);
      const again = lane.bodies()[sent];
      if (again !== undefined) message = JSON.stringify(AuditMessage.parse(JSON.parse(again)));
      const reported = results.bodies()[before];
      const { outcome, reason } = reported === undefined ? {} : JSON.parse(reported);
      return reported === undefined ? 'waiting' : `${outcome} ${reason}`;
    },
    delayed: async () => (await lane.depth()).delayed,
    left: async () => (await Array.fromAsync(stores.ledger.list(''))).map(({ key }) => key),
  };
}

test('of what has no word one is asked for, once, and the audit comes again; nothing is put on record', async () => {
  const { deliver, requests, versionId, delayed, left } = await audited();
  passedMs += 10 * MINUTE;
  expect(await deliver()).toBe('waiting');
  expect(await deliver()).toBe('waiting');
  expect(requests()).toEqual([versionId]);
  expect(await delayed()).toBe(2);
  expect(await left()).toEqual([]);
});

test.each([
  { status: 'NO_THREATS_FOUND', reported: 'published null' },
  { status: 'THREATS_FOUND', reported: 'quarantined malware' },
  { status: 'UNSUPPORTED', reported: 'quarantined not-scanned' },
])('with the word $status it is judged', async ({ status, reported }) => {
  const { deliver, says } = await audited();
  passedMs += 10 * MINUTE;
  expect(await deliver()).toBe('waiting');
  await says(status);
  expect(await deliver()).toBe(reported);
});

test('of a new upload the word comes by itself: it is asked for after five minutes', async () => {
  const { deliver, requests, versionId } = await audited();
  expect(await deliver()).toBe('waiting');
  expect(requests()).toEqual([]);
  passedMs += 6 * MINUTE;
  expect(await deliver()).toBe('waiting');
  expect(requests()).toEqual([versionId]);
});

test('after 35 minutes it is waited for no longer', async () => {
  const { deliver, requests } = await audited();
  passedMs += 10 * MINUTE;
  for (let waited = 0; waited < 35; waited += 5) {
    expect(await deliver()).toBe('waiting');
    passedMs += 5 * MINUTE;
  }
  expect(await deliver()).toBe('quarantined not-scanned');
  expect(requests()).toHaveLength(1);
});

test('what is overwritten meanwhile is asked for as well, and not waited for longer than that', async () => {
  const { deliver, requests, overwrite, versionId } = await audited();
  passedMs += 10 * MINUTE;
  expect(await deliver()).toBe('waiting');
  const second = await overwrite();
  expect(await deliver()).toBe('waiting');
  passedMs += 34 * MINUTE;
  expect(await deliver()).toBe('waiting');
  expect(requests()).toEqual([versionId, second]);
  passedMs += MINUTE;
  expect(await deliver()).toBe('quarantined not-scanned');
});

test.each([
  { shows: 'of public, which the engine never saw', of: 'public', isWaiting: true },
  { shows: 'where nobody can be asked', of: 'staging', isWaiting: false },
] as const)('an audit $shows does not wait', async ({ of, isWaiting }) => {
  const { deliver, requests } = await audited(of, isWaiting);
  passedMs += 10 * MINUTE;
  expect(await deliver()).toBe('quarantined not-scanned');
  expect(requests()).toEqual([]);
});
