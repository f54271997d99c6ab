// The bucket of malware definitions: who scans with them opens it to read, and the updater brings it up to date.

import { LIMITS } from './core/limits.ts';
import { ageHours } from './core/records-definitions.ts';
import type { ObjectStore } from './core/store.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { ScannerOptions } from './scanners/choose.ts';
import { starter } from './scanners/choose.ts';
import { currentDefinitions } from './scanners/definitions.ts';
import { DefinitionsError, freshclam } from './scanners/freshclam.ts';
import { findProgram } from './scanners/programs.ts';
import { type Updated, updateDefinitions } from './scanners/update-definitions.ts';

export { DefinitionsError };

type Env = Readonly<Record<string, string | undefined>>;

/** The definitions that a scanner takes; none where no bucket is set. */
export function definitionsFor(
  bucket: string | undefined,
  open: (bucket: string) => ObjectStore,
  metrics: Metrics,
): { readonly definitions?: NonNullable<ScannerOptions['definitions']> } {
  if (bucket === undefined) return {};
  const onAge = (hours: number) => metrics.gauge('definitionsAgeHours', hours, bucket);
  return { definitions: { store: open(bucket), onAge } };
}

// A first fetch is some 300 MB.
const FRESHCLAM_MS = 600_000;

/** Rejects with a DefinitionsError where the definitions are not newer or not to be believed. */
export async function update(store: ObjectStore, env: Env): Promise<Updated> {
  const program = findProgram('freshclam', env);
  if (program === undefined) throw new DefinitionsError('freshclam is not installed (clamav-freshclam)');
  const start = starter(env, LIMITS);
  return updateDefinitions({
    store,
    fresh: freshclam({ program, mirror: env.SPOORLOOS_DEFINITIONS_MIRROR, timeoutMs: FRESHCLAM_MS }),
    async prove(folder) {
      try {
        await (await start(folder)).close();
      } catch (cause) {
        throw new DefinitionsError('clamd does not start on the new definitions, or does not detect', { cause });
      }
    },
  });
}

/** How old what is in the bucket is now, in hours; undefined where nothing is. */
export async function ageOf(store: ObjectStore, now = new Date()): Promise<number | undefined> {
  const found = await currentDefinitions(store);
  return found && ageHours(found.definitions, now);
}

/** One run of the updater, as the log tells it. The age is told whatever happens: an alarm waits for it. */
export async function updateAndTell(bucket: string, store: ObjectStore, env: Env, log: Log, metrics: Metrics) {
  try {
    const { outcome, definitions } = await update(store, env);
    const bytes = definitions.files.reduce((sum, file) => sum + file.bytes, 0);
    log('info', `definitions ${outcome}`, { set: definitions.set, files: definitions.files.length, bytes });
    return outcome;
  } catch (error) {
    const says = error instanceof DefinitionsError ? error.message : undefined;
    log('error', 'the definitions were not brought up to date', { ...(says && { says }) }, error);
    throw error;
  } finally {
    const hours = await ageOf(store).catch(() => undefined);
    if (hours !== undefined) metrics.gauge('definitionsAgeHours', hours, bucket);
  }
}
