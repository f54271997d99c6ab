// Writes the results of runs into the ledger, as many at a time as the queue hands out.

import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readCollectEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { countReported } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket } from '../lib/places.ts';
import { collectResults } from '../lib/replay/collect.ts';
import { flushMetrics, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readCollectEnv(process.env);
const ledger = openBucket(env.SPOORLOOS_LEDGER);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL, counters: ['collected', 'failed'] });

async function collect({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const messages = Records.map(({ messageId, body }) => ({ id: messageId, body }));
  const failed = await collectResults(ledger, messages, countReported(metrics, 'collected'));
  for (const messageId of failed) {
    log('error', 'not a result of a run', { messageId });
    metrics.count('failed', 'results');
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = middy(collect).use(requestLog(log)).use(flushMetrics(metrics));
