// The planner, called every minute: each run that is running is fed until it has to wait, or the time is over.

import type { Context } from 'aws-lambda';
import type { RunPlan, RunState } from '../lib/core/records-runs.ts';
import { readReplayEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { openBucket } from '../lib/places.ts';
import { feedOpenRuns } from '../lib/replay/open-runs.ts';
import { openPlanner } from '../lib/replay/planner.ts';
import { s3ReplayPorts } from '../lib/replay-ports.ts';

// Time enough to finish a shard that has been begun.
const BEFORE_MS = 15_000;

const log = jsonLog();
const env = readReplayEnv(process.env);
const ledger = openBucket(env.SPOORLOOS_LEDGER);
const metrics = cloudWatchMetrics({ channel: env.SPOORLOOS_CHANNEL });

type Called = Pick<Context, 'getRemainingTimeInMillis'>;

/** One run that cannot be gone on with keeps no other from it. Rejects for them at the end, which the alarm counts. */
export async function handler(_: unknown, context: Called): Promise<void> {
  const failures: unknown[] = [];
  const states = await feedOpenRuns({
    ledger,
    now: () => new Date(),
    feed: (plan, state) => feed(plan, state, context),
    onFailure(run, error) {
      log('error', 'a run was not gone on with', { run }, error);
      failures.push(error);
    },
  });
  metrics.gauge('runsPaused', states.filter(({ state, why }) => state === 'paused' && why !== 'by-hand').length);
  metrics.flush();
  if (failures.length > 0) throw new AggregateError(failures, 'runs were not gone on with');
}

async function feed(plan: RunPlan, state: RunState, context: Called): Promise<RunState> {
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
