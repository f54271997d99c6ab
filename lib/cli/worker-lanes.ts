// The lanes of a worker, whatever its mode, and its end.

import type { Terms } from '../core/settle.ts';
import type { ShadowWorkerEnv } from '../env.ts';
import type { OpenJudge } from '../judging.ts';
import type { Pipeline } from '../pipeline.ts';
import { auditPlaces, openQueue } from '../places.ts';
import { EXIT, type ExitCode } from './command.ts';
import { explainScanning } from './scanning.ts';
import { type DoorsOptions, openDoors } from './worker-doors.ts';
import { aborted } from './worker-start.ts';

/** A process for each hand of each lane: what one lane judges never waits for another lane's document. */
export function handsOf(env: ShadowWorkerEnv): number {
  const { SPOORLOOS_JOBS: jobs, SPOORLOOS_BULK_JOBS: bulkJobs } = env;
  const { SPOORLOOS_HEAVY_QUEUE_URL: heavy, SPOORLOOS_BULK_QUEUE_URL: bulk, SPOORLOOS_AUDITS_QUEUE_URL: audits } = env;
  return jobs + (heavy === undefined ? 0 : 1) + [bulk, audits].filter((url) => url !== undefined).length * bulkJobs;
}

/** The lane of runs, and what they need, where the environment names their queues. */
export function lanesOfRuns(env: ShadowWorkerEnv, terms: Terms, judging: Pick<OpenJudge, 'judge' | 'engine'>) {
  const { SPOORLOOS_BULK_QUEUE_URL: bulk, SPOORLOOS_BULK_JOBS: jobs } = env;
  const { SPOORLOOS_RESULTS_QUEUE_URL: results, SPOORLOOS_AUDITS_QUEUE_URL: audits } = env;
  const runs = results !== undefined && {
    ...{ audit: auditPlaces(env, terms, judging), results: openQueue(results) },
    ...(audits !== undefined && { audits: openQueue(audits) }),
  };
  return { ...(bulk !== undefined && { bulk: { queue: openQueue(bulk), jobs } }), ...(runs && { runs }) };
}

/** Answers and tells until this process is to stop. Then what is in hand is finished, and health is asked for until it is. */
export async function untilStopped(
  pipeline: Pipeline,
  judging: Pick<OpenJudge, 'close'>,
  doors: DoorsOptions,
  says: string,
): Promise<ExitCode> {
  const { io, scanner } = doors;
  let closeDoors: (() => Promise<void>) | undefined;
  try {
    closeDoors = await openDoors(doors);
    for (const line of explainScanning(scanner)) io.err(line);
    io.err(says);
    await aborted(io.signal);
    return EXIT.published;
  } finally {
    await pipeline.stop();
    await closeDoors?.();
    await judging.close();
  }
}
