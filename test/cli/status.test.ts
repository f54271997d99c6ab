import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DocumentStatus } from '../../lib/status/document-status.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { runCli, runHereIn, startCli } from '../support/run-cli.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'status-'));
  await mkdir(join(folder, 'data/staging'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(join(folder, 'data/staging', name), bytes);
}

async function clean(): Promise<Uint8Array> {
  const row = pngs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
  if (!row) throw new Error('no dirty row');
  return row.bytes();
}

test('says where each document of a folder is', async () => {
  await put('good.png', await clean());
  await put('bad.png', 'nothing of the kind');
  await runCli(folder, 'local', '--once', '--scanner', 'none');

  const good = await runCli(folder, 'status', 'good.png');
  expect(good).toMatchObject({ code: 0, err: '' });
  expect(good.out).toMatch(/^good\.png: published, since /);
  expect(good.out).toMatch(/^readable as {2}good\.png$/m);
  expect(good.out).toMatch(/^removed {6}\d+ × png\./m);

  const bad = await runHereIn(folder, 'status', 'bad.png');
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/^why {10}unsupported: /m);
  expect(bad.out).toMatch(/^what to do {3}\S/m);
  const json = await runHereIn(folder, 'status', '--json', 'bad.png');
  expect(DocumentStatus.parse(JSON.parse(json.out))).toMatchObject({ where: 'quarantined', key: 'bad.png' });

  const unknown = await runHereIn(folder, 'status', 'nobody\u001b[31m\u202efdp.png');
  expect(unknown.code).toBe(2);
  expect(unknown.out).toBe('nobody\\u001b[31m\\u202efdp.png: not known: nothing was uploaded under this key\n');
}, 60_000);

test('asks for a key, and for folders that are there', async () => {
  expect(await runHereIn(folder, 'status')).toMatchObject({ code: 2, out: '' });
  expect(await runHereIn(folder, 'status', 'a', 'b')).toMatchObject({ code: 2, out: '' });
  expect((await runHereIn(folder, 'status', 'a')).err).toContain('--data DIR');
  expect(await runHereIn(folder, 'status', 'x'.repeat(1025))).toMatchObject({ code: 2, out: '' });
});

test('a ledger that cannot be reached is our failure', async () => {
  const unreachable = {
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const env = { ...unreachable, SPOORLOOS_LEDGER: 'ledger', SPOORLOOS_STAGING: 'staging', AWS_MAX_ATTEMPTS: '1' };
  const ended = await startCli(folder, ['status', 'a.pdf'], env).ended;
  expect(ended).toMatchObject({ code: 3, out: '' });
  expect((await startCli(folder, ['status', 'a.pdf'], { SPOORLOOS_LEDGER: 'ledger' }).ended).err).toContain(
    'SPOORLOOS_STAGING',
  );
}, 60_000);
