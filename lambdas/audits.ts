// Judges for audits. Its places hold nothing that could be written, and its role has no right to; it sends results and,
// where GuardDuty has to look at a document first, word that it is wanted.

import middy from '@middy/core';
import { definitionsFor } from '../lib/definitions.ts';
import { readAuditsEnv } from '../lib/env.ts';
import { bulkHandler } from '../lib/handlers-runs.ts';
import { openJudge } from '../lib/judging.ts';
import { jsonLog } from '../lib/log.ts';
import { countReported } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { auditPlaces, auditWaits, openBucket, openQueue, protectedBucket } from '../lib/places.ts';
import { logCrash } from '../lib/verdict-log.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readAuditsEnv(process.env);
const policyFile: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['audited', 'failed'] });
const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
// Of both it is only read what GuardDuty said.
const { SPOORLOOS_STAGING, SPOORLOOS_LEDGER } = env;
const choice = {
  ...{ scanner: env.SPOORLOOS_SCANNER, env: process.env },
  protectedBucket: protectedBucket({ SPOORLOOS_STAGING, SPOORLOOS_LEDGER }),
  ...definitions,
};
const opened = await openJudge({ policyFile, jobs: 1, ...choice, onCrash: logCrash(log) });
const { judge, engine, policy, version } = opened;
const audit = {
  ...auditPlaces(env, { policy: policy.hash, version }, { judge, engine }),
  ...auditWaits(env, opened.scans),
};
const results = openQueue(env.SPOORLOOS_RESULTS_QUEUE_URL);
const handle = bulkHandler({ audit, results, onAudited: countReported(metrics, 'audited') });

export const handler = middy(batchOf(handle, log, metrics, 'audits'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 20_000 }));
