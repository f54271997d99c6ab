import { Aws } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bucketName, type Place } from './buckets.ts';
import type { ChannelConfig } from './config.ts';

const KINDS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'] as const;

/**
 * Has staging tell the queue what happens in it. A bucket of ours does it itself, on the bucket rather than by the
 * custom resource that CDK would add, which may rewrite the notifications of every bucket of the account. A bucket that
 * was brought has notifications of its own: there it is EventBridge.
 */
export function tellQueue(scope: Construct, channel: ChannelConfig, { bucket }: Place, queue: Queue): void {
  if (!(bucket instanceof Bucket)) {
    new Rule(scope, 'StagingEvents', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [bucket.bucketName] } },
      },
    }).addTarget(new SqsQueue(queue));
    return;
  }
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      // The service would take a message to us for anybody's bucket.
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnEquals: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::${bucketName(scope, channel, 'staging')}` },
      },
    }),
  );
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('the staging bucket is not a bucket');
  resource.notificationConfiguration = {
    queueConfigurations: KINDS.map((event) => ({ event, queue: queue.queueArn })),
  };
  const policy = queue.node.findChild('Policy').node.defaultChild;
  if (policy) resource.node.addDependency(policy);
}

/** The same events to EventBridge, for rules of others. A bucket that was brought sends them there already. */
export function tellEventBridge({ bucket }: Place): void {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) return;
  resource.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration', { EventBridgeEnabled: true });
}
