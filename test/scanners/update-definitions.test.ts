import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { definitionsFileKey } from '../../lib/core/records-definitions.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { currentDefinitions } from '../../lib/scanners/definitions.ts';
import { updateDefinitions } from '../../lib/scanners/update-definitions.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { hoursAgo, NOON, official, putManifest, putSet } from '../support/definitions.ts';
import { ownTemporaryFolder } from '../support/processes.ts';

const temporary = ownTemporaryFolder();
const OLD = { 'main.cvd': official(62), 'daily.cvd': official(100) };
const NEW = { 'main.cvd': official(62), 'daily.cld': official(101) };

let store: ObjectStore;
let proven: string[][];
/** What freshclam found in its folder. */
let seeded: string[];
beforeEach(() => {
  store = memoryStore();
  [proven, seeded] = [[], []];
});

type Fresh = (folder: string) => Promise<void> | void;
/** Makes the folder what is given, as freshclam does: a difference makes a `.cld` of a `.cvd`. */
const becomes =
  (files: Readonly<Record<string, Uint8Array>>): Fresh =>
  (folder) => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [name, body] of Object.entries(files)) writeFileSync(join(folder, name), body);
  };

const update = (fresh: Fresh, prove: (folder: string) => Promise<void> = async () => {}) =>
  updateDefinitions({
    store,
    now: () => new Date(NOON),
    async fresh(folder) {
      seeded = readdirSync(folder).sort();
      await fresh(folder);
    },
    async prove(folder) {
      proven.push(readdirSync(folder).sort());
      await prove(folder);
    },
  });
const current = async () => (await currentDefinitions(store))?.definitions;
const keys = async () => {
  const all: string[] = [];
  for await (const { key } of store.list()) all.push(key);
  return all;
};

describe('the updater', () => {
  test('fills an empty bucket', async () => {
    const { outcome, definitions } = await update(becomes(OLD));
    expect(outcome).toBe('replaced');
    expect(seeded).toEqual([]);
    expect(proven).toEqual([['daily.cvd', 'main.cvd']]);
    expect(await current()).toEqual(definitions);
    expect(definitions).toMatchObject({ madeAt: hoursAgo(0), confirmedAt: hoursAgo(0) });
    expect(definitions.files.map(({ name, version }) => [name, version])).toEqual([
      ['daily.cvd', 100],
      ['main.cvd', 62],
    ]);
  });

  test('starts from what is in the bucket, so that differences are enough', async () => {
    await putSet(store, OLD, { madeAt: hoursAgo(9) });
    await update((folder) => {
      expect(readFileSync(join(folder, 'daily.cvd'))).toEqual(official(100));
      return becomes(NEW)(folder);
    });
    expect(seeded).toEqual(['daily.cvd', 'main.cvd']);
    expect((await current())?.files.map(({ name }) => name)).toEqual(['daily.cld', 'main.cvd']);
  });

  test('says of a set that is the newest still that it is, and tries it no further', async () => {
    const before = await putSet(store, OLD, { madeAt: hoursAgo(30) });
    const { outcome } = await update(becomes(OLD));
    expect(outcome).toBe('confirmed');
    expect(proven).toEqual([]);
    expect(await current()).toMatchObject({ set: before.set, madeAt: hoursAgo(30), confirmedAt: hoursAgo(0) });
  });

  test('keeps the set before, and removes those before it', async () => {
    const first = await putSet(store, { 'main.cvd': official(61), 'daily.cvd': official(99) }, { madeAt: hoursAgo(9) });
    const second = await putSet(store, OLD, { madeAt: hoursAgo(6) });
    await update(becomes(NEW));
    const left = await keys();
    for (const { sha256 } of second.files) expect(left).toContain(definitionsFileKey(sha256));
    for (const { sha256 } of first.files) expect(left).not.toContain(definitionsFileKey(sha256));
  });

  test('fetches anew what is damaged in the bucket', async () => {
    const { files } = await putSet(store, OLD, { madeAt: hoursAgo(9) });
    await store.put(definitionsFileKey(files[0]?.sha256 ?? ''), Buffer.from('damaged'));
    await update(becomes(OLD));
    expect(seeded).toEqual([]);
    const mended = await store.get(definitionsFileKey(files[0]?.sha256 ?? ''));
    expect(Buffer.from(mended?.body ?? [])).toEqual(official(62));
  });

  test('takes no file into a set that clamd could let something through by', async () => {
    await update(
      becomes({ ...OLD, 'own.fp': official(1), 'local.ign2': official(1), 'own.ndb': Buffer.from('A:0:*:41') }),
    );
    expect((await current())?.files.map(({ name }) => name)).toEqual(['daily.cvd', 'main.cvd', 'own.ndb']);
  });
});

describe('a good set is not replaced by one', () => {
  const rows: readonly {
    readonly of: string;
    readonly fresh: Fresh;
    readonly prove?: () => Promise<void>;
    readonly says: string;
  }[] = [
    {
      of: 'that fails its test',
      fresh: becomes(NEW),
      prove: () => Promise.reject(new Error('it does not detect the EICAR test file')),
      says: 'EICAR',
    },
    { of: 'without its daily part', fresh: becomes({ 'main.cvd': official(62) }), says: 'lack daily' },
    { of: 'without its main part', fresh: becomes({ 'daily.cvd': official(101) }), says: 'lack main' },
    { of: 'of nothing', fresh: becomes({}), says: 'lack main' },
    {
      of: 'from yesterday',
      fresh: becomes({ 'main.cvd': official(62), 'daily.cvd': official(99) }),
      says: 'daily is older',
    },
    {
      of: 'whose version cannot be read',
      fresh: becomes({ 'main.cvd': official(62), 'daily.cvd': Buffer.from('<html>') }),
      says: 'daily is older',
    },
    { of: 'that freshclam did not finish', fresh: () => Promise.reject(new Error('exit 8')), says: 'exit 8' },
  ];
  for (const { of, fresh, prove, says } of rows)
    test(of, async () => {
      const before = await putSet(store, OLD, { madeAt: hoursAgo(9) });
      const there = await keys();
      await expect(update(fresh, prove)).rejects.toThrow(says);
      expect(await current()).toEqual(before);
      expect(await keys()).toEqual(there);
      expect(temporary.left().filter((name) => name.startsWith('spoorloos-'))).toEqual([]);
    });

  test('(control: the same set without the fault does replace it)', async () => {
    const before = await putSet(store, OLD, { madeAt: hoursAgo(9) });
    await update(becomes(NEW));
    expect((await current())?.set).not.toBe(before.set);
  });

  test('of an updater that was slower than another', async () => {
    await putSet(store, OLD, { madeAt: hoursAgo(9) });
    const faster = { 'main.cvd': official(62), 'daily.cvd': official(102) };
    const lost = update(async (folder) => {
      await becomes(NEW)(folder);
      await putSet(store, faster, { madeAt: hoursAgo(0) });
    });
    await expect(lost).rejects.toThrow('another updater');
    expect((await current())?.files.map(({ version }) => version)).toEqual([62, 102]);
  });
});

test('a manifest that somebody wrote by hand stops the updater, and stays for people to look at', async () => {
  await putManifest(store, { v: 1, set: 'mine' });
  await expect(update(becomes(OLD))).rejects.toThrow();
  expect(Buffer.from((await store.get('current.json'))?.body ?? []).toString()).toContain('mine');
});
