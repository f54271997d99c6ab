import type { App } from 'aws-cdk-lib';
import { CfnResource, Duration, RemovalPolicy, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Alarms } from './alarms.ts';
import { PRIVATE } from './buckets.ts';
import { Channel } from './channel.ts';
import { type ChannelConfig, type Config, ConfigError, parseConfig } from './config.ts';
import { addDashboard } from './dashboard.ts';
import { Definitions, takesDefinitions } from './definitions.ts';
import { Handler } from './handler.ts';
import { Network } from './network.ts';
import { ShadowChannel } from './shadow-channel.ts';

// What CloudFormation takes in a stack.
const MOST_RESOURCES = 500;
// What Lambda keeps for functions that reserve nothing.
const UNRESERVED = 100;

/** One deployment: its channels, and what they share: alarms, access logs, and the network where there is one. */
export class SpoorloosStack extends Stack {
  readonly alarms: Alarms;
  readonly channels: readonly Channel[];
  readonly shadows: readonly ShadowChannel[];

  constructor(scope: App, config: Config = parseConfig({}), props?: StackProps) {
    super(scope, config.name, props);
    // CloudFormation's schema of a dashboard has no tags.
    const excludeResourceTypes = ['AWS::CloudWatch::Dashboard'];
    Tags.of(this).add('application', 'spoorloos', { excludeResourceTypes });
    this.alarms = new Alarms(this, 'Alarms', config);
    const network = config.network.egress === 'none' ? new Network(this, 'Network', config.network) : undefined;
    const expiration = Duration.days(config.retention.accessLogsDays);
    // Log delivery cannot write into a bucket with a customer key.
    const logs = { encryption: BucketEncryption.S3_MANAGED, ...PRIVATE, lifecycleRules: [{ expiration }] };
    const accessLogs = new Bucket(this, 'AccessLogs', logs);
    accessLogs.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const isDelivering = config.channels.some(({ delivery }) => delivery.enabled);
    const edgeLogs =
      isDelivering &&
      new Bucket(this, 'EdgeLogs', {
        ...logs,
        // CloudFront delivers its logs by an access list.
        objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
        serverAccessLogsBucket: accessLogs,
        serverAccessLogsPrefix: 'edge-logs/',
      });
    if (edgeLogs) edgeLogs.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const definitions = config.channels.some(takesDefinitions)
      ? new Definitions(this, 'Definitions', { config, accessLogs, alarms: this.alarms })
      : undefined;
    const propsOf = (channel: ChannelConfig) => ({
      ...{ config, channel, network, accessLogs, alarms: this.alarms },
      ...(edgeLogs && { edgeLogs }),
      definitions: takesDefinitions(channel) ? definitions?.place : undefined,
    });
    const inMode = (mode: ChannelConfig['mode']) => config.channels.filter((channel) => channel.mode === mode);
    // The same names in both modes, so that buckets, queues and functions stay where they are when it changes.
    const idOf = ({ name }: ChannelConfig) => `Channel-${name}`;
    this.channels = inMode('enforce').map((channel) => new Channel(this, idOf(channel), propsOf(channel)));
    this.shadows = inMode('shadow').map((channel) => new ShadowChannel(this, idOf(channel), propsOf(channel)));
    this.linkConsoles();
    addDashboard(this, this.channels, this.shadows, definitions);
    this.fitInto(config);
  }

  private linkConsoles(): void {
    const all = this.channels.flatMap(({ name, console }) => (console ? [{ name, console, url: console.url }] : []));
    for (const { name: own, console } of all)
      console.knows(
        own,
        all.filter(({ name }) => name !== own).map(({ name, url }) => ({ name, url })),
      );
  }

  /**
   * Of concurrency CloudFormation says so too, but only after half of the deployment, and without saying how much is too
   * much; of resources CDK does, without a word on what to do about it.
   */
  private fitInto({ accountConcurrency, channels }: Config): void {
    const resources = this.node.findAll().filter((one) => CfnResource.isCfnResource(one)).length;
    if (resources > MOST_RESOURCES)
      throw new ConfigError(
        `channels: ${channels.length} of them with these settings are ${resources} resources, and CloudFormation takes ${MOST_RESOURCES} in a stack: leave a channel to another deployment, with another name`,
      );
    const handlers = this.node.findAll().filter((one) => one instanceof Handler);
    const reserved = handlers.reduce((sum, { concurrency }) => sum + concurrency, 0);
    if (reserved + UNRESERVED > accountConcurrency)
      throw new ConfigError(
        `accountConcurrency: functions reserve ${reserved}, and ${UNRESERVED} of the account's ${accountConcurrency} stay for others`,
      );
  }
}

/** Every synthesis is held against cdk-nag's AWS Solutions rules; a violation fails it. */
export function checkWithNag(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
