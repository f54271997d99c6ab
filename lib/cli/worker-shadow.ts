// A worker in shadow mode: what is staged is judged and put on record. It opens no bucket for writing but the ledger, and
// its credentials need no more.

import { definitionsFor } from '../definitions.ts';
import { readShadowWorkerEnv } from '../env.ts';
import { openJudge } from '../judging.ts';
import { jsonLog } from '../log.ts';
import { both, countAside } from '../metrics.ts';
import { openBucket, openQueue, shadowPlaces } from '../places.ts';
import { startShadowPipeline } from '../shadow-pipeline.ts';
import { logAside, logCrash } from '../verdict-log.ts';
import type { ExitCode, Io } from './command.ts';
import { checkDoors, observe } from './worker-doors.ts';
import { handsOf, lanesOfRuns, untilStopped } from './worker-lanes.ts';
import { checkBuckets, settingsOf } from './worker-start.ts';

export async function workInShadow(policyFile: unknown, io: Io): Promise<ExitCode> {
  const env = settingsOf(io, readShadowWorkerEnv);
  checkDoors(env);
  await checkBuckets(env, ['SPOORLOOS_LEDGER']);
  const log = jsonLog((line) => io.err(line.trimEnd()));
  const { metrics, watch, watched } = observe();
  const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
  const choice = { scanner: env.SPOORLOOS_SCANNER, env: io.env, ...definitions };
  const judging = await openJudge({ policyFile, jobs: handsOf(env), ...choice, onCrash: logCrash(log) });
  const { judge, policy, version, scanner } = judging;
  const terms = { policy: policy.hash, version };
  const shadow = { ...shadowPlaces(env, terms, judge), onVerdict: both(logAside(log), countAside(metrics)) };
  const { runs, ...lanes } = lanesOfRuns(env, terms, judging);
  const pipeline = startShadowPipeline({
    ...{ shadow, log, watched, jobs: env.SPOORLOOS_JOBS },
    deadLetters: openQueue(env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL),
    ...lanes,
    ...(runs && { runs: { ...runs, ledger: openBucket(env.SPOORLOOS_LEDGER) } }),
  });
  const doors = { env, io, log, terms, scanner, watch, metrics: metrics.text };
  return untilStopped(pipeline, judging, doors, 'shadow mode: looking on, and doing nothing');
}
