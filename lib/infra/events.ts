import { Aws, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { type IPrincipal, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ownKey } from './keys.ts';

/** Where the events of a channel go: a topic and a bus, which name object keys and no other channel's. */
export class Events extends Construct {
  readonly topic: Topic;
  readonly bus: EventBus;
  private readonly key: Key;

  constructor(scope: Construct, id: string, channel: string) {
    super(scope, id);
    // Keys can name people: encrypted with a key of our own.
    this.key = ownKey(this, 'Key', `${Stack.of(this).stackName} ${channel} events`);
    this.topic = new Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    this.bus = new EventBus(this, 'Bus', { kmsKey: this.key });
  }

  /** Lets the role tell the world. */
  allowTelling(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] }));
    this.allowKey([role]);
  }

  /** The same of principals outside of the deployment, by what the topic and the bus say themselves. */
  takeFrom(principals: readonly IPrincipal[]): void {
    if (principals.length === 0) return;
    const own = { principals: [...principals] };
    this.topic.addToResourcePolicy(
      new PolicyStatement({ ...own, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    this.bus.addToResourcePolicy(
      new PolicyStatement({
        ...own,
        sid: 'TheseTell',
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
      }),
    );
    this.allowKey(principals);
  }

  private allowKey(principals: readonly IPrincipal[]): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [...principals],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}
