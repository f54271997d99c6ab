import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import type { Events } from './events.ts';
import { BundledHandler } from './handler.ts';
import { allow } from './rights.ts';
import { callEvery } from './scheduled.ts';

export interface RemindersProps {
  readonly config: Config;
  readonly settings: ChannelConfig['reminders'];
  readonly buckets: Buckets;
  readonly events: Events;
  readonly alarms: Alarms;
}

/**
 * Tells people which cases wait for too long, and once a day how many wait: a function that reads where cases stand,
 * changes none, and notes below `reminders/` whom it has told of what.
 */
export class Reminders extends Construct {
  readonly remind: BundledHandler;

  constructor(scope: Construct, id: string, { config, settings, buckets, events, alarms }: RemindersProps) {
    super(scope, id);
    const { ledger } = buckets;
    this.remind = new BundledHandler(this, 'Remind', 'remind', {
      // One at a time: two would tell twice.
      ...{ config, timeout: Duration.minutes(15), memoryMb: 512, concurrency: 1 },
      environment: {
        SPOORLOOS_LEDGER: ledger.bucket.bucketName,
        SPOORLOOS_TOPIC_ARN: events.topic.topicArn,
        SPOORLOOS_EVENT_BUS: events.bus.eventBusName,
        SPOORLOOS_REMINDERS: JSON.stringify(settings),
      },
    });
    const { role } = this.remind;
    allow(role, 'list', ledger);
    allow(role, 'read', ledger, ['cases/', 'reviews/', 'heads/', 'verified/', 'reminders/', 'waivers/']);
    allow(role, 'write', ledger, ['reminders/']);
    events.allowTelling(role);
    callEvery(this, 'Remind', this.remind, {
      ...{ every: Duration.hours(1), alarms, from: 1, runbook: 'nobody-is-reminded' },
      says: 'People could not be reminded of cases that wait.',
    });
  }
}

/** Whether there is anybody to remind, and anything to remind of. */
export function reminds({ console, reviewers, reminders }: ChannelConfig): boolean {
  const isAnybody = console !== undefined || reviewers.length > 0;
  return isAnybody && (reminders.limits.length > 0 || reminders.digestHour !== null);
}
