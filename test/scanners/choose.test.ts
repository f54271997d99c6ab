import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Scanner } from '../../lib/core/scanner.ts';
import { describeScanner, openScanner } from '../../lib/scanners/choose.ts';
import { EICAR } from '../../lib/scanners/samples.ts';
import { type FakeClamd, fakeClamd } from '../support/clamd-fake.ts';

const empty = mkdtempSync(join(tmpdir(), 'no-signatures-'));
const CLEAN = Buffer.from('plain words');

let scanner: Scanner | undefined;
let server: FakeClamd | undefined;
afterEach(async () => {
  await scanner?.close();
  await server?.close();
  server = undefined;
});
afterAll(() => rmSync(empty, { recursive: true }));

describe('no scanner', () => {
  test('is used when it is asked for, and says so', async () => {
    scanner = await openScanner('none', {});
    expect(scanner.name).toBe('none');
    expect(await scanner.scan(EICAR)).toEqual({ result: 'clean' });
  });

  test.each(['auto', 'clamd'] as const)('is never used instead of %s', async (choice) => {
    scanner = await openScanner(choice, { SPOORLOOS_CLAMD: '127.0.0.1:1' });
    expect(scanner.name).toBe('clamd');
    expect(await scanner.scan(CLEAN)).toEqual({ result: 'not-scanned' });
  });
});

describe('a configured address', () => {
  const BELIEVABLE = (content: Buffer) => {
    if (content.toString('latin1', 0, 2) !== 'PK') return content.equals(EICAR) ? FOUND('Eicar') : 'stream: OK\0';
    return FOUND(
      content.readUInt16LE(6) === 1 ? 'Heuristics.Encrypted.Zip' : 'Heuristics.Limits.Exceeded.MaxRecursion',
    );
  };
  const FOUND = (name: string) => `stream: ${name} FOUND\0`;
  const settingOf = ({ address }: FakeClamd) => ('port' in address ? `${address.host}:${address.port}` : address.path);

  test('goes before everything else', async () => {
    server = await fakeClamd(BELIEVABLE);
    scanner = await openScanner('auto', { SPOORLOOS_CLAMD: settingOf(server) });
    expect(await scanner.scan(CLEAN)).toEqual({ result: 'clean' });
    expect(await scanner.scan(EICAR)).toEqual({ result: 'malware' });
    expect(server.streamed.some((content) => content.equals(CLEAN))).toBe(true);
  });

  test('of a clamd that is not to be believed scans nothing, and doctor says why', async () => {
    server = await fakeClamd(() => 'stream: OK\0');
    const env = { SPOORLOOS_CLAMD: settingOf(server) };
    scanner = await openScanner('auto', env);
    expect(await scanner.scan(CLEAN)).toEqual({ result: 'not-scanned' });
    expect(server.streamed.some((content) => content.equals(CLEAN))).toBe(false);
    expect(await describeScanner(env)).toMatchObject({
      source: 'address',
      problem: 'it does not detect the EICAR test file',
    });
  });

  test('where nothing listens scans nothing, and doctor says why', async () => {
    const facts = await describeScanner({ SPOORLOOS_CLAMD: join(empty, 'socket') });
    expect(facts).toMatchObject({ source: 'address', version: null, problem: 'it does not answer' });
  });
});
