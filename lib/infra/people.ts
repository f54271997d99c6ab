import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { ChannelConfig, Config } from './config.ts';
import type { Events } from './events.ts';
import { BundledHandler } from './handler.ts';
import { allowSecret, allowTaking } from './rights.ts';

export interface PeopleProps {
  readonly config: Config;
  readonly chat: NonNullable<ChannelConfig['chat']>;
  readonly events: Events;
  readonly alarms: Alarms;
}

const TIMEOUT = Duration.minutes(2);
// What is told of: lib/notify/said.ts, which constructs do not import. A test holds them equal.
const TOLD = ['Document Quarantined', 'Processing Failed', 'Replay Progress', 'Case Waiting', 'Review Digest'];

/**
 * Tells a chat what happened: events wait in a queue of their own, and a function that is called once in a while makes one
 * message of them, so that a flood is one message. It runs in no network of ours, because it has to get out.
 */
export class People extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly tell: BundledHandler;

  constructor(scope: Construct, id: string, { config, chat, events, alarms }: PeopleProps) {
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
    const filterPolicy = { type: SubscriptionFilter.stringFilter({ allowlist: TOLD }) };
    events.topic.addSubscription(new SqsSubscription(this.queue, { rawMessageDelivery: true, filterPolicy }));
    this.tell = new BundledHandler(this, 'Tell', 'tell', {
      ...{ config, timeout: TIMEOUT, memoryMb: 256, concurrency: 1, readsSecrets: true },
      environment: {
        SPOORLOOS_EVENTS_QUEUE_URL: this.queue.queueUrl,
        SPOORLOOS_WEBHOOK_SECRET_ARN: chat.webhookSecretArn,
        SPOORLOOS_WEBHOOK_FORMAT: chat.kind,
        SPOORLOOS_DIGEST_ABOVE: `${chat.above}`,
      },
    });
    allowTaking(this.tell.role, this.queue);
    allowSecret(this.tell.role, chat.webhookSecretArn, chat.keyArn);
    // What is called again soon is not tried again at once.
    this.tell.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    const schedule = Schedule.rate(Duration.minutes(chat.everyMinutes));
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
