import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface LaneProps {
  /** Of the function that consumes the queue. */
  readonly timeout: Duration;
  /** Of the function that consumes the dead letters. */
  readonly deadLettersTimeout: Duration;
  /** Told when dead letters arrive. */
  readonly alarms: ITopic;
}

/** A queue with its dead letters, and the alarm on them. Messages carry keys and hashes, never content. */
export class Lane extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { timeout, deadLettersTimeout, alarms }: LaneProps) {
    super(scope, id);
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
    // Received, not visible: the consumer takes a dead letter within seconds, and it must be noticed all the same.
    const arrivals = this.deadLetters.metricNumberOfMessagesReceived({ period: Duration.minutes(1), statistic: 'Sum' });
    new Alarm(this, 'DeadLettersAlarm', {
      alarmDescription: 'A message failed each time it was tried; its document is being quarantined as crashed.',
      metric: arrivals,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(alarms));
    const age = this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' });
    new Alarm(this, 'AgeAlarm', {
      alarmDescription: 'The oldest message has waited for fifteen minutes: documents are not being handled.',
      metric: age,
      threshold: 15 * 60,
      evaluationPeriods: 5,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(alarms));
  }
}

/** AWS asks for six times the function timeout, or a slow document is handed out twice. */
function sixTimes(timeout: Duration): Duration {
  return Duration.seconds(timeout.toSeconds() * 6);
}
