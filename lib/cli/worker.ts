import type { PromotePlaces } from '../core/carry-out.ts';
import { definitionsFor } from '../definitions.ts';
import { ledgerDenyList } from '../edge/ledger-deny-list.ts';
import { readWorkerEnv, type WorkerEnv } from '../env.ts';
import { openJudge } from '../judging.ts';
import { jsonLog, type Log, logOutdated } from '../log.ts';
import { both, countVerdict } from '../metrics.ts';
import { startPipeline } from '../pipeline.ts';
import { openBucket, openQueue, promotePlaces, protectedBucket, sanitizePlaces, trailPlaces } from '../places.ts';
import { logCrash, logVerdict } from '../verdict-log.ts';
import type { Command } from './command.ts';
import { JUDGING_OPTIONS, readPolicyFile } from './judging-options.ts';
import { refuseLost } from './refuse-lost.ts';
import { checkDoors, observe } from './worker-doors.ts';
import { handsOf, lanesOfRuns, untilStopped } from './worker-lanes.ts';
import { workInShadow } from './worker-shadow.ts';
import { checkBuckets, settingsOf } from './worker-start.ts';

export const worker: Command = {
  name: 'worker',
  usage: 'worker [--policy FILE]',
  summary: 'run the pipeline against S3 and SQS endpoints, set in the environment',
  options: { policy: JUDGING_OPTIONS.policy },

  async run(args, io) {
    const policyFile = await readPolicyFile(args.text('policy'));
    // Where it is neither word, the settings below are refused.
    if (io.env.SPOORLOOS_MODE === 'shadow') return workInShadow(policyFile, io);
    const env = settingsOf(io, readWorkerEnv);
    checkDoors(env);
    await checkBuckets(env, ['SPOORLOOS_LEDGER', 'SPOORLOOS_QUARANTINE']);
    await refuseLost(trailPlaces(env), 'spoorloos recover');
    const log = jsonLog((line) => io.err(line.trimEnd()));
    const { metrics, watch, watched } = observe();
    const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
    const choice = {
      scanner: env.SPOORLOOS_SCANNER,
      env: io.env,
      protectedBucket: protectedBucket(env),
      ...definitions,
    };
    const judging = await openJudge({ policyFile, jobs: handsOf(env), ...choice, onCrash: logCrash(log) });
    const { judge, engine, scans, policy, version, scanner } = judging;
    const role = { terms: { policy: policy.hash, version }, overwrite: policy.overwrite };
    const onVerdict = both(logVerdict(log), countVerdict(metrics));
    const pipeline = startPipeline({
      sanitize: { ...sanitizePlaces(env, role, judge), engine, ...(scans && { scans }), onVerdict },
      promote: promoteOf(env, log),
      deadLetters: openQueue(env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL),
      jobs: env.SPOORLOOS_JOBS,
      ...lanesOfRuns(env, role.terms, judging),
      log,
      watched,
    });
    const doors = { env, io, log, terms: role.terms, scanner, watch, metrics: metrics.text };
    return untilStopped(pipeline, judging, doors, 'waiting for documents');
  },
};

function promoteOf(env: WorkerEnv, log: Log): PromotePlaces {
  const places = promotePlaces(env);
  return { edge: ledgerDenyList(places.ledger, places.now), ...places, onOutdated: logOutdated(log) };
}
