// Called on a schedule, more often than a sweep is due: one that did not come to its end goes on at the next call.

import type { Context } from 'aws-lambda';
import { readPolicy } from '../lib/core/policy.ts';
import { readSweepEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { gaugeSweep } from '../lib/metrics-watch.ts';
import { sweepPlaces } from '../lib/places.ts';
import { ledgerStateOf } from '../lib/sweep/lost-ledger.ts';
import { countsOf, sweepStep } from '../lib/sweep/step.ts';
import { VERSION } from '../lib/version.ts';

const log = jsonLog();
const env = readSweepEnv(process.env);
const policy = readPolicy(env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY));
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL });
const places = sweepPlaces(env, { policy: policy.hash, version: VERSION });

const MAX_MENDS = 1000;
const GRACE_MS = 60 * 60_000;
// A page takes seconds; what is left is for writing down where it stopped.
const RESERVE_MS = 60_000;

export async function handler(_event: unknown, context: Context): Promise<void> {
  const ledger = await ledgerStateOf(places);
  metrics.gauge('ledgerLost', ledger === 'well' ? 0 : 1);
  metrics.flush();
  if (ledger !== 'well') log('error', 'the ledger is lost', { ledger });
  // What is judged without its heads may have been taken down: nothing is asked for until somebody has looked.
  const { liveQueue, ...looking } = places;
  const record = await sweepStep(ledger === 'well' ? { ...looking, liveQueue } : looking, {
    maxMends: MAX_MENDS,
    graceMs: GRACE_MS,
    everyMs: env.SPOORLOOS_SWEEP_HOURS * 60 * 60_000,
    isOver: () => context.getRemainingTimeInMillis() < RESERVE_MS,
  });
  if (!record) return;
  log('info', 'swept', { looked: record.looked, isEnded: record.position === undefined, ...countsOf(record) });
  if (record.position) return;
  gaugeSweep(metrics, record);
  metrics.flush();
}
