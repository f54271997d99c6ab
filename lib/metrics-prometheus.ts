// Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. Counters count
// from the start of the process, those at zero included.

import { REASONS, type Reason } from './core/refusal.ts';
import { COUNTERS, type Counter, MEASURES, type Measure, type Metrics } from './metrics.ts';

export type PrometheusMetrics = Metrics & {
  text(): string;
};

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function prometheusMetrics(): PrometheusMetrics {
  const counts = new Map<Counter, number>();
  const reasons = new Map<Reason, number>();
  const histograms = Object.fromEntries(
    Object.entries(MEASURES).map(([name, { bounds }]) => [name, { buckets: bounds.map(() => 0), sum: 0, count: 0 }]),
  ) as Record<Measure, { readonly buckets: number[]; sum: number; count: number }>;
  const add = <K>(to: Map<K, number>, key: K) => void to.set(key, (to.get(key) ?? 0) + 1);

  function* lines(): Generator<string> {
    for (const [counter, { prometheus, says }] of Object.entries(COUNTERS)) {
      const name = `${prometheus}_total`;
      yield* heading(name, 'counter', says);
      if (counter === 'quarantined')
        for (const reason of REASONS) yield `${name}{reason="${reason}"} ${reasons.get(reason) ?? 0}`;
      else yield `${name} ${counts.get(counter as Counter) ?? 0}`;
    }
    for (const [measure, { prometheus: name, says, bounds }] of Object.entries(MEASURES)) {
      yield* heading(name, 'histogram', says);
      const { buckets, sum, count } = histograms[measure as Measure];
      for (const [i, bound] of bounds.entries()) yield `${name}_bucket{le="${bound}"} ${buckets[i]}`;
      yield `${name}_bucket{le="+Inf"} ${count}`;
      yield `${name}_sum ${sum}`;
      yield `${name}_count ${count}`;
    }
  }

  return {
    count: (counter) => add(counts, counter),
    quarantined: (reason) => add(reasons, reason),
    measure(measure, value) {
      const { bounds, scale } = MEASURES[measure];
      const histogram = histograms[measure];
      const scaled = value * scale;
      histogram.sum += scaled;
      histogram.count += 1;
      // Buckets are cumulative: each holds what the smaller ones hold.
      for (const [i, bound] of bounds.entries())
        if (scaled <= bound) histogram.buckets[i] = (histogram.buckets[i] ?? 0) + 1;
    },
    text: () => `${[...lines()].join('\n')}\n`,
  };
}

const heading = (name: string, type: string, says: string) => [`# HELP ${name} ${says}`, `# TYPE ${name} ${type}`];
