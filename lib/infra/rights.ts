// The only place where rights on buckets are given: one verb on one thing a line, so that the template test can hold
// the whole against the matrix in docs/threat-model.md.

import { type CfnElement, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';

type Verb = 'read' | 'write' | 'delete';

// A HEAD is a GetObject to IAM. Without ListBucket, S3 answers 403 instead of 404 for an object that is not there.
const ACTIONS: Record<Verb, { readonly objects: readonly string[]; readonly bucket: readonly string[] }> = {
  read: { objects: ['s3:GetObject', 's3:GetObjectVersion'], bucket: ['s3:ListBucket'] },
  write: { objects: ['s3:PutObject', 's3:AbortMultipartUpload'], bucket: [] },
  delete: { objects: ['s3:DeleteObject', 's3:DeleteObjectVersion'], bucket: ['s3:ListBucketVersions'] },
};

/** Gives one verb on the objects under the prefixes (all by default), with the right on the bucket's key it needs. */
export function allow(role: Role, verb: Verb, bucket: Bucket, prefixes: readonly string[] = ['']): void {
  const { objects, bucket: onBucket } = ACTIONS[verb];
  add(
    role,
    objects,
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  if (onBucket.length > 0) add(role, onBucket, [bucket.bucketArn]);
  const key = bucket.encryptionKey;
  if (key && verb === 'read') add(role, ['kms:Decrypt'], [key.keyArn]);
  // Multipart uploads decrypt too: S3 reads back the parts.
  if (key && verb === 'write') add(role, ['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]);
  for (const prefix of prefixes) {
    const rule = `IAM5[Resource::<${logicalIdOf(bucket)}.Arn>/${prefix}*]`;
    acknowledge(role, rule, 'object keys are not known beforehand; the verbs and the bucket or prefix are what limits');
  }
}

function add(role: Role, actions: readonly string[], resources: readonly string[]): void {
  role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
}

function logicalIdOf(bucket: Bucket): string {
  return Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
}
