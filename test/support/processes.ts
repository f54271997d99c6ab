import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';

/** A running process, as Linux tells. */
export type Running = { readonly pid: number; readonly command: string };

/** The processes whose command or environment names the folder: those that were started to work in it. */
export function processesIn(folder: string): readonly Running[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .map((pid) => ({ pid, command: fileOf(pid, 'cmdline').replaceAll('\0', ' '), environment: fileOf(pid, 'environ') }))
    .filter(({ command, environment }) => `${command}\0${environment}`.includes(folder));
}

/** Waits until something holds. Never gives up: the test's own time limit does. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

/** Gives the tests of this file a temporary directory of their own, so that what is left in it can be seen. */
export function ownTemporaryFolder(): { readonly path: string; left(): readonly string[] } {
  const before = process.env.TMPDIR;
  const path = mkdtempSync(join(tmpdir(), 'test-'));
  // As the usual one is: programs that change their user have to get through.
  chmodSync(path, 0o711);
  beforeAll(() => {
    process.env.TMPDIR = path;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(path, { recursive: true, force: true });
  });
  return { path, left: () => readdirSync(path) };
}

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
