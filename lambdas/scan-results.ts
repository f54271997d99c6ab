// Puts on record what GuardDuty says of objects of staging. Opens no document, and has no right on any.

import middy from '@middy/core';
import { readScanResultsEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket, openQueue } from '../lib/places.ts';
import { scanResultHandler } from '../lib/scan-results.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readScanResultsEnv(process.env);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['scanned', 'failed'] });
const handle = scanResultHandler({
  ledger: openBucket(env.SPOORLOOS_LEDGER),
  liveQueue: openQueue(env.SPOORLOOS_LIVE_QUEUE_URL),
  bucket: env.SPOORLOOS_STAGING,
  now: () => new Date(),
  onResult(status, outcome) {
    log('info', 'scan result', { status, outcome });
    if (outcome === 'recorded') metrics.count('scanned', status);
  },
});

export const handler = middy(batchOf(handle, log, metrics, 'scan-results'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 5_000 }));
