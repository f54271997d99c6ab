import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ChannelConfig } from './config.ts';

/** What tells a channel's metrics from those of others, of this deployment and of any in the account. */
export const metricsChannel = (scope: Construct, { name }: Pick<ChannelConfig, 'name'>) =>
  `${Stack.of(scope).stackName}-${name}`;

/** One that the functions write (lib/metrics.ts), of a channel. `by` is what parts it: `{ Reason: 'crashed' }`. */
export function written(
  scope: Construct,
  channel: Pick<ChannelConfig, 'name'>,
  metricName: string,
  { by = {}, ...options }: MetricOptions & { readonly by?: Readonly<Record<string, string>> } = {},
): Metric {
  return new Metric({
    namespace: 'Spoorloos',
    metricName,
    dimensionsMap: { Channel: metricsChannel(scope, channel), ...by },
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...options,
  });
}
