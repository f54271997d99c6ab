import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { consoleApp } from '../console/app.ts';
import type { DocumentEvent } from '../core/records.ts';
import { type FolderPipeline, startFolderPipeline } from '../folder-pipeline.ts';
import { jsonLog, type Log } from '../log.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { isSettled } from '../stores/directory-version.ts';
import { watchDirectory } from '../stores/directory-watch.ts';
import { type Command, EXIT, type Io, UsageError } from './command.ts';
import { lockFolders, makeFolders } from './folders.ts';
import { JUDGING_OPTIONS, readJudging } from './judging-options.ts';
import { jsonLine, printable } from './printable.ts';
import { explainScanning } from './scanning.ts';

// A file is picked up when its size and time have not changed for this long.
const QUIET_MS = 300;

export const local: Command = {
  name: 'local',
  usage: 'local [--data DIR] [--port N] [--once] [--policy FILE] [--jobs N] [--scanner auto|clamd|none] [--json]',
  summary: 'run the whole pipeline on folders, with a console',
  options: {
    data: { type: 'string', value: 'DIR', says: 'where staging, public, quarantine and ledger are (./data)' },
    port: { type: 'string', value: 'N', says: 'port of the console on 127.0.0.1 (7700; 0: any that is free)' },
    once: { type: 'boolean', says: 'settle what is in staging, then exit' },
    policy: JUDGING_OPTIONS.policy,
    scanner: JUDGING_OPTIONS.scanner,
    jobs: JUDGING_OPTIONS.jobs,
    json: { type: 'boolean', says: 'one JSON object a line on stdout, one per event' },
  },

  async run(args, io) {
    const data = resolve(args.text('data') ?? 'data');
    const judging = await readJudging(args);
    const port = readPort(args.text('port') ?? '7700');
    const folders = await makeFolders(data);
    const unlock = await lockFolders(data);
    try {
      const onEvent = (event: DocumentEvent) => io.out(args.flag('json') ? jsonLine(event) : sentence(event));
      const toStderr = jsonLog((line) => io.err(line.trimEnd()));
      // Each verdict is an event already; what is left for the log is what went wrong.
      const log: Log = (level, ...rest) => level !== 'info' && toStderr(level, ...rest);
      const pipeline = await startFolderPipeline({ ...judging, folders, env: io.env, log, onEvent });
      try {
        for (const line of explainScanning(pipeline.status().scanner)) io.err(line);
        if (args.flag('once')) return await once(pipeline, folders.staging, io);
        const close = await openConsole(pipeline, port, io);
        io.err(
          `put documents into  ${folders.staging}\nthey end up in      ${folders.public}\nor in               ${folders.quarantine}`,
        );
        await pipeline.recoverRemoved();
        const onSkipped = () => log('warn', 'something in staging is not a document and stays where it is');
        const { signal } = io;
        await watchDirectory(folders.staging, { onChange: pipeline.changed, signal, quietMs: QUIET_MS, onSkipped });
        await close();
        return EXIT.published;
      } finally {
        await pipeline.stop();
      }
    } finally {
      await unlock();
    }
  },
};

async function once(pipeline: FolderPipeline, staging: string, { signal, err }: Io) {
  await untilQuiet(staging, signal);
  await pipeline.drain(signal);
  const { published, quarantined } = pipeline.status();
  err(`${published} published, ${quarantined} quarantined`);
  return quarantined > 0 ? EXIT.quarantined : EXIT.published;
}

/** Waits until nothing in staging was changed just now: it may still be being written. */
async function untilQuiet(staging: string, signal: AbortSignal): Promise<void> {
  for (let isQuiet = false; !isQuiet && !signal.aborted; ) {
    isQuiet = true;
    for await (const version of directoryStore(staging).list())
      if (!isSettled(version, Date.now(), QUIET_MS)) isQuiet = false;
    if (!isQuiet) await delay(QUIET_MS / 2, undefined, { signal }).catch(() => undefined);
  }
}

/** Loopback only: the console shows object keys and asks nobody who they are. */
async function openConsole(pipeline: FolderPipeline, port: number, io: Io): Promise<() => Promise<void>> {
  const app = consoleApp(pipeline.ledger, pipeline.status);
  return new Promise((opened, failed) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) => {
      io.err(`console             http://127.0.0.1:${address.port}/`);
      opened(() => new Promise((closed) => void server.close(() => closed())));
    });
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      failed(isTaken ? new UsageError(`port ${port} is taken`, 'choose another with --port N') : error);
    });
  });
}

function sentence(event: DocumentEvent): string {
  const key = printable(event.key);
  switch (event.type) {
    case 'Document Promoted':
      return `published    ${key}  (${event.findings} findings)`;
    case 'Document Quarantined':
      return `quarantined  ${key}  ${event.reason}  case ${event.caseId}`;
    case 'Document Removed':
      return `removed      ${key}`;
    case 'Processing Failed':
      return `failed       ${key}`;
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`not a port: ${printable(text)}`);
  return port;
}
