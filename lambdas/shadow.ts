// A channel in shadow mode: judges what is staged and puts it on record. Its places hold nothing else to write to.

import middy from '@middy/core';
import { definitionsFor } from '../lib/definitions.ts';
import { readShadowEnv } from '../lib/env.ts';
import { shadowHandler } from '../lib/handlers-shadow.ts';
import { openJudge } from '../lib/judging.ts';
import { jsonLog } from '../lib/log.ts';
import { both, countAside } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket, shadowPlaces } from '../lib/places.ts';
import { logAside, logCrash } from '../lib/verdict-log.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readShadowEnv(process.env);
const counters = ['wouldPublish', 'wouldHoldBack', 'failed'] as const;
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters });
const policyFile: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, metrics);
const choice = { scanner: env.SPOORLOOS_SCANNER, env: process.env, ...definitions };
const { judge, policy, version } = await openJudge({ policyFile, jobs: 1, ...choice, onCrash: logCrash(log) });
const places = shadowPlaces(env, { policy: policy.hash, version }, judge);
const shadow = { ...places, onVerdict: both(logAside(log), countAside(metrics)) };

export const handler = middy(batchOf(shadowHandler({ shadow }), log, metrics, env.SPOORLOOS_LANE))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 20_000 }));
