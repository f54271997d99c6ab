import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Case } from '../../lib/core/records.ts';
import { cases as jpegs } from '../fixtures/jpeg/cases.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import type { Case as Row } from '../support/case.ts';
import { runCli } from '../support/run-cli.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));

let data: string;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'local-'));
  await mkdir(join(data, 'staging'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await rm(data, { recursive: true, force: true });
});

type Run = { readonly child: ChildProcess; readonly ended: Promise<number | null>; text(): string };

function local(...more: string[]): Run {
  const child = spawn(process.execPath, [CLI, 'local', '--data', data, '--port', '0', '--scanner', 'none', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, text: () => text };
}

async function put(name: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(join(data, 'staging', name, '..'), { recursive: true });
  await writeFile(join(data, 'staging', name), bytes);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(data, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.spoorloos'))
    .map((entry) => relative(join(data, folder), join(entry.parentPath, entry.name)))
    .sort();
}

async function cases(): Promise<Case[]> {
  const files = (await filesIn('quarantine')).filter((file) => file.endsWith('case.json'));
  return Promise.all(
    files.map(async (file) => Case.parse(JSON.parse(await readFile(join(data, 'quarantine', file), 'utf8')))),
  );
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isSo()) return;
    await delay(50);
  }
  throw new Error(`never: ${what}`);
}

const dirty = (rows: readonly Row[]): Row => {
  const row = rows.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
  if (!row) throw new Error('no dirty row');
  return row;
};

/** A page elsewhere whose name was made to resolve to this machine sends its own name as the host. */
function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** What the folders come to, whatever was interrupted on the way. */
async function endState() {
  const quarantined = (await cases()).map(({ key, reason }) => [key, reason] as const).sort();
  const published = await Promise.all(
    (await filesIn('public')).map(
      async (file) => [file, (await readFile(join(data, 'public', file))).toString('base64')] as const,
    ),
  );
  return { quarantined, published };
}

async function fill(): Promise<void> {
  let n = 0;
  for (const [extension, rows] of Object.entries({ jpg: jpegs, png: pngs })) {
    for (const row of rows.slice(0, 8)) {
      n += 1;
      await put(`${n % 3}/${n}.${extension}`, await row.bytes());
    }
  }
  await put('empty.pdf', '');
  await put('random.docx', Buffer.from('not a document at all'.repeat(50)));
}

describe('spoorloos local', () => {
  test('ends, and says why, where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const run = local('--port', String(address.port));
    expect(await run.ended, run.text()).toBe(2);
    expect(run.text()).toContain(`port ${address.port} is taken`);
    other.close();
  });

  test('--once publishes what is clean, quarantines the rest with a case, and says which', async () => {
    await put('a/photo.jpg', await dirty(jpegs).bytes());
    await put('broken.png', 'nothing of the kind');
    const run = local('--once');
    expect(await run.ended, run.text()).toBe(1);
    expect(await filesIn('public')).toEqual(['a/photo.jpg']);
    expect(await cases()).toMatchObject([{ key: 'broken.png', reason: 'unsupported', scanner: 'none' }]);
    expect(await filesIn('staging')).toEqual(['a/photo.jpg', 'broken.png']);
    expect(run.text()).toContain('1 published, 1 quarantined');
    expect((await local('--once').ended) ?? -1).toBe(0);
  });

  test('takes up what is put there, and removes what is deleted', async () => {
    const run = local();
    await until('ready', async () => run.text().includes('console'));
    await put('x/y.png', await dirty(pngs).bytes());
    await until('published', async () => (await filesIn('public')).includes('x/y.png'));
    await rm(join(data, 'staging/x/y.png'));
    await until('removed', async () => (await filesIn('public')).length === 0);
    run.child.kill('SIGTERM');
    await run.ended;
  });

  test('does not take up a file that is still being written', async () => {
    const run = local();
    await until('ready', async () => run.text().includes('console'));
    const bytes = await dirty(pngs).bytes();
    const path = join(data, 'staging', 'slow.png');
    for (let end = 0; end < bytes.length; end += Math.ceil(bytes.length / 12)) {
      await writeFile(path, bytes.subarray(end, end + Math.ceil(bytes.length / 12)), { flag: 'a' });
      await delay(60);
    }
    await until('published', async () => (await filesIn('public')).includes('slow.png'));
    expect(await cases()).toEqual([]);
  });

  test('ends in the same state when it is killed again and again', async () => {
    await fill();
    expect(await local('--once').ended).toBe(1);
    const expected = await endState();
    expect(expected.published.length).toBeGreaterThan(3);
    expect(expected.quarantined.length).toBeGreaterThan(1);

    await rm(data, { recursive: true });
    await mkdir(join(data, 'staging'), { recursive: true });
    await fill();
    for (const afterMs of [700, 1100, 1500]) {
      const run = local('--once');
      await delay(afterMs);
      run.child.kill('SIGKILL');
      await run.ended;
    }
    const last = local('--once');
    expect([0, 1], last.text()).toContain(await last.ended);
    const { quarantined, published } = await endState();
    expect(published).toEqual(expected.published);
    expect(quarantined).toEqual(expected.quarantined);
    expect(await filesIn('.work')).toHaveLength(expected.published.length);
  }, 120_000);

  test('removes on the next start what was deleted while it was down', async () => {
    await put('gone.png', await dirty(pngs).bytes());
    await local('--once').ended;
    await rm(join(data, 'staging/gone.png'));
    await local('--once').ended;
    expect(await filesIn('public')).toEqual([]);
  });

  test('lets no link lead out of staging, and leaves what it cannot read where it is', async () => {
    await writeFile(join(data, 'secret.png'), await dirty(pngs).bytes());
    await symlink(join(data, 'secret.png'), join(data, 'staging/link.png'));
    await mkdir(join(data, 'staging/folder.png'));
    expect(await local('--once').ended).toBe(0);
    expect(await filesIn('public')).toEqual([]);
    expect((await stat(join(data, 'staging/folder.png'))).isDirectory()).toBe(true);
  });

  test('--once ends though something cannot be settled, says what, and settles the rest', async () => {
    await put('sound.png', await dirty(pngs).bytes());
    expect(await local('--once').ended).toBe(0);
    const [head = ''] = (await filesIn('ledger')).filter((file) => file.startsWith('heads/'));
    await writeFile(join(data, 'ledger', head), '{"key":"sound.png');
    await put('other.png', await dirty(pngs).bytes());
    await writeFile(Buffer.from(`${data}/staging/latin-\xe9.png`, 'latin1'), await dirty(pngs).bytes());
    const run = local('--once');
    expect(await run.ended, run.text()).toBe(3);
    expect(await filesIn('public')).toEqual(['other.png', 'sound.png']);
    expect(run.text()).toMatch(/not settled +sound\.png +\(it failed each time/);
    expect(run.text()).toMatch(/not taken up +latin-\S+\.png +\(its name is not UTF-8\)/);
    expect(run.text().match(/^failed +sound\.png$/gm)).toHaveLength(1);
    expect(run.text()).toContain('1 published, 0 quarantined, 2 neither');
  }, 180_000);

  test('--once does not wait for ever for a file that somebody keeps writing', async () => {
    await put('sound.png', await dirty(pngs).bytes());
    await put('log.txt', 'line\n');
    const writing = setInterval(() => void writeFile(join(data, 'staging/log.txt'), 'line\n', { flag: 'a' }), 20);
    try {
      const run = local('--once');
      expect(await run.ended, run.text()).toBe(3);
      expect(await filesIn('public')).toEqual(['sound.png']);
      expect(run.text()).toMatch(/not settled +log\.txt +\(it is still being written\)/);
      // It may have been taken up in a pause; not each of its hundreds of versions.
      expect((await cases()).length).toBeLessThan(3);
    } finally {
      clearInterval(writing);
    }
  }, 180_000);

  test('starts though a record in the ledger cannot be read, and ends when it is told to', async () => {
    await put('sound.png', await dirty(pngs).bytes());
    expect(await local('--once').ended).toBe(0);
    const [head = ''] = (await filesIn('ledger')).filter((file) => file.startsWith('heads/'));
    await writeFile(join(data, 'ledger', head), 'not JSON');
    await rm(join(data, 'staging/sound.png'));
    const run = local();
    await until('ready', async () => run.text().includes('console'));
    await put('other.png', await dirty(pngs).bytes());
    await until('published', async () => (await filesIn('public')).includes('other.png'));
    expect(run.text()).toContain('a record in the ledger cannot be read');
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(143);
    // What that record published may have to go, and nobody knows what it is.
    expect(await local('--once').ended).toBe(3);
  }, 180_000);

  test('ends when the folder that it watches is gone', async () => {
    await put('sound.png', await dirty(pngs).bytes());
    const run = local();
    await until('watching', async () => (await filesIn('public')).includes('sound.png'));
    await rm(join(data, 'staging'), { recursive: true });
    expect(await run.ended, run.text()).toBe(3);
  }, 180_000);

  test('refuses folders that another process works on', async () => {
    const first = local();
    await until('ready', async () => first.text().includes('console'));
    const second = local('--once');
    expect(await second.ended).toBe(2);
    expect(second.text()).toContain('another process');
  });

  test('shows cases in the console, to this machine and to whom it gave an address', async () => {
    const run = local('--people', 'Ada,Grace');
    await until('ready', async () => /Grace +http:\S+/.test(run.text()));
    await put('<script>alert(1)</script>.png', 'nothing of the kind');
    const [address = '', inviting = ''] = run.text().match(/http:\S+/g) ?? [];
    expect((await fetch(address)).status).toBe(401);
    const { origin, hostname, port } = new URL(address);
    const body = new URLSearchParams({ token: new URL(inviting).searchParams.get('token') ?? '' });
    const signedIn = await fetch(`${origin}/sign-in`, {
      method: 'POST',
      body,
      headers: { origin },
      redirect: 'manual',
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const seen = async () => (await fetch(address, { headers: { cookie } })).text();
    await until('a case', async () => (await seen()).includes('/cases/'));
    const text = await seen();
    expect(text).toContain('none, by choice');
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toContain('<script>alert');
    // Whoever used an address can be given another.
    await until('a new address', async () => run.text().match(/http:\S+sign-in\S+/g)?.length === 3);
    // What people decide is told like everything else.
    const [{ caseId = '' } = {}] = await cases();
    const rejected = await runCli(
      data,
      'quarantine',
      'reject',
      caseId,
      '--because',
      'no',
      '--as',
      'ada',
      '--data',
      data,
    );
    expect(rejected.code, rejected.err).toBe(0);
    expect(run.text()).toContain(`case         ${caseId}  rejected, was open  unsupported\n`);
    expect(hostname).toBe('127.0.0.1');
    expect(await statusFor(Number(port), 'elsewhere.example')).toBe(421);
    expect(await statusFor(Number(port), '127.0.0.1')).toBe(401);
  });

  test('takes a file that was renamed into staging', async () => {
    await writeFile(join(data, 'ready.png'), await dirty(pngs).bytes());
    const run = local();
    await until('ready', async () => run.text().includes('console'));
    await rename(join(data, 'ready.png'), join(data, 'staging/ready.png'));
    await until('published', async () => (await filesIn('public')).includes('ready.png'));
  });
});
