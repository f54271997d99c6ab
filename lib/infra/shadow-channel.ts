import { AccountRootPrincipal, ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Buckets } from './buckets.ts';
import type { ChannelProps } from './channel.ts';
import type { ChannelConfig } from './config.ts';
import { Delivery } from './delivery.ts';
import { Events } from './events.ts';
import { exempt, onlyConfiguredByDeployment } from './guard.ts';
import { allowUseThroughS3 } from './keys.ts';
import { allowOthers } from './rights.ts';
import { ShadowPipeline } from './shadow-pipeline.ts';
import { StatusApi } from './status-api.ts';

/**
 * A channel that looks on. It has the buckets, the topic and the distribution that enforcing needs, under the same names,
 * so that changing the mode keeps them and who subscribed; no function has a right on public, and none tells anybody.
 */
export class ShadowChannel extends Construct {
  readonly config: ChannelConfig;
  readonly buckets: Buckets;
  readonly events: Events;
  readonly delivery: Delivery | undefined;
  readonly pipeline: ShadowPipeline;

  constructor(scope: Construct, id: string, props: ChannelProps) {
    super(scope, id);
    const { config, channel, network, edgeLogs, definitions } = props;
    this.config = channel;
    this.buckets = new Buckets(this, 'Buckets', props);
    this.events = new Events(this, 'Events', channel.name);
    const { staging, work, published, quarantine, ledger, audit } = this.buckets;
    const exempted = exempt(this, config);
    this.delivery =
      channel.delivery.enabled && edgeLogs
        ? new Delivery(this, 'Delivery', { channel, published, logs: edgeLogs })
        : undefined;
    this.pipeline = new ShadowPipeline(this, 'Pipeline', { ...props, buckets: this.buckets, exempt: exempted });
    const { statusApi: settings } = channel;
    if (settings) new StatusApi(this, 'StatusApi', { ...props, settings, buckets: this.buckets });
    for (const place of [staging, work, quarantine, ledger, audit]) onlyConfiguredByDeployment(place, exempted);
    network?.allowBuckets([staging, ledger, ...(definitions ? [definitions] : [])]);
    this.allowPeople(channel);
  }

  /** Nobody reviews, and nobody takes down: nothing of what is public is ours. */
  private allowPeople({ publishers, readers, observers }: ChannelConfig): void {
    const { staging, published, ledger } = this.buckets;
    const principals = (arns: readonly string[]) => arns.map((arn) => new ArnPrincipal(arn));
    allowOthers(principals(publishers), ['write', 'remove'], staging);
    if (publishers.length === 0 && staging.key)
      allowUseThroughS3(staging.key, ['encrypt'], [new AccountRootPrincipal()]);
    allowOthers(principals(readers), ['read'], published);
    allowOthers(principals(observers), ['read'], staging, { list: true });
    allowOthers(principals(observers), ['read'], ledger, {
      prefixes: ['heads/', 'cases/', 'verified/', 'shadow/'],
      list: true,
    });
  }
}
