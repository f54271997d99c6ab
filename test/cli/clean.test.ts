import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { VERSION } from '../../lib/version.ts';
import { chunk, pngOf } from '../support/png-file.ts';
import { type Ended, jsonLines, runCli, runHere, startCli } from '../support/run-cli.ts';

const AUTHOR = 'Odilia Brandsma';
const CLEAN = pngOf();
const DIRTY = pngOf([chunk('tEXt', `Author\0${AUTHOR}`)]);
const ESCAPE = 'red\u001b[31m.png';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'clean-'));
  await fill('in', {
    'a/clean.png': CLEAN,
    'a/dirty.png': DIRTY,
    'a/named.jpg': DIRTY,
    'empty.pdf': '',
    'folder.pdf/inside.png': CLEAN,
    'noise.bin': Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 256)),
    'short.png': DIRTY.subarray(0, DIRTY.length - 9),
    [ESCAPE]: CLEAN,
  });
  await writeFile(join(root, 'in', 'huge.pdf'), '');
  await truncate(join(root, 'in', 'huge.pdf'), LIMITS.maxInputBytes + 1);
  await writeFile(
    Buffer.concat([Buffer.from(`${join(root, 'in')}/caf`), Buffer.from([0xe9]), Buffer.from('.png')]),
    CLEAN,
  );
  await symlink('a/clean.png', join(root, 'in', 'link.png'));
  execFileSync('mkfifo', [join(root, 'in', 'pipe.png')]);
  await fill('.', { 'single.png': DIRTY, 'twin/single.png': CLEAN });
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('clean --json over a folder and a file', () => {
  let ended: Ended;
  let before: string;
  let lines: Map<unknown, Record<string, unknown>>;

  beforeAll(async () => {
    before = await fingerprint('in');
    ended = await runCli(root, 'clean', '--json', '--scanner', 'none', 'in', 'single.png', 'missing.png');
    lines = new Map(jsonLines(ended.out).map((line) => [line.file, line]));
  });

  test('prints one line a file, with the fields of the contract in their order', () => {
    expect(lines.size).toBe(13);
    expect(Object.keys(lines.get('in/a/dirty.png') ?? {})).toEqual(
      'file outcome format mediaType reason findings input output policy version ms scanner'.split(' '),
    );
    expect(lines.get('in/a/dirty.png')).toMatchObject({
      ...{
        outcome: 'published',
        format: 'png',
        mediaType: 'image/png',
        reason: null,
        version: VERSION,
        scanner: 'none',
      },
      findings: [{ code: 'metadata', carrier: 'png.text', action: 'removed', tier: 'M', count: 1 }],
      input: { bytes: DIRTY.length, sha256: sha256(DIRTY) },
      policy: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      ms: expect.any(Number),
    });
    const [finding] = [lines.get('in/a/dirty.png')?.findings].flat();
    expect(Object.keys(finding ?? {})).toEqual(['code', 'carrier', 'at', 'action', 'tier', 'count']);
  });

  test('writes what is published at its path from the parent of what was given', async () => {
    const written = (await filesUnder('out')).sort();
    expect(written).toEqual(
      [
        'in/a/clean.png',
        'in/a/dirty.png',
        'in/a/named.jpg',
        'in/folder.pdf/inside.png',
        `in/${ESCAPE}`,
        'single.png',
      ].sort(),
    );
    const body = await readFile(join(root, 'out/in/a/dirty.png'));
    expect(lines.get('in/a/dirty.png')?.output).toEqual({
      ...{ path: 'out/in/a/dirty.png', bytes: body.length, sha256: sha256(body) },
    });
    expect(DIRTY.includes(AUTHOR)).toBe(true);
    expect(body.includes(AUTHOR)).toBe(false);
    expect(await readFile(join(root, 'out/in/a/clean.png'))).toEqual(CLEAN);
  });

  test.each([
    ['in/empty.pdf', 'malformed'],
    ['in/noise.bin', 'unsupported'],
    ['in/short.png', 'malformed'],
    ['in/huge.pdf', 'limit'],
  ])('quarantines %s as %s, and writes nothing of it', (file, reason) => {
    expect(lines.get(file)).toMatchObject({ outcome: 'quarantined', reason, output: null });
  });

  test('measures what is too large without examining it', () => {
    const bytes = LIMITS.maxInputBytes + 1;
    expect(lines.get('in/huge.pdf')).toMatchObject({ format: null, scanner: 'not-run', input: { bytes } });
  });

  test('says that a name is not that of the content, and keeps the name', () => {
    const carriers = [lines.get('in/a/named.jpg')?.findings].flat().map((finding) => Object(finding).carrier);
    expect(carriers).toContain('file.name.extension');
  });

  test.each([
    ['missing.png', 'ENOENT'],
    ['in/pipe.png', 'special'],
    ['in/caf\ufffd.png', 'name'],
  ])('gives %s the error %s and no verdict', (file, code) => {
    expect(lines.get(file)).toMatchObject({ outcome: null, error: { code }, input: null, output: null });
  });

  test('does not follow links', () => {
    expect(lines.has('in/link.png')).toBe(false);
    expect(ended.err).toContain('links not followed: 1');
  });

  test('exits with 3, which outranks 1', () => expect(ended.code).toBe(3));
  test('leaves the input as it was', async () => expect(await fingerprint('in')).toBe(before));
  test('says that nothing was scanned', () => expect(ended.err).toContain('no malware scan'));
  test('lets no control character out', () => expect(ended.out + ended.err).not.toMatch(/[^\n\P{Cc}]/u));
});

test('prints a line a file for people, and exits with 1 when one is quarantined', async () => {
  const { code, out, err } = await runCli(
    root,
    'clean',
    '--scanner',
    'none',
    '--out',
    'o1',
    'in/a',
    'in/empty.pdf',
    `in/${ESCAPE}`,
  );
  expect(out.trim().split('\n').sort()).toEqual([
    'published\tin/a/clean.png\t0 findings',
    'published\tin/a/dirty.png\t1 finding',
    'published\tin/a/named.jpg\t2 findings',
    'published\tin/red\\u001b[31m.png\t0 findings',
    'quarantined\tin/empty.pdf\tmalformed: zero bytes\t0 findings',
  ]);
  expect(err).toContain('4 published, 1 quarantined, 0 failed; published ones are in o1');
  expect(code).toBe(1);
});

test('says that what is quarantined now was published by an earlier run', async () => {
  await fill('again', { 'x.png': CLEAN });
  const first = await runCli(root, 'clean', '--scanner', 'none', '--quiet', '--out', 'o2', 'again');
  expect(first).toMatchObject({ code: 0, err: expect.not.stringContaining('published,') });
  await fill('again', { 'x.png': '' });
  const second = await runCli(root, 'clean', '--scanner', 'none', '--out', 'o2', 'again');
  expect(second.err).toContain('o2/again/x.png is from an earlier run');
  expect(await readFile(join(root, 'o2/again/x.png'))).toEqual(CLEAN);
});

describe('refuses, before anything is written,', () => {
  test.each([
    ['two inputs for one output', ['--out', '%/no', '%/single.png', '%/twin/single.png'], 'would both be written to'],
    ['an output that is an input', ['--out', '%', '%/single.png'], 'single.png is an input and would be overwritten'],
    ['an output folder inside the input', ['--out', '%/in/no', '%/in'], 'lies inside the input'],
    ['an output folder that is a file', ['--out', '%/single.png', '%/in'], 'is a file, not a folder'],
    ['a link as a path', ['--out', '%/no', '%/in/link.png'], 'is a link'],
    ['no path at all', ['--out', '%/no'], 'no file or folder given'],
    ['a scanner that there is not', ['--scanner', 'maybe', '--out', '%/no', '%/in'], '--scanner is one of'],
    ['no job at a time', ['--jobs', '0', '--out', '%/no', '%/in'], '--jobs is a number'],
    ['a policy that is not there', ['--policy', '%/no.json', '--out', '%/no', '%/in'], 'cannot be read: ENOENT'],
    ['a policy with a carrier that there is not', ['--policy', '%/bad.json', '--out', '%/no', '%/in'], 'pdf.nonsense'],
    ['an option that there is not', ['--ouch', '--out', '%/no', '%/in'], "unknown option '--ouch'"],
  ])('%s', async (_, args, message) => {
    await writeFile(join(root, 'bad.json'), JSON.stringify({ version: 1, rules: { 'pdf.nonsense': 'keep' } }));
    const { code, out, err } = await runHere('clean', ...args.map((arg) => arg.replace('%', root)));
    expect(err).toContain(message);
    // The hint stands on a line of its own.
    expect(err.split('\n')[1]).toMatch(/^ {2}\S/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(await readdir(root)).not.toContain('no');
    expect(await readFile(join(root, 'single.png'))).toEqual(DIRTY);
  });
});

test('publishes nothing when the scanner does not answer, and says how to go without one', async () => {
  const args = ['clean', '--json', '--out', 'o3', 'single.png'];
  const { code, out, err } = await startCli(root, args, { SPOORLOOS_CLAMD: join(root, 'no.socket') }).ended;
  expect(jsonLines(out)).toMatchObject([{ outcome: 'quarantined', reason: 'not-scanned', scanner: 'clamd' }]);
  expect(err).toContain('--scanner none');
  expect(code).toBe(1);
  expect(await readdir(root)).not.toContain('o3');
});

describe('with a scanner that takes its time', () => {
  const asked = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    asked.resolve();
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(join(root, 'slow.socket'), resolve)));
  afterAll(() => server.close());

  test('an interrupt ends it at once, with 130 and without a trace', async () => {
    const args = ['clean', '--out', 'o4', 'single.png'];
    const { child, ended } = startCli(root, args, { SPOORLOOS_CLAMD: join(root, 'slow.socket'), TMPDIR: root });
    await Promise.race([asked.promise, ended]);
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toContain('interrupted: 0 published');
    expect((await readdir(root)).filter((name) => name === 'o4' || name.startsWith('spoorloos-'))).toEqual([]);
  });
});

test('ends when nobody reads its results any more', async () => {
  const { child, ended } = startCli(root, ['clean', '--scanner', 'none', '--out', 'o5', 'in/a']);
  child.stdout?.destroy();
  const { code, err } = await ended;
  expect(code).toBe(141);
  expect(err).not.toContain('EPIPE');
});

describe.runIf(has('script'))('on a terminal', () => {
  const onTerminal = (...more: string[]) => {
    const command = [
      process.execPath,
      new URL('../../bin/cli.ts', import.meta.url).pathname,
      'clean',
      ...more,
      'single.png',
    ];
    return execFileSync('script', ['-qec', command.join(' '), '/dev/null'], { cwd: root, encoding: 'utf8' });
  };
  test('it shows a bar', () => expect(onTerminal('--scanner', 'none', '--out', 'o6')).toContain('1/1 documents'));
  test('it shows none with --quiet', () => {
    expect(onTerminal('--scanner', 'none', '--out', 'o6', '--quiet')).not.toContain('documents');
  });
});

async function fill(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(root, folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, bytes);
  }
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1));
}

/** Names, times and contents of everything under the folder, the huge file's content apart. */
async function fingerprint(folder: string): Promise<string> {
  const list = execFileSync('find', [folder, '-printf', '%p %y %m %s %T@ %C@\\n'], { cwd: root, encoding: 'latin1' });
  const sums = await Promise.all(
    ['in/a/dirty.png', 'in/short.png'].map(async (file) => sha256(await readFile(join(root, file)))),
  );
  return list + sums.join();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function has(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      execFileSync('test', ['-x', join(folder, program)]);
      return true;
    } catch {
      return false;
    }
  });
}
