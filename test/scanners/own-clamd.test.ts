import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import type { Scanner } from '../../lib/core/scanner.ts';
import { TEST_SIGNATURES } from '../../lib/scanners/choose.ts';
import { clamd } from '../../lib/scanners/clamd.ts';
import { type ClamdLimits, startClamd } from '../../lib/scanners/clamd-process.ts';
import { type OwnClamd, ownClamd } from '../../lib/scanners/own-clamd.ts';
import { EICAR, encryptedZip, nestedZip } from '../../lib/scanners/samples.ts';
import { ownTemporaryFolder, processesIn, until } from '../support/processes.ts';

const PROGRAM = '/usr/sbin/clamd';
const OURS = Buffer.from(['SPOORLOOS-TEST-MALWARE', '7f1d0c52-9a4e-harmless'].join('-'));
const MB = 1024 * 1024;
const DATABASE = { folder: TEST_SIGNATURES, copied: true };

const temporary = ownTemporaryFolder();

function scannerOf(own: OwnClamd, maxBytes = LIMITS.maxInputBytes): Scanner {
  return clamd({ name: 'clamd-test-signatures', ...own, retries: 2, timeoutMs: 60_000, maxBytes });
}

function clamds() {
  return processesIn(temporary.path).filter(({ command }) => command.startsWith(PROGRAM));
}

describe('with test signatures', () => {
  let scanner: Scanner;
  beforeAll(() => {
    scanner = scannerOf(ownClamd({ program: PROGRAM, database: DATABASE, limits: LIMITS }));
  });

  test.each([
    { shows: 'the EICAR test file', bytes: EICAR, result: 'malware' },
    {
      shows: 'what stands in the middle',
      bytes: Buffer.concat([Buffer.alloc(MB, 'x'), OURS, Buffer.alloc(MB)]),
      result: 'malware',
    },
    { shows: 'what stands in a zip in a zip', bytes: nestedZip(2, OURS), result: 'malware' },
    { shows: 'nothing wrong', bytes: Buffer.from('plain words'), result: 'clean' },
    { shows: 'no bytes at all', bytes: Buffer.alloc(0), result: 'clean' },
    { shows: 'zips in zips that it reads', bytes: nestedZip(5), result: 'clean' },
    { shows: 'an encrypted zip', bytes: encryptedZip(), result: 'encrypted' },
    { shows: 'an encrypted zip in a zip', bytes: nestedZip(1, encryptedZip()), result: 'encrypted' },
    { shows: 'zips in zips deeper than it reads', bytes: nestedZip(60), result: 'limit' },
  ])('$shows: $result', async ({ bytes, result }) => {
    expect(await scanner.scan(bytes)).toEqual({ result });
  });

  test('many at the same time each get their own answer', async () => {
    const samples = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? OURS : Buffer.from(`plain ${index}`)));
    const results = await Promise.all(samples.map((bytes) => scanner.scan(bytes)));
    expect(results.map(({ result }) => result === 'malware')).toEqual(samples.map((bytes) => bytes === OURS));
  });

  test('one that dies is started again by the next scan', async () => {
    const before = clamds();
    expect(before).toHaveLength(1);
    for (const { pid } of before) process.kill(pid, 'SIGKILL');
    expect(await scanner.scan(EICAR)).toEqual({ result: 'malware' });
    await until(() => clamds().length === 1);
    expect(clamds()).not.toEqual(before);
  });

  afterAll(async () => {
    await scanner.close();
    await until(() => processesIn(temporary.path).length === 0);
    expect(temporary.left()).toEqual([]);
  });
});

test('what is larger than clamd takes is never clean', async () => {
  const limits: ClamdLimits = { ...LIMITS, maxInputBytes: MB };
  const scanner = scannerOf(ownClamd({ program: PROGRAM, database: DATABASE, limits }));
  expect(await scanner.scan(Buffer.alloc(MB - 1))).toEqual({ result: 'clean' });
  const { result } = await scanner.scan(Buffer.alloc(3 * MB));
  expect(['limit', 'not-scanned']).toContain(result);
  await scanner.close();
});

test('one without signatures does not start, and says why', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'empty-'));
  writeFileSync(join(empty, 'other.ndb'), 'Test.Other:0:*:6e6f742065696361722061742061 6c6c\n'.replace(' ', ''));
  const database = { folder: empty, copied: true };
  await expect(startClamd({ program: PROGRAM, database, limits: LIMITS, startMs: 60_000 })).rejects.toThrow(
    'it does not detect the EICAR test file',
  );
  await expect(
    startClamd({ program: '/nowhere/clamd', database: DATABASE, limits: LIMITS, startMs: 60_000 }),
  ).rejects.toThrow('it ended');
});

test('one that is closed while it starts ends', async () => {
  const own = ownClamd({ program: PROGRAM, database: DATABASE, limits: LIMITS });
  await own.close();
  expect(await scannerOf(own).scan(EICAR)).toEqual({ result: 'not-scanned' });
  await until(() => clamds().length === 0);
});

test('clamd ends, and its files are wiped, when the parent is killed', async () => {
  const script = fileURLToPath(new URL('../support/clamd-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, PROGRAM, TEST_SIGNATURES], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(parent.stdout, 'data');
  expect(String(said)).toContain('stream: OK');
  expect(clamds()).toHaveLength(1);
  parent.kill('SIGKILL');
  await until(() => clamds().length === 0 && !temporary.left().some((name) => name.startsWith('clamd-')));
});
