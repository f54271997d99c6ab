import { fileURLToPath } from 'node:url';
import { Aws, Duration, IgnoreMode, Size, Stack } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  DockerImageCode,
  DockerImageFunction,
  type Function as LambdaFunction,
  LoggingFormat,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Buckets } from './buckets.ts';
import { BundledHandler, FunctionHome } from './handler.ts';
import { Lane } from './lane.ts';
import type { Notifications } from './notifications.ts';
import { allow } from './rights.ts';

const SANITIZE_TIMEOUT = Duration.minutes(5);
const PROMOTE_TIMEOUT = Duration.minutes(1);
const FAIL_CLOSED_TIMEOUT = Duration.minutes(1);
const SANITIZE_CONCURRENCY = 50;
const PROMOTE_CONCURRENCY = 50;
const FAIL_CLOSED_CONCURRENCY = 4;

export interface SpoorloosPipelineProps {
  readonly buckets: Buckets;
  readonly notifications: Notifications;
}

/** Staging → live queue → sanitize → promote queue → promote → public; everything else → quarantine. */
export class SpoorloosPipeline extends Construct {
  readonly sanitize: LambdaFunction;
  readonly promote: LambdaFunction;
  readonly failClosed: LambdaFunction;
  readonly live: Lane;
  readonly promotions: Lane;

  constructor(scope: Construct, id: string, { buckets, notifications }: SpoorloosPipelineProps) {
    super(scope, id);
    const { staging, work, published, quarantine, ledger } = buckets;
    const { alarms, events, bus } = notifications;
    this.live = new Lane(this, 'Live', { timeout: SANITIZE_TIMEOUT, deadLettersTimeout: FAIL_CLOSED_TIMEOUT, alarms });
    this.promotions = new Lane(this, 'Promotions', {
      timeout: PROMOTE_TIMEOUT,
      deadLettersTimeout: FAIL_CLOSED_TIMEOUT,
      alarms,
    });
    notifyQueue(this, buckets, this.live.queue);

    const common = {
      SPOORLOOS_STAGING: staging.bucketName,
      SPOORLOOS_LEDGER: ledger.bucketName,
      SPOORLOOS_LIVE_QUEUE_URL: this.live.queue.queueUrl,
      SPOORLOOS_TOPIC_ARN: events.topicArn,
      SPOORLOOS_EVENT_BUS: bus.eventBusName,
    };
    const failClosedEnv = {
      ...common,
      SPOORLOOS_QUARANTINE: quarantine.bucketName,
      SPOORLOOS_PROMOTE_QUEUE_URL: this.promotions.queue.queueUrl,
    };
    const sanitizeHome = new FunctionHome(this, 'SanitizeHome');
    this.sanitize = new DockerImageFunction(this, 'Sanitize', {
      code: DockerImageCode.fromImageAsset(fileURLToPath(new URL('../../', import.meta.url)), {
        file: 'Dockerfile',
        platform: Platform.LINUX_AMD64,
        ignoreMode: IgnoreMode.DOCKER,
        exclude: ['*', '!lib', '!lambdas', '!image', '!package.json', '!package-lock.json', '!Dockerfile'],
      }),
      architecture: Architecture.X86_64,
      timeout: SANITIZE_TIMEOUT,
      // clamd with its official signatures takes 1.2 GB, a document 1.5 GB at most, and the handler the rest.
      memorySize: 4096,
      ephemeralStorageSize: Size.gibibytes(4),
      reservedConcurrentExecutions: SANITIZE_CONCURRENCY,
      environment: { ...failClosedEnv, SPOORLOOS_WORK: work.bucketName, SPOORLOOS_SCANNER: 'clamd' },
      loggingFormat: LoggingFormat.TEXT,
      role: sanitizeHome.role,
      logGroup: sanitizeHome.logGroup,
    });
    const promote = new BundledHandler(this, 'Promote', {
      lambda: 'promote',
      timeout: PROMOTE_TIMEOUT,
      // Holds one verified document, half a gigabyte at most, while it is hashed and written.
      memoryMb: 1769,
      concurrency: PROMOTE_CONCURRENCY,
      environment: { ...common, SPOORLOOS_WORK: work.bucketName, SPOORLOOS_PUBLIC: published.bucketName },
    });
    const failClosed = new BundledHandler(this, 'FailClosed', {
      lambda: 'fail-closed',
      timeout: FAIL_CLOSED_TIMEOUT,
      memoryMb: 256,
      concurrency: FAIL_CLOSED_CONCURRENCY,
      environment: failClosedEnv,
    });
    this.promote = promote.function;
    this.failClosed = failClosed.function;

    // One document an invocation: what kills a sandbox takes no other with it.
    consumes(this.sanitize, this.live.queue, SANITIZE_CONCURRENCY);
    consumes(this.promote, this.promotions.queue, PROMOTE_CONCURRENCY);
    consumes(this.failClosed, this.live.deadLetters, FAIL_CLOSED_CONCURRENCY / 2);
    consumes(this.failClosed, this.promotions.deadLetters, FAIL_CLOSED_CONCURRENCY / 2);

    // Who may do what. Sanitize opens hostile bytes: it has no right on public, not even to look.
    for (const role of [sanitizeHome.role, failClosed.role]) {
      allow(role, 'read', staging);
      allow(role, 'write', quarantine);
      allow(role, 'read', ledger, ['heads/', 'cases/', 'claims/', 'verified/']);
      allow(role, 'write', ledger, ['heads/', 'cases/', 'audit/']);
      this.promotions.queue.grantSendMessages(role);
    }
    allow(sanitizeHome.role, 'write', work);
    allow(sanitizeHome.role, 'write', ledger, ['verified/', 'claims/']);
    allow(promote.role, 'read', staging);
    allow(promote.role, 'read', work);
    allow(promote.role, 'read', ledger, ['heads/', 'claims/', 'verified/']);
    allow(promote.role, 'write', ledger, ['heads/', 'claims/', 'audit/']);
    allow(promote.role, 'read', published);
    allow(promote.role, 'write', published);
    allow(promote.role, 'delete', published);
    for (const role of [sanitizeHome.role, promote.role, failClosed.role]) {
      this.live.queue.grantSendMessages(role);
      events.grantPublish(role);
      acknowledge(
        role,
        'IAM5[Action::kms:GenerateDataKey*]',
        'SNS and EventBridge ask for both forms of this one verb, on the key of events',
      );
      bus.grantPutEventsTo(role);
    }
  }
}

function consumes(consumer: LambdaFunction, queue: Queue, maxConcurrency: number): void {
  consumer.addEventSource(new SqsEventSource(queue, { batchSize: 1, maxConcurrency, reportBatchItemFailures: true }));
}

/**
 * Set on the bucket itself rather than by the custom resource that CDK would add, which may rewrite the notifications
 * of every bucket of the account. The queue takes messages from this bucket of this account alone.
 */
function notifyQueue(scope: Construct, { staging }: Buckets, queue: Queue): void {
  const { partition } = Stack.of(scope);
  const name = `${Stack.of(scope).stackName.toLowerCase()}-staging-${Aws.ACCOUNT_ID}`;
  queue.grantSendMessages(
    new ServicePrincipal('s3.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnEquals: { 'aws:SourceArn': `arn:${partition}:s3:::${name}` },
      },
    }),
  );
  const bucket = staging.node.defaultChild;
  if (!(bucket instanceof CfnBucket)) throw new Error('the staging bucket is not a bucket');
  const kinds = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];
  bucket.notificationConfiguration = {
    queueConfigurations: kinds.map((event) => ({ event, queue: queue.queueArn })),
  };
  const policy = queue.node.findChild('Policy').node.defaultChild;
  if (policy) bucket.node.addDependency(policy);
}
