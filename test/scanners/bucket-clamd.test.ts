import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { definitionsFileKey } from '../../lib/core/records-definitions.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { type BucketClamd, bucketClamd } from '../../lib/scanners/bucket-clamd.ts';
import { openScanner, TEST_SIGNATURES } from '../../lib/scanners/choose.ts';
import { EICAR } from '../../lib/scanners/samples.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { HOUR, hoursAgo, NOON, official, putManifest, putSet } from '../support/definitions.ts';
import { ownTemporaryFolder, processesIn, until } from '../support/processes.ts';

const temporary = ownTemporaryFolder();
const left = () => temporary.left().filter((name) => name.startsWith('spoorloos-definitions-'));

let store: ObjectStore;
let clamd: BucketClamd;
let now: number;
let ages: number[];
/** Each start: the names in its folder. A clamd here is a name that says which definitions it has. */
let started: string[];
let running: number;
let most: number;
let isDown: boolean;
let die: () => void;
let refuses: string | undefined;

beforeEach(() => {
  store = memoryStore();
  [now, ages, started, running, most, isDown, refuses] = [NOON, [], [], 0, 0, false, undefined];
  clamd = bucketClamd({
    store: {
      get: (key) => (isDown ? Promise.reject(new Error('the bucket is not there')) : store.get(key)),
    },
    now: () => new Date(now),
    onAge: (hours) => ages.push(hours),
    async start(folder) {
      const has = readFileSync(join(folder, 'daily.cvd'), 'latin1').split(' ').at(-1) ?? '';
      started.push(has);
      if (has === refuses) throw new Error('clamd does not start');
      most = Math.max(most, ++running);
      let alive = true;
      const close = async () => {
        if (alive) running--;
        alive = false;
      };
      die = () => void close();
      return { address: { path: has }, alive: () => alive, close };
    },
  });
});
afterEach(async () => {
  await clamd.close();
  expect(running).toBe(0);
  expect(left()).toEqual([]);
});

const set = (name: string, version: number) => ({ 'main.cvd': official(1), 'daily.cvd': official(version, name) });
const put = (name: string, madeHoursAgo: number, confirmedHoursAgo = madeHoursAgo) =>
  putSet(store, set(name, 100 - madeHoursAgo), {
    madeAt: hoursAgo(madeHoursAgo),
    confirmedAt: hoursAgo(confirmedHoursAgo),
  });
const scansWith = async () => {
  const address = await clamd.address();
  return 'path' in address ? address.path : '';
};

describe('a clamd on definitions from a bucket', () => {
  test('is started by the first scan, on the newest set', async () => {
    await put('one', 1);
    expect(started).toEqual([]);
    expect(await scansWith()).toBe('one');
    expect(await scansWith()).toBe('one');
    expect(started).toEqual(['one']);
    expect(ages).toEqual([1]);
  });

  test('is one, however many scans come at the same time', async () => {
    await put('one', 1);
    expect(await Promise.all(Array.from({ length: 8 }, scansWith))).toEqual(Array.from({ length: 8 }, () => 'one'));
    expect(started).toEqual(['one']);
  });

  test('is started again when it has died', async () => {
    await put('one', 1);
    await scansWith();
    die();
    expect(await scansWith()).toBe('one');
    expect(started).toEqual(['one', 'one']);
  });

  const rows: readonly {
    readonly shows: string;
    readonly held: number;
    readonly after: number;
    readonly newer: boolean;
    readonly with: string;
  }[] = [
    { shows: 'is replaced when it is old and there are newer ones', held: 5, after: 2, newer: true, with: 'two' },
    { shows: 'is kept when it is old and there are none', held: 5, after: 2, newer: false, with: 'one' },
    { shows: 'is kept while it is not old', held: 1, after: 2, newer: true, with: 'one' },
    { shows: 'is not looked at again within minutes', held: 6, after: 0.1, newer: true, with: 'one' },
  ];
  for (const { shows, held, after, newer, with: expected } of rows)
    test(shows, async () => {
      await put('one', held, 0);
      expect(await scansWith()).toBe('one');
      if (newer) await put('two', 0);
      now += after * HOUR;
      expect(await scansWith()).toBe(expected);
      expect(most).toBe(1);
    });

  test('leaves nothing of the set that was replaced', async () => {
    await put('one', 8);
    await scansWith();
    await put('two', 0);
    now += HOUR;
    await scansWith();
    expect(left()).toHaveLength(1);
  });
});

describe('nothing is scanned', () => {
  test('without a set in the bucket, and as soon as there is one it is', async () => {
    await expect(clamd.address()).rejects.toThrow('no definitions');
    await put('one', 0);
    expect(await scansWith()).toBe('one');
  });

  test('with definitions that nobody has confirmed for two days', async () => {
    await put('one', 100, 47);
    expect(await scansWith()).toBe('one');
    now += HOUR;
    await expect(clamd.address()).rejects.toThrow('stale');
    expect(ages).toEqual([47, 48]);
  });

  test('when the bucket cannot be read for two days; until then it is', async () => {
    await put('one', 0);
    await scansWith();
    isDown = true;
    now += 47 * HOUR;
    expect(await scansWith()).toBe('one');
    now += HOUR;
    await expect(clamd.address()).rejects.toThrow('stale');
  });

  const damages: readonly { readonly of: string; readonly damage: () => Promise<void> }[] = [
    { of: 'a manifest that is no JSON', damage: async () => void (await store.put('current.json', Buffer.from('{'))) },
    { of: 'a manifest of another shape', damage: () => putManifest(store, { v: 2 }) },
    {
      of: 'a manifest whose files are not the set that it names',
      damage: async () => putManifest(store, { ...(await put('one', 0)), set: '0'.repeat(64) }),
    },
    {
      of: 'a name that leads out of the folder',
      damage: async () => {
        const definitions = await put('one', 0);
        const files = definitions.files.map((file) => ({ ...file, name: `../${file.name}` }));
        await putManifest(store, { ...definitions, files });
      },
    },
    {
      of: 'a list of what is to be let through',
      damage: async () => void (await putSet(store, { ...set('one', 1), 'all.fp': Buffer.from('x') })),
    },
    {
      of: 'a file that is not there',
      damage: async () => store.remove(definitionsFileKey((await put('one', 0)).files[1]?.sha256 ?? '')),
    },
    {
      of: 'a file with other bytes',
      damage: async () => {
        const key = definitionsFileKey((await put('one', 0)).files[1]?.sha256 ?? '');
        await store.put(key, official(1, 'two'));
      },
    },
  ];
  for (const { of, damage } of damages)
    test(`after ${of}`, async () => {
      await damage();
      await expect(clamd.address()).rejects.toThrow();
      expect(started).toEqual([]);
    });
});

describe('a newer set', () => {
  test('that clamd does not start on leaves the one before in use, and is not tried for each document', async () => {
    await put('one', 8);
    await scansWith();
    refuses = 'two';
    await put('two', 0);
    now += HOUR;
    expect(await scansWith()).toBe('one');
    now += HOUR;
    expect(await scansWith()).toBe('one');
    expect(started).toEqual(['one', 'two', 'one']);
    await put('three', 0);
    now += HOUR;
    expect(await scansWith()).toBe('three');
  });

  test('that never starts does not keep the one before in use for longer than two days', async () => {
    await put('one', 8, 0);
    await scansWith();
    refuses = 'two';
    now += 40 * HOUR;
    await putSet(store, set('two', 99), { madeAt: hoursAgo(-40), confirmedAt: hoursAgo(-40) });
    expect(await scansWith()).toBe('one');
    now += 8 * HOUR;
    await putSet(store, set('two', 99), { madeAt: hoursAgo(-40), confirmedAt: hoursAgo(-48) });
    await expect(clamd.address()).rejects.toThrow('stale');
  });

  test('that cannot be fetched leaves the one before in use', async () => {
    await put('one', 8);
    await scansWith();
    const { files } = await put('two', 0);
    await store.remove(definitionsFileKey(files[1]?.sha256 ?? ''));
    now += HOUR;
    expect(await scansWith()).toBe('one');
    expect(started).toEqual(['one']);
  });
});

test('what a killed process left is removed; what a running one uses is not', async () => {
  for (const pid of ['2147483646', '1']) mkdirSync(join(temporary.path, `spoorloos-definitions-${pid}-abc`));
  await put('one', 0);
  await scansWith();
  expect(left().some((name) => name.includes('2147483646'))).toBe(false);
  expect(left().some((name) => name.includes('-1-'))).toBe(true);
  rmSync(join(temporary.path, 'spoorloos-definitions-1-abc'), { recursive: true });
});

test('with a real clamd, a set from the bucket detects, and one that detects nothing is not believed', async () => {
  const signatures = Object.fromEntries(
    readdirSync(TEST_SIGNATURES).map((name) => [name, readFileSync(join(TEST_SIGNATURES, name))]),
  );
  const real = new Date().toISOString();
  await putSet(store, signatures, { madeAt: real });
  const scanner = await openScanner('clamd', { PATH: '' }, { definitions: { store } });
  expect(await scanner.scan(EICAR)).toEqual({ result: 'malware' });
  expect(await scanner.scan(Buffer.from('plain words'))).toEqual({ result: 'clean' });
  await scanner.close();
  await putSet(store, { 'other.ndb': Buffer.from('Test.Other:0:*:6e6f742061742061\n') }, { madeAt: real });
  const blind = await openScanner('clamd', { PATH: '' }, { definitions: { store } });
  expect(await blind.scan(Buffer.from('plain words'))).toEqual({ result: 'not-scanned' });
  await blind.close();
  await until(() => processesIn(temporary.path).length === 0);
});
