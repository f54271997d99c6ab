import { DefinitionsError, update } from '../definitions.ts';
import { readDefinitionsEnv } from '../env.ts';
import { openBucket } from '../places.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { settings } from './which-places.ts';

export const definitions: Command = {
  name: 'definitions',
  usage: 'definitions update',
  summary: 'bring the bucket of malware definitions up to date, from ClamAV or a mirror',
  options: {},

  async run(args, io) {
    if (args.paths.length !== 1 || args.paths[0] !== 'update')
      throw new UsageError('what is to be done with the definitions is not said', definitions.usage);
    const { SPOORLOOS_DEFINITIONS: bucket } = settings(io, readDefinitionsEnv);
    try {
      const { outcome, definitions: current } = await update(openBucket(bucket), io.env);
      io.out(`${outcome}\t${current.set}`);
      return EXIT.published;
    } catch (error) {
      if (!(error instanceof DefinitionsError)) throw error;
      io.err(`the definitions in the bucket stay as they are: ${error.message}`);
      return EXIT.failed;
    }
  },
};
