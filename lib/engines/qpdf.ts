// qpdf (https://qpdf.readthedocs.io, native, Apache-2.0) reads PDFs before anything of ours does: it follows the
// cross-reference table as ISO 32000-2 7.5 says, repairs, and decrypts what opens with the empty password. It is C++ on
// hostile bytes and has crashed and hung on some (reference corpus: one segfault, one hang), so it runs as a process of
// its own, on files in a private directory, under limits of the kernel's.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Qpdf } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { type Exit, type Launch, launcher } from './launcher.ts';
import { inPrivateDirectory, printedTo } from './private-directory.ts';

// Exit statuses: 0 clean, 2 errors, 3 warnings with the file written (qpdf --help=exit-status); 127 is prlimit's 'not found'.
const ERRORS = 2;
const WARNINGS = 3;
const NOT_FOUND = 127;

// It follows page trees by recursion: a hundred thousand levels fit, where the usual 8 MB end in a crash.
const STACK_BYTES = 512 * 1024 * 1024;

/** Runs qpdf on one document at a time per call. Rejects with a Refusal whose detail never quotes qpdf. */
export function qpdf(limits: Limits): Qpdf {
  const launch = launcher({ ...limits, stackBytes: STACK_BYTES });
  const rewrite = (untrusted: Uint8Array, options: readonly string[]) =>
    inPrivateDirectory('qpdf', { name: 'in.pdf', bytes: untrusted }, async (directory) => {
      const exit = await run([...options, '--no-warn', 'in.pdf', 'out.pdf'], directory, launch);
      if (exit.code !== 0 && exit.code !== WARNINGS) throw await refusalOf(exit, directory, launch);
      return readFileSync(join(directory, 'out.pdf'));
    });

  const check = (untrusted: Uint8Array) =>
    inPrivateDirectory('qpdf', { name: 'in.pdf', bytes: untrusted }, async (directory) => {
      const exit = await run(['--check', 'in.pdf'], directory, launch);
      if (exit.code === 0) return 'clean';
      if (exit.code === WARNINGS) return 'warnings';
      if (exit.code === ERRORS && !(await isOutOfMemory(directory))) return 'errors';
      throw await refusalOf(exit, directory, launch);
    });

  return Object.assign(rewrite, { check });
}

/** What qpdf calls its version, or undefined when it is not installed or does not answer. */
export function qpdfVersion(limits: Limits): Promise<string | undefined> {
  return inPrivateDirectory('qpdf', { name: 'in.pdf', bytes: new Uint8Array() }, async (directory) => {
    const exit = await run(['--version'], directory, launcher({ ...limits, stackBytes: STACK_BYTES })).catch(
      () => undefined,
    );
    return exit?.code === 0
      ? /^qpdf version (\d[\w.+-]*)/.exec(await printedTo(join(directory, 'stdout')))?.[1]
      : undefined;
  });
}

async function run(options: readonly string[], directory: string, launch: Launch): Promise<Exit> {
  try {
    return await launch(['qpdf', ...options], directory);
  } catch (error) {
    throw error instanceof Error && isMissing(error) ? notInstalled() : error;
  }
}

async function isOutOfMemory(directory: string): Promise<boolean> {
  const said = await printedTo(join(directory, 'stderr'));
  return /bad_alloc|out of memory|cannot allocate memory/i.test(said);
}

async function refusalOf(exit: Exit, directory: string, launch: Launch): Promise<Refusal> {
  if (exit.outOfTime || exit.signal === 'SIGXCPU') return new Refusal('timeout', 'qpdf took too long');
  // A SIGKILL that is not ours is the system's, short of memory.
  if (exit.signal === 'SIGXFSZ' || exit.signal === 'SIGKILL' || (await isOutOfMemory(directory)))
    return new Refusal('limit', 'qpdf needed too much memory or space');
  if (exit.signal !== undefined) return new Refusal('crashed', `qpdf was ended by ${exit.signal}`);
  if (exit.code === NOT_FOUND) return notInstalled();
  if (exit.code !== ERRORS) return new Refusal('crashed', `qpdf exited with ${exit.code}`);
  // Exit 0 says that a password other than the empty one is needed (qpdf --help=--requires-password).
  const asked = await run(['--requires-password', 'in.pdf'], directory, launch);
  if (asked.code === 0) return new Refusal('encrypted', 'a password is needed');
  return new Refusal('malformed', 'qpdf cannot read the document');
}

function notInstalled(): Refusal {
  return new Refusal('crashed', 'qpdf is not installed (or prlimit and setpriv are not)');
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}
