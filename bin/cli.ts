#!/usr/bin/env node
import type { Io } from '../lib/cli/command.ts';
import { main } from '../lib/cli/main.ts';

const stop = new AbortController();
let stoppedWith: number | undefined;

/** The first time the command is asked to end; the second time the process does. */
function end(exitCode: number): void {
  if (stoppedWith !== undefined) process.exit(exitCode);
  stoppedWith = exitCode;
  stop.abort();
}

// 128 and the number of the signal, as shells count.
process.on('SIGINT', () => end(130));
process.on('SIGTERM', () => end(143));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // Whoever read the results has gone (`| head`). Every further write fails the same way: that is one end, not two.
  if (stoppedWith === undefined) end(141);
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const io: Io = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  isTty: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
  env: process.env,
  signal: stop.signal,
};

const exitCode = await main(process.argv.slice(2), io);
// Whatever was given up may still wait for an answer: an interrupted process does not.
if (stoppedWith !== undefined) process.exit(stoppedWith);
process.exitCode = exitCode;
