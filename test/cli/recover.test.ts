import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '../support/png-file.ts';
import { jsonLines, runCli, runHere } from '../support/run-cli.ts';

let data: string;
const localOnce = () => runCli(data, 'local', '--data', data, '--once', '--scanner', 'none');
const put = (name: string, body: Uint8Array) => writeFile(join(data, 'staging', name), body);

async function published(): Promise<string[]> {
  const names = await readdir(join(data, 'public'));
  return names.filter((name) => !name.startsWith('.')).sort();
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'recover-'));
  await mkdir(join(data, 'staging'));
  for (const name of ['a.png', 'down.png', 'previous.png']) await put(name, pngOf());
  expect(await localOnce()).toMatchObject({ code: 0 });
  await put('previous.png', Buffer.from('not a picture any more'));
  expect(await localOnce()).toMatchObject({ code: 1 });
  const ordered = ['--reason', 'a court says so', '--by', 'Ada', '--data', data];
  expect(await runHere('takedown', 'down.png', ...ordered)).toMatchObject({ code: 0 });
  await rm(join(data, 'ledger'), { recursive: true });
});
afterAll(() => rm(data, { recursive: true, force: true }));

test('a folder’s ledger that is gone is rebuilt, and the folders are as they were', async () => {
  const { code, out, err } = await runHere('recover', '--data', data, '--json');
  expect(code, err).toBe(0);
  expect(jsonLines(out)).toMatchObject([{ rebuilt: { 'take-down': 1, head: 3, case: 1 }, unsure: [] }]);
  expect(err).toContain('1 take-downs stand again');
  await unlink(join(data, 'staging', 'previous.png'));
  const ended = await localOnce();
  expect(ended, ended.err).toMatchObject({ code: 0 });
  expect(await published()).toEqual(['a.png']);
  expect(await runHere('status', 'down.png', '--data', data)).toMatchObject({
    out: expect.stringContaining('taken'),
  });
  expect(await runHere('sweep', '--data', data, '--grace', '0')).toMatchObject({ code: 0, out: '' });
});

test('without a trail it is refused, and goes on when it is told to', async () => {
  await rm(join(data, 'audit'), { recursive: true });
  await rm(join(data, 'ledger'), { recursive: true });
  const refused = await runHere('recover', '--data', data);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--without-trail') });
  expect(await runHere('recover', '--data', data, '--without-trail')).toMatchObject({ code: 0 });
});

test.each([
  ['folders that are not there', ['--data', '/nonexistent'], 'no staging'],
  ['a policy that is none', ['--data', '.', '--policy', '/nonexistent'], 'policy'],
])('refuses %s', async (_, args, says) => {
  expect(await runHere('recover', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
});
