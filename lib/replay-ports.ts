// The planner's ports on S3 and SQS.

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { RunPlan } from './core/records-runs.ts';
import type { Queue } from './core/store.ts';
import type { ReplayEnv } from './env.ts';
import { notifier, openBucket, openQueue } from './places.ts';
import type { Pressure } from './replay/decide.ts';
import type { ReplayPorts } from './replay/planner.ts';
import { sourceOf } from './replay/sources.ts';
import { REQUEST_LIMITS } from './stores/aws-endpoint.ts';
import { cloudWatchHealth, type QueueHealth } from './stores/cloudwatch-queues.ts';

export type PressureQueues = Readonly<Record<'lane' | 'live' | 'results', Pick<Queue, 'depth'>>> & {
  readonly deadLetters?: Pick<Queue, 'depth'> | undefined;
  /** Of the live lane, where its queue does not tell. */
  readonly health?: (() => Promise<QueueHealth>) | undefined;
};

/** Audits go to their own lane where there is one, and the pressure is that of the lane that the run goes to. */
export function s3ReplayPorts(env: ReplayEnv, mode: RunPlan['mode']): ReplayPorts {
  const audits = mode === 'audit' ? env.SPOORLOOS_AUDITS_QUEUE_URL : undefined;
  const lane = openQueue(audits ?? env.SPOORLOOS_BULK_QUEUE_URL);
  const deadLetters = env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL;
  const queues = {
    lane,
    live: openQueue(env.SPOORLOOS_LIVE_QUEUE_URL),
    results: openQueue(env.SPOORLOOS_RESULTS_QUEUE_URL),
    deadLetters: deadLetters === undefined ? undefined : openQueue(deadLetters),
    health: env.SPOORLOOS_QUEUE_METRICS === 'cloudwatch' ? healthOfLive(env) : undefined,
  };
  const names = { staging: env.SPOORLOOS_STAGING, public: env.SPOORLOOS_PUBLIC };
  return {
    ledger: openBucket(env.SPOORLOOS_LEDGER),
    lane,
    pressure: () => pressureOf(queues),
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

function healthOfLive(env: ReplayEnv) {
  return cloudWatchHealth(new CloudWatchClient({ requestHandler: REQUEST_LIMITS }), {
    queueUrl: env.SPOORLOOS_LIVE_QUEUE_URL,
    deadLettersUrl: env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL,
    now: () => new Date(),
  });
}

/** What the queues say, and what is measured of them. */
export async function pressureOf({ lane, live, results, deadLetters, health }: PressureQueues): Promise<Pressure> {
  const [own, ofLive, uncollected, dead, measured] = await Promise.all([
    lane.depth(),
    live.depth(),
    results.depth(),
    deadLetters?.depth(),
    health?.(),
  ]);
  const all = ({ waiting, inFlight, delayed }: typeof own) => waiting + inFlight + delayed;
  const { oldestMs } = measured ?? {};
  // The age is of what is being judged as well: where nothing waits, no upload is kept waiting by a run.
  const isOld = oldestMs !== undefined && ofLive.waiting > 0;
  return {
    ...{ backlog: all(own), uncollected: all(uncollected), deadLetters: dead?.waiting ?? 0 },
    live: { ...ofLive, ...(isOld && { oldestMs }) },
    ...(measured && { lately: { done: measured.done, deadLetters: measured.deadLetters } }),
  };
}
