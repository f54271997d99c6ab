import { describe, expect, test } from 'vitest';
import { isAlarming, meaningOf, runCanaries, type Sighting } from '../../lib/canary/canary.ts';
import { CANARIES, PLACE_MARK } from '../../lib/canary/documents.ts';
import { Case, caseKey, Head, headKey } from '../../lib/core/records.ts';
import { examine } from '../../lib/core/sanitize.ts';
import type { ObjectVersion } from '../../lib/core/store.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { TERMS } from '../support/pipeline-rig.ts';

const AT = new Date(Date.now() + 60 * 60_000).toISOString();
const CASE_ID = 'c'.repeat(32);
const LATE_MS = 10 * 60_000;

function start(now: () => Date = () => new Date(AT)) {
  const stores = { staging: memoryStore(), public: memoryStore(), ledger: memoryStore() };
  const look = () => runCanaries({ ...stores, now }, { lateMs: LATE_MS });
  const run = async () => Object.fromEntries((await look()).map(({ name, sighting }) => [name, sighting]));
  return { stores, run, look };
}

type Stores = ReturnType<typeof start>['stores'];

async function record(stores: Stores, key: string, more: (src: ObjectVersion) => object): Promise<void> {
  const put = await stores.staging.head(key);
  if (!put) throw new Error('the canary was not put');
  const { versionId, etag, size } = put;
  const head = { v: 1, key, nonce: 'n', src: { versionId, etag, size }, ...TERMS, at: AT, ...more(put) };
  await stores.ledger.put(headKey(key), Buffer.from(JSON.stringify(Head.parse(head))));
}

const [virus, picture] = CANARIES.map(({ key }) => key) as [string, string];
const out = { key: picture, sha256: 'a'.repeat(64), mediaType: 'image/jpeg' };

async function quarantinedAs(stores: Stores, key: string, reason: string): Promise<void> {
  await record(stores, key, () => ({ state: 'QUARANTINED', caseId: CASE_ID }));
  const put = await stores.staging.head(key);
  const opened = {
    ...{
      v: 1,
      caseId: CASE_ID,
      state: 'open',
      key,
      reason,
      detail: 'test',
      format: null,
      mediaType: null,
      findings: [],
    },
    ...{
      source: { versionId: put?.versionId, etag: put?.etag, size: 1, sha256: null },
      scanner: 'clamd',
      ...TERMS,
      at: AT,
    },
  };
  await stores.ledger.put(caseKey(CASE_ID), Buffer.from(JSON.stringify(Case.parse(opened))));
}

type Row = {
  readonly says: string;
  readonly becomes: (stores: Stores) => Promise<unknown>;
  readonly seen: Partial<Record<'malware' | 'place', Sighting>>;
};

const rows: readonly Row[] = [
  {
    says: 'a virus that is quarantined as malware is well',
    becomes: (stores) => quarantinedAs(stores, virus, 'malware'),
    seen: { malware: 'well' },
  },
  {
    says: 'a virus that is held back for another reason was not recognised',
    becomes: (stores) => quarantinedAs(stores, virus, 'unsupported'),
    seen: { malware: 'not-recognised' },
  },
  {
    says: 'a virus that is published',
    becomes: (stores) => record(stores, virus, () => ({ state: 'DONE', out })),
    seen: { malware: 'published' },
  },
  {
    says: 'a picture that is held back',
    becomes: (stores) => quarantinedAs(stores, picture, 'unverified'),
    seen: { place: 'held-back' },
  },
  {
    says: 'a picture that is public without its position is well',
    async becomes(stores) {
      await record(stores, picture, () => ({ state: 'DONE', out }));
      await stores.public.put(picture, Buffer.from('pixels'));
    },
    seen: { place: 'well' },
  },
  {
    says: 'a picture that is public with its position',
    async becomes(stores) {
      await record(stores, picture, () => ({ state: 'DONE', out }));
      await stores.public.put(picture, CANARIES[1]?.bytes() ?? Buffer.alloc(0));
    },
    seen: { place: 'not-clean' },
  },
  {
    says: 'a picture that is said to be public, and is not',
    becomes: (stores) => record(stores, picture, () => ({ state: 'DONE', out })),
    seen: { place: 'not-clean' },
  },
  {
    says: 'a head of the version before is none of this one',
    async becomes(stores) {
      await record(stores, virus, () => ({ state: 'DONE', out }));
      await stores.staging.put(virus, Buffer.from('newer'));
    },
    seen: { malware: 'late' },
  },
  { says: 'what nothing handled is late', becomes: async () => undefined, seen: { malware: 'late', place: 'late' } },
];

describe('canaries', () => {
  for (const { says, becomes, seen } of rows) {
    test(says, async () => {
      const { stores, run } = start();
      expect(await run()).toEqual({ malware: 'first', place: 'first' });
      await becomes(stores);
      expect(await run()).toMatchObject(seen);
    });
  }

  test('one that is still on its way is waited for, and not put over', async () => {
    const { stores, run } = start(() => new Date());
    await run();
    const put = await stores.staging.head(virus);
    expect(await run()).toEqual({ malware: 'early', place: 'early' });
    expect(await stores.staging.head(virus)).toEqual(put);
  });

  test('each is as old as the last one of its kind that was well, for as long as none is', async () => {
    const clock = { ms: Date.now() };
    const { stores, look } = start(() => new Date(clock.ms));
    const agesAfter = async (minutes: number) => {
      clock.ms = Date.now() + minutes * 60_000;
      const results = await look();
      return results.map(({ ageMs }) => ageMs !== undefined && Math.round(ageMs / 60_000));
    };
    expect(await agesAfter(0), 'none was ever well').toEqual([false, false]);
    await quarantinedAs(stores, virus, 'malware');
    expect(await agesAfter(15)).toEqual([15, false]);
    expect(await agesAfter(60)).toEqual([60, false]);
    await quarantinedAs(stores, virus, 'malware');
    expect(await agesAfter(5), 'the one that was put since').toEqual([5, false]);
  });

  test('only what is well, first or early raises no alarm, and each is explained', () => {
    const all = ['well', 'first', 'early', 'late', 'published', 'not-recognised', 'held-back', 'not-clean'] as const;
    const quiet = all.filter((sighting) => !isAlarming({ sighting }));
    expect(quiet).toEqual(['well', 'first', 'early']);
    for (const sighting of all) expect(meaningOf(sighting).length).toBeGreaterThan(15);
  });

  test('the picture has a position that ExifTool reads, is published without it, and has the same pixels', async () => {
    const workshop = openWorkshop();
    try {
      const bytes = CANARIES[1]?.bytes() ?? Buffer.alloc(0);
      expect(Buffer.from(bytes).includes(PLACE_MARK)).toBe(true);
      const examined = await examine(bytes, picture, workshop);
      expect(examined).toMatchObject({ outcome: 'published', format: 'jpeg' });
      expect(examined.findings.map(({ carrier }) => carrier)).toContain('jpeg.exif.gps');
      if (examined.outcome === 'published') expect(Buffer.from(examined.body).includes(PLACE_MARK)).toBe(false);
    } finally {
      await workshop.close();
    }
  });
});
