// Dead letters of a channel in shadow mode. It has no parser: that a document could not be judged is put on record.

import middy from '@middy/core';
import { readPolicy } from '../lib/core/policy.ts';
import { readShadowEnv } from '../lib/env.ts';
import { shadowFailClosedHandler } from '../lib/handlers-shadow.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { shadowRefusing } from '../lib/places.ts';
import { VERSION } from '../lib/version.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readShadowEnv(process.env);
const policy = readPolicy(env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY));
const places = shadowRefusing(env, { policy: policy.hash, version: VERSION });
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['wouldHoldBack', 'failed'] });
const handle = shadowFailClosedHandler(places, () => metrics.count('wouldHoldBack'));

export const handler = middy(batchOf(handle, log, metrics, 'dead-letters'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 5_000 }));
