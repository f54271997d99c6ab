import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeState } from '../../lib/replay/records.ts';
import { DEFAULT_LIMITS, startRun } from '../../lib/replay/start.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { jsonLines, runCli, runHere, startCli } from '../support/run-cli.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'replay-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

async function stage(folder: string, count: number): Promise<void> {
  await mkdir(join(data, 'staging', folder), { recursive: true });
  const rows = pngs.filter(({ kind }) => kind !== 'hostile');
  for (let i = 0; i < count; i += 1) {
    const bytes = (await rows[i % rows.length]?.bytes()) ?? new Uint8Array();
    await writeFile(join(data, 'staging', folder, `${i}.png`), bytes);
  }
  await writeFile(join(data, 'staging', folder, 'odd.pdf'), 'nothing of the kind');
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(join(data, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('.spoorloos'));
  const hashed = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [
      relative(join(data, folder), path),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ] as const;
  });
  return Object.fromEntries((await Promise.all(hashed)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const replay = (...args: readonly string[]) => runCli(data, 'replay', '--data', data, '--scanner', 'none', ...args);
const STAGING = ['--source', 'staging', '--json'] as const;

describe('spoorloos replay on folders', () => {
  test('audits, enforces what was audited, and has nothing to do the third time', { timeout: 240_000 }, async () => {
    await stage('x', 6);
    const refused = await replay(...STAGING, '--mode', 'enforce');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('no audit')]);

    const audit = await replay(...STAGING, '--mode', 'audit');
    const [audited] = jsonLines(audit.out);
    expect(audited, audit.err).toMatchObject({ mode: 'audit', state: 'done', sent: 7, reported: 7, entries: 7 });
    expect(audited?.outcomes).toMatchObject({ published: expect.any(Number), quarantined: expect.any(Number) });
    expect(audit.code).toBe(1);
    for (const folder of ['public', 'quarantine', '.work']) expect(await filesIn(folder)).toEqual({});
    expect(Object.keys(await filesIn('ledger')).every((key) => key.startsWith('runs/'))).toBe(true);

    const enforce = await replay(...STAGING, '--mode', 'enforce');
    const [enforced] = jsonLines(enforce.out);
    expect(enforced, enforce.err).toMatchObject({ state: 'done', reported: 7, audit: audited?.run });
    expect(enforced?.outcomes).toEqual(audited?.outcomes);
    const outcomes = JSON.stringify(enforced?.outcomes);
    expect(Object.keys(await filesIn('public'))).toHaveLength(JSON.parse(outcomes).published);

    const [again] = jsonLines((await replay(...STAGING, '--mode', 'enforce')).out);
    expect(again).toMatchObject({ state: 'done', judged: 0, outcomes: { skipped: 7 } });
    const listed = jsonLines((await replay('list', '--json')).out);
    expect(listed.map(({ mode }) => mode)).toEqual(['audit', 'enforce', 'enforce']);
    const said = (await replay('status', String(audited?.run))).out;
    expect(said).toMatch(/audit staging\nstate {6}done\nprogress {3}7 sent of 7, 7 reported/);
    expect(said).not.toContain('.png');
  });

  test('goes on after it was killed, to the same end as one that was not', { timeout: 240_000 }, async () => {
    await stage('x', 40);
    const first = await replay(...STAGING, '--mode', 'enforce', '--force');
    const whole = [await filesIn('public'), Object.keys(await filesIn('quarantine')).length, jsonLines(first.out)[0]];
    for (const folder of ['public', 'quarantine', '.work', 'ledger']) await rm(join(data, folder), { recursive: true });

    const args = [
      'replay',
      '--data',
      data,
      '--scanner',
      'none',
      ...STAGING,
      '--mode',
      'enforce',
      '--force',
      '--jobs',
      '1',
    ];
    const { child, ended } = startCli(data, args);
    for (let tries = 0; Object.keys(await filesIn('public')).length < 3 && tries < 4500; tries += 1) await delay(20);
    child.kill('SIGKILL');
    await ended;
    const published = Object.keys(await filesIn('public')).length;
    expect(published).toBeGreaterThan(0);
    expect(published).toBeLessThan(30);
    const [left] = jsonLines((await replay('list', '--json')).out);
    expect(left).toMatchObject({ state: 'running' });

    const [resumed] = jsonLines((await replay('resume', String(left?.run), '--json')).out);
    expect(resumed).toMatchObject({ state: 'done', sent: 41, reported: 41 });
    const { outcomes, reasons, formats, carriers } = resumed ?? {};
    expect({ outcomes, reasons, formats, carriers }).toEqual(
      (({ outcomes, reasons, formats, carriers }) => ({ outcomes, reasons, formats, carriers }))(Object(whole[2])),
    );
    expect(await filesIn('public')).toEqual(whole[0]);
    expect(Object.keys(await filesIn('quarantine')).length).toBe(whole[1]);
  });

  test('goes through what is in quarantine, by reason', { timeout: 240_000 }, async () => {
    await stage('x', 3);
    await replay(...STAGING, '--mode', 'enforce', '--force');
    const cases = ['--cases', '--mode', 'audit', '--json'] as const;
    const [some] = jsonLines((await replay(...cases, '--reason', 'unsupported')).out);
    expect(some).toMatchObject({
      state: 'done',
      source: 'staging, open cases of unsupported',
      reasons: { unsupported: 1 },
    });
    const [none] = jsonLines((await replay(...cases, '--reason', 'malware')).out);
    expect(none).toMatchObject({ state: 'done', reported: 0 });
    const [left] = jsonLines((await replay(...cases, '--source', 'staging/y/')).out);
    expect(left).toMatchObject({ reported: 0, source: 'staging/y/, open cases' });
  });

  test('takes a prefix and a list of keys', { timeout: 240_000 }, async () => {
    await stage('x', 3);
    await stage('y', 3);
    await writeFile(join(data, 'keys.txt'), 'x/0.png\ny/1.png\ny/never.png\n');
    const [all] = jsonLines(
      (await replay('--source', 'staging', '--mode', 'audit', '--keys', join(data, 'keys.txt'), '--json')).out,
    );
    expect(all).toMatchObject({ reported: 3, outcomes: { gone: 1 } });
    const [some] = jsonLines((await replay('--source', 'staging/x/', '--mode', 'audit', '--json')).out);
    expect(some).toMatchObject({ reported: 4, source: 'staging/x/' });
  });
});

describe('the budget of a day', () => {
  const look = async (...args: readonly string[]) => await runHere('replay', ...args, '--data', data);

  /** A run that was planned with these limits, and has sent this today. */
  async function planned(limits: object, today: { readonly messages: number; readonly bytes: number }) {
    const ledger = directoryStore(join(data, 'ledger'));
    await mkdir(join(data, 'ledger'));
    const { id } = await startRun(ledger, () => new Date(), {
      ...{ mode: 'audit', policy: `sha256:${'0'.repeat(64)}`, version: '0', by: 'Ada', force: false, perMinute: null },
      ...{ limits: { ...DEFAULT_LIMITS, ...limits }, scope: { of: 'staging', prefix: '', keys: { by: 'listing' } } },
    });
    await changeState(
      ledger,
      id,
      () => new Date(),
      (state) => ({ ...state, day: { ...state.day, ...today } }),
    );
    return id;
  }

  test('is shown by status, changed by throttle, and taken away by it', async () => {
    const id = await planned({ dayMessages: 1000, dayBytes: 5_000_000 }, { messages: 120, bytes: 1_250_000 });
    expect((await look('status', id)).out).toContain('pace       120 of 1000 documents today, 1.3 of 5 MB today');
    const [changed] = jsonLines((await look('throttle', id, '--per-day', '50', '--per-minute', '7', '--json')).out);
    expect(changed).toMatchObject({ perMinute: 7, perDay: { documents: 50, bytes: 5_000_000 } });
    expect(changed?.today).toEqual({ documents: 120, bytes: 1_250_000 });
    const free = await look('throttle', id, '--per-day', '0', '--megabytes-per-day', '0', '--per-minute', '0');
    expect([free.code, free.out]).toEqual([0, expect.not.stringContaining('pace')]);
  });

  test('is none where nobody said so', async () => {
    const id = await planned({}, { messages: 1, bytes: 1 });
    expect((await look('status', id)).out).not.toContain('pace');
    expect(await look('throttle', id)).toMatchObject({ code: 2, err: expect.stringContaining('--per-day') });
  });

  test('of yesterday is not that of today', async () => {
    const id = await planned({ dayMessages: 5 }, { messages: 5, bytes: 0 });
    const ledger = directoryStore(join(data, 'ledger'));
    await changeState(
      ledger,
      id,
      () => new Date(),
      (state) => ({ ...state, day: { ...state.day, date: '2026-01-01' } }),
    );
    expect((await look('status', id)).out).toContain('0 of 5 documents today');
  });
});

describe('spoorloos replay says what is wrong with', () => {
  const rows: readonly { readonly shows: string; readonly args: readonly string[]; readonly says: string }[] = [
    { shows: 'no source', args: ['--mode', 'audit'], says: '--source' },
    { shows: 'a source of another kind', args: ['--mode', 'audit', '--source', 'quarantine'], says: '--source' },
    {
      shows: 'a bucket that is not ours',
      args: ['--mode', 'audit', '--source', 's3://other/x'],
      says: 'neither staging nor public',
    },
    { shows: 'no mode', args: ['--source', 'staging'], says: '--mode' },
    {
      shows: 'two sources',
      args: [...STAGING, '--mode', 'audit', '--keys', 'x', '--inventory', 's3://b/k'],
      says: 'two sources',
    },
    {
      shows: 'cases and another source',
      args: [...STAGING, '--mode', 'audit', '--cases', '--keys', 'x'],
      says: 'a source of its own',
    },
    { shows: 'cases of public', args: ['--source', 'public', '--mode', 'audit', '--cases'], says: 'in staging' },
    {
      shows: 'a reason that is none',
      args: ['--mode', 'audit', '--cases', '--reason', 'bad'],
      says: 'one of encrypted, malformed',
    },
    { shows: 'a reason without cases', args: [...STAGING, '--mode', 'audit', '--reason', 'limit'], says: '--cases' },
    {
      shows: 'an inventory in folder mode',
      args: [...STAGING, '--mode', 'audit', '--inventory', 's3://b/k'],
      says: '--inventory',
    },
    {
      shows: 'a list that is not there',
      args: [...STAGING, '--mode', 'audit', '--keys', '/none'],
      says: 'cannot be read',
    },
    { shows: 'a pace that is none', args: [...STAGING, '--mode', 'audit', '--per-minute', '0'], says: '--per-minute' },
    { shows: 'a budget that is none', args: [...STAGING, '--mode', 'audit', '--per-day', '1e3'], says: '--per-day' },
    {
      shows: 'a budget of bytes for a list of keys',
      args: [...STAGING, '--mode', 'audit', '--keys', '/dev/null', '--megabytes-per-day', '5'],
      says: 'sizes of objects',
    },
    {
      shows: 'another way of scanning again',
      args: [...STAGING, '--mode', 'audit', '--rescan', 'older'],
      says: 'newer or all',
    },
    { shows: 'a run that never was', args: ['status', '20260101T000000Z-00000000'], says: 'no such run' },
    { shows: 'the name of no run', args: ['status', '../../heads'], says: 'not the name of a run' },
    { shows: 'a verb that is none', args: ['restart', '20260101T000000Z-00000000'], says: 'replay knows' },
  ];
  for (const { shows, args, says } of rows)
    test(shows, { timeout: 60_000 }, async () => {
      await mkdir(join(data, 'ledger'));
      const { code, err } = await runHere('replay', '--data', data, '--scanner', 'none', ...args);
      expect([code, err]).toEqual([2, expect.stringContaining(says)]);
    });

  test('settings that are missing', async () => {
    const { code, err } = await runHere('replay', ...STAGING, '--mode', 'audit');
    expect([code, err]).toEqual([2, expect.stringContaining('SPOORLOOS_')]);
  });
});
