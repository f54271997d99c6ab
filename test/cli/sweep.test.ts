import { mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '../support/png-file.ts';
import { jsonLines, runCli, runHere } from '../support/run-cli.ts';

let data: string;
const NAMES = ['a.png', 'b.png', 'c.png'];
const inFolder = (folder: string, name: string) => join(data, folder, name);
const localOnce = () => runCli(data, 'local', '--data', data, '--once', '--scanner', 'none');

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'sweep-'));
  await mkdir(join(data, 'staging'));
  for (const name of NAMES) await writeFile(inFolder('staging', name), pngOf());
  const { code, err } = await localOnce();
  expect(code, err).toBe(0);
});
afterAll(() => rm(data, { recursive: true, force: true }));

test('says nothing where nothing is amiss', async () => {
  const file = join(data, 'sweep.prom');
  const { code, out, err } = await runHere('sweep', '--data', data, '--grace', '0', '--metrics', file);
  expect([code, out]).toEqual([0, '']);
  expect((await readFile(file, 'utf8')).split('\n')).toContain('spoorloos_amiss 0');
  expect(err).toContain('9 objects and records compared');
});

test('says what is amiss, which the pipeline then mends', async () => {
  await writeFile(inFolder('public', 'a.png'), 'written by hand');
  await unlink(inFolder('public', 'b.png'));
  await unlink(inFolder('staging', 'c.png'));
  await writeFile(inFolder('public', 'd.png'), 'from before');
  const args = ['sweep', '--data', data, '--grace', '0'];
  const found = await runHere(...args, '--json');
  expect(found.code).toBe(1);
  expect(
    jsonLines(found.out)
      .map(({ amiss, key, mending }) => `${amiss} ${key} ${mending}`)
      .sort(),
  ).toEqual(['changed a.png false', 'missing b.png false', 'not-removed c.png false', 'unknown d.png false']);
  expect(found.err).toContain('nobody but promote may write there');
  expect(found.err).toContain('local --once');
  const mended = await localOnce();
  expect(mended.code, mended.err).toBe(0);
  expect((await readdir(join(data, 'public'))).filter((name) => name.endsWith('.png')).sort()).toEqual([
    'a.png',
    'b.png',
    'd.png',
  ]);
  expect(await readFile(inFolder('public', 'a.png'))).not.toEqual(Buffer.from('written by hand'));
  const left = await runHere(...args);
  expect(left.out).toBe('unknown      d.png\n');
});

test.each([
  ['folders that are not there', ['--data', '/nonexistent'], 'no ledger'],
  ['a number that is none', ['--grace', 'soon'], '--grace is a number'],
])('refuses %s', async (_, args, says) => {
  const { code, err } = await runHere('sweep', ...args);
  expect(code).toBe(2);
  expect(err).toContain(says);
});

test('a ledger that is lost is noticed, mended by nobody, and refused by what would go on without it', async () => {
  const lost = await mkdtemp(join(tmpdir(), 'sweep-lost-'));
  try {
    const entry = join(lost, 'audit', 'audit', '2026', '01', '01', '00');
    for (const folder of ['staging', 'public', 'ledger']) await mkdir(join(lost, folder));
    await mkdir(entry, { recursive: true });
    await writeFile(join(entry, 'x.json'), JSON.stringify({ type: 'Take-Down Ordered', key: 'down.png' }));
    await writeFile(join(lost, 'staging', 'down.png'), pngOf());
    const file = join(lost, 'sweep.prom');
    const { code, err } = await runHere('sweep', '--data', lost, '--grace', '0', '--metrics', file);
    expect([code, err]).toEqual([1, expect.stringContaining('the ledger is lost')]);
    expect((await readFile(file, 'utf8')).split('\n')).toContain('spoorloos_ledger_lost 1');
    const refused = await runHere('local', '--data', lost, '--once', '--scanner', 'none');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('spoorloos recover --data')]);
    expect(await readdir(join(lost, 'public')), 'nothing of it is public').toEqual([]);
  } finally {
    await rm(lost, { recursive: true, force: true });
  }
});
