import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';

export interface LaneProps {
  /** Of the function that consumes the queue. */
  readonly timeout: Duration;
  /** Of the function that consumes the dead letters. */
  readonly deadLettersTimeout: Duration;
  readonly alarms: Alarms;
  /** How long the oldest message may wait before somebody is told; nobody is when absent. */
  readonly oldestMessageMinutes: number | undefined;
}

/** A queue with its dead letters, and the alarms on both. Messages carry keys and hashes, never content. */
export class Lane extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: LaneProps) {
    super(scope, id);
    const { timeout, deadLettersTimeout, alarms, oldestMessageMinutes } = props;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: sixTimes(deadLettersTimeout),
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: sixTimes(timeout),
      // Throttled receives count too; fewer than five would bury healthy messages.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    const period = Duration.minutes(1);
    alarms.add(this, 'DeadLettersAlarm', {
      says: 'A message failed each time it was tried; its document is being quarantined as crashed.',
      // Received, not visible: the consumer takes a dead letter within seconds, and it must be noticed all the same.
      metric: this.deadLetters.metricNumberOfMessagesReceived({ period, statistic: 'Sum' }),
      from: 1,
      periods: 1,
      runbook: 'dead-letters',
    });
    alarms.add(this, 'DeadLettersStayAlarm', {
      says: 'A dead letter could not be quarantined either: after fourteen days it is gone.',
      metric: this.deadLetters.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      from: 60 * 60,
      periods: 1,
      runbook: 'dead-letters-stay',
    });
    if (oldestMessageMinutes === undefined) return;
    alarms.add(this, 'AgeAlarm', {
      says: `The oldest message has waited for ${oldestMessageMinutes} minutes: documents are not being handled.`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      from: oldestMessageMinutes * 60,
      periods: 5,
      runbook: 'oldest-message',
    });
  }
}

export interface Consumer {
  readonly function: IFunction;
  readonly role: Role;
}

/** Several messages an invocation, as many as come within the time. */
export interface Batches {
  readonly size: number;
  readonly within: Duration;
}

/** One document an invocation, where nothing else is said: what kills a sandbox takes no other with it. */
export function consumes(consumer: Consumer, queue: Queue, maxConcurrency: number, batches?: Batches): void {
  const { role } = consumer;
  // What the mapping needs, and no more: it acts as the function's role.
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  role.addToPolicy(new PolicyStatement({ actions, resources: [queue.queueArn] }));
  new EventSourceMapping(queue, 'Consumer', {
    target: consumer.function,
    eventSourceArn: queue.queueArn,
    batchSize: batches?.size ?? 1,
    ...(batches && { maxBatchingWindow: batches.within }),
    maxConcurrency,
    reportBatchItemFailures: true,
  }).node.addDependency(role);
}

/** AWS asks for six times the function timeout, or a slow document is handed out twice. */
function sixTimes(timeout: Duration): Duration {
  return Duration.seconds(timeout.toSeconds() * 6);
}
