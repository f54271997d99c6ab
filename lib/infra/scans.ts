import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { CfnMalwareProtectionPlan } from 'aws-cdk-lib/aws-guardduty';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Alarms, RunbookSection } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import { type Exempt, onlyChangedBy } from './guard.ts';
import { BundledHandler } from './handler.ts';
import { consumes } from './lane.ts';
import { metricsChannel } from './metrics.ts';
import type { Pipeline } from './pipeline.ts';
import { allow, allowSend } from './rights.ts';
import type { Runs } from './runs.ts';
import { scanningRole } from './scanning-role.ts';
import { tellEventBridge } from './staging-events.ts';

export interface ScansProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly buckets: Buckets;
  readonly pipeline: Pipeline;
  readonly runs: Runs;
  readonly alarms: Alarms;
  readonly exempt: Exempt;
}

const TIMEOUT = Duration.minutes(1);
// Each result is one put and one message.
const RESULTS_CONCURRENCY = 10;
// The least that Lambda takes; how fast each calls is in lambdas/scan-requests.ts.
const REQUESTS_CONCURRENCY = 2;
const STATUS = 'GuardDuty Malware Protection Resource Status';

/**
 * GuardDuty as the malware engine of a channel: it looks at each object of staging by itself. What it says goes by EventBridge
 * into a queue, and one function puts it on record; what judges documents reads that. Whose result is missing is asked for by
 * another function, since what opens documents must have no say in what GuardDuty is taken to have said.
 */
export class Scans extends Construct {
  readonly results: BundledHandler;
  readonly requests: BundledHandler;
  /** What GuardDuty acts as. */
  readonly role: Role;
  readonly lanes: readonly ScanLane[];

  constructor(scope: Construct, id: string, props: ScansProps) {
    super(scope, id);
    const { config, channel, buckets, pipeline, runs, alarms, exempt } = props;
    const { staging, ledger } = buckets;
    this.role = scanningRole(this, staging);
    this.protect(buckets, alarms);

    const found = new ScanLane(
      this,
      'Results',
      alarms,
      'What GuardDuty found cannot be put on record.',
      'scan-results',
    );
    const wanted = new ScanLane(this, 'Requests', alarms, 'GuardDuty cannot be asked for scans.', 'scan-requests');
    this.lanes = [found, wanted];
    const common = { config, timeout: TIMEOUT, memoryMb: 256 };
    const environment = {
      SPOORLOOS_CHANNEL: metricsChannel(this, channel),
      SPOORLOOS_STAGING: staging.bucket.bucketName,
      SPOORLOOS_LEDGER: ledger.bucket.bucketName,
    };
    this.results = new BundledHandler(this, 'ScanResults', 'scan-results', {
      ...common,
      concurrency: RESULTS_CONCURRENCY,
      environment: { ...environment, SPOORLOOS_LIVE_QUEUE_URL: pipeline.live.queue.queueUrl },
    });
    this.requests = new BundledHandler(this, 'ScanRequests', 'scan-requests', {
      ...common,
      concurrency: REQUESTS_CONCURRENCY,
      environment,
    });
    new Rule(this, 'Found', {
      description: 'What GuardDuty found in objects of staging.',
      eventPattern: {
        source: ['aws.guardduty'],
        detailType: ['GuardDuty Malware Protection Object Scan Result'],
        detail: { s3ObjectDetails: { bucketName: [staging.bucket.bucketName] } },
      },
    }).addTarget(new SqsQueue(found.queue, { deadLetterQueue: found.deadLetters }));
    consumes(this.results, found.queue, RESULTS_CONCURRENCY);
    consumes(this.requests, wanted.queue, REQUESTS_CONCURRENCY);

    allow(this.results.role, 'write', ledger, ['scans/']);
    allowSend(this.results.role, pipeline.live.queue);
    onlyChangedBy(ledger, [this.results.role], exempt, { prefix: 'scans/', sid: 'OnlyThisSaysWhatWasFound' });
    allow(this.requests.role, 'read', ledger, ['scans/']);
    this.requests.role.addToPolicy(
      new PolicyStatement({ actions: ['guardduty:SendObjectMalwareScan'], resources: ['*'] }),
    );
    acknowledge(this.requests.role, 'IAM5[Resource::*]', 'a scan is asked for by bucket, key and version, not by ARN');
    for (const judging of [pipeline, runs]) judging.waitForScans(wanted.queue, ledger);
  }

  get handlers(): readonly BundledHandler[] {
    return [this.results, this.requests];
  }

  private protect(buckets: Buckets, alarms: Alarms): void {
    const { staging } = buckets;
    const { bucketName } = staging.bucket;
    // It sees to this itself; a deployment that did not say so would undo it.
    tellEventBridge(staging);
    const plan = new CfnMalwareProtectionPlan(this, 'Plan', {
      role: this.role.roleArn,
      protectedResource: { s3Bucket: { bucketName } },
      // Nobody reads tags: who may put an object may put one.
      actions: { tagging: { status: 'DISABLED' } },
    });
    // With the policies of both: it tries what it may do when it is made.
    plan.node.addDependency(this.role, buckets);
    alarms.hear(this, 'PlanStatus', {
      says: 'GuardDuty cannot look at objects of staging as it should.',
      runbook: 'scan-plan',
      pattern: {
        source: ['aws.guardduty'],
        detailType: [`${STATUS} Warning`, `${STATUS} Error`],
        detail: { s3BucketDetails: { bucketName: [bucketName] } },
      },
    });
  }
}

/** Nobody consumes these dead letters: their documents wait, are quarantined as not scanned, and somebody is told. */
class ScanLane extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, alarms: Alarms, says: string, runbook: RunbookSection) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    const each = { period: Duration.minutes(1), statistic: 'Maximum' };
    const metric = this.deadLetters.metricApproximateNumberOfMessagesVisible(each);
    alarms.add(this, 'DeadLettersAlarm', { says, runbook, metric, from: 1, periods: 1 });
  }
}
