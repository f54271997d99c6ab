// The worker's side of the pool. Jobs come as lines of JSON on standard input, answers go as lines on descriptor 3;
// the bytes are files in the job's own directory. Descriptor 4 is the lifeline: nothing is ever written to it, and when
// it ends the parent is gone, and so must everything be that this process holds.

import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

export type Answer = { readonly answer: unknown; readonly output?: Uint8Array };
export type Handle = (input: Uint8Array, message: unknown) => Promise<Answer>;

const Opening = z.strictObject({ data: z.unknown() });
const Job = z.strictObject({ job: z.string(), message: z.unknown() });

/**
 * Serves jobs until the parent ends. `open` gets the pool's data once; what it or a job throws goes to the parent
 * as the error's name and stack frames, never as its message.
 */
export async function serveJobs(open: (data: unknown) => Promise<Handle>): Promise<void> {
  watchLifeline();
  const answers = createWriteStream('', { fd: 3 });
  // A parent that does not listen is gone; that is the lifeline's to see.
  answers.on('error', () => undefined);
  const answer = (line: object) => answers.write(`${JSON.stringify(line)}\n`);
  let handle: Handle | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (!handle) {
      handle = await open(Opening.parse(JSON.parse(line)).data);
      answer({ type: 'ready' });
      continue;
    }
    const { job, message } = Job.parse(JSON.parse(line));
    try {
      const done = await handle(await readFile(join(job, 'input')), message);
      if (done.output) await writeFile(join(job, 'output'), done.output, { mode: 0o600 });
      await writeFile(join(job, 'answer'), JSON.stringify(done.answer ?? null), { mode: 0o600 });
      answer({ type: 'done' });
    } catch (error) {
      answer({ type: 'failed', ...withoutMessage(error) });
    }
  }
  // The parent is gone. The lifeline ends us, after it has wiped what we hold.
  setInterval(() => undefined, 60_000);
}

/** What may be told of an error whose message can quote a document. */
export function withoutMessage(error: unknown): { readonly name: string; readonly frames: readonly string[] } {
  if (!(error instanceof Error)) return { name: 'unknown', frames: [] };
  // The message may hold line feeds and lines that look like frames, so it is cut out before lines are read.
  const stack = error.stack ?? '';
  const told = stack.slice(stack.indexOf(error.message) + error.message.length);
  const frames = told
    .split('\n')
    .flatMap((line) => /^ {4}at [\w $.<>[\]]*\(?\S+:\d+:\d+\)?$/.exec(line)?.[0].trim() ?? []);
  return { name: /^\w{1,40}$/.test(error.name) ? error.name : 'Error', frames: frames.slice(0, MAX_FRAMES) };
}

const MAX_FRAMES = 12;

/**
 * Ends this process group when the parent dies, even by SIGKILL. It has to be a thread: on a document that keeps the
 * main thread busy for ever, nothing else would run.
 */
function watchLifeline(): void {
  const folder = process.env.TMPDIR;
  if (!folder) throw new Error('a worker needs a temporary directory of its own');
  new Worker(LIFELINE, { eval: true, workerData: folder }).unref();
}

// Not a blocking read: a thread that cannot be stopped would keep a crashing worker from ending.
const LIFELINE = `
  const { rmdirSync, rmSync } = require('node:fs');
  const { Socket } = require('node:net');
  const { dirname } = require('node:path');
  const { workerData } = require('node:worker_threads');
  const end = () => {
    try { rmSync(workerData, { recursive: true, force: true }); } catch {}
    // The pool's own directory: empty once the last worker is gone.
    try { rmdirSync(dirname(workerData)); } catch {}
    process.kill(-process.pid, 'SIGKILL');
  };
  new Socket({ fd: 4, readable: true, writable: false }).on('end', end).on('error', end).resume();
`;
