// One worker process of the pool: started, handed jobs, killed with everything it started. Jobs go to its standard
// input as lines of JSON, short answers come back on descriptor 3, and all bytes are files in its private directory.
// What comes back is not trusted: lines and files are bounded, and links are not followed.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, mkdirSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { killGroup } from './process-group.ts';

export type WorkerOptions = {
  readonly script: URL;
  readonly data?: unknown;
  readonly maxHeapBytes: number;
  readonly maxOutputBytes: number;
  readonly env: readonly string[];
};

export type Job = { readonly input: Uint8Array; readonly message: unknown };
/** The answer is outside data: parse it. */
export type Outcome = { readonly answer: unknown; readonly output: Uint8Array | undefined };

export type Worker = {
  readonly pid: number;
  /** Rejects when the process ends, or says nothing for long, before it can serve; with what it wrote to stderr. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  alive(): boolean;
  served(): number;
  /** One job at a time. Rejects with Refusal('crashed' or 'limit') when the process ends, with a JobError when it says it failed. */
  run(job: Job): Promise<Outcome>;
  /** Kills the process and all that it started, and wipes its directory. */
  kill(): Promise<void>;
};

/** The worker's code threw. Holds the error's name and frames, no message: that could quote the document. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly thrown: string;
  readonly frames: readonly string[];
  constructor(thrown: string, frames: readonly string[]) {
    super(`the worker's code threw ${thrown}`);
    this.thrown = thrown;
    this.frames = frames;
  }
}

const START_MS = 30_000;
const MB = 1024 * 1024;
const MAX_LINE_CHARS = 65_536;
const MAX_STDERR_CHARS = 4096;
// Findings are bounded per carrier (core/findings.ts); this is beyond what all carriers together can reach.
const MAX_ANSWER_BYTES = 64 * MB;

// Where programs are, which language they speak, which libraries they load. Nothing here is a secret.
const ENVIRONMENT = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH', 'SystemRoot'];

const Line = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('done') }),
  z.strictObject({
    type: z.literal('failed'),
    name: z.string().max(40),
    frames: z.array(z.string().max(1000)).max(20),
  }),
]);
type Line = z.infer<typeof Line>;

/** Starts a process in `folder`, which is made, and is wiped when the process has ended. */
export function startWorker(folder: string, options: WorkerOptions): Worker {
  mkdirSync(folder, { mode: 0o700 });
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${Math.floor(options.maxHeapBytes / MB)}`, fileURLToPath(options.script)],
    {
      cwd: folder,
      env: environment(folder, options.env),
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  const { pid = 0, stdin } = child;
  if (!stdin) throw new Error('a worker has no standard input');
  const stderr = tailOf(child.stderr);
  const lines = linesOf(child.stdio[3]);
  let alive = true;
  let served = 0;

  const ended = new Promise<void>((resolve) => {
    const end = () => {
      alive = false;
      if (pid > 0) killGroup(pid, folder);
      rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).then(resolve, resolve);
    };
    child.once('exit', end);
    // Only a process that could not be started has an error and no exit.
    child.once('error', () => pid === 0 && end());
  });
  const kill = async () => {
    // The end of the process has to be waited for, though a running worker keeps nobody waiting.
    child.ref();
    if (alive && pid > 0) killGroup(pid, folder);
    await ended;
  };

  /** The next line, or the reason why there will be none. */
  const answer = async (): Promise<Line> => {
    const line = await Promise.race([lines.next(), ended.then(() => undefined)]);
    if (line !== undefined) return line;
    await kill();
    throw endOf(child, stderr());
  };

  const ready = Promise.race([answer(), silence()]).then(
    async (line) => {
      if (line?.type === 'ready') return;
      await kill();
      throw new Error(`a worker does not start: ${line ? 'it said something else' : 'it says nothing'}: ${stderr()}`);
    },
    (cause: unknown) => {
      throw new Error(`a worker does not start: ${stderr() || String(cause)}`, { cause });
    },
  );
  // Who starts a worker and is closed before it is ready does not wait for it.
  ready.catch(() => undefined);
  stdin.on('error', () => undefined);
  stdin.write(`${JSON.stringify({ data: options.data ?? null })}\n`);
  unref(child);

  return {
    pid,
    ready,
    ended,
    alive: () => alive,
    served: () => served,
    kill,
    async run({ input, message }) {
      served++;
      const job = join(folder, randomBytes(8).toString('hex'));
      try {
        await mkdir(job, { mode: 0o700 });
        await writeFile(join(job, 'input'), input, { flag: 'wx', mode: 0o600 });
        stdin.write(`${JSON.stringify({ job, message: message ?? null })}\n`);
      } catch (cause) {
        if (alive) throw cause;
        throw endOf(child, stderr());
      }
      const line = await answer();
      if (line.type === 'failed') throw new JobError(line.name, line.frames);
      if (line.type === 'ready') throw new Refusal('crashed', 'the worker spoke out of turn');
      const answered = await readBounded(join(job, 'answer'), MAX_ANSWER_BYTES);
      if (!answered) throw new Refusal('crashed', 'the worker left no answer');
      const output = await readBounded(join(job, 'output'), options.maxOutputBytes);
      await rm(job, { recursive: true, force: true });
      return { answer: parsed(answered), output };
    },
  };
}

async function silence(): Promise<undefined> {
  await new Promise((resolve) => setTimeout(resolve, START_MS).unref());
  return undefined;
}

function environment(folder: string, names: readonly string[]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { HOME: folder, TMPDIR: folder, TMP: folder, TEMP: folder };
  for (const name of [...ENVIRONMENT, ...names]) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

/** Why there is no answer. V8 aborts with a telling line when its heap is full; anything else is a crash. */
function endOf({ exitCode, signalCode }: ChildProcess, stderr: string): Refusal {
  if (/heap out of memory|invalid array length Allocation failed/i.test(stderr))
    return new Refusal('limit', 'the heap of the worker is full');
  return new Refusal(
    'crashed',
    signalCode ? `the worker was ended by ${signalCode}` : `the worker ended with ${exitCode}`,
  );
}

/** The last of what was written. Never logged once a worker has had a document: it can quote it. */
function tailOf(stderr: Readable | null): () => string {
  let tail = '';
  stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('latin1')).slice(-MAX_STDERR_CHARS);
  });
  return () => tail;
}

/** Lines as they come; undefined for ever once the stream ends or holds what is not a line of ours. */
function linesOf(stream: Readable | Writable | null | undefined): { next(): Promise<Line | undefined> } {
  if (!(stream instanceof Readable)) throw new Error('a worker has no channel');
  const lines: Line[] = [];
  let rest = '';
  let over = false;
  let wake = () => {};
  const finish = () => {
    over = true;
    stream.destroy();
    wake();
  };
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = Line.safeParse(parsed(part));
      // Beyond two waiting lines it is not us who speaks.
      if (!line.success || lines.length > 1) return finish();
      lines.push(line.data);
    }
    if (rest.length > MAX_LINE_CHARS) return finish();
    wake();
  });
  stream.on('close', finish).on('error', finish);
  return {
    async next() {
      while (lines.length === 0 && !over)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return lines.shift();
    },
  };
}

/** A regular file's bytes; undefined where there is none. */
async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (!file) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Refusal('crashed', 'the worker left something that is not a file');
    if (stat.size > maxBytes) throw new Refusal('limit', `${stat.size} bytes of output`);
    const bytes = Buffer.alloc(stat.size);
    let read = 0;
    while (read < bytes.length) {
      const { bytesRead } = await file.read(bytes, read, bytes.length - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

function parsed(json: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof json === 'string' ? json : Buffer.from(json).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A worker that waits for jobs does not keep our process from ending; it ends with us. */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
}
