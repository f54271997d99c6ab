import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import type { Events } from './events.ts';
import { type Exempt, onlyChangedBy } from './guard.ts';
import { BundledHandler } from './handler.ts';
import { allow } from './rights.ts';
import { callEvery } from './scheduled.ts';

// As in lib/core/records-seals.ts, which constructs do not import. A test holds them equal.
const SEALS = 'seals/';

export interface RemindersProps {
  readonly config: Config;
  readonly settings: ChannelConfig['reminders'];
  readonly buckets: Buckets;
  readonly events: Events;
  readonly alarms: Alarms;
  readonly exempt: Exempt;
}

/**
 * Tells people which cases wait for too long, and once a day how many wait, and seals the trails of cases: a function that
 * reads where cases stand, changes none, notes below `reminders/` whom it has told of what, and alone writes seals.
 */
export class Reminders extends Construct {
  readonly remind: BundledHandler;

  constructor(scope: Construct, id: string, { config, settings, buckets, events, alarms, exempt }: RemindersProps) {
    super(scope, id);
    const { ledger, audit } = buckets;
    this.remind = new BundledHandler(this, 'Remind', 'remind', {
      // One at a time: two would tell twice.
      ...{ config, timeout: Duration.minutes(15), memoryMb: 512, concurrency: 1 },
      environment: {
        SPOORLOOS_LEDGER: ledger.bucket.bucketName,
        SPOORLOOS_AUDIT: audit.bucket.bucketName,
        SPOORLOOS_TOPIC_ARN: events.topic.topicArn,
        SPOORLOOS_EVENT_BUS: events.bus.eventBusName,
        SPOORLOOS_REMINDERS: JSON.stringify(settings),
      },
    });
    const { role } = this.remind;
    allow(role, 'list', ledger);
    allow(role, 'read', ledger, ['cases/', 'reviews/', 'heads/', 'verified/', 'reminders/', 'waivers/']);
    allow(role, 'write', ledger, ['reminders/']);
    allow(role, 'list', audit);
    allow(role, 'read', audit, [SEALS]);
    allow(role, 'write', audit, [SEALS]);
    // Not even who writes trails: what was sealed would be what they say.
    onlyChangedBy(audit, [role], exempt, { prefix: SEALS, sid: 'OnlyThisSeals' });
    events.allowTelling(role);
    callEvery(this, 'Remind', this.remind, {
      ...{ every: Duration.hours(1), alarms, from: 1, runbook: 'nobody-is-reminded' },
      says: 'People could not be reminded of cases that wait, or the trails of cases not be sealed.',
    });
  }
}

/** Whether anybody decides about cases. */
export const isReviewed = ({ console, reviewers }: ChannelConfig): boolean =>
  console !== undefined || reviewers.length > 0;
