import middy from '@middy/core';
import { definitionsFor } from '../lib/definitions.ts';
import { readSanitizeEnv } from '../lib/env.ts';
import { sanitizeHandler } from '../lib/handlers.ts';
import { openJudge } from '../lib/judging.ts';
import { jsonLog } from '../lib/log.ts';
import { openBucket, sanitizePlaces } from '../lib/places.ts';
import { logCrash, logVerdict } from '../lib/verdict-log.ts';
import { batchOf } from './batch.ts';
import { deadline, requestLog } from './middleware.ts';

const log = jsonLog();
const env = readSanitizeEnv(process.env);
const policyFile: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
// One document at a time: a sandbox gets one message, and what kills it kills no other.
const definitions = definitionsFor(env.SPOORLOOS_DEFINITIONS, openBucket, (line) => process.stdout.write(line));
const choice = { scanner: env.SPOORLOOS_SCANNER, env: process.env, ...definitions };
const { judge, policy, version } = await openJudge({ policyFile, jobs: 1, ...choice, onCrash: logCrash(log) });
const role = { terms: { policy: policy.hash, version }, overwrite: policy.overwrite };
const places = { ...sanitizePlaces(env, role, judge), onVerdict: logVerdict(log) };

export const handler = middy(batchOf(sanitizeHandler(places), log))
  .use(requestLog(log))
  .use(deadline({ beforeMs: 20_000 }));
