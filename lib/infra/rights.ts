// The only place where rights are given: one verb on one thing a line. test/infra/rights.test.ts runs the handlers and
// holds each right that is used against these, both ways; docs/threat-model.md shows the whole as a matrix.

import { type CfnElement, Stack } from 'aws-cdk-lib';
import { type IPrincipal, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { acknowledge } from './acknowledge.ts';
import type { Place } from './buckets.ts';
import { allowUseThroughS3 } from './keys.ts';

type Verb = 'read' | 'list' | 'read versions' | 'write' | 'remove' | 'purge';
type Rights = {
  readonly objects?: string;
  readonly bucket?: string;
  readonly key?: 'encrypt' | 'decrypt';
};

const RIGHTS: Record<Verb, Rights> = {
  // A HEAD is a GetObject to IAM. Without ListBucket, S3 answers 403 instead of 404 for an object that is not there.
  read: { objects: 's3:GetObject', bucket: 's3:ListBucket', key: 'decrypt' },
  // Names, versions, sizes and etags; none of the bytes. A plain listing names no versions, so ours are of versions.
  list: { bucket: 's3:ListBucketVersions' },
  'read versions': { objects: 's3:GetObjectVersion', key: 'decrypt' },
  write: { objects: 's3:PutObject', key: 'encrypt' },
  remove: { objects: 's3:DeleteObject' },
  purge: { objects: 's3:DeleteObjectVersion', bucket: 's3:ListBucketVersions' },
};

/** Gives one verb on the objects under the prefixes (all by default), with the right on the bucket's key it needs. */
export function allow(role: Role, verb: Verb, { bucket, key }: Place, prefixes: readonly string[] = ['']): void {
  const { objects, bucket: onBucket, key: use } = RIGHTS[verb];
  if (onBucket !== undefined) add(role, onBucket, [bucket.bucketArn]);
  if (objects === undefined) return;
  add(
    role,
    objects,
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  if (key && use) {
    // The policy of a key that was brought is its owner's, and leaves the decision to IAM.
    if (key instanceof Key) allowUseThroughS3(key, [use], [role]);
    else add(role, use === 'encrypt' ? 'kms:GenerateDataKey' : 'kms:Decrypt', [key.keyArn]);
  }
  for (const prefix of prefixes) {
    const rule = `IAM5[Resource::${nagName(bucket)}/${prefix}*]`;
    acknowledge(role, rule, 'object keys are not known beforehand; the verbs and the bucket or prefix are what limits');
  }
}

/**
 * Gives principals outside of the deployment verbs, in the bucket's own policy. Without `list` they are not told an
 * object that is missing from one that they may not see.
 */
export function allowOthers(
  principals: readonly IPrincipal[],
  verbs: readonly Verb[],
  { bucket, key, policy }: Place,
  { prefixes = [''], list = false }: { readonly prefixes?: readonly string[]; readonly list?: boolean } = {},
): void {
  if (principals.length === 0) return;
  const rights = verbs.map((verb) => RIGHTS[verb]);
  const onObjects = rights.flatMap(({ objects }) => objects ?? []);
  const resources = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
  if (onObjects.length > 0)
    policy.addStatements(new PolicyStatement({ principals: [...principals], actions: onObjects, resources }));
  const onBucket = list ? rights.flatMap(({ bucket: action }) => action ?? []) : [];
  if (onBucket.length > 0)
    policy.addStatements(
      new PolicyStatement({ principals: [...principals], actions: onBucket, resources: [bucket.bucketArn] }),
    );
  const uses = rights.flatMap(({ key: use }) => use ?? []);
  if (key && uses.length > 0) allowUseThroughS3(key, uses, principals);
}

export function allowSend(role: Role, queue: IQueue): void {
  add(role, 'sqs:SendMessage', [queue.queueArn]);
}

/** Asks one function, and waits for its answer. */
export function allowInvoke(role: Role, { functionArn }: IFunction): void {
  add(role, 'lambda:InvokeFunction', [functionArn]);
}

export function allowOthersToSend(principals: readonly IPrincipal[], queue: IQueue): void {
  if (principals.length === 0) return;
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [...principals],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
    }),
  );
}

/** Takes messages by itself, without Lambda in between. */
export function allowTaking(role: Role, queue: IQueue): void {
  for (const verb of ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'])
    add(role, `sqs:${verb}`, [queue.queueArn]);
}

/** Reads a secret, with the key that it is encrypted with where that is not AWS's own. */
export function allowSecret(role: Role, secretArn: string, keyArn: string | undefined): void {
  add(role, 'secretsmanager:GetSecretValue', [secretArn]);
  if (keyArn !== undefined) add(role, 'kms:Decrypt', [keyArn]);
}

/** How many messages wait; none of them. */
export function allowCount(role: Role, queue: IQueue): void {
  add(role, 'sqs:GetQueueAttributes', [queue.queueArn]);
}

/** Numbers of whatever has any in the account: CloudWatch gives no narrower right. They name no key and no document. */
export function allowMetrics(role: Role): void {
  add(role, 'cloudwatch:GetMetricData', ['*']);
  acknowledge(role, 'IAM5[Resource::*]', 'CloudWatch lets metrics be read of no single resource');
}

function add(role: Role, action: string, resources: readonly string[]): void {
  role.addToPolicy(new PolicyStatement({ actions: [action], resources: [...resources] }));
}

/** The bucket as cdk-nag writes it. */
function nagName(bucket: IBucket): string {
  if (!(bucket instanceof Bucket)) return `arn:<AWS::Partition>:s3:::${bucket.bucketName}`;
  return `<${Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement)}.Arn>`;
}
