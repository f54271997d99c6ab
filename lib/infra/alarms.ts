import { Aws, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { ownKey } from './keys.ts';

/** The section of docs/runbook.md that says what an alarm means, where to look and how to end it. */
export type RunbookSection =
  | 'dead-letters'
  | 'dead-letters-stay'
  | 'oldest-message'
  | 'definitions-age'
  | 'break-glass'
  | 'sweep'
  | 'canary'
  | 'ledger-lost'
  | 'key-refused'
  | 'public-written'
  | 'fail-closed-errors'
  | 'crashed'
  | 'quarantine-rate'
  | 'run-paused'
  | 'planner'
  | 'status-api'
  | 'console-fails'
  | 'console-refuses'
  | 'console-throttles'
  | 'pictures-fail'
  | 'originals-fail'
  | 'nobody-is-told'
  | 'nobody-is-reminded'
  | 'scan-results'
  | 'scan-requests'
  | 'scan-plan';

export interface Alarming {
  readonly metric: IMetric;
  /** Alarmed from this value on. */
  readonly from: number;
  /** Periods of the metric in a row. */
  readonly periods: number;
  readonly says: string;
  readonly runbook: RunbookSection;
  /** What no data means; that nothing is wrong, where nothing is said. `unchanged`: what the last word was. */
  readonly silence?: 'bad' | 'unchanged';
}

/** Told of as of an alarm: an event of this account, rather than a metric. */
export interface Heard {
  readonly pattern: EventPattern;
  readonly says: string;
  readonly runbook: RunbookSection;
  /** Told of by its name and number alone: the event may name an object, and so a person. */
  readonly isReduced?: boolean;
}

const call = (path: string) => EventField.fromPath(`$.detail.${path}`);
/** Where nothing was refused, there is no code. */
const CALL = `(${call('eventName')} ${call('errorCode')}, event ${call('eventID')} of CloudTrail, ${EventField.time})`;

const SILENCE = { bad: TreatMissingData.BREACHING, unchanged: TreatMissingData.IGNORE } as const;

/** The topic of a deployment that alarms go to, and who may write to it: alarms of this account. */
export class Alarms extends Construct {
  readonly topic: Topic;
  private readonly key: Key;
  private isHearing = false;

  constructor(scope: Construct, id: string, { alarms: { email }, breakGlassRoleArn }: Config) {
    super(scope, id);
    this.key = ownKey(this, 'Key', `${Stack.of(this).stackName} alarms`);
    this.topic = new Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
    this.take('cloudwatch', 'alarm:*');
    // Needs a trail of management events in the account: that is where EventBridge has it from.
    if (breakGlassRoleArn !== undefined)
      this.hear(this, 'BreakGlass', {
        says: 'The role that the guard rails let through was assumed.',
        runbook: 'break-glass',
        pattern: {
          source: ['aws.sts'],
          detail: { eventName: ['AssumeRole'], requestParameters: { roleArn: [breakGlassRoleArn] } },
        },
      });
  }

  /** An alarm that nothing but its metric sets off: no data is not a failure, unless it is said to be. */
  add(scope: Construct, id: string, { metric, from, periods, says, runbook, silence }: Alarming): void {
    new Alarm(scope, id, {
      alarmDescription: `${says} docs/runbook.md#${runbook}`,
      metric,
      threshold: from,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silence === undefined ? TreatMissingData.NOT_BREACHING : SILENCE[silence],
    }).addAlarmAction(new SnsAction(this.topic));
  }

  hear(scope: Construct, id: string, { pattern, says, runbook, isReduced = false }: Heard): void {
    if (!this.isHearing) this.take('events', 'rule/*');
    this.isHearing = true;
    const description = `${says} docs/runbook.md#${runbook}`;
    const input = isReduced ? { input: RuleTargetInput.fromText(`${description} ${CALL}`) } : {};
    new Rule(scope, id, {
      description,
      eventPattern: pattern,
      // CDK's own target would let the service in for rules of any account.
    }).addTarget({ bind: () => ({ arn: this.topic.topicArn, ...input }) });
  }

  /** Lets a service write to the topic, for what is of this account. */
  private take(service: string, source: string): void {
    const sending = {
      principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:${service}:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:${source}`,
        },
      },
    };
    // A topic with a policy of its own no longer takes the account's alarms by itself.
    this.topic.addToResourcePolicy(
      new PolicyStatement({ ...sending, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({ ...sending, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
  }
}
