// Called on a schedule. A canary that did not end where it should is an error of the function, which the alarm counts.

import { CanaryError, isAlarming, runCanaries } from '../lib/canary/canary.ts';
import { readCanaryEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { watchedPlaces } from '../lib/places.ts';

const log = jsonLog();
const places = watchedPlaces(readCanaryEnv(process.env));

const LATE_MS = 10 * 60_000;

export async function handler(): Promise<void> {
  const results = await runCanaries(places, { lateMs: LATE_MS });
  log('info', 'canaries', Object.fromEntries(results.map(({ name, sighting }) => [name, sighting])));
  if (results.some(isAlarming)) throw new CanaryError();
}
