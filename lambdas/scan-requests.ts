// Asks GuardDuty for scans that it did not make by itself. Opens no document, and has no right on any.

import middy from '@middy/core';
import { readScanRequestsEnv } from '../lib/env.ts';
import { guardDutyScan, openGuardDuty } from '../lib/guardduty-scan.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket } from '../lib/places.ts';
import { scanRequestHandler } from '../lib/scan-requests.ts';
import { batchOf } from './batch.ts';
import { deadline, flushMetrics, requestLog } from './middleware.ts';

// Two of these run at a time: ten calls a second, so that others of the account can make some as well.
const PACE_MS = 200;

const log = jsonLog();
const env = readScanRequestsEnv(process.env);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['failed'] });
const handle = scanRequestHandler({
  bucket: env.SPOORLOOS_STAGING,
  ledger: openBucket(env.SPOORLOOS_LEDGER),
  scan: guardDutyScan(openGuardDuty()),
  paceMs: PACE_MS,
});

export const handler = middy(batchOf(handle, log, metrics, 'scan-requests'))
  .use(requestLog(log))
  .use(flushMetrics(metrics))
  .use(deadline({ beforeMs: 5_000 }));
