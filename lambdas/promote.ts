import middy from '@middy/core';
import { readPromoteEnv } from '../lib/env.ts';
import { promoteHandler } from '../lib/handlers.ts';
import { jsonLog } from '../lib/log.ts';
import { promotePlaces } from '../lib/places.ts';
import { batchOf } from './batch.ts';
import { deadline, requestLog } from './middleware.ts';

const log = jsonLog();
const places = promotePlaces(readPromoteEnv(process.env));

export const handler = middy(batchOf(promoteHandler(places), log))
  .use(requestLog(log))
  .use(deadline({ beforeMs: 5_000 }));
