// Starts programs for a process that is too large to start them itself: Node forks, and the kernel then copies the page
// tables of everything we hold, 10 ms and more of processor time per start. A shell of a megabyte, started once with the
// kernel's limits on it, forks in a fraction of that; every program it starts inherits the limits, counted anew.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Limits } from '../core/limits.ts';

export type Exit = {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** It was ended because it took longer than the limit. */
  readonly outOfTime: boolean;
};

/**
 * Runs a command in a directory, where what it prints is left in the files `stdout` and `stderr`. Rejects when no shell
 * can be started.
 */
export type Launch = (command: readonly string[], directory: string) => Promise<Exit>;

type Limited = Pick<Limits, 'cpuMs' | 'wallMs' | 'maxRssBytes' | 'maxExpandedBytes'> & {
  readonly stackBytes: number;
  /** Of address space, where a program reserves more than it uses; the limit of memory where left out. */
  readonly addressBytes?: number;
};

// Dies with the thread that started it: a killed worker leaves no shell, and a killed shell no program behind.
const DIES_TOO = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'];

// Reads a directory and a quoted command, a line each; answers a line with the exit status.
const LOOP = `while IFS= read -r directory && IFS= read -r command; do
(cd "$directory" && eval "exec $command" </dev/null >stdout 2>stderr)
echo $?
done`;

// A shell's own processor time, about a millisecond for each launch, counts against the same limit.
const LAUNCHES_PER_SHELL = 1000;

/** A launcher that keeps as many shells as there were programs at a time. They end with this process. */
export function launcher(limits: Limited): Launch {
  const idle: Shell[] = [];
  return async (command, directory) => {
    const line = [...DIES_TOO, ...command].map(quoted).join(' ');
    if (`${directory}${line}`.includes('\n')) throw new Error('a command of more than one line');
    const warm = idle.findIndex(({ path, hasEnded }) => path === process.env.PATH && !hasEnded());
    const shell = idle.splice(warm, warm < 0 ? 0 : 1)[0] ?? startShell(limits);
    const exit = await shell.run(`${directory}\n${line}\n`, limits.wallMs);
    if (!shell.hasEnded()) idle.push(shell);
    return exit;
  };
}

type Shell = {
  /** Where it looks for programs. */
  readonly path: string | undefined;
  hasEnded(): boolean;
  run(lines: string, wallMs: number): Promise<Exit>;
};

function startShell({ cpuMs, maxRssBytes, maxExpandedBytes, stackBytes, addressBytes = maxRssBytes }: Limited): Shell {
  const cpuSeconds = Math.ceil(cpuMs / 1000);
  const path = process.env.PATH;
  const [program = '', ...args] = [
    ...DIES_TOO,
    // The soft limit is a second lower, so that SIGXCPU tells time from other kills.
    ...['prlimit', `--cpu=${cpuSeconds}:${cpuSeconds + 1}`, `--as=${addressBytes}`, `--data=${maxRssBytes}`],
    ...[`--fsize=${maxExpandedBytes}`, `--stack=${stackBytes}`, '--core=0', '--', 'sh', '-c', LOOP],
  ];
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    // The directory is what a worker's processes are known by when all of them have to end.
    env: { PATH: path, LC_ALL: 'C', TMPDIR: process.env.TMPDIR },
  });
  let answers = '';
  let launches = 0;
  let ended = false;
  let settle: (() => void) | undefined;
  let failed: Error | undefined;
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    answers += text;
    if (answers.includes('\n')) settle?.();
  });
  child.on('error', (error) => {
    failed = error;
  });
  child.on('close', () => {
    ended = true;
    settle?.();
  });
  // It may have been killed while we write.
  child.stdin.on('error', () => {});

  return {
    path,
    hasEnded: () => ended || launches >= LAUNCHES_PER_SHELL,
    async run(lines, wallMs) {
      launches++;
      let outOfTime = false;
      const timer = setTimeout(() => {
        outOfTime = true;
        killGroup(child.pid);
      }, wallMs);
      hold(child, true);
      try {
        await new Promise<void>((resolve) => {
          settle = resolve;
          if (ended) resolve();
          else child.stdin.write(lines);
        });
      } finally {
        clearTimeout(timer);
        hold(child, false);
      }
      if (failed) throw failed;
      const [answer = '', ...rest] = answers.split('\n');
      const isAnswered = rest.length > 0;
      answers = '';
      if (launches >= LAUNCHES_PER_SHELL) child.stdin.end();
      if (isAnswered && !outOfTime) return { ...exitOf(Number(answer)), outOfTime };
      return { code: child.exitCode ?? undefined, signal: child.signalCode ?? undefined, outOfTime };
    },
  };
}

/** An idle shell does not keep the process from ending; then it reads the end of its input and ends too. */
function hold(child: ChildProcessByStdio<Writable, Readable, null>, isBusy: boolean): void {
  for (const handle of [child, child.stdin, child.stdout]) {
    const change: unknown = Reflect.get(handle, isBusy ? 'ref' : 'unref');
    if (typeof change === 'function') change.call(handle);
  }
}

/** Shells add 128 to the number of the signal that ended a program. */
function exitOf(status: number): Pick<Exit, 'code' | 'signal'> {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number + 128 === status) ?? [];
  return signal === undefined ? { code: status, signal } : { code: undefined, signal };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
