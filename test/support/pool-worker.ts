// A worker that misbehaves on request, to see that the pool survives it.

import { spawn } from 'node:child_process';
import { existsSync, writeSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { serveJobs } from '../../lib/engines/serve-jobs.ts';

const Message = z.object({ do: z.string(), bytes: z.number().optional() });
const LOOP = ['-e', 'for (;;);'];
const hoard: unknown[] = [];

await serveJobs(async (data) => async (input, message) => {
  const { do: task, bytes = 0 } = Message.parse(message);
  switch (task) {
    case 'echo':
      return { answer: { pid: process.pid, data, bytes: input.length }, output: input };
    case 'no output':
      return { answer: { pid: process.pid } };
    case 'environment':
      return { answer: { env: process.env, cwd: process.cwd() } };
    case 'loop':
      for (;;);
    case 'wait':
      return new Promise(() => setInterval(() => {}, 1000));
    case 'buffers':
      for (;;) hoard.push(Buffer.alloc(16 * 1024 * 1024, 1));
    case 'swell':
      hoard.push(Buffer.alloc(bytes, 1));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return { answer: { pid: process.pid } };
    case 'heap':
      for (;;) hoard.push({ text: `${hoard.length}`.padStart(100) });
    case 'exit':
      return process.exit(bytes);
    case 'signal':
      process.kill(process.pid, 'SIGSEGV');
      return new Promise(() => {});
    case 'throw':
      throw new TypeError('the secret of the document\n    at secret (/secret:1:1)');
    case 'uncaught':
      setImmediate(() => {
        throw new Error('out of nowhere');
      });
      return new Promise(() => {});
    case 'child loops':
      spawn(process.execPath, LOOP, { stdio: 'ignore' });
      return new Promise(() => {});
    case 'child outlives':
      spawn(process.execPath, LOOP, { stdio: 'ignore' });
      spawn(process.execPath, LOOP, { stdio: 'ignore', detached: true });
      await new Promise((resolve) => setTimeout(resolve, 300));
      process.kill(process.pid, 'SIGSEGV');
      return new Promise(() => {});
    case 'flood':
      for (;;) for (const descriptor of [1, 2]) writeWhatFits(descriptor);
    case 'chatter':
      for (;;) writeSync(3, '{"type":"done"}\n');
    case 'endless line':
      for (;;) writeSync(3, 'x'.repeat(65_536));
    case 'big output':
      return { answer: null, output: Buffer.alloc(bytes) };
    case 'linked output': {
      await symlink('/etc/hostname', join(await jobFolder(), 'output'));
      return { answer: null };
    }
    case 'leftovers': {
      await mkdir(join(process.cwd(), 'left'));
      await writeFile(join(process.cwd(), 'left', 'over'), input);
      return { answer: null };
    }
    default:
      throw new Error('no such task');
  }
});

/** Standard error does not wait for its reader. */
function writeWhatFits(descriptor: number): void {
  try {
    writeSync(descriptor, 'x'.repeat(65_536));
  } catch {}
}

/** The one directory in the worker's own that holds an input. */
async function jobFolder(): Promise<string> {
  const names = await readdir(process.cwd());
  const folder = names.map((name) => join(process.cwd(), name)).find((path) => existsSync(join(path, 'input')));
  if (!folder) throw new Error('no job');
  return folder;
}
