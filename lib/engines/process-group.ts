// What the processes of a group use, and how all of them end. Every worker leads a group of its own, so that the
// programs it starts (qpdf, perl) are counted and killed with it. Linux tells through /proc; elsewhere `ps` does.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export type Usage = { readonly cpuMs: number; readonly rssBytes: number };

const PROC_STAT = readable('/proc/self/stat');

/** Use of CPU and memory per group leader's pid, for those asked. A group that is gone has no entry. */
export async function usageOf(leaders: ReadonlySet<number>): Promise<ReadonlyMap<number, Usage>> {
  const usage = new Map<number, Usage>();
  for (const { group, cpuMs, rssBytes } of PROC_STAT ? fromProc() : await fromPs()) {
    if (!leaders.has(group)) continue;
    const before = usage.get(group) ?? { cpuMs: 0, rssBytes: 0 };
    usage.set(group, { cpuMs: before.cpuMs + cpuMs, rssBytes: before.rssBytes + rssBytes() });
  }
  return usage;
}

/**
 * Kills the leader and its group; on Linux also what left the group, known by `folder` in its environment: every
 * worker has a directory of its own there. Does nothing where they are gone already.
 */
export function killGroup(leader: number, folder: string): void {
  kill(-leader);
  for (const pid of strays(folder)) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}

type Process = { readonly group: number; readonly cpuMs: number; readonly rssBytes: () => number };

// proc(5): the kernel counts in USER_HZ, which is 100 on every Linux that Node runs on.
const MS_PER_TICK = 10;

function* fromProc(): Generator<Process> {
  for (const { pid, fields } of stats()) {
    // utime, stime, and those of children that have ended: a program that has finished still counts.
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    yield { group: Number(fields[2]), cpuMs: ticks * MS_PER_TICK, rssBytes: () => residentBytes(pid) };
  }
}

/** The fields of /proc/PID/stat that follow the name, which itself may hold spaces and brackets. */
function* stats(): Generator<{ readonly pid: number; readonly fields: readonly string[] }> {
  for (const pid of processes()) {
    const stat = readable(`/proc/${pid}/stat`);
    if (stat) yield { pid, fields: stat.slice(stat.lastIndexOf(')') + 2).split(' ') };
  }
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readable(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

function strays(folder: string): readonly number[] {
  if (!PROC_STAT) return [];
  return processes().filter((pid) => readable(`/proc/${pid}/environ`)?.split('\0').includes(`TMPDIR=${folder}`));
}

function processes(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Processes end while they are looked at.
    return undefined;
  }
}

async function fromPs(): Promise<readonly Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss=,time=']);
  return parsePs(stdout);
}

/** Rows of 'pgid rss time', where rss is in kilobytes and time is [[dd-]hh:]mm:ss. */
export function parsePs(stdout: string): readonly Process[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [group, kilobytes, time] = line.trim().split(/\s+/);
      return { group: Number(group), cpuMs: cpuMsOf(time ?? ''), rssBytes: () => Number(kilobytes) * 1024 };
    });
}

function cpuMsOf(time: string): number {
  const [seconds = 0, minutes = 0, hours = 0, days = 0] = time.split(/[-:]/).map(Number).reverse();
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
