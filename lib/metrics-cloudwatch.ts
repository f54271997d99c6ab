// CloudWatch's Embedded Metric Format: a line in the log that CloudWatch turns into metrics, without a request of ours.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
// Each name with each set of dimensions costs 30 cents a month: the channel is a dimension, and the reason of one metric.

import type { Reason } from './core/refusal.ts';
import { COUNTERS, type Counter, MEASURES, type Measure, type Metrics } from './metrics.ts';

export const NAMESPACE = 'Spoorloos';
// What the format takes of one metric in one line.
const MAX_VALUES = 100;

export type CloudWatchMetrics = Metrics & {
  /** Writes what was taken since the last time, counters at zero included: an alarm on nothing has no data. */
  flush(): void;
};

/** `channel` tells one channel of one deployment from the others. */
export function cloudWatchMetrics(
  channel = 'spoorloos',
  write: (line: string) => void = (line) => process.stderr.write(line),
  now: () => number = Date.now,
): CloudWatchMetrics {
  const counts = new Map<keyof typeof COUNTERS, number>();
  const reasons = new Map<Reason, number>();
  const measured = new Map<Measure, number[]>();
  const add = <K>(to: Map<K, number>, key: K) => to.set(key, (to.get(key) ?? 0) + 1);

  function line(
    dimensions: readonly string[],
    metrics: readonly Metric[],
    more: Readonly<Record<string, string>>,
  ): void {
    if (metrics.length === 0) return;
    const Metrics = metrics.map(({ Name, Unit }) => ({ Name, Unit }));
    const _aws = {
      Timestamp: now(),
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [dimensions], Metrics }],
    };
    const values = Object.fromEntries(metrics.map(({ Name, value }) => [Name, value]));
    write(`${JSON.stringify({ _aws, Channel: channel, ...more, ...values })}\n`);
  }

  function measures(): Metric[] {
    return [...measured].flatMap(([name, values]) => {
      const { cloudWatch: Name, unit: Unit } = MEASURES[name];
      const value = values.splice(0, MAX_VALUES);
      return value.length > 0 ? [{ Name, Unit, value }] : [];
    });
  }

  return {
    count: (counter: Counter) => void add(counts, counter),
    quarantined(reason) {
      add(counts, 'quarantined');
      add(reasons, reason);
    },
    measure(measure, value) {
      const values = measured.get(measure) ?? [];
      values.push(value);
      measured.set(measure, values);
    },
    flush() {
      const counters = Object.entries(COUNTERS).map(([counter, { cloudWatch: Name }]) => ({
        ...{ Name, Unit: 'Count' },
        value: counts.get(counter as keyof typeof COUNTERS) ?? 0,
      }));
      line(['Channel'], [...counters, ...measures()], {});
      for (let rest = measures(); rest.length > 0; rest = measures()) line(['Channel'], rest, {});
      for (const [reason, value] of reasons) {
        const metric = { Name: COUNTERS.quarantined.cloudWatch, Unit: 'Count', value };
        line(['Channel', 'Reason'], [metric], { Reason: reason });
      }
      counts.clear();
      reasons.clear();
    },
  };
}

type Metric = { readonly Name: string; readonly Unit: string; readonly value: number | readonly number[] };
