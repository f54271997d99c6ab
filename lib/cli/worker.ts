import type { PromotePlaces } from '../core/carry-out.ts';
import { definitionsFor } from '../definitions.ts';
import { ledgerDenyList } from '../edge/ledger-deny-list.ts';
import { readWorkerEnv, type WorkerEnv } from '../env.ts';
import { openJudge } from '../judging.ts';
import { jsonLog, type Log, logOutdated } from '../log.ts';
import { both, countVerdict } from '../metrics.ts';
import { startPipeline } from '../pipeline.ts';
import { auditPlaces, openBucket, openQueue, promotePlaces, protectedBucket, sanitizePlaces } from '../places.ts';
import { logCrash, logVerdict } from '../verdict-log.ts';
import { type Command, EXIT } from './command.ts';
import { JUDGING_OPTIONS, readPolicyFile } from './judging-options.ts';
import { explainScanning } from './scanning.ts';
import { checkDoors, observe, openDoors } from './worker-doors.ts';
import { workInShadow } from './worker-shadow.ts';
import { aborted, checkBuckets, settingsOf } from './worker-start.ts';

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
    const log = jsonLog((line) => io.err(line.trimEnd()));
    const { metrics, watch, watched } = observe();
    const jobs = env.SPOORLOOS_JOBS;
    const bulk = bulkOf(env);
    const { SPOORLOOS_RESULTS_QUEUE_URL: results, SPOORLOOS_AUDITS_QUEUE_URL: audits } = env;
    // A process for each hand of each lane: what one lane judges never waits for another lane's document.
    const heavyHands = env.SPOORLOOS_HEAVY_QUEUE_URL === undefined ? 0 : 1;
    const hands = jobs + heavyHands + (bulk?.jobs ?? 0) + (audits === undefined ? 0 : env.SPOORLOOS_BULK_JOBS);
    const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
    const choice = {
      scanner: env.SPOORLOOS_SCANNER,
      env: io.env,
      protectedBucket: protectedBucket(env),
      ...definitions,
    };
    const { judge, engine, scans, policy, version, ...judging } = await openJudge({
      policyFile,
      jobs: hands,
      ...choice,
      onCrash: logCrash(log),
    });
    const role = { terms: { policy: policy.hash, version }, overwrite: policy.overwrite };
    const runs = results !== undefined && {
      audit: auditPlaces(env, role.terms, { judge, engine }),
      results: openQueue(results),
      ...(audits !== undefined && { audits: openQueue(audits) }),
    };
    const onVerdict = both(logVerdict(log), countVerdict(metrics));
    const pipeline = startPipeline({
      sanitize: { ...sanitizePlaces(env, role, judge), engine, ...(scans && { scans }), onVerdict },
      promote: promoteOf(env, log),
      deadLetters: openQueue(env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL),
      jobs,
      ...(bulk && { bulk }),
      ...(runs && { runs }),
      log,
      watched,
    });
    let closeDoors: (() => Promise<void>) | undefined;
    try {
      const { terms } = role;
      const { scanner } = judging;
      closeDoors = await openDoors({ env, io, log, terms, scanner, watch, metrics: metrics.text });
      for (const line of explainScanning(judging.scanner)) io.err(line);
      io.err('waiting for documents');
      await aborted(io.signal);
      return EXIT.published;
    } finally {
      await pipeline.stop();
      await closeDoors?.();
      await judging.close();
    }
  },
};

function promoteOf(env: WorkerEnv, log: Log): PromotePlaces {
  const places = promotePlaces(env);
  return { edge: ledgerDenyList(places.ledger, places.now), ...places, onOutdated: logOutdated(log) };
}

function bulkOf({ SPOORLOOS_BULK_QUEUE_URL: url, SPOORLOOS_BULK_JOBS: jobs }: WorkerEnv) {
  return url === undefined ? undefined : { queue: openQueue(url), jobs };
}
