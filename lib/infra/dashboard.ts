import { Duration } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Dashboard, GraphWidget, type IMetric, type Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Channel } from './channel.ts';
import { quarantineRate } from './channel-alarms.ts';
import type { Definitions } from './definitions.ts';
import { written } from './metrics.ts';
import type { ShadowChannel } from './shadow-channel.ts';

const PERIOD = Duration.minutes(5);
const WIDTH = 6;

/** What somebody who was woken up looks at first: for each channel its lanes, its functions and its delivery. */
export function addDashboard(
  scope: Construct,
  channels: readonly Channel[],
  shadows: readonly ShadowChannel[],
  definitions: Definitions | undefined,
): void {
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(12) });
  for (const channel of channels) {
    const { name, pipeline, runs, scans, watch, reminders, people, feed, delivery, statusApi, console } = channel;
    dashboard.addWidgets(new TextWidget({ markdown: `# ${name}`, width: 4 * WIDTH, height: 1 }));
    const lanes = [...pipeline.lanes, ...runs.lanes, ...(scans?.lanes ?? [])];
    const besides = [
      ...(statusApi ? [statusApi.handler] : []),
      ...(console?.handlers ?? []),
      ...(reminders ? [reminders.remind] : []),
      ...[people, feed].flatMap((one) => (one ? [one.tell] : [])),
    ];
    const handlers = [
      ...[...pipeline.handlers, ...runs.handlers, ...(scans?.handlers ?? [])],
      ...[...watch.handlers, ...besides],
    ];
    dashboard.addWidgets(
      graph('waiting', lanes, ({ queue }) => queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD })),
      graph('oldest message (s)', lanes, ({ queue }) => queue.metricApproximateAgeOfOldestMessage({ period: PERIOD })),
      graph('dead letters that came', lanes, ({ deadLetters }) =>
        deadLetters.metricNumberOfMessagesReceived({ period: PERIOD, statistic: 'Sum' }),
      ),
      graph('dead letters that stay', lanes, ({ deadLetters }) =>
        deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      ),
    );
    const perFunction = (title: string, metric: (one: LambdaFunction) => Metric) =>
      graph(title, handlers, (handler) => metric(handler.function));
    dashboard.addWidgets(
      perFunction('errors', (one) => one.metricErrors({ period: PERIOD })),
      perFunction('throttled', (one) => one.metricThrottles({ period: PERIOD })),
      perFunction('time, 95 % (ms)', (one) => one.metricDuration({ period: PERIOD, statistic: 'p95' })),
      perFunction('at the same time', (one) =>
        one.metric('ConcurrentExecutions', { period: PERIOD, statistic: 'Maximum' }),
      ),
    );
    dashboard.addWidgets(...documentGraphs(channel));
    if (scans) dashboard.addWidgets(scanGraph(channel));
    if (delivery) dashboard.addWidgets(...deliveryGraphs(delivery.distribution));
  }
  for (const { config, pipeline } of shadows) {
    const markdown = `# ${config.name}, shadow mode`;
    dashboard.addWidgets(new TextWidget({ markdown, width: 4 * WIDTH, height: 1 }));
    const { lanes, handlers } = pipeline;
    const would = ['WouldPublish', 'WouldHoldBack'].map((name) => written(scope, config, name));
    dashboard.addWidgets(
      graph('waiting', lanes, ({ queue }) => queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD })),
      graph('errors', handlers, (handler) => handler.function.metricErrors({ period: PERIOD })),
      new GraphWidget({ title: 'what would become of documents', width: 2 * WIDTH, left: would }),
    );
  }
  if (!definitions) return;
  const updater = [definitions.updater];
  dashboard.addWidgets(
    graph('age of malware definitions (h)', updater, () => definitions.age),
    graph('errors of their updater', updater, (one) => one.function.metricErrors({ period: PERIOD })),
  );
}

/** What the functions wrote of documents, of what they found amiss, and of runs. */
function documentGraphs(channel: Channel): GraphWidget[] {
  const { config } = channel;
  const of = (title: string, left: readonly IMetric[]) => new GraphWidget({ title, width: WIDTH, left: [...left] });
  const counted = (...names: readonly string[]) => names.map((name) => written(channel, config, name));
  const latest = (name: string, by: Readonly<Record<string, string>> = {}) =>
    written(channel, config, name, { by, statistic: 'Maximum', period: Duration.minutes(15) });
  const parted = (name: string, dimension: string, words: readonly string[]) =>
    words.map((word) => latest(name, { [dimension]: word }).with({ label: word }));
  return [
    of('documents', counted('Published', 'Quarantined', 'Removed', 'Failed')),
    of('quarantined of an hour (%)', [quarantineRate(channel, config)]),
    of(
      'age and time of live, 95 % (ms)',
      counted('LiveAge', 'JudgedTime').map((metric) => metric.with({ statistic: 'p95' })),
    ),
    of('shadow mode', counted('WouldPublish', 'WouldHoldBack')),
    of('of runs', [...counted('Audited', 'Collected'), latest('RunsPaused')]),
    of('amiss at the last sweep', parted('AmissOfKind', 'Kind', AMISS_KINDS)),
    of('amiss, canaries not well, ledger lost', [latest('Amiss'), latest('CanariesNotWell'), latest('LedgerLost')]),
    of('since one was well (s)', parted('CanaryAge', 'Canary', ['malware', 'place'])),
  ];
}

/** What GuardDuty said; of what it could not look at, nothing is published. */
function scanGraph(channel: Channel): GraphWidget {
  const left = SCAN_STATUSES.map((status) =>
    written(channel, channel.config, 'Scanned', { by: { Status: status } }).with({ label: status }),
  );
  return new GraphWidget({
    title: 'said by GuardDuty',
    width: 2 * WIDTH,
    left: [written(channel, channel.config, 'Scanned'), ...left],
  });
}

// As in lib/core/records-scans.ts, which constructs do not import. A test holds them equal.
const SCAN_STATUSES = ['THREATS_FOUND', 'NO_THREATS_FOUND', 'UNSUPPORTED', 'ACCESS_DENIED', 'FAILED'] as const;

// As in lib/core/records-sweep.ts, which constructs do not import. A test holds them equal.
const AMISS_KINDS = [
  'changed',
  'unknown',
  'left-over',
  'not-removed',
  'unreadable',
  'missing',
  'unsettled',
  'stale',
] as const;

function deliveryGraphs(distribution: Distribution): GraphWidget[] {
  // CloudFront keeps its metrics in one region, whichever the stack is in.
  const region = 'us-east-1';
  const of = (title: string, metric: Metric) => new GraphWidget({ title, width: 2 * WIDTH, region, left: [metric] });
  return [
    of('requests', distribution.metricRequests({ period: PERIOD, region })),
    of('errors (%)', distribution.metricTotalErrorRate({ period: PERIOD, region })),
  ];
}

/** One line for each construct, under its name. */
function graph<T extends Construct>(title: string, constructs: readonly T[], metric: (one: T) => Metric): GraphWidget {
  const left = constructs.map((one) => {
    const label = one.node.id;
    return metric(one).with({ label });
  });
  return new GraphWidget({ title, width: WIDTH, left });
}
