// Judges for audits. Its places hold nothing that could be written, and its role has no right to; it sends results.

import middy from '@middy/core';
import { definitionsFor } from '../lib/definitions.ts';
import { readAuditsEnv } from '../lib/env.ts';
import { bulkHandler } from '../lib/handlers-runs.ts';
import { openJudge } from '../lib/judging.ts';
import { jsonLog } from '../lib/log.ts';
import { countReported } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { auditPlaces, openBucket, openQueue, protectedBucket } from '../lib/places.ts';
import { logCrash } from '../lib/verdict-log.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readAuditsEnv(process.env);
const policyFile: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['audited', 'failed'] });
const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
const choice = {
  ...{ scanner: env.SPOORLOOS_SCANNER, env: process.env, protectedBucket: protectedBucket(env) },
  ...definitions,
};
const { judge, engine, policy, version } = await openJudge({ policyFile, jobs: 1, ...choice, onCrash: logCrash(log) });
const audit = auditPlaces(env, { policy: policy.hash, version }, { judge, engine });
const results = openQueue(env.SPOORLOOS_RESULTS_QUEUE_URL);
const handle = bulkHandler({ audit, results, onAudited: countReported(metrics, 'audited') });

export const handler = middy(batchOf(handle, log, metrics, 'audits'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 20_000 }));
