import { resolve } from 'node:path';
import type { DocumentEvent } from '../core/records.ts';
import type { CaseChanged } from '../core/records-events.ts';
import type { ShadowRecord } from '../core/records-shadow.ts';
import { type FolderPipeline, QUIET_MS, startFolderPipeline, type Unsettled } from '../folder-pipeline.ts';
import { jsonLog, type Log } from '../log.ts';
import type { Skipped } from '../stores/directory-walk.ts';
import { watchDirectory } from '../stores/directory-watch.ts';
import { type Command, EXIT, type Io, UsageError } from './command.ts';
import { lockFolders, makeFolders, watchedFolders } from './folders.ts';
import { JUDGING_OPTIONS, readJudging } from './judging-options.ts';
import { openConsole, readPeople } from './local-console.ts';
import { carryOutOrder, ORDERS_EVERY_MS, type Order, takeOrders } from './orders.ts';
import { jsonLine, printable } from './printable.ts';
import { refuseLost } from './refuse-lost.ts';
import { remindHourly } from './remind-hourly.ts';
import { carryOutReview, type ReviewOrder } from './review-orders.ts';
import { explainScanning } from './scanning.ts';

export const local: Command = {
  name: 'local',
  usage:
    'local [--data DIR] [--port N] [--people NAME,…] [--once] [--shadow] [--policy FILE] [--jobs N] [--scanner auto|clamd|none] [--json]',
  summary: 'run the whole pipeline on folders, with a console',
  options: {
    data: { type: 'string', value: 'DIR', says: 'where staging, public, quarantine and ledger are (./data)' },
    port: { type: 'string', value: 'N', says: 'port of the console on 127.0.0.1 (7700; 0: any that is free)' },
    people: { type: 'string', value: 'NAME,…', says: 'who reviews; each gets an address (you, and a colleague)' },
    once: { type: 'boolean', says: 'settle what is in staging, then exit' },
    shadow: { type: 'boolean', says: 'judge and put on record only: nothing is published, quarantined or removed' },
    policy: JUDGING_OPTIONS.policy,
    scanner: JUDGING_OPTIONS.scanner,
    jobs: JUDGING_OPTIONS.jobs,
    json: { type: 'boolean', says: 'one JSON object a line on stdout, one per event' },
  },

  async run(args, io) {
    const data = resolve(args.text('data') ?? 'data');
    const judging = await readJudging(args);
    const port = readPort(args.text('port') ?? '7700');
    const people = readPeople(args.text('people'));
    const folders = await makeFolders(data);
    const unlock = await lockFolders(data);
    try {
      await refuseLost(watchedFolders(data), `spoorloos recover --data ${data}`);
      const onEvent = (event: DocumentEvent | CaseChanged) =>
        io.out(args.flag('json') ? jsonLine(event) : sentence(event));
      const toStderr = jsonLog((line) => io.err(line.trimEnd()));
      // Each verdict is an event already; what is left for the log is what went wrong.
      const log: Log = (level, ...rest) => level !== 'info' && toStderr(level, ...rest);
      const skipped: Skipped[] = [];
      const onSkipped = (one: Skipped) => {
        skipped.push(one);
        io.err(`not taken up        ${printable(one.folder + one.name)}  (${WHY_SKIPPED[one.why]})`);
      };
      const isShadow = args.flag('shadow');
      const onRecorded = (record: ShadowRecord) => io.out(args.flag('json') ? jsonLine(record) : asideSentence(record));
      const shadow = isShadow && { shadow: onRecorded };
      const pipeline = await startFolderPipeline({
        ...judging,
        folders,
        env: io.env,
        log,
        onEvent,
        onSkipped,
        ...shadow,
      });
      try {
        for (const line of explainScanning(pipeline.status().scanner)) io.err(line);
        const carryOut = (order: Order) => carryOutOrder(pipeline.takeDowns, order);
        const failed = (error: unknown) => log('error', 'an order could not be carried out', {}, error);
        // In shadow mode they wait: there is nothing of ours to take down.
        const review = (order: ReviewOrder) => carryOutReview(pipeline.review, order, failed);
        const takeUp = oneAtATime(async () => (isShadow ? undefined : takeOrders(data, carryOut, failed, review)));
        await takeUp();
        if (args.flag('once')) return await once(pipeline, skipped, io);
        const stopReminding = isShadow ? () => {} : remindHourly(pipeline.review, io, log, args.flag('json'));
        const orders = setInterval(() => void takeUp(), ORDERS_EVERY_MS);
        let close = async () => {};
        try {
          close = await openConsole(pipeline, { port, people, log, io });
          const ends = `they end up in      ${folders.public}\nor in               ${folders.quarantine}`;
          const aside =
            'shadow mode         nothing is published: `status KEY` and `replay --mode audit` say what would be';
          io.err(`put documents into  ${folders.staging}\n${isShadow ? aside : ends}`);
          await pipeline.recoverRemoved();
          const { signal } = io;
          await watchDirectory(folders.staging, { onChange: pipeline.changed, signal, quietMs: QUIET_MS, onSkipped });
          return EXIT.published;
        } finally {
          clearInterval(orders);
          stopReminding();
          await close();
        }
      } finally {
        await pipeline.stop();
      }
    } finally {
      await unlock();
    }
  },
};

/** An order that takes longer than the time to the next look is not taken up by that too. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  return () => {
    underWay ??= work().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

async function once(pipeline: FolderPipeline, skipped: readonly Skipped[], { signal, err }: Io) {
  const { unsettled, unread } = await pipeline.drain(signal);
  const { published, quarantined, isShadow } = pipeline.status();
  for (const [key, why] of unsettled) err(`not settled         ${printable(key)}  (${WHY_UNSETTLED[why]})`);
  const lost = skipped.filter(({ why }) => why !== 'link' && why !== 'transient').length + unsettled.size;
  const would = isShadow ? 'would be ' : '';
  err(`${published} ${would}published, ${quarantined} ${would}quarantined${lost > 0 ? `, ${lost} neither` : ''}`);
  if (lost + unread > 0) return EXIT.failed;
  return quarantined > 0 ? EXIT.quarantined : EXIT.published;
}

const WHY_UNSETTLED: Record<Unsettled, string> = {
  failed: 'it failed each time; what went wrong is said above',
  changing: 'it is still being written',
};

const WHY_SKIPPED: Record<Skipped['why'], string> = {
  'not-utf8': 'its name is not UTF-8',
  'too-long': 'its path is too long for a key',
  link: 'links are not followed',
  special: 'it is neither a file nor a folder',
  unreadable: 'the folder cannot be read',
  transient: 'its name says that it is still being written, or no document',
};

function sentence(event: DocumentEvent | CaseChanged): string {
  if (event.type === 'Case Changed')
    return `case         ${event.caseId}  ${event.to}, was ${event.from}  ${event.reason}`;
  const key = printable(event.key);
  switch (event.type) {
    case 'Document Promoted':
      return `published    ${key}  (${event.findings} findings)`;
    case 'Document Quarantined':
      return `quarantined  ${key}  ${event.reason}  case ${event.caseId}`;
    case 'Document Released':
      return `released     ${key}  case ${event.caseId}`;
    case 'Document Removed':
      return `removed      ${key}`;
    case 'Processing Failed':
      return `failed       ${key}`;
  }
}

function asideSentence({ key, reason, findings }: ShadowRecord): string {
  if (reason === null) return `would be published    ${printable(key)}  (${findings.length} findings)`;
  return `would be quarantined  ${printable(key)}  ${reason}`;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`not a port: ${printable(text)}`);
  return port;
}
