import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandNames, findCommand } from '../../lib/cli/commands.ts';
import { formats } from '../../lib/formats/registry.ts';
import { converterCheck, scannerCheck } from '../../lib/self-check.ts';
import { VERSION } from '../../lib/version.ts';
import manifest from '../../package.json' with { type: 'json' };
import { jsonLines, runCli, runHere } from '../support/run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'main-'));
afterAll(() => rm(root, { recursive: true, force: true }));

test('the version in every record is that of the package', () => expect(VERSION).toBe(manifest.version));

describe('help', () => {
  test('lists every command on stdout and exits with 0', async () => {
    const { code, out, err } = await runCli(root, '--help');
    for (const name of commandNames) expect(out).toContain(`\n  ${name} `);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('of a command lists its options', async () => {
    const { code, out } = await runCli(root, 'clean', '--help');
    for (const option of ['--out DIR', '--policy FILE', '--jobs N', '--json', '--quiet']) expect(out).toContain(option);
    expect(code).toBe(0);
  });

  test.each(commandNames)('of %s names in its usage all that it takes', async (name) => {
    const command = await findCommand(name);
    expect(command?.name).toBe(name);
    for (const option of Object.keys(command?.options ?? {})) expect(command?.usage).toContain(`--${option}`);
  });
});

describe('on a command line that it does not understand', () => {
  test.each([
    ['nothing', [], 'no command given'],
    ['a word that is no command', ['sanitise'], 'unknown command: sanitise'],
    ['a name from Object', ['toString'], 'unknown command: toString'],
    ['an unknown option', ['formats', '--all'], "unknown option '--all'"],
    ['an option without its value', ['clean', '--out'], "option '--out <value>' argument missing"],
    ['an empty value', ['clean', '--out', '', 'x'], '--out needs a value'],
  ])('%s: it says so on stderr, with a hint, and answers 2', async (_, args, message) => {
    const { code, out, err } = await runHere(...args);
    expect(err).toContain(message);
    expect(err).toMatch(/\n {2}\S/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

test('answers with the exit code of the process', async () => {
  expect(await runCli(root, 'sanitise')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('sanitise') });
});

describe('formats', () => {
  test('lists what is in the registry', async () => {
    const { code, out } = await runCli(root, 'formats', '--json');
    expect(jsonLines(out).map(({ format }) => format)).toEqual(formats.map(({ id }) => id));
    expect(code).toBe(0);
  });

  test('lists every carrier once, with what the given policy does with it', async () => {
    writeFileSync(join(root, 'policy.json'), JSON.stringify({ version: 1, rules: { 'png.text': 'quarantine' } }));
    const { out } = await runCli(root, 'formats', '--carriers', '--json', '--policy', 'policy.json');
    const rows = jsonLines(out);
    const ids = rows.map(({ carrier }) => carrier);
    expect(ids).toEqual(expect.arrayContaining(formats.flatMap(({ carriers }) => carriers.map(({ id }) => id))));
    expect(new Set(ids).size).toBe(ids.length);
    expect(rows.find(({ carrier }) => carrier === 'png.text')).toMatchObject({ action: 'quarantine', tier: 'M' });
    expect(rows.find(({ carrier }) => carrier === 'png.time')).toMatchObject({ action: 'remove' });
  });

  test('aligns its table for people', async () => {
    const { out } = await runCli(root, 'formats');
    const [head = '', ...rows] = out.trimEnd().split('\n');
    expect(rows).toHaveLength(formats.length);
    for (const row of rows) expect(row.charAt(head.indexOf('mediaType') - 1)).toBe(' ');
  });
});

describe('doctor', () => {
  test('reports each engine, and exits with 0 only when all of them work', async () => {
    const { code, out } = await runCli(root, 'doctor', '--json');
    const rows = jsonLines(out);
    expect(rows.map(({ check }) => check)).toEqual([
      'Node',
      'qpdf',
      'PDFium',
      'ExifTool',
      'Archive::Zip for Perl',
      'sharp',
      'clamd',
      'converter',
    ]);
    expect(code).toBe(rows.every(({ ok }) => ok === true) ? 0 : 3);
    for (const { ok, hint } of rows) if (ok !== true) expect(hint).toMatch(/\w/);
  });

  test('says what a missing converter means, and fails for none', () => {
    expect(converterCheck(undefined)).toMatchObject({ ok: true, hint: expect.stringContaining('bubblewrap') });
    expect(converterCheck('7.4')).toEqual({ check: 'converter', ok: true, says: 'LibreOffice 7.4, in a sandbox' });
  });

  test('says plainly that test signatures find nothing real', () => {
    const facts = {
      installed: true,
      source: 'own',
      signatures: 'test',
      version: 'ClamAV 1.4.6',
      problem: null,
    } as const;
    expect(scannerCheck(facts).says).toContain('real malware will not be found');
    expect(scannerCheck({ ...facts, signatures: 'official' }).says).not.toContain('will not be found');
    expect(scannerCheck({ ...facts, problem: 'clamd is not installed' })).toMatchObject({ ok: false });
  });
});
