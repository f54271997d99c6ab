import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** The five buckets of the pipeline and the one for their access logs. None is public; a CDN reads `published`. */
export class Buckets extends Construct {
  /** Where publishers write. Versioned, because reconcile pins versions; the only bucket with a notification. */
  readonly staging: Bucket;
  /** Verified bytes on their way from sanitize to promote. */
  readonly work: Bucket;
  /** What the public gets. Promote alone writes it. */
  readonly published: Bucket;
  /** Originals of what could not be proven clean, under opaque names. */
  readonly quarantine: Bucket;
  /** Heads, cases, verify records, audit. */
  readonly ledger: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const logs = new Bucket(this, 'AccessLogs', {
      // Log delivery cannot write into a bucket with a customer key.
      encryption: BucketEncryption.S3_MANAGED,
      ...SHARED,
      lifecycleRules: [{ expiration: Duration.days(400) }],
    });
    const bucket = (name: string, isVersioned: boolean, lifecycleRules: readonly LifecycleDays[]) =>
      new Bucket(this, name, {
        // Named, so that staging's queue can name its one sender without a circle between the two.
        bucketName: `${Stack.of(this).stackName.toLowerCase()}-${name.toLowerCase()}-${Aws.ACCOUNT_ID}`,
        versioned: isVersioned,
        encryption: BucketEncryption.KMS,
        encryptionKey: new Key(this, `${name}Key`, {
          description: `${Stack.of(this).stackName} ${name.toLowerCase()} bucket`,
          enableKeyRotation: true,
          removalPolicy: RemovalPolicy.RETAIN,
        }),
        bucketKeyEnabled: true,
        serverAccessLogsBucket: logs,
        serverAccessLogsPrefix: `${name.toLowerCase()}/`,
        ...SHARED,
        lifecycleRules: [
          { abortIncompleteMultipartUploadAfter: Duration.days(1) },
          ...lifecycleRules.map(({ expire, expireOld }) => ({
            ...(expire !== undefined && { expiration: Duration.days(expire) }),
            ...(expireOld !== undefined && { noncurrentVersionExpiration: Duration.days(expireOld) }),
          })),
        ],
      });
    this.staging = bucket('Staging', true, [{ expireOld: 30 }]);
    this.work = bucket('Work', false, [{ expire: 1 }]);
    // An old version of a public object may be what was taken down; promote purges, this is for what it missed.
    this.published = bucket('Public', true, [{ expireOld: 1 }]);
    this.quarantine = bucket('Quarantine', true, []);
    this.ledger = bucket('Ledger', true, [{ expireOld: 90 }]);
  }
}

type LifecycleDays = { readonly expire?: number; readonly expireOld?: number };

const SHARED = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  // Destroying the stack never destroys a document.
  removalPolicy: RemovalPolicy.RETAIN,
} as const;
