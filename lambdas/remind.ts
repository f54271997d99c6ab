// Called on a schedule: reminds people of cases, and once a day seals their trails. What could not be told is told by the next call; what was is noted, once and for all.

import type { Context } from 'aws-lambda';
import { isCanary } from '../lib/core/records-canary.ts';
import { readRemindEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { notifier, openBucket, openRecords } from '../lib/places.ts';
import { remindStep } from '../lib/review/remind.ts';
import { sealTrails } from '../lib/review/seals.ts';

const log = jsonLog();
const env = readRemindEnv(process.env);
const places = {
  ledger: openRecords(env.SPOORLOOS_LEDGER),
  audit: openBucket(env.SPOORLOOS_AUDIT ?? env.SPOORLOOS_LEDGER),
  notify: notifier(env),
  now: () => new Date(),
};

// A digest of the largest queue that is counted takes some minutes.
const RESERVE_MS = 5 * 60_000;

/** Rejects where something could not be read or told: the alarm counts it. */
export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const { told, digest } = await remindStep(places, {
    ...{ reminders: env.SPOORLOOS_REMINDERS, isTest: isCanary },
    isOver: () => context.getRemainingTimeInMillis() < RESERVE_MS,
  });
  log('info', 'reminded', { told, digest });
  const sealed = await sealTrails(places);
  if (sealed) log('info', 'sealed', { day: sealed.day, trails: sealed.trails, sha256: sealed.sha256 });
}
