// The guard rails: what a bucket refuses whatever IAM policies say. A deny with ArnNotEquals on aws:PrincipalArn rather
// than NotPrincipal, which would have to name each session; whoever has no ARN, such as an anonymous caller, is refused too.

import { Aws, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, type PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Place } from './buckets.ts';
import type { Config } from './config.ts';

/** All that changes objects or brings some in, by whatever door. Replication is set up at the source, not here. */
const CHANGES_OF_OBJECTS = [
  's3:PutObject*',
  's3:DeleteObject*',
  's3:ReplicateObject',
  's3:ReplicateDelete',
  's3:ReplicateTags',
  's3:RestoreObject',
  's3:ObjectOwnerOverrideToBucketOwner',
  's3:BypassGovernanceRetention',
] as const;

const NOTIFICATION = 's3:PutBucketNotification';
/** What would open a bucket, empty it, or make it tell somebody else. */
const CHANGES_OF_BUCKET = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPublicAccessBlock',
  NOTIFICATION,
  's3:PutReplicationConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutBucketLogging',
  's3:PutBucketWebsite',
  's3:PutBucketObjectLockConfiguration',
  's3:PutInventoryConfiguration',
  's3:DeleteBucket',
] as const;

/** Whom the guard rails let through besides the roles that they are for. */
export interface Exempt {
  /** Who deploys: may change buckets, not objects. */
  readonly deploying: readonly string[];
  /** The way around, when there is one. */
  readonly breakGlass: readonly string[];
}

/** CloudFormation acts as its execution role; the root user of the account can always mend a bucket policy. */
export function exempt(scope: Construct, { deployRoleArns, breakGlassRoleArn }: Config): Exempt {
  const qualifier = Stack.of(scope).synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  const role = `cdk-${qualifier}-cfn-exec-role-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
  return {
    deploying:
      deployRoleArns.length > 0 ? deployRoleArns : [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${role}`],
    breakGlass: breakGlassRoleArn === undefined ? [] : [breakGlassRoleArn],
  };
}

/** Nobody but the roles changes the objects under the prefix. */
export function onlyChangedBy(
  place: Place,
  roles: readonly Pick<IRole, 'roleArn'>[],
  { breakGlass }: Exempt,
  { prefix = '', sid = 'OnlyTheseChangeObjects' }: { readonly prefix?: string; readonly sid?: string } = {},
): void {
  const resources = [place.bucket.arnForObjects(`${prefix}*`)];
  place.policy.addStatements(
    denyBut([...roles.map(({ roleArn }) => roleArn), ...breakGlass], sid, CHANGES_OF_OBJECTS, resources),
  );
}

/** An old version may be what was taken down, or cleaned since. */
export function oldVersionsOnlyReadBy(place: Place, roles: readonly IRole[], { breakGlass }: Exempt): void {
  const resources = [place.bucket.arnForObjects('*')];
  const actions = ['s3:GetObjectVersion*'];
  const roleArns = roles.map(({ roleArn }) => roleArn);
  place.policy.addStatements(denyBut([...roleArns, ...breakGlass], 'OnlyTheseReadOldVersions', actions, resources));
}

/**
 * Nobody but who deploys changes the bucket itself. Deleting the stack is deploying: nobody is locked out. `listener` is a role
 * that has to see to it that the bucket tells EventBridge of its events, and may change nothing else.
 */
export function onlyConfiguredByDeployment(
  { policy, bucket }: Place,
  { deploying, breakGlass }: Exempt,
  listener?: Pick<IRole, 'roleArn'>,
): void {
  const allowed = [...deploying, ...breakGlass];
  const guarded = CHANGES_OF_BUCKET.filter((action) => !listener || action !== NOTIFICATION);
  policy.addStatements(denyBut(allowed, 'OnlyDeploymentChangesTheBucket', guarded, [bucket.bucketArn]));
  if (!listener) return;
  const telling = [...allowed, listener.roleArn];
  policy.addStatements(denyBut(telling, 'OnlyTheseChangeWhatItTells', [NOTIFICATION], [bucket.bucketArn]));
}

/** What CDK adds to buckets that it makes, for one that was brought. */
export function refuseOldTls(policy: PolicyDocument, bucket: IBucket): void {
  const everything = {
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:*'],
    resources: [bucket.bucketArn, bucket.arnForObjects('*')],
  };
  policy.addStatements(
    new PolicyStatement({ ...everything, conditions: { Bool: { 'aws:SecureTransport': 'false' } } }),
    new PolicyStatement({ ...everything, conditions: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }),
  );
}

function denyBut(arns: readonly string[], sid: string, actions: readonly string[], resources: string[]) {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources,
    // Nobody at all, where nobody is named.
    ...(arns.length > 0 && { conditions: { ArnNotEquals: { 'aws:PrincipalArn': [...arns] } } }),
  });
}
