import { beforeEach, describe, expect, test } from 'vitest';
import { recordIn } from '../lib/core/ledger.ts';
import { SCAN_STATUSES, ScanRecord, type ScanStatus, scanKey } from '../lib/core/records-scans.ts';
import type { ObjectStore, Queue } from '../lib/core/store.ts';
import { scanResultHandler } from '../lib/scan-results.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { memoryStore } from '../lib/stores/memory-store.ts';
import { type ScanEvent, scanEvent } from './support/guardduty.ts';
import { all } from './support/pipeline-rig.ts';

let ledger: ObjectStore;
let live: Queue;
let told: string[];
beforeEach(() => {
  ledger = memoryStore();
  live = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  told = [];
});
const now = () => new Date('2026-11-26T12:00:00Z');
const handle = (event: unknown) =>
  scanResultHandler({
    ...{ ledger, liveQueue: live, bucket: 'staging', now },
    onResult: (status, outcome) => told.push(`${status} ${outcome}`),
  })(JSON.stringify(event));
const keyOf = (status: ScanStatus, { key = 'a/report.pdf', versionId = 'v1', etag = 'e1' }: ScanEvent = {}) =>
  scanKey({ bucket: 'staging', key, versionId, etag }, status);
const recordAt = async (key: string) => {
  const found = await ledger.get(key);
  return found && recordIn(found.body, ScanRecord);
};
const asked = async () => (await live.receive({ max: 10, waitMs: 0 })).map(({ body }) => JSON.parse(body));

test('a result is put on record under no name of a person, and the document is looked at', async () => {
  await handle(scanEvent({ etag: '"e1"' }));
  expect(await recordAt(keyOf('NO_THREATS_FOUND'))).toEqual({
    v: 1,
    bucket: 'staging',
    key: 'a/report.pdf',
    versionId: 'v1',
    etag: 'e1',
    status: 'NO_THREATS_FOUND',
    at: '2026-11-26T12:00:00.000Z',
  });
  expect(await all(ledger)).toEqual([
    expect.stringMatching(/^scans\/[0-9a-f]{2}\/[0-9a-f]{64}\/NO_THREATS_FOUND\.json$/),
  ]);
  expect(await asked()).toEqual([{ kind: 'reconcile', key: 'a/report.pdf' }]);
});

test('each result of one version has a record of its own, in whichever order they come', async () => {
  for (const status of SCAN_STATUSES) await handle(scanEvent({ status }));
  expect(await all(ledger)).toHaveLength(SCAN_STATUSES.length);
  for (const status of SCAN_STATUSES) expect((await recordAt(keyOf(status)))?.status).toBe(status);
});

test('a result that comes again changes nothing, and is looked at again: the message before may be lost', async () => {
  await handle(scanEvent());
  const before = await ledger.get(keyOf('NO_THREATS_FOUND'));
  await handle(scanEvent());
  expect((await ledger.get(keyOf('NO_THREATS_FOUND')))?.version).toEqual(before?.version);
  expect(told).toEqual(['NO_THREATS_FOUND recorded', 'NO_THREATS_FOUND known']);
  expect(await asked()).toHaveLength(2);
});

test('a record that was edited by hand is not written over', async () => {
  await ledger.put(keyOf('THREATS_FOUND'), Buffer.from('{"status":"NO_THREATS_FOUND"}'));
  await handle(scanEvent({ status: 'THREATS_FOUND' }));
  expect(Buffer.from((await ledger.get(keyOf('THREATS_FOUND')))?.body ?? []).toString()).toBe(
    '{"status":"NO_THREATS_FOUND"}',
  );
});

test.each(['v2', 'v0'])('a result for one version says nothing of %s', async (versionId) => {
  await handle(scanEvent({ versionId: 'v1' }));
  expect(await recordAt(keyOf('NO_THREATS_FOUND', { versionId }))).toBeUndefined();
});

test('a key of another script, or with spaces, is that very key', async () => {
  const key = 'über uns/отчёт + 1%.pdf';
  await handle(scanEvent({ key }));
  expect((await recordAt(keyOf('NO_THREATS_FOUND', { key })))?.key).toBe(key);
});

describe('nothing is recorded for an event', () => {
  const rows: readonly { readonly shows: string; readonly event: unknown; readonly says: string }[] = [
    { shows: 'of another bucket', event: scanEvent({ bucket: 'elsewhere' }), says: 'bucket' },
    { shows: 'of another source', event: scanEvent({ more: { source: 'custom.guardduty' } }), says: 'source' },
    {
      shows: 'of another kind',
      event: scanEvent({ more: { 'detail-type': 'GuardDuty Finding' } }),
      says: 'detail-type',
    },
    { shows: 'of another resource', event: scanEvent({ detail: { resourceType: 'EBS' } }), says: 'resourceType' },
    { shows: 'with a result nobody has heard of', event: scanEvent({ status: 'CLEAN' }), says: 'scanResultStatus' },
    {
      shows: 'without a result',
      event: scanEvent({ detail: { scanResultDetails: { scanResultStatus: null } } }),
      says: 'scanResultStatus',
    },
    { shows: 'without a version', event: scanEvent({ versionId: '' }), says: 'versionId' },
    { shows: 'without an etag', event: scanEvent({ etag: '' }), says: 'eTag' },
    { shows: 'with an etag of quotes alone', event: scanEvent({ etag: '""' }), says: 'etag' },
    { shows: 'with a key that is none', event: scanEvent({ key: 'x'.repeat(1025) }), says: 'objectKey' },
    { shows: 'that is none', event: 'event', says: 'event' },
  ];
  for (const { shows, event, says } of rows)
    test(shows, async () => {
      await expect(handle(event)).rejects.toThrow(says);
      await expect(handle(event)).rejects.not.toThrow('report.pdf');
      expect(await all(ledger)).toEqual([]);
      expect(await asked()).toEqual([]);
    });
});
