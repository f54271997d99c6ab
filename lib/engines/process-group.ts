// What the processes of a group use, and how all of them end. Every worker leads a group of its own, so that the
// programs it starts (perl, the shell that starts qpdf) are counted and killed with it; on Linux, which tells through
// /proc, also where they lead groups of their own. Elsewhere `ps` does.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export type Usage = { readonly cpuMs: number; readonly rssBytes: number };

const PROC_STAT = readable('/proc/self/stat');

/** Use of CPU and memory per group leader's pid, for those asked. A group that is gone has no entry. */
export async function usageOf(leaders: ReadonlySet<number>): Promise<ReadonlyMap<number, Usage>> {
  const usage = new Map<number, Usage>();
  const all = PROC_STAT ? [...fromProc()] : await fromPs();
  const parents = new Map(all.flatMap(({ pid, parent }) => (pid === undefined ? [] : [[pid, parent]])));
  for (const { pid, group, cpuMs, rssBytes } of all) {
    const leader = leaders.has(group) ? group : ancestorIn(leaders, pid, parents);
    if (leader === undefined) continue;
    const before = usage.get(leader) ?? { cpuMs: 0, rssBytes: 0 };
    usage.set(leader, { cpuMs: before.cpuMs + cpuMs, rssBytes: before.rssBytes + rssBytes() });
  }
  return usage;
}

// Far deeper than anything starts; numbers that were given out anew while we looked could make a circle.
const MAX_ANCESTORS = 32;

function ancestorIn(
  leaders: ReadonlySet<number>,
  from: number | undefined,
  parents: ReadonlyMap<number, number | undefined>,
): number | undefined {
  let pid = from;
  for (let step = 0; step < MAX_ANCESTORS && pid !== undefined; step++) {
    if (leaders.has(pid)) return pid;
    pid = parents.get(pid);
  }
  return undefined;
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

type Process = {
  readonly pid?: number;
  readonly parent?: number;
  readonly group: number;
  readonly cpuMs: number;
  readonly rssBytes: () => number;
};

// proc(5): the kernel counts in USER_HZ, which is 100 on every Linux that Node runs on.
const MS_PER_TICK = 10;

function* fromProc(): Generator<Process> {
  for (const { pid, fields } of stats()) {
    // utime, stime, and those of children that have ended: a program that has finished still counts.
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    const [parent, group] = [Number(fields[1]), Number(fields[2])];
    yield { pid, parent, group, cpuMs: ticks * MS_PER_TICK, rssBytes: () => residentBytes(pid) };
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
