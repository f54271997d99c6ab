import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  BucketPolicy,
  type IBucket,
  type LifecycleRule,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BucketConfig, BucketName, ChannelConfig, Config, ReadConfig } from './config.ts';
import { refuseOldTls } from './guard.ts';
import { ownKey } from './keys.ts';

/** One bucket, made by us or brought, with its key and the policy that the guard rails are added to. */
export interface Place {
  readonly bucket: IBucket;
  readonly key: IKey | undefined;
  readonly policy: PolicyDocument;
  readonly isBrought: boolean;
}

export interface BucketsProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly accessLogs: IBucket;
}

/**
 * The six buckets of a channel. None is public. A channel shares none with another: heads are found by key alone, and
 * what opens one channel's documents must not be able to write another's verify records.
 */
export class Buckets extends Construct {
  /** Where publishers write. Versioned, because reconcile pins versions; the only one that tells of what happens in it. */
  readonly staging: Place;
  /** Verified bytes on their way from sanitize to promote. */
  readonly work: Place;
  /** What the public gets. Promote alone writes it. */
  readonly published: Place;
  /** Originals of what could not be proven clean, under opaque names. */
  readonly quarantine: Place;
  /** Heads, cases, claims, verify records: what changes, and what is read again. */
  readonly ledger: Place;
  /** What was told, once and for all. Apart from the ledger, because a lock on heads would keep each of their versions. */
  readonly audit: Place;

  constructor(scope: Construct, id: string, props: BucketsProps) {
    super(scope, id);
    const { retention, audit } = props.config;
    const oldVersions = (days: number): LifecycleRule => ({ noncurrentVersionExpiration: Duration.days(days) });
    this.staging = this.place('staging', props, { rules: [oldVersions(retention.stagingOldVersionsDays)] });
    this.work = this.place('work', props, { versioned: false, rules: [{ expiration: Duration.days(1) }] });
    this.published = this.place('public', props, { rules: [oldVersions(retention.publicOldVersionsDays)] });
    // Encrypted archives of originals, of which each was for one person and one minute.
    const archives = { prefix: 'downloads/', expiration: Duration.days(1), ...oldVersions(1) };
    this.quarantine = this.place('quarantine', props, { rules: [archives] });
    // Marks of decided cases are removed by the thousand, and a list of what waits would go through what is left of them.
    const marks = { prefix: 'case-index/', ...oldVersions(1), expiredObjectDeleteMarker: true };
    // A sign-in ends within a working day, and its record is written anew each minute. A rule that counts days takes what is
    // left of deleted ones as well.
    const signIns = ['sessions/', 'sign-ins/'].map((prefix) => ({
      ...{ prefix, expiration: Duration.days(1), ...oldVersions(1) },
    }));
    this.ledger = this.place('ledger', props, {
      rules: [oldVersions(retention.ledgerOldVersionsDays), marks, ...signIns],
    });
    this.audit = this.place('audit', props, { lock: audit });
  }

  private place(
    name: BucketName,
    { channel, accessLogs }: BucketsProps,
    { versioned = true, rules = [], lock }: Made,
  ): Place {
    const Id = name.charAt(0).toUpperCase() + name.slice(1);
    const settings: BucketConfig = channel.buckets[name];
    const { keyArn, bring } = settings;
    if (bring) {
      const key = keyArn === undefined ? undefined : Key.fromKeyArn(this, `${Id}Key`, keyArn);
      const bucket = Bucket.fromBucketAttributes(this, Id, {
        bucketName: bring.name,
        ...(key && { encryptionKey: key }),
      });
      const policy = bring.attachPolicy
        ? new BucketPolicy(this, `${Id}Policy`, { bucket, removalPolicy: RemovalPolicy.RETAIN }).document
        : printed(this, bring.name);
      refuseOldTls(policy, bucket);
      return { bucket, key, policy, isBrought: true };
    }
    const key =
      keyArn === undefined
        ? ownKey(this, `${Id}Key`, `${Stack.of(this).stackName} ${channel.name} ${name}`)
        : Key.fromKeyArn(this, `${Id}Key`, keyArn);
    const bucket = new Bucket(this, Id, {
      // Named, so that staging's queue can name its one sender without a circle between the two.
      bucketName: bucketName(this, channel, name),
      versioned,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${channel.name}/${name}/`,
      ...PRIVATE,
      ...(lock && lock.lock !== 'none' && { objectLockEnabled: true, objectLockDefaultRetention: retentionOf(lock) }),
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }, ...rules],
    });
    if (!bucket.policy) throw new Error('a bucket that enforces TLS has a policy');
    // A bucket that is kept keeps its guard rails.
    bucket.policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return { bucket, key, policy: bucket.policy.document, isBrought: false };
  }
}

type Made = {
  readonly versioned?: boolean;
  readonly rules?: readonly LifecycleRule[];
  readonly lock?: Config['audit'];
};

/** A bucket that is only read, and whose policy is its owner's. */
export function brought(scope: Construct, id: string, { bucket: bucketName, keyArn }: ReadConfig): Place {
  const key = keyArn === undefined ? undefined : Key.fromKeyArn(scope, `${id}Key`, keyArn);
  const bucket = Bucket.fromBucketName(scope, id, bucketName);
  return { bucket, key, policy: new PolicyDocument(), isBrought: true };
}

/** The same on each deployment: a bucket is found again by its name. */
export function bucketName(scope: Construct, { name: channel }: ChannelConfig, name: BucketName): string {
  const stack = Stack.of(scope);
  return `${stack.stackName.toLowerCase()}-${channel}-${name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
}

export const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  // Destroying the stack never destroys a document.
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

function retentionOf({ lock, years }: Config['audit']): ObjectLockRetention {
  const time = Duration.days(years * 365);
  return lock === 'compliance' ? ObjectLockRetention.compliance(time) : ObjectLockRetention.governance(time);
}

/** A policy that its owner merges: it stands in the template's metadata, resolved. */
function printed(scope: Construct, name: string): PolicyDocument {
  const document = new PolicyDocument();
  Stack.of(scope).addMetadata(`spoorloos:bucket-policy:${name}`, document);
  return document;
}
