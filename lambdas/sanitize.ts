import middy from '@middy/core';
import { definitionsFor } from '../lib/definitions.ts';
import { readSanitizeEnv } from '../lib/env.ts';
import { sanitizeHandler } from '../lib/handlers.ts';
import { bulkHandler } from '../lib/handlers-runs.ts';
import { openJudge } from '../lib/judging.ts';
import { jsonLog } from '../lib/log.ts';
import { both, countVerdict } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket, protectedBucket, sanitizePlaces } from '../lib/places.ts';
import { logCrash, logVerdict } from '../lib/verdict-log.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readSanitizeEnv(process.env);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['quarantined', 'failed'] });
const policyFile: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
// One document at a time: a sandbox gets one message, and what kills it kills no other.
const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
const choice = {
  scanner: env.SPOORLOOS_SCANNER,
  env: process.env,
  protectedBucket: protectedBucket(env),
  ...definitions,
};
const { judge, engine, scans, policy, version } = await openJudge({
  policyFile,
  jobs: 1,
  ...choice,
  onCrash: logCrash(log),
});
const role = { terms: { policy: policy.hash, version }, overwrite: policy.overwrite };
const places = {
  ...sanitizePlaces(env, role, judge),
  engine,
  ...(scans && { scans }),
  onVerdict: both(logVerdict(log), countVerdict(metrics)),
};
const { results } = places;

// Every lane may be given messages of runs, whose results are reported where there is a queue for them.
const handle = results ? bulkHandler({ sanitize: places, results }) : sanitizeHandler(places);

export const handler = middy(batchOf(handle, log, metrics, env.SPOORLOOS_LANE))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 20_000 }));
