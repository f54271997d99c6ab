import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../lib/cli/main.ts';
import { PolicyCheck } from '../../lib/report/policy-check.ts';
import { PolicyDiff } from '../../lib/report/policy-diff.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { runCli, runHere } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
  await mkdir(join(folder, 'data/staging/x'), { recursive: true });
  await mkdir(join(folder, 'data/ledger'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(rules: object, more: object = {}): Promise<string> {
  const path = join(folder, `${Math.random()}.json`);
  await writeFile(path, JSON.stringify({ version: 1, rules, ...more }));
  return path;
}
const data = () => ['--data', join(folder, 'data')];

describe('spoorloos policy check', () => {
  test('says what the rules do, and what goes otherwise than by default', async () => {
    const path = await file({ 'png.text': 'keep', 'xlsx.row.*': 'remove' }, { settings: { overwrite: 'withhold' } });
    const { code, out } = await runHere('policy', 'check', path);
    expect(code).toBe(0);
    expect(out).toMatch(/^valid {4}sha256:[0-9a-f]{64}$/m);
    expect(out).toContain('settings overwrite withhold');
    expect(out).toMatch(
      /^xlsx\.row\.\* +remove +2 +0 +0 +none: narrower rules decide +xlsx\.row\.filtered xlsx\.row\.hidden$/m,
    );
    expect(out).toMatch(/^png\.text +M +keep +remove +png\.text$/m);
    expect(out).not.toContain('docx.comment');
    expect((await runHere('policy', 'check', path, '--all')).out).toMatch(/^docx\.comment +\w +remove +remove/m);
    const json = await runHere('policy', 'check', path, '--json');
    expect(PolicyCheck.parse(JSON.parse(json.out)).rules).toHaveLength(2);
  });

  test.each<readonly [string, string, string]>([
    ['a carrier nobody has', '{"version":1,"rules":{"png.tekst":"keep"}}', 'no such carrier: png.tekst'],
    ['an action that is none', '{"version":1,"rules":{"png.text":"delete"}}', 'Invalid option'],
    ['no JSON', '{', 'is not JSON'],
    ['a list', '[]', 'expected'],
  ])('refuses %s', async (_what, text, says) => {
    const path = join(folder, 'bad.json');
    await writeFile(path, text);
    for (const args of [
      ['check', path],
      ['diff', path, ...data()],
    ]) {
      const { code, out, err } = await runHere('policy', ...args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(says);
    }
  });

  test.each([
    [[], 'knows check and diff'],
    [['compare', 'x'], 'knows check and diff'],
    [['check'], 'exactly one policy file'],
    [['check', 'a', 'b'], 'exactly one policy file'],
    [['check', '/none.json'], 'cannot be read'],
  ])('says what is wrong with %j', async (args, says) => {
    expect(await runHere('policy', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });
});

describe('spoorloos policy diff', () => {
  test('tells of a folder what would change, and writes nothing', { timeout: 120_000 }, async () => {
    const dirty = pngs.filter(({ finds }) => finds?.includes('png.text')).slice(0, 1);
    const rows = [...dirty, ...dirty, ...pngs.filter(({ kind }) => kind === 'clean').slice(0, 1)];
    for (const [i, row] of rows.entries())
      await writeFile(join(folder, `data/staging/x/Zwaantje Bok ${i}.png`), await row.bytes());
    await writeFile(join(folder, 'data/staging/odd.png'), 'nothing of the kind');
    await runCli(folder, 'local', '--once', '--scanner', 'none');

    const holding = await file({ 'png.text': 'quarantine' });
    const list = join(folder, 'affected.jsonl');
    const said = await runHere('policy', 'diff', holding, ...data(), '--affected', list);
    expect(said.code, said.err).toBe(1);
    expect(said.out).toMatch(/^on record 4 documents: 3 published, 1 quarantined$/m);
    expect(said.out).toMatch(/^2 +0 +be held back \(published now\)$/m);
    expect(said.out).toMatch(/^quarantined +…\/…\.png +heads\/\S+\.json +png\.text: remove to quarantine$/m);
    expect(said.out).not.toContain('Zwaantje');
    expect(
      (await readFile(list, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .sort(),
    ).toEqual(['x/Zwaantje Bok 0.png', 'x/Zwaantje Bok 1.png']);
    expect((await stat(list)).mode & 0o777).toBe(0o600);
    const again = await runHere('policy', 'diff', holding, ...data(), '--affected', list);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('EEXIST') });

    const json = await runHere('policy', 'diff', holding, ...data(), '--json');
    expect(PolicyDiff.parse(JSON.parse(json.out)).effects).toMatchObject({ quarantined: { documents: 2, older: 0 } });
    expect(json.out).not.toContain('Zwaantje');

    // What was foretold comes true.
    await runCli(
      folder,
      'replay',
      ...data(),
      '--scanner',
      'none',
      '--source',
      'staging',
      '--mode',
      'audit',
      '--policy',
      holding,
    );
    const [run] = (await runHere('replay', 'list', ...data(), '--json')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(run).toMatchObject({ outcomes: { published: 1, quarantined: 3 } });
    // And of what the run found the way back is known only as far as it goes.
    const back = await runHere(
      'policy',
      'diff',
      await file({}),
      ...data(),
      '--policy',
      holding,
      '--run',
      run.run,
      '--json',
    );
    expect(PolicyDiff.parse(JSON.parse(back.out))).toMatchObject({
      ...{ source: run.run, documents: 4, effects: { 'may-pass': { documents: 2 }, same: { documents: 2 } } },
      reasons: [{ effect: 'may-pass', reason: 'personal-data', documents: 2 }],
    });
    const terminal = await onTerminal('policy', 'diff', holding, ...data(), '--reveal');
    expect(terminal).toContain('x/Zwaantje Bok 0.png');
  });

  test.each([
    [['--reveal'], 'for a terminal'],
    [['--examples', 'many'], '--examples'],
    [['--run', '20260101T000000Z-00000000'], 'no such run'],
    [['--run', '../heads'], 'not the name of a run'],
  ])('says what is wrong with %j', async (args, says) => {
    const { code, err } = await runHere('policy', 'diff', await file({}), ...data(), ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(says)]);
  });

  test('of an empty ledger says that there is nothing', async () => {
    const { code, out } = await runHere('policy', 'diff', await file({ 'png.*': 'keep' }), ...data());
    expect([code, out]).toEqual([0, expect.stringContaining('on record 0 documents')]);
  });
});

async function onTerminal(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  await main(args, {
    ...{ out: (line) => void lines.push(line), err: () => undefined, isTty: { out: true, err: true } },
    ...{ env: process.env, signal: new AbortController().signal },
  });
  return lines.join('\n');
}
