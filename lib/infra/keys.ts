// Keys that the account administers and cannot use: who may use one stands in its own policy, principal by principal.
// So that an administrator's `kms:*` opens no document; changing the policy does, and stands in CloudTrail.

import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

const ADMINISTRATION = [
  'kms:DescribeKey',
  'kms:EnableKey',
  'kms:DisableKey',
  'kms:EnableKeyRotation',
  'kms:DisableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:PutKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
] as const;

/** A key that rotates and outlives the stack. */
export function ownKey(scope: Construct, id: string, description: string): Key {
  const administration = new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: [...ADMINISTRATION],
    resources: ['*'],
  });
  return new Key(scope, id, {
    description,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new PolicyDocument({ statements: [administration] }),
  });
}

type Use = 'encrypt' | 'decrypt';

/**
 * Lets the principals use the key through S3, never directly. A key that was brought keeps its policy: there, IAM has
 * to decide, and the roles' own policies say the same.
 */
export function allowUseThroughS3(key: IKey, uses: readonly Use[], principals: readonly IPrincipal[]): void {
  if (!(key instanceof Key) || principals.length === 0) return;
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [...principals],
      actions: uses.map((use) => (use === 'encrypt' ? 'kms:GenerateDataKey' : 'kms:Decrypt')),
      resources: ['*'],
      conditions: {
        StringEquals: {
          'kms:CallerAccount': Aws.ACCOUNT_ID,
          'kms:ViaService': `s3.${Stack.of(key).region}.${Aws.URL_SUFFIX}`,
        },
      },
    }),
  );
}
