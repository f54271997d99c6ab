import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ShadowRecord } from '../../lib/core/records-shadow.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { jsonLines, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadow-'));
  await mkdir(join(folder, 'data/staging'), { recursive: true });
  await mkdir(join(folder, 'data/public'));
  await writeFile(join(folder, 'data/public/site.html'), 'put there by others');
  const row = pngs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
  await writeFile(join(folder, 'data/staging/good.png'), (await row?.bytes()) ?? '');
  await writeFile(join(folder, 'data/staging/bad.png'), 'nothing of the kind');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filesIn(...names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) => readdir(join(folder, 'data', name), { recursive: true, withFileTypes: true })),
  );
  return found.flatMap((entries) =>
    entries.filter((one) => one.isFile() && !one.parentPath.includes('.spoorloos')).map((one) => one.name),
  );
}

test('local --shadow says what would be, and leaves it to others until it enforces', async () => {
  const shadowed = await runCli(folder, 'local', '--once', '--shadow', '--scanner', 'none', '--json');
  expect(shadowed.code).toBe(1);
  expect(shadowed.err).toContain('1 would be published, 1 would be quarantined');
  const records = jsonLines(shadowed.out).map((line) => ShadowRecord.parse(line));
  expect(records.map(({ key, reason }) => [key, reason]).sort()).toEqual([
    ['bad.png', 'unsupported'],
    ['good.png', null],
  ]);
  expect(await filesIn('public', 'quarantine', '.work')).toEqual(['site.html']);
  expect((await runCli(folder, 'status', 'good.png')).out).toMatch(/would be {2}published as good\.png, rebuilt/);
  const held = await runCli(folder, 'status', 'bad.png');
  expect(held).toMatchObject({ code: 1 });
  expect(held.out).toContain('would be  held back because unsupported');

  // What is on record is not judged again, by shadow mode or by the audit that enforcing wants.
  expect((await runCli(folder, 'local', '--once', '--shadow', '--scanner', 'none')).err).toContain('0 would be');
  const replay = ['replay', '--data', 'data', '--source', 'staging', '--scanner', 'none', '--json', '--mode'];
  const audit = jsonLines((await runCli(folder, ...replay, 'audit')).out)[0];
  expect(audit).toMatchObject({ reported: 2, judged: 0, outcomes: { published: 1, quarantined: 1 } });

  const enforced = jsonLines((await runCli(folder, ...replay, 'enforce')).out)[0];
  expect(enforced).toMatchObject({ judged: 2, outcomes: { published: 1, quarantined: 1 } });
  expect((await filesIn('public')).sort()).toEqual(['good.png', 'site.html']);
  expect((await runCli(folder, 'status', 'good.png')).out).toMatch(/^good\.png: published/);
}, 120_000);
