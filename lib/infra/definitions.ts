import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import { type Place, PRIVATE } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import { exempt, onlyChangedBy, onlyConfiguredByDeployment } from './guard.ts';
import { ImageHandler } from './handler.ts';
import { allow } from './rights.ts';

export interface DefinitionsProps {
  readonly config: Config;
  readonly accessLogs: IBucket;
  readonly alarms: Alarms;
}

const EVERY = Duration.hours(3);
// Half of the time after which nothing is scanned with them.
const ALARMED_HOURS = 24;

export const takesDefinitions = ({ scanner: { engine, definitions } }: ChannelConfig): boolean =>
  engine === 'clamd' && definitions === 'bucket';

/**
 * The bucket of clamd's definitions, and the function that brings it up to date: it fetches from the internet, so it
 * runs in no network of ours and has no right on anything else.
 */
export class Definitions extends Construct {
  readonly place: Place;
  readonly updater: ImageHandler;
  /** In hours, since an updater last saw that there are no newer ones. */
  readonly age: Metric;

  constructor(scope: Construct, id: string, { config, accessLogs, alarms }: DefinitionsProps) {
    super(scope, id);
    const bucket = new Bucket(this, 'Bucket', {
      // What ClamAV gives to everybody is no secret; what matters is who writes it.
      encryption: BucketEncryption.S3_MANAGED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'definitions/',
      ...PRIVATE,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    if (!bucket.policy) throw new Error('a bucket that enforces TLS has a policy');
    bucket.policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.place = { bucket, key: undefined, policy: bucket.policy.document, isBrought: false };
    this.updater = new ImageHandler(this, 'Updater', undefined, {
      config,
      lambda: 'definitions',
      // A first fetch is some 300 MB, and each new set is loaded once to try it.
      timeout: Duration.minutes(15),
      memoryMb: 4096,
      concurrency: 1,
      environment: { SPOORLOOS_DEFINITIONS: bucket.bucketName },
    });
    for (const verb of ['read', 'write', 'remove'] as const) allow(this.updater.role, verb, this.place);
    const exempted = exempt(this, config);
    onlyChangedBy(this.place, [this.updater.role], exempted);
    onlyConfiguredByDeployment(this.place, exempted);
    new Rule(this, 'Schedule', {
      description: 'Brings the malware definitions up to date.',
      schedule: Schedule.rate(EVERY),
    }).addTarget(new LambdaFunction(this.updater.function));
    this.age = new Metric({
      namespace: 'Spoorloos',
      metricName: 'DefinitionsAgeHours',
      dimensionsMap: { DefinitionsBucket: bucket.bucketName },
      statistic: 'Maximum',
      period: Duration.hours(6),
    });
    alarms.add(this, 'AgeAlarm', {
      says: `Malware definitions were not brought up to date for ${ALARMED_HOURS} hours; after 48, nothing is published.`,
      metric: this.age,
      from: ALARMED_HOURS,
      periods: 1,
      runbook: 'definitions-age',
      silence: 'bad',
    });
  }
}
