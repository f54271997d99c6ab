import middy from '@middy/core';
import { readPromoteEnv } from '../lib/env.ts';
import { promoteHandler } from '../lib/handlers.ts';
import { jsonLog, logOutdated } from '../lib/log.ts';
import { countOutcome } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { promotePlaces } from '../lib/places.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readPromoteEnv(process.env);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['published', 'removed', 'failed'] });
const places = { ...promotePlaces(env), onOutdated: logOutdated(log) };

export const handler = middy(batchOf(promoteHandler(places, countOutcome(metrics)), log, metrics, 'promote'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 5_000 }));
