import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { type Ended, runCli, runHereIn, startCli } from '../support/run-cli.ts';

let folder: string;
const stops: (() => void)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'takedown-'));
  await mkdir(join(folder, 'data/staging'), { recursive: true });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await rm(folder, { recursive: true, force: true });
});

async function put(name: string): Promise<void> {
  const row = pngs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
  if (!row) throw new Error('no dirty row');
  await writeFile(join(folder, 'data/staging', name), await row.bytes());
}

const once = () => runCli(folder, 'local', '--once', '--scanner', 'none');
const because = (key: string, ...more: string[]) => [key, '--reason', 'a court says so', '--by', 'Ada', ...more];

async function filesIn(name: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'data', name), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.spoorloos'))
    .map((entry) => entry.name);
}

async function audited(): Promise<string> {
  const root = join(folder, 'data/audit');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n');
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isSo()) return;
    await delay(50);
  }
  throw new Error(`never: ${what}`);
}

describe('spoorloos takedown, on folders', () => {
  test('takes a document down for good, until its end is ordered', async () => {
    await put('a.png');
    await once();
    expect(await filesIn('public')).toEqual(['a.png']);

    const down = await runCli(folder, 'takedown', ...because('a.png'));
    expect(down, down.err).toMatchObject({ code: 0, out: 'taken down\ta.png\n' });
    expect(await filesIn('public')).toEqual([]);
    expect(await filesIn('ledger/denied')).toHaveLength(1);
    expect(await audited()).toMatch(/"Take-Down Ordered"[\s\S]*"a court says so"/);
    expect((await runHereIn(folder, 'status', 'a.png')).out).toMatch(/^a\.png: taken down, since /);

    await once();
    await put('a.png');
    await once();
    expect(await filesIn('public')).toEqual([]);

    const up = await runHereIn(folder, 'untakedown', 'a.png', '--reason', 'another court');
    expect(up, up.err).toMatchObject({ code: 0, out: 'take-down ended\ta.png\n' });
    expect(await filesIn('ledger/denied')).toEqual([]);
    await once();
    expect(await filesIn('public')).toEqual(['a.png']);
  }, 120_000);

  test('while the pipeline runs, has the pipeline do it', async () => {
    const run = startCli(folder, ['local', '--port', '0', '--scanner', 'none']);
    stops.push(() => run.child.kill('SIGKILL'));
    await put('a.png');
    await until('published', async () => (await filesIn('public')).length === 1);
    const both = await Promise.all([1, 2].map(() => runCli(folder, 'takedown', ...because('a.png'))));
    for (const down of both) expect(down, down.err).toMatchObject({ code: 0, out: 'taken down\ta.png\n' });
    await until('taken down', async () => (await filesIn('public')).length === 0);
    expect((await audited()).match(/"Take-Down Ordered"/g)).toHaveLength(2);
    await put('a.png');
    expect((await runCli(folder, 'untakedown', 'a.png', '--reason', 'another court')).code).toBe(0);
    await until('published again', async () => (await filesIn('public')).length === 1);
    expect(await filesIn('ledger/denied')).toEqual([]);
    expect(await filesIn('.orders')).toEqual([]);
  }, 120_000);

  test('a deleted document leaves public, and needs no take-down', async () => {
    await put('a.png');
    await once();
    await rm(join(folder, 'data/staging/a.png'));
    await once();
    expect(await filesIn('public')).toEqual([]);
    expect((await runHereIn(folder, 'status', 'a.png')).out).toMatch(/^a\.png: deleted and removed, since /);
  }, 60_000);

  const wrong: readonly { readonly shows: string; readonly args: readonly string[]; readonly says: RegExp }[] = [
    { shows: 'no reason', args: ['takedown', 'a.png'], says: /a reason is needed/ },
    { shows: 'a reason of blanks', args: ['takedown', 'a.png', '--reason', '  '], says: /a reason is needed/ },
    { shows: 'no key', args: ['takedown', '--reason', 'x'], says: /exactly one key/ },
    {
      shows: 'a key that nobody knows, with letters that a terminal would obey',
      args: ['takedown', 'b\u001b[2J\u202e.png', '--reason', 'x'],
      says: /nobody uploaded b\\u001b\[2J\\u202e\.png/,
    },
    { shows: 'a reason that fits no record', args: ['takedown', 'a.png', '--reason', 'x'.repeat(2001)], says: /2,000/ },
    { shows: 'the end of no take-down', args: ['untakedown', 'a.png', '--reason', 'x'], says: /is not taken down/ },
    {
      shows: 'folders that are not there',
      args: ['takedown', 'a', '--reason', 'x', '--data', 'no'],
      says: /no ledger/,
    },
  ];
  test('refuses what it cannot do, and does nothing', async () => {
    await put('a.png');
    await once();
    for (const { shows, args, says } of wrong) {
      const ended: Ended = await runHereIn(folder, ...args);
      expect(ended, shows).toMatchObject({ code: 2, out: '' });
      expect(ended.err, shows).toMatch(says);
    }
    expect(await filesIn('public')).toEqual(['a.png']);
    expect(await audited()).not.toContain('Take-Down');
  }, 120_000);

  test('an unreadable order is put aside, and others are carried out', async () => {
    await put('a.png');
    await once();
    await mkdir(join(folder, 'data/.orders'));
    await writeFile(join(folder, 'data/.orders/0.json'), '{"v":1,"order":"publish everything"}');
    const order = { v: 1, order: 'take down', key: 'a.png', by: 'Ada', reason: 'x' };
    await writeFile(join(folder, 'data/.orders/1.json'), JSON.stringify(order));
    await once();
    expect(await filesIn('public')).toEqual([]);
    expect(await filesIn('.orders')).toEqual(['0.json.refused']);
  }, 60_000);
});

test('buckets that cannot be reached are our failure', async () => {
  const env = {
    ...{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ SPOORLOOS_LEDGER: 'ledger', SPOORLOOS_STAGING: 'staging', AWS_MAX_ATTEMPTS: '1' },
  };
  const url = { SPOORLOOS_PROMOTE_QUEUE_URL: 'http://127.0.0.1:9/queue' };
  expect(await startCli(folder, ['takedown', ...because('a')], { ...env, ...url }).ended).toMatchObject({ code: 3 });
  const without = await startCli(folder, ['takedown', ...because('a')], env).ended;
  expect(without).toMatchObject({ code: 2 });
  expect(without.err).toContain('SPOORLOOS_PROMOTE_QUEUE_URL');
}, 60_000);
