import { expect, test } from 'vitest';
import { recordIn, toJson } from '../lib/core/ledger.ts';
import { SCAN_STATUSES, type ScannedVersion, ScanRequest, scanKey, scanRequestKey } from '../lib/core/records-scans.ts';
import { queuedRequests, scanRequestHandler } from '../lib/scan-requests.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { memoryStore } from '../lib/stores/memory-store.ts';
import { textOf } from './support/pipeline-rig.ts';

const OF: ScannedVersion = { bucket: 'staging', key: 'a.pdf', versionId: 'v1', etag: 'e1' };
const MESSAGE = { kind: 'scan', key: 'a.pdf', versionId: 'v1', etag: 'e1' };
const NOON = '2026-11-26T12:00:00.000Z';

function requests() {
  const queue = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const ledger = memoryStore();
  const made = queuedRequests(queue, ledger, () => new Date(NOON));
  const requested = async () => {
    const found = await ledger.get(scanRequestKey(OF));
    return found && { ...recordIn(found.body, ScanRequest), base: found.version.etag };
  };
  return { queue, ledger, made, requested };
}

test('word is left in the queue, and on record', async () => {
  const { queue, made, requested } = requests();
  await made.ask(OF, undefined);
  expect(queue.bodies().map((body) => JSON.parse(body))).toEqual([MESSAGE]);
  expect(await requested()).toMatchObject({ v: 1, ...OF, at: NOON });
});

test('the message goes first: of what is on record alone, nobody would ask', async () => {
  const { queue, ledger, requested } = requests();
  const broken = { ...queue, send: () => Promise.reject(new Error('the queue is away')) };
  await expect(queuedRequests(broken, ledger, () => new Date(NOON)).ask(OF, undefined)).rejects.toThrow('away');
  expect(await requested()).toBeUndefined();
});

test('of two who ask at once the first is on record, and a request that holds no longer is made anew', async () => {
  const { ledger, made, requested } = requests();
  await ledger.put(scanRequestKey(OF), toJson({ v: 1, ...OF, at: '2026-11-20T12:00:00.000Z' }));
  await made.ask(OF, undefined);
  expect((await requested())?.at).toBe('2026-11-20T12:00:00.000Z');
  await made.ask(OF, (await requested())?.base);
  expect((await requested())?.at).toBe(NOON);
});

function asking(paceMs = 0) {
  const ledger = memoryStore();
  const scanned: ScannedVersion[] = [];
  const slept: number[] = [];
  let clock = 0;
  const handle = scanRequestHandler({
    ...{ bucket: 'staging', ledger, paceMs },
    scan: async (version) => {
      scanned.push(version);
    },
    clock: () => clock,
    sleep: async (ms) => {
      slept.push(ms);
      clock += ms;
    },
  });
  const pass = (ms: number) => {
    clock += ms;
  };
  return { ledger, scanned, slept, handle: (message: unknown) => handle(JSON.stringify(message)), pass };
}

test('GuardDuty is asked about that very version, in staging', async () => {
  const { handle, scanned } = asking();
  await handle(MESSAGE);
  expect(scanned).toEqual([OF]);
});

test.each(SCAN_STATUSES)('it is not asked where it said %s meanwhile', async (status) => {
  const { handle, scanned, ledger } = asking();
  await ledger.put(scanKey(OF, status), Buffer.from('whatever it says'));
  await handle(MESSAGE);
  expect(scanned).toEqual([]);
  expect(await textOf(ledger, scanKey(OF, status))).toBe('whatever it says');
});

test('nobody has it scan another bucket, or has what is no such message carried out', async () => {
  const { handle, scanned } = asking();
  for (const wrong of [{ ...MESSAGE, bucket: 'elsewhere' }, { kind: 'reconcile', key: 'a.pdf' }, {}])
    await expect(handle(wrong)).rejects.toThrow();
  expect(scanned).toEqual([]);
});

test('calls keep their distance, and a pause is not added to one that was there anyway', async () => {
  const { handle, slept, pass } = asking(200);
  await handle(MESSAGE);
  await handle(MESSAGE);
  pass(50);
  await handle(MESSAGE);
  pass(10_000);
  await handle(MESSAGE);
  expect(slept).toEqual([200, 150]);
});
