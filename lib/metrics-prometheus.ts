// Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. Counters count
// from the start of the process, those at zero included. Gauges are there once somebody has said them.

import {
  COUNTERS,
  type Counted,
  type Counter,
  GAUGES,
  type Gauge,
  MEASURES,
  type Measure,
  type Metrics,
  type Seen,
} from './metrics.ts';

export type PrometheusMetrics = Metrics & {
  text(): string;
  /** Without counters and measures: what a process that ends at once has to say. */
  gauges(): string;
};

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const COUNTER_ROWS: readonly (readonly [string, Counted])[] = Object.entries(COUNTERS);

export function prometheusMetrics(): PrometheusMetrics {
  const counts = new Map<string, number>();
  const gauged = new Map<Gauge, Map<string, number>>();
  const histograms = Object.fromEntries(
    Object.entries(MEASURES).map(([name, { bounds }]) => [name, { buckets: bounds.map(() => 0), sum: 0, count: 0 }]),
  ) as Record<Measure, { readonly buckets: number[]; sum: number; count: number }>;
  const seriesOf = (counter: string, label = '') => `${counter} ${label}`;

  function* counterLines(): Generator<string> {
    for (const [counter, { prometheus, says, by }] of COUNTER_ROWS) {
      const name = `${prometheus}_total`;
      yield* heading(name, 'counter', says);
      for (const label of by?.values ?? [undefined])
        yield `${name}${labelled(by?.dimension, label)} ${counts.get(seriesOf(counter, label)) ?? 0}`;
    }
  }

  function* measureLines(): Generator<string> {
    for (const [measure, { prometheus: name, says, bounds }] of Object.entries(MEASURES)) {
      yield* heading(name, 'histogram', says);
      const { buckets, sum, count } = histograms[measure as Measure];
      for (const [i, bound] of bounds.entries()) yield `${name}_bucket{le="${bound}"} ${buckets[i]}`;
      yield `${name}_bucket{le="+Inf"} ${count}`;
      yield `${name}_sum ${sum}`;
      yield `${name}_count ${count}`;
    }
  }

  function* gaugeLines(): Generator<string> {
    for (const [gauge, values] of gauged) {
      const { prometheus: name, says, by }: Seen = GAUGES[gauge];
      yield* heading(name, 'gauge', says);
      for (const [label, value] of values) yield `${name}${labelled(by?.dimension, label)} ${value}`;
    }
  }

  return {
    count(counter: Counter, label?: string) {
      const series = seriesOf(counter, label);
      counts.set(series, (counts.get(series) ?? 0) + 1);
    },
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
    gauge(gauge: Gauge, value, label = '') {
      const { scale } = GAUGES[gauge];
      gauged.set(gauge, (gauged.get(gauge) ?? new Map<string, number>()).set(label, value * scale));
    },
    text: () => textOf([...counterLines(), ...measureLines(), ...gaugeLines()]),
    gauges: () => textOf([...gaugeLines()]),
  };
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const heading = (name: string, type: string, says: string) => [`# HELP ${name} ${says}`, `# TYPE ${name} ${type}`];

function labelled(dimension: string | undefined, label: string | undefined): string {
  if (dimension === undefined || label === undefined) return '';
  const name = dimension.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  return `{${name}="${label.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"}`;
}
