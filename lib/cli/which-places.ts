// Commands that ask about, or order, one key work on folders as `local` does, or on buckets as `worker` does.

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EnvError } from '../env.ts';
import { isKey } from '../stores/keys.ts';
import { type Args, type Io, type Option, UsageError } from './command.ts';

export const DATA_OPTION: Option = {
  type: 'string',
  value: 'DIR',
  says: 'folders, as of `local` (./data, unless SPOORLOOS_LEDGER names a bucket in the environment)',
};

/** The data folder, or undefined where the environment names buckets and no folder was given. */
export async function dataFolder(args: Args, io: Io): Promise<string | undefined> {
  const given = args.text('data');
  if (given === undefined && io.env.SPOORLOOS_LEDGER) return undefined;
  const data = resolve(given ?? 'data');
  if (await isFolder(join(data, 'ledger'))) return data;
  throw new UsageError('no ledger is in the data folder', 'name the folder of `spoorloos local` with --data DIR');
}

/** The settings, or a usage error that names what is missing. */
export function settings<T>(io: Io, read: (env: NodeJS.ProcessEnv) => T): T {
  try {
    return read({ ...io.env });
  } catch (error) {
    if (error instanceof EnvError)
      throw new UsageError(
        error.message,
        'docs/deploy.md and docs/replay.md list the settings; --data DIR is for folders',
      );
    throw error;
  }
}

/** The one key that the command is about. */
export function theKey(args: Args, usage: string): string {
  const [key, ...more] = args.paths;
  if (key === undefined || more.length > 0) throw new UsageError('exactly one key is needed', usage);
  if (!isKey(key)) throw new UsageError('a key is 1 to 1,024 bytes of UTF-8');
  return key;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
