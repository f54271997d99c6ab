// The updater of malware definitions, on a schedule: it fetches from the internet, and opens no document.

import { updateAndTell } from '../lib/definitions.ts';
import { readDefinitionsEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket } from '../lib/places.ts';

const log = jsonLog();
const bucket = readDefinitionsEnv(process.env).SPOORLOOS_DEFINITIONS;
const store = openBucket(bucket);
const metrics = cloudWatchMetrics();

export async function handler(): Promise<string> {
  try {
    return await updateAndTell(bucket, store, process.env, log, metrics);
  } finally {
    metrics.flush();
  }
}
