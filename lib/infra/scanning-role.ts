import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Place } from './buckets.ts';
import { allow } from './rights.ts';

const SERVICE = 'malware-protection-plan.guardduty.amazonaws.com';
// Put by it to see whether the role can. It comes through the pipeline like any other, and is quarantined: no known format.
const TEST_OBJECT = 'malware-protection-resource-validation-object';
const OWN_RULES = 'DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*';

/**
 * What GuardDuty acts as: it reads staging, and keeps a rule of its own by which it hears of uploads. What its documentation
 * asks for, without the rights on tags: https://docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html
 */
export function scanningRole(scope: Construct, staging: Place): Role {
  const here = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;
  const plans = `arn:${Aws.PARTITION}:guardduty:${here}:malware-protection-plan/*`;
  const role = new Role(scope, 'ScanningRole', {
    assumedBy: new ServicePrincipal(SERVICE, {
      // The service would act as us for anybody's plan.
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': plans } },
    }),
  });
  allow(role, 'read', staging);
  allow(role, 'read versions', staging);
  allow(role, 'write', staging, [TEST_OBJECT]);
  const rules = [`arn:${Aws.PARTITION}:events:${here}:rule/${OWN_RULES}`];
  role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutRule', 'events:DeleteRule', 'events:PutTargets', 'events:RemoveTargets'],
      resources: rules,
      conditions: { StringLike: { 'events:ManagedBy': SERVICE } },
    }),
  );
  role.addToPolicy(
    new PolicyStatement({ actions: ['events:DescribeRule', 'events:ListTargetsByRule'], resources: rules }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
      resources: [staging.bucket.bucketArn],
    }),
  );
  acknowledge(
    role,
    `IAM5[Resource::arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/${OWN_RULES}]`,
    'GuardDuty names its rules itself',
  );
  return role;
}
