import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunk, pngOf } from '../support/png-file.ts';
import { jsonLines, runCli } from '../support/run-cli.ts';

const AUTHOR = 'Odilia Brandsma';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'inspect-'));
  await mkdir(join(root, 'in'));
  const remarks = Array.from({ length: 8 }, (_, row) => chunk('tEXt', `Comment\0remark ${row} of ${AUTHOR}`));
  await writeFile(join(root, 'in', 'dirty.png'), pngOf(remarks));
  await writeFile(join(root, 'strict.json'), JSON.stringify({ version: 1, rules: { 'png.text': 'quarantine' } }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('says what each carrier is, how often and where, and what would become of it', async () => {
  const { code, out } = await runCli(root, 'inspect', '--scanner', 'none', 'in');
  const [first, second] = out.split('\n');
  expect(first).toBe('published\tin/dirty.png\t8 findings');
  expect(second).toMatch(/^ {2}removed: .+ \(png\.text, tier M\), 8× at .+, 2 more places$/);
  expect(out).not.toContain(AUTHOR);
  expect(code).toBe(0);
});

test('has the same lines as clean with --json, without an output', async () => {
  const { code, out } = await runCli(root, 'inspect', '--json', '--scanner', 'none', 'in');
  expect(jsonLines(out)).toMatchObject([{ file: 'in/dirty.png', outcome: 'published', output: null, scanner: 'none' }]);
  expect(code).toBe(0);
});

test('exits with 1 when something would be quarantined', async () => {
  const { code, out } = await runCli(root, 'inspect', '--json', '--scanner', 'none', '--policy', 'strict.json', 'in');
  expect(jsonLines(out)).toMatchObject([{ outcome: 'quarantined', reason: 'personal-data', output: null }]);
  expect(code).toBe(1);
});

test('writes nothing', async () => expect((await readdir(root)).sort()).toEqual(['in', 'strict.json']));
