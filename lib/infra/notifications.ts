import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Where events go (topic and bus) and where alarms go. */
export class Notifications extends Construct {
  readonly events: Topic;
  readonly alarms: Topic;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Events name object keys, which can name people: encrypted with a key of our own.
    const key = new Key(this, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.events = new Topic(this, 'Events', { masterKey: key, enforceSSL: true });
    this.alarms = new Topic(this, 'Alarms', { masterKey: key, enforceSSL: true });
    this.bus = new EventBus(this, 'Bus', { kmsKey: key });
  }
}
