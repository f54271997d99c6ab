import { join } from 'node:path';
import { readStatusEnv } from '../env.ts';
import { openBucket } from '../places.ts';
import { describeStatus } from '../status/describe.ts';
import { type DocumentStatus, statusOf } from '../status/document-status.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { type Args, type Command, EXIT, type ExitCode, type Io } from './command.ts';
import { jsonLine, printable } from './printable.ts';
import { DATA_OPTION, dataFolder, settings, theKey } from './which-places.ts';

export const status: Command = {
  name: 'status',
  usage: 'status [--data DIR] [--json] KEY',
  summary: 'say where a document is, why, and what can be done about it',
  options: {
    data: DATA_OPTION,
    json: { type: 'boolean', says: 'one JSON object (schemas/document-status.json)' },
  },

  async run(args, io) {
    const key = theKey(args, status.usage);
    const { ledger, staging } = await open(args, io);
    const found = await statusOf(ledger, staging, key);
    if (args.flag('json')) io.out(jsonLine(found));
    else for (const line of describeStatus(found)) io.out(printable(line));
    return found.shadow?.outcome === 'quarantined' ? EXIT.quarantined : EXIT_FOR[found.where];
  },
};

const EXIT_FOR: Record<DocumentStatus['where'], ExitCode> = {
  published: EXIT.published,
  waiting: EXIT.published,
  shadow: EXIT.published,
  removing: EXIT.published,
  removed: EXIT.published,
  quarantined: EXIT.quarantined,
  'taken-down': EXIT.quarantined,
  unknown: EXIT.usage,
};

async function open(args: Args, io: Io) {
  const data = await dataFolder(args, io);
  if (data !== undefined)
    return { ledger: directoryStore(join(data, 'ledger')), staging: directoryStore(join(data, 'staging')) };
  const env = settings(io, readStatusEnv);
  return { ledger: openBucket(env.SPOORLOOS_LEDGER), staging: openBucket(env.SPOORLOOS_STAGING) };
}
