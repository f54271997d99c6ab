// qpdf (https://qpdf.readthedocs.io, native, Apache-2.0) reads PDFs before anything of ours does: it follows the
// cross-reference table as ISO 32000-2 7.5 says, repairs, and decrypts what opens with the empty password. It is C++ on
// hostile bytes and has crashed and hung on some (reference corpus: one segfault, one hang), so it runs as a process of
// its own, on files in a private directory, under limits of the kernel's.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Qpdf } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';

// Exit statuses: 0 clean, 2 errors, 3 warnings with the file written (qpdf --help=exit-status); 127 is prlimit's 'not found'.
const ERRORS = 2;
const WARNINGS = 3;
const NOT_FOUND = 127;

const STACK_BYTES = 512 * 1024 * 1024;

// Only its kind is looked at, never quoted: messages hold strings of the document.
const MAX_STDERR_BYTES = 64 * 1024;

/** Runs qpdf on one document at a time per call. Rejects with a Refusal whose detail never quotes qpdf. */
export function qpdf(limits: Limits): Qpdf {
  const rewrite = (untrusted: Uint8Array, options: readonly string[]) =>
    inPrivateDirectory(untrusted, async (directory) => {
      const exit = await run([...options, '--no-warn', 'in.pdf', 'out.pdf'], directory, limits);
      if (exit.code !== 0 && exit.code !== WARNINGS) throw await refusalOf(exit, directory, limits);
      return readFile(join(directory, 'out.pdf'));
    });

  const check = (untrusted: Uint8Array) =>
    inPrivateDirectory(untrusted, async (directory) => {
      const exit = await run(['--check', 'in.pdf'], directory, limits);
      if (exit.code === 0) return 'clean';
      if (exit.code === WARNINGS) return 'warnings';
      if (exit.code === ERRORS && !exit.outOfMemory) return 'errors';
      throw await refusalOf(exit, directory, limits);
    });

  return Object.assign(rewrite, { check });
}

/** What qpdf calls its version, or undefined when it is not installed or does not answer. */
export async function qpdfVersion(limits: Limits): Promise<string | undefined> {
  const exit = await run(['--version'], tmpdir(), limits).catch(() => undefined);
  return exit?.code === 0 ? /^qpdf version (\d[\w.+-]*)/.exec(exit.stdout)?.[1] : undefined;
}

async function inPrivateDirectory<T>(untrusted: Uint8Array, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'spoorloos-qpdf-'));
  try {
    await writeFile(join(directory, 'in.pdf'), untrusted, { mode: 0o600 });
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfTime: boolean;
  readonly outOfMemory: boolean;
  readonly stdout: string;
};

function run(options: readonly string[], directory: string, limits: Limits): Promise<Exit> {
  const cpuSeconds = Math.ceil(limits.cpuMs / 1000);
  const limited = [
    // Dies with the thread that started it: a killed worker leaves no qpdf behind.
    ...['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--', 'prlimit'],
    // The soft limit is a second lower, so that SIGXCPU tells time from other kills.
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
    `--as=${limits.maxRssBytes}`,
    `--fsize=${limits.maxExpandedBytes}`,
    // It follows page trees by recursion: a hundred thousand levels fit, where the usual 8 MB end in a crash.
    `--stack=${STACK_BYTES}`,
    ...['--core=0', '--', 'qpdf'],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(limited[0] ?? '', [...limited.slice(1), ...options], {
      cwd: directory,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
    let outOfTime = false;
    const timer = setTimeout(() => {
      outOfTime = true;
      killGroup(child.pid);
    }, limits.wallMs);
    const stdout = bounded(child.stdout);
    const stderr = bounded(child.stderr);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(isMissing(error) ? notInstalled() : error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const outOfMemory = /bad_alloc|out of memory|cannot allocate memory/i.test(stderr());
      resolve({ code, signal, outOfTime, outOfMemory, stdout: stdout() });
    });
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Reads to the end, so that the child never blocks, but keeps only the beginning. */
function bounded(stream: NodeJS.ReadableStream): () => string {
  const kept: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < MAX_STDERR_BYTES) kept.push(chunk.subarray(0, MAX_STDERR_BYTES - bytes));
    bytes += chunk.length;
  });
  return () => Buffer.concat(kept).toString('latin1');
}

async function refusalOf(exit: Exit, directory: string, limits: Limits): Promise<Refusal> {
  if (exit.outOfTime || exit.signal === 'SIGXCPU') return new Refusal('timeout', 'qpdf took too long');
  // A SIGKILL that is not ours is the system's, short of memory.
  if (exit.signal === 'SIGXFSZ' || exit.signal === 'SIGKILL' || exit.outOfMemory)
    return new Refusal('limit', 'qpdf needed too much memory or space');
  if (exit.signal !== null) return new Refusal('crashed', `qpdf was ended by ${exit.signal}`);
  if (exit.code === NOT_FOUND) return notInstalled();
  if (exit.code !== ERRORS) return new Refusal('crashed', `qpdf exited with ${exit.code}`);
  // Exit 0 says that a password other than the empty one is needed (qpdf --help=--requires-password).
  const asked = await run(['--requires-password', 'in.pdf'], directory, limits);
  if (asked.code === 0) return new Refusal('encrypted', 'a password is needed');
  return new Refusal('malformed', 'qpdf cannot read the document');
}

function notInstalled(): Refusal {
  return new Refusal('crashed', 'qpdf is not installed (or prlimit and setpriv are not)');
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}
