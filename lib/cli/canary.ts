import { type CanaryPlaces, isAlarming, meaningOf, runCanaries } from '../canary/canary.ts';
import { readCanaryEnv } from '../env.ts';
import { gaugeCanaries } from '../metrics-watch.ts';
import { watchedPlaces } from '../places.ts';
import { type Args, type Command, EXIT, type Io } from './command.ts';
import { watchedFolders } from './folders.ts';
import { METRICS_OPTION, writeMetrics } from './metrics-file.ts';
import { jsonLine } from './printable.ts';
import { DATA_OPTION, dataFolder, settings } from './which-places.ts';

const LATE_MS = 10 * 60_000;

export const canary: Command = {
  name: 'canary',
  usage: 'canary [--data DIR] [--metrics FILE] [--json]',
  summary: 'look where the last test documents ended, and put new ones; exit 1 when one did not end where it should',
  options: {
    data: DATA_OPTION,
    metrics: METRICS_OPTION,
    json: { type: 'boolean', says: 'one JSON object a line, one per document' },
  },

  async run(args, io) {
    const results = await runCanaries(await open(args, io), { lateMs: LATE_MS });
    for (const { name, sighting } of results)
      io.out(
        args.flag('json') ? jsonLine({ name, sighting }) : `${name.padEnd(8)} ${sighting}: ${meaningOf(sighting)}`,
      );
    await writeMetrics(args, (metrics) => gaugeCanaries(metrics, results));
    return results.some(isAlarming) ? EXIT.quarantined : EXIT.published;
  },
};

async function open(args: Args, io: Io): Promise<CanaryPlaces> {
  const data = await dataFolder(args, io);
  return data === undefined ? watchedPlaces(settings(io, readCanaryEnv)) : watchedFolders(data);
}
