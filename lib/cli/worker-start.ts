// What a worker does before it takes a message, whatever its mode.

import { EnvError } from '../env.ts';
import { openBucket } from '../places.ts';
import { hasConditionalPuts } from '../stores/conditional-puts.ts';
import { type Io, UsageError } from './command.ts';

/** Without compare-and-swap two workers could both believe that they decide: better not to start. */
export async function checkBuckets<Name extends string>(
  env: Readonly<Record<Name, string>>,
  names: readonly Name[],
): Promise<void> {
  const hint = 'some gateways have them only in buckets without versioning; docs/deploy.md says more';
  for (const name of names)
    if (!(await hasConditionalPuts(openBucket(env[name]))))
      throw new UsageError(`the bucket of ${name} has no conditional puts`, hint);
}

export function settingsOf<T>(io: Io, read: (env: NodeJS.ProcessEnv) => T): T {
  try {
    return read(io.env);
  } catch (error) {
    if (error instanceof EnvError) throw new UsageError(error.message, 'docs/deploy.md lists the settings of a worker');
    throw error;
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
