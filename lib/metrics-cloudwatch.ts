// CloudWatch's Embedded Metric Format: a line in the log that CloudWatch turns into metrics, without a request of ours.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
// Each name with each set of dimensions costs 30 cents a month: the channel is a dimension, and what parts a metric.

import {
  COUNTERS,
  type Counter,
  GAUGES,
  type Gauge,
  MEASURES,
  type Measure,
  type Metrics,
  type Seen,
} from './metrics.ts';

export const NAMESPACE = 'Spoorloos';
// What the format takes of one metric in one line.
const MAX_VALUES = 100;

export type CloudWatchMetrics = Metrics & {
  /** Writes what was taken since the last time, counters at zero included: an alarm on nothing has no data. */
  flush(): void;
};

export type CloudWatchOptions = {
  /** Tells one channel of one deployment from the others. */
  readonly channel?: string | undefined;
  /** What this process counts, and says that it is zero. */
  readonly counters?: readonly Counter[];
  readonly write?: (line: string) => void;
  readonly now?: () => number;
};

type Metric = { readonly Name: string; readonly Unit: string; readonly value: number | readonly number[] };
type Dimensions = Readonly<Record<string, string>>;

export function cloudWatchMetrics({
  channel = 'spoorloos',
  counters = [],
  write = (line) => process.stderr.write(line),
  now = Date.now,
}: CloudWatchOptions = {}): CloudWatchMetrics {
  const ofChannel = { Channel: channel };
  const counts = new Map<Counter, number>();
  const parts = new Map<Counter, Map<string, number>>();
  const measured = new Map<Measure, number[]>();
  const gauged = new Map<string, { readonly metric: Metric; readonly dimensions: Dimensions }>();

  function line(dimensions: Dimensions, metrics: readonly Metric[]): void {
    if (metrics.length === 0) return;
    const Metrics = metrics.map(({ Name, Unit }) => ({ Name, Unit }));
    const _aws = {
      Timestamp: now(),
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics }],
    };
    const values = Object.fromEntries(metrics.map(({ Name, value }) => [Name, value]));
    write(`${JSON.stringify({ _aws, ...dimensions, ...values })}\n`);
  }

  function measures(): Metric[] {
    return [...measured].flatMap(([name, values]) => {
      const { cloudWatch: Name, unit: Unit } = MEASURES[name];
      const value = values.splice(0, MAX_VALUES);
      return value.length > 0 ? [{ Name, Unit, value }] : [];
    });
  }

  return {
    count(counter, label?: string) {
      counts.set(counter, (counts.get(counter) ?? 0) + 1);
      if (label === undefined) return;
      const part = parts.get(counter) ?? new Map<string, number>();
      parts.set(counter, part.set(label, (part.get(label) ?? 0) + 1));
    },
    measure(measure, value) {
      const values = measured.get(measure) ?? [];
      values.push(value);
      measured.set(measure, values);
    },
    gauge(gauge: Gauge, value, label?: string) {
      const { cloudWatch: Name, unit: Unit, by, isShared }: Seen = GAUGES[gauge];
      const dimensions = { ...(!isShared && ofChannel), ...(by && label !== undefined && { [by.dimension]: label }) };
      gauged.set(`${gauge} ${label}`, { metric: { Name, Unit, value }, dimensions });
    },
    flush() {
      const totals = [...new Set([...counters, ...counts.keys()])].map((counter) => ({
        ...{ Name: COUNTERS[counter].cloudWatch, Unit: 'Count' },
        value: counts.get(counter) ?? 0,
      }));
      line(ofChannel, [...totals, ...measures()]);
      for (let rest = measures(); rest.length > 0; rest = measures()) line(ofChannel, rest);
      for (const [counter, part] of parts) {
        const { cloudWatch: Name, by } = partedBy(counter);
        for (const [label, value] of part) line({ ...ofChannel, [by]: label }, [{ Name, Unit: 'Count', value }]);
      }
      for (const { metric, dimensions } of gauged.values()) line(dimensions, [metric]);
      for (const taken of [counts, parts, gauged]) taken.clear();
    },
  };
}

function partedBy(counter: Counter): { readonly cloudWatch: string; readonly by: string } {
  const row = COUNTERS[counter];
  return { cloudWatch: row.cloudWatch, by: 'by' in row ? row.by.dimension : '' };
}
