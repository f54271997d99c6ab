// The planner, once a minute: every run that is running is fed until it has to wait, or the minute is over.

import type { Context } from 'aws-lambda';
import { readReplayEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { openBucket } from '../lib/places.ts';
import { openPlanner } from '../lib/replay/planner.ts';
import { allRuns } from '../lib/replay/records.ts';
import { s3ReplayPorts } from '../lib/replay-ports.ts';

// Time enough to finish a shard that has been begun.
const BEFORE_MS = 15_000;

const log = jsonLog();
const env = readReplayEnv(process.env);
const ledger = openBucket(env.SPOORLOOS_LEDGER);

export async function handler(_: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  for await (const { plan, state } of allRuns(ledger)) {
    if (state.state !== 'running') continue;
    const planner = openPlanner(s3ReplayPorts(env, plan.mode), plan.id);
    try {
      while (context.getRemainingTimeInMillis() > BEFORE_MS) {
        const tick = await planner.tick();
        const { sent, why } = tick.state;
        const goesOn = tick.state.state === 'running' && tick.did !== 'waited';
        if (goesOn) continue;
        log('info', 'run', { run: plan.id, state: tick.state.state, why, sent, reported: tick.tally?.reported });
        break;
      }
    } finally {
      await planner.close();
    }
  }
}
