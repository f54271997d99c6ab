import type { App } from 'aws-cdk-lib';
import { Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Buckets } from './buckets.ts';
import { Notifications } from './notifications.ts';
import { SpoorloosPipeline } from './pipeline.ts';

/** One publication channel: five buckets, two lanes, three functions, a topic and a bus. */
export class SpoorloosStack extends Stack {
  readonly buckets: Buckets;
  readonly pipeline: SpoorloosPipeline;
  readonly notifications: Notifications;

  constructor(scope: App, id: string, props?: StackProps) {
    super(scope, id, props);
    Tags.of(this).add('application', 'spoorloos');
    this.buckets = new Buckets(this, 'Buckets');
    this.notifications = new Notifications(this, 'Notifications');
    this.pipeline = new SpoorloosPipeline(this, 'Pipeline', {
      buckets: this.buckets,
      notifications: this.notifications,
    });
  }
}

/** Every synthesis is held against cdk-nag's AWS Solutions rules; a violation fails it. */
export function checkWithNag(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
