import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { readHead, recordIn, toJson } from '../../lib/core/ledger.ts';
import { isContradicted } from '../../lib/core/object-scans.ts';
import { readPolicy } from '../../lib/core/policy.ts';
import { Case, caseKey, VerifyRecord, verifyKey } from '../../lib/core/records.ts';
import { SCAN_STATUSES, type ScanRecord, scanKey, scanRequestKey } from '../../lib/core/records-scans.ts';
import { type Examined, judgeWith } from '../../lib/core/sanitize.ts';
import type { Scanner } from '../../lib/core/scanner.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';
import { promoteHandler } from '../../lib/handlers.ts';
import { actOn } from '../../lib/review/act.ts';
import { listCases } from '../../lib/review/list.ts';
import { queuedRequests } from '../../lib/scan-requests.ts';
import { scanResultHandler } from '../../lib/scan-results.ts';
import { openScanner } from '../../lib/scanners/choose.ts';
import { guardduty } from '../../lib/scanners/guardduty.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { scanEvent } from '../support/guardduty.ts';
import { all, rig } from '../support/pipeline-rig.ts';
import { FAR, glass, lin } from '../support/review-rig.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PINNED = { key: 'a.pdf', versionId: 'v1', etag: '"e1"' };
const WRITTEN = '2026-11-26T12:00:00.000Z';
const OF = { bucket: 'staging', key: 'a.pdf', versionId: 'v1', etag: 'e1' };
const BYTES = Buffer.from('a document');

let ledger: ObjectStore;
let now: number;
let scanner: Scanner;
beforeEach(() => {
  ledger = memoryStore();
  now = NOON;
  scanner = guardduty({ bucket: 'staging', ledger, now: () => new Date(now) });
});

async function putRecord(change: Partial<ScanRecord> = {}, at?: string): Promise<void> {
  const record = { v: 1 as const, ...OF, status: 'NO_THREATS_FOUND' as const, at: WRITTEN, ...change };
  await ledger.put(at ?? scanKey(OF, record.status), Buffer.from(JSON.stringify(record)));
}

describe('only the exact word for clean is clean', () => {
  const results = {
    NO_THREATS_FOUND: 'clean',
    THREATS_FOUND: 'malware',
    UNSUPPORTED: 'not-scanned',
    ACCESS_DENIED: 'not-scanned',
    FAILED: 'not-scanned',
  } as const;
  for (const status of SCAN_STATUSES)
    test(`${status}: ${results[status]}`, async () => {
      await putRecord({ status });
      expect(await scanner.scan(BYTES, PINNED)).toEqual({ result: results[status] });
      expect(await scanner.objects?.said(PINNED)).toEqual({ result: results[status] });
    });
});

describe('of several results the gravest counts, whichever came first', () => {
  const rows = [
    { said: ['NO_THREATS_FOUND', 'THREATS_FOUND'], result: 'malware' },
    { said: ['THREATS_FOUND', 'FAILED'], result: 'malware' },
    { said: ['FAILED', 'NO_THREATS_FOUND'], result: 'clean' },
    { said: ['UNSUPPORTED', 'ACCESS_DENIED'], result: 'not-scanned' },
  ] as const;
  for (const { said, result } of rows)
    test.each([said, said.toReversed()])(`%s and %s: ${result}`, async (...both) => {
      for (const status of both) await putRecord({ status });
      expect(await scanner.scan(BYTES, PINNED)).toEqual({ result });
    });
});

describe('not scanned is', () => {
  const edited = (text: string) => () => ledger.put(scanKey(OF, 'NO_THREATS_FOUND'), Buffer.from(text));
  const at = scanKey(OF, 'NO_THREATS_FOUND');
  const rows: readonly { readonly shows: string; readonly put: () => Promise<unknown> }[] = [
    { shows: 'what has no record', put: async () => {} },
    { shows: 'what has one of another version', put: () => putRecord({ versionId: 'v2' }, at) },
    { shows: 'what has one with another etag', put: () => putRecord({ etag: 'e2' }, at) },
    { shows: 'what has one of another bucket', put: () => putRecord({ bucket: 'elsewhere' }, at) },
    { shows: 'what has one of another key', put: () => putRecord({ key: 'b.pdf' }, at) },
    { shows: 'what has one with another word than its name', put: () => putRecord({ status: 'FAILED' }, at) },
    { shows: 'what has one that lacks fields', put: edited('{"status":"NO_THREATS_FOUND"}') },
    { shows: 'what has one that is no JSON', put: edited('clean!') },
    { shows: 'what has one with a field more', put: () => putRecord({ note: 'checked by hand' } as object, at) },
    {
      shows: 'what has one that was edited where malware was said',
      put: async () => {
        await ledger.put(scanKey(OF, 'THREATS_FOUND'), Buffer.from('{}'));
        await putRecord();
      },
    },
  ];
  for (const { shows, put } of rows)
    test(shows, async () => {
      await put();
      expect(await scanner.scan(BYTES, PINNED)).toEqual({ result: 'not-scanned' });
    });

  test('what is no version of staging', async () => {
    await putRecord();
    expect(await scanner.scan(BYTES)).toEqual({ result: 'not-scanned' });
    expect(await scanner.scan(BYTES, PINNED)).toEqual({ result: 'clean' });
  });

  test('what the ledger does not answer for', async () => {
    const broken = guardduty({ bucket: 'staging', ledger: { get: () => Promise.reject(new Error('away')) } });
    expect(await broken.scan(BYTES, PINNED)).toEqual({ result: 'not-scanned' });
    await expect(broken.objects?.said(PINNED)).rejects.toThrow('away');
  });
});

describe('a version without a result is waited for', () => {
  test('half an hour from when it was written, where nobody can be asked', async () => {
    const awaits = () => scanner.objects?.awaits(PINNED, WRITTEN);
    expect(await awaits()).toBe(2 * MINUTE);
    now += 29 * MINUTE;
    expect(await awaits()).toBe(MINUTE);
    now += MINUTE;
    expect(await awaits()).toBeUndefined();
  });

  test('and asked for after five minutes, once; half an hour from then it is waited for no longer', async () => {
    const queue = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
    const clock = () => new Date(now);
    const requests = queuedRequests(queue, ledger, clock);
    const asking = guardduty({ bucket: 'staging', ledger, requests, now: clock });
    const awaits = () => asking.objects?.awaits(PINNED, WRITTEN);
    expect(await awaits()).toBe(2 * MINUTE);
    expect(queue.bodies()).toEqual([]);
    now += 48 * HOUR;
    for (let time = 0; time < 3; time += 1) expect(await awaits()).toBe(2 * MINUTE);
    expect(queue.bodies()).toHaveLength(1);
    now += 30 * MINUTE;
    expect(await awaits()).toBeUndefined();
    // Whoever judges it anew an hour after it was asked for asks anew.
    now += 29 * MINUTE;
    expect(await awaits()).toBeUndefined();
    now += MINUTE;
    expect(await awaits()).toBe(2 * MINUTE);
    expect(queue.bodies()).toHaveLength(2);
    now += 29 * MINUTE;
    expect(await awaits()).toBe(MINUTE);
  });

  test('never for a request that was edited by hand', async () => {
    await ledger.put(scanRequestKey(OF), Buffer.from('{"at":"3000-01-01T00:00:00.000Z"}'));
    const requests = { ask: () => Promise.reject(new Error('was asked')) };
    const asking = guardduty({ bucket: 'staging', ledger, requests, now: () => new Date(now) });
    await expect(asking.objects?.awaits(PINNED, '2026-11-01T12:00:00.000Z')).rejects.toThrow('not of its schema');
  });
});

test('it is not chosen where no bucket is protected', async () => {
  await expect(openScanner('guardduty', {})).rejects.toThrow('bucket');
  const chosen = await openScanner('guardduty', {}, { protectedBucket: { bucket: 'staging', ledger } });
  expect(chosen.name).toBe('guardduty');
});

const examine = async (body: Uint8Array): Promise<Examined> => ({
  outcome: 'published',
  format: 'pdf',
  mediaType: 'application/pdf',
  extension: 'pdf',
  renamed: false,
  findings: [],
  body: admit(body, { sha256: sha256(body), bytes: body.length }),
  proof: { sha256: sha256(body), bytes: body.length, checks: [] },
});

describe('in the pipeline', () => {
  async function staged({ overwrite = 'keep-previous' as 'keep-previous' | 'withhold' } = {}) {
    const made = rig({ overwrite });
    const { staging, ledger: records, public: published } = made.stores;
    let judged = 0;
    const clock = () => new Date(Date.now() + now - NOON);
    const engine = guardduty({ bucket: 'staging', ledger: records, now: clock });
    const judge = judgeWith(
      async (body) => {
        judged += 1;
        return examine(body);
      },
      engine,
      readPolicy(),
    );
    const scans = engine.objects;
    const places = { ...made.sanitize, judge, ...(scans && { scans }) };
    const heard = scanResultHandler({
      ledger: records,
      liveQueue: made.sanitize.liveQueue,
      bucket: 'staging',
      now: clock,
    });
    const promote = promoteHandler({ ...made.promote, public: published });
    const put = async (text: string) => staging.put('a.pdf', Buffer.from(text));
    const says = (
      status: ScanRecord['status'],
      { versionId, etag } = { versionId: first.versionId, etag: first.etag },
    ) => heard(JSON.stringify(scanEvent({ key: 'a.pdf', versionId, etag, status })));
    const settle = async () => {
      const outcome = await reconcileOn(places, 'a.pdf');
      for (const message of await made.sanitize.promoteQueue.receive({ max: 10, waitMs: 0 })) {
        await promote(message.body);
        await made.sanitize.promoteQueue.delete(message);
      }
      return outcome;
    };
    const reason = async () => {
      const head = await readHead(records, 'a.pdf');
      const found = head?.state === 'QUARANTINED' && (await records.get(caseKey(head.caseId ?? '')));
      return found ? recordIn(found.body, Case) : undefined;
    };
    const first = await put('one');
    const waiting = async () => (await made.sanitize.liveQueue.depth()).delayed;
    return { made, scans, put, says, settle, reason, waiting, judged: () => judged, published: made.published };
  }

  test('a version without a result is not opened, and its message comes again later', async () => {
    const { settle, waiting, judged, made } = await staged();
    expect(await settle()).toBe('waiting');
    expect([judged(), await waiting()]).toEqual([0, 1]);
    expect(await all(made.stores.ledger)).toEqual([]);
    expect(await all(made.stores.quarantine)).toEqual([]);
  });

  test.each([
    { status: 'NO_THREATS_FOUND', outcome: 'promoting', why: undefined },
    { status: 'THREATS_FOUND', outcome: 'quarantined', why: 'malware' },
    { status: 'UNSUPPORTED', outcome: 'quarantined', why: 'not-scanned' },
    { status: 'ACCESS_DENIED', outcome: 'quarantined', why: 'not-scanned' },
    { status: 'FAILED', outcome: 'quarantined', why: 'not-scanned' },
  ] as const)('$status: $outcome', async ({ status, outcome, why }) => {
    const { settle, says, reason, published } = await staged();
    expect(await settle()).toBe('waiting');
    await says(status);
    expect(await settle()).toBe(outcome);
    expect((await reason())?.reason).toBe(why);
    expect((await reason())?.scanner).toBe(why && 'guardduty');
    expect(await published()).toEqual(why ? {} : { 'a.pdf': 'one' });
  });

  test('a result that comes before anybody has heard of the upload is waited for no more', async () => {
    const { settle, says } = await staged();
    await says('NO_THREATS_FOUND');
    expect(await settle()).toBe('promoting');
  });

  test('a result for an older version says nothing of the one over it', async () => {
    const { settle, says, put, published } = await staged();
    await put('two');
    await says('NO_THREATS_FOUND');
    expect(await settle()).toBe('waiting');
    expect(await published()).toEqual({});
  });

  test('equal bytes put again are another version, which is waited for as well', async () => {
    const { settle, says, put } = await staged();
    await says('NO_THREATS_FOUND');
    expect(await settle()).toBe('promoting');
    await put('one');
    expect(await settle()).toBe('waiting');
  });

  test('a version that never gets a result is quarantined as not scanned, and published when it comes after all', async () => {
    const { settle, says, reason, published } = await staged();
    now += 31 * MINUTE;
    expect(await settle()).toBe('quarantined');
    expect((await reason())?.reason).toBe('not-scanned');
    expect(await settle()).toBe('settled');
    await says('NO_THREATS_FOUND');
    expect(await settle()).toBe('promoting');
    expect(await published()).toEqual({ 'a.pdf': 'one' });
    expect(await settle()).toBe('settled');
  });

  test('what is published goes when malware is found in it after all, whatever policy says of overwrites', async () => {
    const { settle, says, reason, published } = await staged();
    await says('NO_THREATS_FOUND');
    await settle();
    expect(await published()).toEqual({ 'a.pdf': 'one' });
    await says('THREATS_FOUND');
    expect(await settle()).toBe('quarantined');
    expect((await reason())?.reason).toBe('malware');
    expect(await published()).toEqual({});
    expect(await settle()).toBe('settled');
  });

  test('what people let through, knowing that it is malware, stays, and is not judged again each time', async () => {
    const { made, settle, says, published, judged, scans } = await staged();
    await says('THREATS_FOUND');
    expect(await settle()).toBe('quarantined');
    const { stores, sanitize } = made;
    const { ledger, quarantine } = stores;
    const places = { ...sanitize, ledger, audit: ledger, quarantine, notify: async () => {} };
    const [found] = (await listCases(stores.ledger, { prefix: 'a.pdf' })).rows;
    const caseId = found?.evidence.caseId ?? '';
    const asked = { what: 'request-release', reason: 'a sample', rules: ['malware'], expiresAt: FAR } as const;
    const acted = await actOn(places, glass, caseId, asked);
    const request = acted.done ? acted.review.request?.id : undefined;
    expect(await actOn(places, lin, caseId, { what: 'approve', request: request ?? '', reason: null })).toMatchObject({
      done: true,
    });
    expect(await settle()).toBe('promoting');
    expect(await published()).toEqual({ 'a.pdf': 'one' });
    const before = judged();
    expect(await settle()).toBe('settled');
    await says('THREATS_FOUND');
    expect(await settle()).toBe('settled');
    expect(judged()).toBe(before);
    expect(await published()).toEqual({ 'a.pdf': 'one' });
    const head = await readHead(stores.ledger, 'a.pdf');
    if (!head?.src) throw new Error('what is published has no head');
    const at = (iso: string) => ({ ...sanitize, ...(scans && { scans }), now: () => new Date(iso) });
    expect(await isContradicted(at('2026-12-31T00:00:00Z'), 'a.pdf', head.src, head)).toBe(false);
    expect(await isContradicted(at('2027-01-02T00:00:00Z'), 'a.pdf', head.src, head), 'the waiver expired').toBe(true);
  });

  test('what was released for another reason goes when malware is found in it', async () => {
    const { made, settle, says, published } = await staged();
    await says('NO_THREATS_FOUND');
    await settle();
    const { ledger } = made.stores;
    const head = await readHead(ledger, 'a.pdf');
    const found = await ledger.get(verifyKey(head?.work ?? ''));
    const record = recordIn(found?.body ?? new Uint8Array(), VerifyRecord);
    const waived = [{ id: randomUUID(), caseId: 'c', rules: ['test.hidden'], expiresAt: FAR }];
    await ledger.put(verifyKey(record.work), toJson({ ...record, waived }));
    await says('THREATS_FOUND');
    expect(await settle()).toBe('quarantined');
    expect(await published()).toEqual({});
  });

  test('an earlier version that stays public under a quarantined one goes when it is found infected', async () => {
    const { settle, says, put, published } = await staged();
    await says('NO_THREATS_FOUND');
    await settle();
    const { versionId, etag } = await put('two');
    await says('UNSUPPORTED', { versionId, etag });
    expect(await settle()).toBe('quarantined');
    expect(await published()).toEqual({ 'a.pdf': 'one' });
    await says('THREATS_FOUND');
    expect(await settle()).toBe('quarantined');
    expect(await published()).toEqual({});
  });

  test('the previous version stays while an overwrite is waited for, and under one that is infected', async () => {
    const { settle, says, put, published } = await staged();
    await says('NO_THREATS_FOUND');
    await settle();
    const { versionId, etag } = await put('two');
    expect(await settle()).toBe('waiting');
    expect(await published()).toEqual({ 'a.pdf': 'one' });
    await says('THREATS_FOUND', { versionId, etag });
    expect(await settle()).toBe('quarantined');
    expect(await published()).toEqual({ 'a.pdf': 'one' });
  });
});
