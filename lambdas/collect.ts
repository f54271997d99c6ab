// Writes the results of runs into the ledger, as many at a time as the queue hands out.

import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readCollectEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { openBucket } from '../lib/places.ts';
import { collectResults } from '../lib/replay/collect.ts';
import { requestLog } from './middleware.ts';

const log = jsonLog();
const ledger = openBucket(readCollectEnv(process.env).SPOORLOOS_LEDGER);

async function collect({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const messages = Records.map(({ messageId, body }) => ({ id: messageId, body }));
  const failed = await collectResults(ledger, messages);
  for (const messageId of failed) log('error', 'not a result of a run', { messageId });
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = middy(collect).use(requestLog(log));
