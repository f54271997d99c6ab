// What every bench needs of the machine: other programs, the processor time they take, a name for the place.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

export type Ran = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };

const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs a program to its end. Code -1 where it was ended for its time or could not be started. */
export function run(command: string, args: readonly string[], timeoutMs = 120_000): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT, encoding: 'buffer' } as const;
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, stdout, stderr: stderr.toString('utf8') });
    });
  });
}

/** A folder of its own for the time of `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'spoorloos-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the order of the items, a few at a time. */
export async function inParallel<T, R>(
  items: readonly T[],
  atATime: number,
  use: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await use(next[1]);
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return results;
}

export type Cost = { readonly wallMs: number; readonly cpuMs: number };

/** One run's cost: this process and what it started, but for ExifTool. */
export async function costOf(use: () => Promise<unknown>): Promise<Cost> {
  // In this order, so that looking at the children is not counted.
  const children = childrenMs();
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await use();
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - wall;
  return { wallMs, cpuMs: (user + system) / 1000 + childrenMs() - children };
}

/** Median wall time and mean processor time, over so many runs. */
export async function medianCost(runs: number, use: () => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run++) costs.push(await costOf(use));
  return { wallMs: median(costs.map(({ wallMs }) => wallMs)), cpuMs: mean(costs.map(({ cpuMs }) => cpuMs)) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = Number.NaN, above = below] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return (below + above) / 2;
}

// Linux counts children's time in hundredths of a second, so that single runs of 20 ms say little; their mean does.
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const TICK_MS = 10;

/**
 * Time of the children that were waited for (proc_pid_stat(5), fields 16 and 17), and of those that still run and their
 * own, without ExifTool's; not a number elsewhere than on Linux.
 */
export function childrenMs(): number {
  if (process.platform !== 'linux') return Number.NaN;
  let ticks = 0;
  for (const { pid, isOwn, fields, name } of tree(process.pid)) {
    if (!isOwn || name === 'perl' || name === 'exiftool') continue;
    ticks += Number(fields[13]) + Number(fields[14]);
    if (pid !== process.pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MS;
}

type Running = {
  readonly pid: number;
  readonly isOwn: boolean;
  readonly name: string;
  readonly fields: readonly string[];
};

/** Every process, and whether it is the root or was started by it or its own. */
function tree(root: number): readonly Running[] {
  const running = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(readable(`/proc/${pid}/stat`)) ?? [];
      return { pid: Number(pid), name, fields: rest.split(' ') };
    });
  const parents = new Map(running.map(({ pid, fields }) => [pid, Number(fields[1])]));
  const isOwn = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || isOwn(parents.get(pid)));
  return running.map((one) => ({ ...one, isOwn: isOwn(one.pid) }));
}

/** Memory of a process and of all that it and they started; not a number elsewhere than on Linux. */
export function treeRssBytes(root: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const kilobytes = tree(root)
    .filter(({ isOwn }) => isOwn)
    .map(({ pid }) => Number(/^VmRSS:\s+(\d+)/m.exec(readable(`/proc/${pid}/status`))?.[1] ?? 0));
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}

/** Empty where the process has ended meanwhile. */
function readable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** How many processes want a processor: above the number of processors, wall times say little. */
export function loadNow(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(', ');
}

export function machineName(): string {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processor?.model ?? 'unknown processor'}, ${cpus().length} cores, ${memory} GB, ${process.platform}, Node ${process.version}`;
}
