import type { Terms } from '../core/settle.ts';
import { readSweepEnv } from '../env.ts';
import { gaugeSweep } from '../metrics-watch.ts';
import { sweepPlaces } from '../places.ts';
import { meaningOf } from '../sweep/amiss.ts';
import { tallyOf } from '../sweep/found.ts';
import { ledgerStateOf, type TrailPlaces } from '../sweep/lost-ledger.ts';
import { type SweepPlaces, sweep } from '../sweep/sweep.ts';
import { policyFor } from '../tools.ts';
import { VERSION } from '../version.ts';
import { type Args, type Command, EXIT, type Io, UsageError } from './command.ts';
import { watchedFolders } from './folders.ts';
import { JUDGING_OPTIONS, readPolicyFile } from './judging-options.ts';
import { METRICS_OPTION, writeMetrics } from './metrics-file.ts';
import { jsonLine, printable } from './printable.ts';
import { DATA_OPTION, dataFolder, settings } from './which-places.ts';

const GRACE_MINUTES = 15;
const MAX_MENDS = 1000;

export const sweepCommand: Command = {
  name: 'sweep',
  usage:
    'sweep [--data DIR] [--policy FILE] [--report-only] [--max-mends N] [--grace MINUTES] [--metrics FILE] [--json]',
  summary: 'compare staging, public and ledger; say what is amiss and have it mended',
  options: {
    data: DATA_OPTION,
    policy: JUDGING_OPTIONS.policy,
    'report-only': { type: 'boolean', says: 'ask for no reconcile' },
    'max-mends': {
      type: 'string',
      value: 'N',
      says: `reconciles for each thing that is amiss, at most (${MAX_MENDS})`,
    },
    grace: { type: 'string', value: 'MINUTES', says: `younger objects may be on their way (${GRACE_MINUTES})` },
    metrics: METRICS_OPTION,
    json: { type: 'boolean', says: 'one JSON object a line on stdout, one per thing that is amiss' },
  },

  async run(args, io) {
    const maxMends = numberOf(args, 'max-mends', MAX_MENDS);
    const graceMs = numberOf(args, 'grace', GRACE_MINUTES) * 60_000;
    const policy = policyFor(await readPolicyFile(args.text('policy')));
    const places = await placesOf(args, io, { policy: policy.hash, version: VERSION });
    const ledger = await ledgerStateOf(places);
    if (ledger !== 'well') io.err(LOST[ledger]);
    const { liveQueue, ...looking } = places;
    const tally = tallyOf();
    const { looked, position } = await sweep(ledger === 'well' && liveQueue ? { ...looking, liveQueue } : looking, {
      maxMends,
      graceMs,
      isOver: () => io.signal.aborted,
      onAmiss(amiss, key, isMending) {
        tally.onAmiss(amiss, key, isMending);
        io.out(
          args.flag('json')
            ? jsonLine({ amiss, key, mending: isMending })
            : `${amiss.padEnd(11)}  ${printable(key)}${isMending ? '  (being mended)' : ''}`,
        );
      },
    });
    const found = tally.found();
    for (const { amiss, count } of found) io.err(`${count} ${amiss}: ${meaningOf(amiss)}`);
    io.err(`${looked} objects and records compared${position ? ', stopped before the end' : ''}`);
    if (found.some(({ mending, count }) => mending < count) && !liveQueue) io.err(HINT);
    if (position) return EXIT.failed;
    await writeMetrics(args, (metrics) => {
      metrics.gauge('ledgerLost', ledger === 'well' ? 0 : 1);
      gaugeSweep(metrics, { found: [...found] });
    });
    return found.length > 0 || ledger !== 'well' ? EXIT.quarantined : EXIT.published;
  },
};

const LOST = {
  lost: 'the ledger is lost: it knows nothing of what the audit trail tells. Nothing is mended; docs/runbook.md#the-ledger-is-lost',
  bare: 'public holds objects and the ledger knows of none: it is new, or lost with its trail. Nothing is mended; docs/runbook.md#ledger-lost',
};

const HINT = 'nothing was mended: folders are by `spoorloos local --once`, buckets without --report-only';

async function placesOf(args: Args, io: Io, terms: Terms): Promise<SweepPlaces & TrailPlaces> {
  const data = await dataFolder(args, io);
  if (data === undefined) {
    const { liveQueue, ...places } = sweepPlaces(settings(io, readSweepEnv), terms);
    return args.flag('report-only') ? places : { ...places, liveQueue };
  }
  return { ...watchedFolders(data), terms };
}

function numberOf(args: Args, option: string, usual: number): number {
  const text = args.text(option);
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${option} is a number, not ${printable(text)}`);
  return Number(text);
}
