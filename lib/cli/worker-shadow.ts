// A worker in shadow mode: what is staged is judged and put on record. It opens no bucket for writing but the ledger, and
// its credentials need no more.

import { definitionsFor } from '../definitions.ts';
import { readShadowWorkerEnv } from '../env.ts';
import { openJudge } from '../judging.ts';
import { jsonLog } from '../log.ts';
import { both, countAside } from '../metrics.ts';
import { auditPlaces, openBucket, openQueue, shadowPlaces } from '../places.ts';
import { startShadowPipeline } from '../shadow-pipeline.ts';
import { logAside, logCrash } from '../verdict-log.ts';
import { EXIT, type ExitCode, type Io } from './command.ts';
import { explainScanning } from './scanning.ts';
import { checkDoors, observe, openDoors } from './worker-doors.ts';
import { aborted, checkBuckets, settingsOf } from './worker-start.ts';

export async function workInShadow(policyFile: unknown, io: Io): Promise<ExitCode> {
  const env = settingsOf(io, readShadowWorkerEnv);
  checkDoors(env);
  await checkBuckets(env, ['SPOORLOOS_LEDGER']);
  const log = jsonLog((line) => io.err(line.trimEnd()));
  const { SPOORLOOS_JOBS: jobs, SPOORLOOS_BULK_JOBS: bulkJobs, SPOORLOOS_BULK_QUEUE_URL: bulk } = env;
  const { SPOORLOOS_RESULTS_QUEUE_URL: results, SPOORLOOS_AUDITS_QUEUE_URL: audits } = env;
  const heavyHands = env.SPOORLOOS_HEAVY_QUEUE_URL === undefined ? 0 : 1;
  const hands = jobs + heavyHands + (bulk === undefined ? 0 : bulkJobs) + (audits === undefined ? 0 : bulkJobs);
  const { metrics, watch, watched } = observe();
  const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
  const { judge, engine, policy, version, scanner, ...judging } = await openJudge({
    ...{ policyFile, jobs: hands, scanner: env.SPOORLOOS_SCANNER, env: io.env },
    ...definitions,
    onCrash: logCrash(log),
  });
  const terms = { policy: policy.hash, version };
  const shadow = shadowPlaces(env, terms, judge);
  const pipeline = startShadowPipeline({
    shadow: { ...shadow, onVerdict: both(logAside(log), countAside(metrics)) },
    ...{ deadLetters: openQueue(env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL), jobs, log, watched },
    ...(bulk !== undefined && { bulk: { queue: openQueue(bulk), jobs: bulkJobs } }),
    ...(results !== undefined && {
      runs: {
        audit: auditPlaces(env, terms, { judge, engine }),
        results: openQueue(results),
        ledger: openBucket(env.SPOORLOOS_LEDGER),
        ...(audits !== undefined && { audits: openQueue(audits) }),
      },
    }),
  });
  let closeDoors: (() => Promise<void>) | undefined;
  try {
    closeDoors = await openDoors({ env, io, log, terms, scanner, watch, metrics: metrics.text });
    for (const line of explainScanning(scanner)) io.err(line);
    io.err('shadow mode: looking on, and doing nothing');
    await aborted(io.signal);
    return EXIT.published;
  } finally {
    await pipeline.stop();
    await closeDoors?.();
    await judging.close();
  }
}
