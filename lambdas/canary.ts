// Called on a schedule. Its metrics are what the alarm is on, which hears when there are none as well.

import { runCanaries } from '../lib/canary/canary.ts';
import { readCanaryEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { gaugeCanaries } from '../lib/metrics-watch.ts';
import { watchedPlaces } from '../lib/places.ts';

const log = jsonLog();
const env = readCanaryEnv(process.env);
const places = watchedPlaces(env);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL });

const LATE_MS = 10 * 60_000;

export async function handler(): Promise<void> {
  const results = await runCanaries(places, { lateMs: LATE_MS });
  log('info', 'canaries', Object.fromEntries(results.map(({ name, sighting }) => [name, sighting])));
  gaugeCanaries(metrics, results);
  metrics.flush();
}
