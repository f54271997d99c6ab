import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS as DOCUMENT } from '../../lib/core/limits.ts';
import { launcher } from '../../lib/engines/launcher.ts';

const LIMITS = { ...DOCUMENT, stackBytes: 16 * 1024 * 1024 };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'launcher-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const printed = async () => (await readFile(join(directory, 'stdout'), 'utf8')).trim();

test('runs a command in its directory, with its words as they are', async () => {
  const words = ["it's", '$HOME', '', 'a b', '"', '*', '\\', ';exit 3'];
  const exit = await launcher(LIMITS)(['printf', '[%s]', ...words], directory);
  expect(exit).toEqual({ code: 0, signal: undefined, outOfTime: false });
  expect(await printed()).toBe(words.map((word) => `[${word}]`).join(''));
});

test('refuses a command of more than one line', async () => {
  await expect(launcher(LIMITS)(['echo', 'a\nb'], directory)).rejects.toThrow('more than one line');
});

test.each([
  ['exit 7', { code: 7, signal: undefined }],
  ['kill -SEGV $$', { code: undefined, signal: 'SIGSEGV' }],
  ['kill -XCPU $$', { code: undefined, signal: 'SIGXCPU' }],
])('says how it ended: %s', async (script, exit) => {
  expect(await launcher(LIMITS)(['sh', '-c', script], directory)).toMatchObject(exit);
});

const PARENT = ['sh', '-c', 'echo $PPID'];

test('starts one shell for commands in a row, and another for each beside it', async () => {
  const launch = launcher(LIMITS);
  const parents = new Set<string>();
  for (let at = 0; at < 5; at++) {
    await launch(PARENT, directory);
    parents.add(await printed());
  }
  expect(parents.size).toBe(1);
  const other = await mkdtemp(join(tmpdir(), 'launcher-'));
  await Promise.all([launch(['sleep', '0.2'], other), launch(PARENT, directory)]);
  await rm(other, { recursive: true });
  expect(parents.has(await printed())).toBe(false);
});

test('gives each command the whole of the processor time, and no more', async () => {
  const launch = launcher({ ...LIMITS, cpuMs: 1000 });
  const most = async (of: string) => {
    await launch(['sh', '-c', `ulimit -S${of}`], directory);
    return printed();
  };
  expect(await most('t')).toBe('1');
  expect(await most('v')).toBe(String(LIMITS.maxRssBytes / 1024));
  expect(await most('c')).toBe('0');
  expect(await most('s')).toBe(String(LIMITS.stackBytes / 1024));
  expect(await launch(['sh', '-c', 'while :; do :; done'], directory)).toMatchObject({ signal: 'SIGXCPU' });
  expect(await most('t')).toBe('1');
});

test('goes on with another shell when one is gone', async () => {
  const launch = launcher({ ...LIMITS, wallMs: 5000 });
  await launch(PARENT, directory);
  const shell = Number(await printed());
  const killed = await launch(['sh', '-c', 'kill -KILL $PPID; sleep 1'], directory);
  expect(killed).toMatchObject({ code: undefined, signal: 'SIGKILL', outOfTime: false });
  expect(await launch(PARENT, directory)).toMatchObject({ code: 0 });
  expect(Number(await printed())).not.toBe(shell);
});
