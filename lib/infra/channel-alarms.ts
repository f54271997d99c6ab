import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { ChannelConfig, Config } from './config.ts';
import { written } from './metrics.ts';
import type { Pipeline } from './pipeline.ts';

const QUARTER = Duration.minutes(15);
const HOUR = Duration.hours(1);
// Of fewer documents a share says nothing.
const ENOUGH_DOCUMENTS = 20;

/** In percent of what was decided within the hour; nothing of few documents. */
export function quarantineRate(scope: Construct, channel: ChannelConfig): IMetric {
  const of = (metricName: string) => written(scope, channel, metricName, { period: HOUR });
  const all = '(FILL(quarantined, 0) + FILL(published, 0))';
  return new MathExpression({
    expression: `IF(${all} >= ${ENOUGH_DOCUMENTS}, 100 * FILL(quarantined, 0) / ${all}, 0)`,
    usingMetrics: { quarantined: of('Quarantined'), published: of('Published') },
    label: 'quarantined (%)',
    period: HOUR,
  });
}

export interface ChannelAlarmsProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly pipeline: Pipeline;
  readonly alarms: Alarms;
}

/** What is wrong with a channel rather than with one of its queues or functions. */
export function addChannelAlarms(scope: Construct, props: ChannelAlarmsProps): void {
  const { config, channel, pipeline, alarms } = props;
  const { quarantinedPercent } = config.alarms;
  alarms.add(scope, 'FailClosedAlarm', {
    says: 'What quarantines dead letters fails: nobody is told yet of what it could not quarantine.',
    metric: new MathExpression({
      expression: 'FILL(failed, 0) + FILL(broken, 0)',
      usingMetrics: {
        failed: written(scope, channel, 'Failed', { by: { Queue: 'dead-letters' }, period: QUARTER }),
        broken: pipeline.failClosed.function.metricErrors({ period: QUARTER, statistic: 'Sum' }),
      },
      period: QUARTER,
    }),
    // A service that did not answer once is asked again.
    ...{ from: 3, periods: 1, runbook: 'fail-closed-errors' },
  });
  alarms.add(scope, 'CrashedAlarm', {
    says: 'A document was quarantined because what judged it crashed: the document is safe, the bug is ours.',
    metric: written(scope, channel, 'Quarantined', { by: { Reason: 'crashed' }, period: QUARTER }),
    ...{ from: 1, periods: 1, runbook: 'crashed' },
  });
  alarms.add(scope, 'QuarantineRateAlarm', {
    says: `More than ${quarantinedPercent} % of the documents of an hour were quarantined.`,
    metric: quarantineRate(scope, channel),
    ...{ from: quarantinedPercent, periods: 1, runbook: 'quarantine-rate' },
  });
  alarms.add(scope, 'RunPausedAlarm', {
    says: 'A run over what is there already paused by itself, and waits for somebody.',
    metric: written(scope, channel, 'RunsPaused', { statistic: 'Maximum', period: QUARTER }),
    ...{ from: 1, periods: 1, runbook: 'run-paused' },
  });
}
