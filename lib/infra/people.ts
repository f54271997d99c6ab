import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Config } from './config.ts';
import type { Events } from './events.ts';
import { BundledHandler } from './handler.ts';
import { allowSecret, allowTaking } from './rights.ts';

export interface PeopleProps {
  readonly config: Config;
  readonly webhook: {
    readonly webhookSecretArn: string;
    readonly keyArn?: string | undefined;
    readonly format: keyof typeof TOLD;
    readonly everyMinutes: number;
    /** To people: more than these in one message are told as numbers. */
    readonly above?: number;
  };
  readonly events: Events;
  readonly alarms: Alarms;
}

const TIMEOUT = Duration.minutes(2);
// What is told of: lib/notify, which constructs do not import. A test holds them equal.
const TO_PEOPLE = ['Document Quarantined', 'Processing Failed', 'Replay Progress', 'Case Waiting', 'Review Digest'];
const OF_CASES = ['Document Quarantined', 'Document Released', 'Case Changed'];
const TOLD = {
  ...{ slack: TO_PEOPLE, teams: TO_PEOPLE, plain: TO_PEOPLE, ocsf: OF_CASES, asff: OF_CASES },
  /** All of them. */
  events: undefined,
};

/**
 * Tells a webhook what happened: events wait in a queue of their own, and a function that is called once in a while sends
 * them; to people as one message, so that a flood is one. It runs in no network of ours, because it has to get out.
 */
export class People extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly tell: BundledHandler;

  constructor(scope: Construct, id: string, { config, webhook, events, alarms }: PeopleProps) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(TIMEOUT.toSeconds() * 6),
      // A chat that does not answer counts each time, and may be away for a day.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 1000 },
    });
    const { format, above } = webhook;
    const allowlist = TOLD[format];
    const filterPolicy = allowlist && { type: SubscriptionFilter.stringFilter({ allowlist }) };
    events.topic.addSubscription(
      new SqsSubscription(this.queue, { rawMessageDelivery: true, ...(filterPolicy && { filterPolicy }) }),
    );
    this.tell = new BundledHandler(this, 'Tell', 'tell', {
      ...{ config, timeout: TIMEOUT, memoryMb: 256, concurrency: 1, readsSecrets: true },
      environment: {
        SPOORLOOS_EVENTS_QUEUE_URL: this.queue.queueUrl,
        SPOORLOOS_WEBHOOK_SECRET_ARN: webhook.webhookSecretArn,
        SPOORLOOS_WEBHOOK_FORMAT: format,
        ...(above !== undefined && { SPOORLOOS_DIGEST_ABOVE: `${above}` }),
        ...(format === 'asff' && { SPOORLOOS_ASFF_PRODUCT: ownProduct(this) }),
      },
    });
    allowTaking(this.tell.role, this.queue);
    allowSecret(this.tell.role, webhook.webhookSecretArn, webhook.keyArn);
    // What is called again soon is not tried again at once.
    this.tell.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    const schedule = Schedule.rate(Duration.minutes(webhook.everyMinutes));
    new Rule(this, 'Schedule', { schedule }).addTarget(
      new LambdaFunction(this.tell.function, { event: RuleTargetInput.fromObject({}), retryAttempts: 0 }),
    );
    this.alarm(alarms);
  }

  private alarm(alarms: Alarms): void {
    const period = Duration.minutes(15);
    alarms.add(this, 'OldestAlarm', {
      says: 'What happened is not told to people: the oldest event has waited for an hour.',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      ...{ from: Duration.hours(1).toSeconds(), periods: 1, runbook: 'nobody-is-told' },
    });
    alarms.add(this, 'DeadLettersAlarm', {
      says: 'Events could not be told to people, and were given up.',
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      ...{ from: 1, periods: 1, runbook: 'nobody-is-told' },
    });
  }
}

/** The product that everybody has in Security Hub, for findings of their own. */
function ownProduct(scope: Construct): string {
  const { region, account } = Stack.of(scope);
  return `arn:${Aws.PARTITION}:securityhub:${region}:${account}:product/${account}/default`;
}
