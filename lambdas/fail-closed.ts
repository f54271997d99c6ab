// The consumer of dead letters. It has no parser: what could not be handled is quarantined unopened.

import middy from '@middy/core';
import { readPolicy } from '../lib/core/policy.ts';
import { readFailClosedEnv } from '../lib/env.ts';
import { failClosedHandler } from '../lib/handlers.ts';
import { jsonLog } from '../lib/log.ts';
import { countRefused } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { failClosedPlaces } from '../lib/places.ts';
import { VERSION } from '../lib/version.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readFailClosedEnv(process.env);
const policy = readPolicy(env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY));
const role = { terms: { policy: policy.hash, version: VERSION }, overwrite: policy.overwrite };

const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['quarantined', 'failed'] });
const handle = failClosedHandler(failClosedPlaces(env, role), countRefused(metrics));

export const handler = middy(batchOf(handle, log, metrics, 'dead-letters'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 5_000 }));
