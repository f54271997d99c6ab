// Runs the real command line as a process, as a user does.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { main } from '../../lib/cli/main.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** Starts `spoorloos args…` in the folder. */
export function startCli(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: endOf(child) };
}

/** Runs it to the end. */
export function runCli(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return startCli(cwd, args).ended;
}

/** Runs it in this process, without the start of another: for what ends before a document is touched. */
export async function runHere(...args: readonly string[]): Promise<Ended> {
  const said = { out: '', err: '' };
  const code = await main(args, {
    out: (line) => {
      said.out += `${line}\n`;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    isTty: { out: false, err: false },
    env: process.env,
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

/** The same as if it were started in the folder; one at a time, since a process is in one folder. */
export async function runHereIn(folder: string, ...args: readonly string[]): Promise<Ended> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await runHere(...args);
  } finally {
    process.chdir(before);
  }
}

/** The lines of `--json`. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function endOf(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
