import { ageOf, DefinitionsError, update } from '../definitions.ts';
import { readDefinitionsEnv } from '../env.ts';
import { openBucket } from '../places.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { METRICS_OPTION, writeMetrics } from './metrics-file.ts';
import { settings } from './which-places.ts';

export const definitions: Command = {
  name: 'definitions',
  usage: 'definitions update [--metrics FILE]',
  summary: 'bring the bucket of malware definitions up to date, from ClamAV or a mirror',
  options: { metrics: METRICS_OPTION },

  async run(args, io) {
    if (args.paths.length !== 1 || args.paths[0] !== 'update')
      throw new UsageError('what is to be done with the definitions is not said', definitions.usage);
    const { SPOORLOOS_DEFINITIONS: bucket } = settings(io, readDefinitionsEnv);
    const store = openBucket(bucket);
    try {
      const { outcome, definitions: current } = await update(store, io.env);
      io.out(`${outcome}\t${current.set}`);
      return EXIT.published;
    } catch (error) {
      if (!(error instanceof DefinitionsError)) throw error;
      io.err(`the definitions in the bucket stay as they are: ${error.message}`);
      return EXIT.failed;
    } finally {
      const hours = await ageOf(store).catch(() => undefined);
      if (hours !== undefined)
        await writeMetrics(args, (metrics) => metrics.gauge('definitionsAgeHours', hours, bucket));
    }
  },
};
