// Judges for audits. Its places hold nothing that could be written, and its role has no right to; it sends results.

import middy from '@middy/core';
import { readAuditsEnv } from '../lib/env.ts';
import { bulkHandler } from '../lib/handlers-runs.ts';
import { openJudge } from '../lib/judging.ts';
import { jsonLog } from '../lib/log.ts';
import { auditPlaces, openQueue } from '../lib/places.ts';
import { logCrash } from '../lib/verdict-log.ts';
import { batchOf } from './batch.ts';
import { deadline, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readAuditsEnv(process.env);
const policyFile: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
const choice = { scanner: env.SPOORLOOS_SCANNER, env: process.env };
const { judge, policy, version } = await openJudge({ policyFile, jobs: 1, ...choice, onCrash: logCrash(log) });
const audit = auditPlaces(env, { policy: policy.hash, version }, judge);

export const handler = middy(batchOf(bulkHandler({ audit, results: openQueue(env.SPOORLOOS_RESULTS_QUEUE_URL) }), log))
  .use(requestLog(log))
  .use(deadline({ beforeMs: 20_000 }));
