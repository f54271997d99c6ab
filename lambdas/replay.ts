// The planner, once a minute: every run that is running is fed until it has to wait, or the minute is over.

import type { Context } from 'aws-lambda';
import type { RunState } from '../lib/core/records-runs.ts';
import { readReplayEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket } from '../lib/places.ts';
import { openPlanner } from '../lib/replay/planner.ts';
import { allRuns, type Run } from '../lib/replay/records.ts';
import { isRestTold } from '../lib/replay/told.ts';
import { s3ReplayPorts } from '../lib/replay-ports.ts';

// Time enough to finish a shard that has been begun.
const BEFORE_MS = 15_000;

const log = jsonLog();
const env = readReplayEnv(process.env);
const ledger = openBucket(env.SPOORLOOS_LEDGER);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL });

export async function handler(_: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  let paused = 0;
  for await (const run of allRuns(ledger)) {
    const isResting = run.state.state !== 'running' && isRestTold(run.state);
    const { state, why } = isResting ? run.state : await feed(run, context);
    if (state === 'paused' && why !== 'by-hand') paused += 1;
  }
  metrics.gauge('runsPaused', paused);
  metrics.flush();
}

async function feed({ plan, state }: Run, context: Parameters<typeof handler>[1]): Promise<RunState> {
  const planner = openPlanner(s3ReplayPorts(env, plan.mode), plan.id);
  try {
    for (let last: RunState = state; ; ) {
      if (context.getRemainingTimeInMillis() <= BEFORE_MS) return last;
      const tick = await planner.tick();
      last = tick.state;
      if (last.state === 'running' ? tick.did !== 'waited' : tick.did !== 'nothing') continue;
      const { sent, why } = last;
      log('info', 'run', { run: plan.id, state: last.state, why, sent, reported: tick.tally?.reported });
      return last;
    }
  } finally {
    await planner.close();
  }
}
