import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import { BundledHandler } from './handler.ts';
import { metricsChannel, written } from './metrics.ts';
import type { Pipeline } from './pipeline.ts';
import { allow, allowSend } from './rights.ts';
import { callEvery } from './scheduled.ts';

export interface WatchProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly buckets: Buckets;
  readonly pipeline: Pipeline;
  readonly alarms: Alarms;
}

// Where canaries are put: lib/canary/documents.ts, which constructs do not import. A test holds them equal.
const CANARY_PREFIX = 'spoorloos-canary/';
const SWEEP_CALL = Duration.hours(1);
const SWEEP_TIMEOUT = Duration.minutes(15);

/**
 * What notices that something is wrong though nothing fails: the comparison of staging, public and ledger, and the canaries.
 * Neither opens a document, and of public the sweep has the listing alone.
 */
export class Watch extends Construct {
  readonly sweep: BundledHandler;
  readonly canary: BundledHandler | undefined;

  constructor(scope: Construct, id: string, { config, channel, buckets, pipeline, alarms }: WatchProps) {
    super(scope, id);
    const { staging, published, ledger, audit } = buckets;
    const environment = {
      SPOORLOOS_CHANNEL: metricsChannel(this, channel),
      SPOORLOOS_STAGING: staging.bucket.bucketName,
      SPOORLOOS_PUBLIC: published.bucket.bucketName,
      SPOORLOOS_LEDGER: ledger.bucket.bucketName,
    };
    // One at a time: a sweep goes on where the last one stopped.
    const one = { config, memoryMb: 512, concurrency: 1 };
    this.sweep = new BundledHandler(this, 'Sweep', 'sweep', {
      ...one,
      timeout: SWEEP_TIMEOUT,
      environment: {
        ...environment,
        SPOORLOOS_AUDIT: audit.bucket.bucketName,
        SPOORLOOS_LIVE_QUEUE_URL: pipeline.live.queue.queueUrl,
        SPOORLOOS_SWEEP_HOURS: `${channel.sweepHours}`,
        ...(channel.policy && { SPOORLOOS_POLICY: JSON.stringify(channel.policy) }),
      },
    });
    allow(this.sweep.role, 'read', staging);
    for (const place of [staging, published, ledger, audit]) allow(this.sweep.role, 'list', place);
    allow(this.sweep.role, 'read', ledger, ['heads/', 'claims/', 'sweeps/']);
    allow(this.sweep.role, 'write', ledger, ['sweeps/']);
    // Whether the ledger still knows what the trail tells.
    allow(this.sweep.role, 'read', audit, ['audit/']);
    allowSend(this.sweep.role, pipeline.live.queue);
    const told = { alarms, from: 1 };
    callEvery(this, 'Sweep', this.sweep, { ...told, every: SWEEP_CALL, says: SAYS.sweep, runbook: 'sweep' });
    alarms.add(this, 'AmissAlarm', {
      says: 'Staging, public and ledger do not agree.',
      metric: written(this, channel, 'Amiss', { statistic: 'Maximum', period: Duration.minutes(15) }),
      // Until the next sweep says otherwise.
      ...{ from: 1, periods: 1, runbook: 'sweep', silence: 'unchanged' },
    });

    alarms.add(this, 'LedgerLostAlarm', {
      says: 'The ledger knows nothing of what the audit trail tells, or nothing at all: what was taken down may come back.',
      metric: written(this, channel, 'LedgerLost', { statistic: 'Maximum', period: Duration.hours(2) }),
      ...{ from: 1, periods: 1, runbook: 'ledger-lost' },
    });

    if (channel.canaryMinutes === 0) return;
    this.canary = new BundledHandler(this, 'Canary', 'canary', { ...one, timeout: Duration.minutes(1), environment });
    allow(this.canary.role, 'read', staging, [CANARY_PREFIX]);
    allow(this.canary.role, 'write', staging, [CANARY_PREFIX]);
    allow(this.canary.role, 'read', published, [CANARY_PREFIX]);
    allow(this.canary.role, 'read', ledger, ['heads/', 'cases/', 'canaries/']);
    allow(this.canary.role, 'write', ledger, ['canaries/']);
    const every = Duration.minutes(channel.canaryMinutes);
    callEvery(this, 'Canary', this.canary, { ...told, every, says: SAYS.canary, runbook: 'canary' });
    alarms.add(this, 'NotWellAlarm', {
      says: 'A test document did not end where it should, or none was looked at.',
      // Two runs, so that one of them is in each period.
      metric: written(this, channel, 'CanariesNotWell', {
        statistic: 'Maximum',
        period: Duration.minutes(2 * every.toMinutes()),
      }),
      ...{ from: 1, periods: 1, runbook: 'canary', silence: 'bad' },
    });
  }

  get handlers(): readonly BundledHandler[] {
    return this.canary ? [this.sweep, this.canary] : [this.sweep];
  }
}

const SAYS = {
  sweep: 'Staging, public and ledger could not be compared.',
  canary: 'A test document could not be put or looked at.',
};
