// The planner's ports on S3 and SQS.

import type { RunPlan } from './core/records-runs.ts';
import type { ReplayEnv } from './env.ts';
import { notifier, openBucket, openQueue } from './places.ts';
import type { ReplayPorts } from './replay/planner.ts';
import { sourceOf } from './replay/sources.ts';

/** Audits go to their own lane where there is one, and the pressure is that of the lane that the run goes to. */
export function s3ReplayPorts(env: ReplayEnv, mode: RunPlan['mode']): ReplayPorts {
  const audits = mode === 'audit' ? env.SPOORLOOS_AUDITS_QUEUE_URL : undefined;
  const lane = openQueue(audits ?? env.SPOORLOOS_BULK_QUEUE_URL);
  const live = openQueue(env.SPOORLOOS_LIVE_QUEUE_URL);
  const results = openQueue(env.SPOORLOOS_RESULTS_QUEUE_URL);
  const deadLetters =
    env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL === undefined ? undefined : openQueue(env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL);
  const names = { staging: env.SPOORLOOS_STAGING, public: env.SPOORLOOS_PUBLIC };
  return {
    ledger: openBucket(env.SPOORLOOS_LEDGER),
    lane,
    async pressure() {
      const queues = [lane, live, results, ...(deadLetters ? [deadLetters] : [])];
      const [own, ofLive, ofResults, ofDead] = await Promise.all(queues.map((queue) => queue.depth()));
      const all = (depth: typeof own) => (depth ? depth.waiting + depth.inFlight + depth.delayed : 0);
      return {
        backlog: all(own),
        uncollected: all(ofResults),
        live: ofLive ?? { waiting: 0 },
        deadLetters: ofDead?.waiting ?? 0,
      };
    },
    source: sourceOf({
      staging: openBucket(names.staging),
      public: openBucket(names.public),
      open: openBucket,
      names,
    }),
    tell: notifier(env),
    now: () => new Date(),
  };
}
