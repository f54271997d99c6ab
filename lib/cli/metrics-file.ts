// Commands that a timer calls leave their numbers in a file, since nobody could ask them afterwards: Prometheus' node
// exporter reads such files (its textfile collector).

import type { Metrics } from '../metrics.ts';
import { prometheusMetrics } from '../metrics-prometheus.ts';
import type { Args, Option } from './command.ts';
import { writeOutput } from './write-output.ts';

export const METRICS_OPTION: Option = {
  type: 'string',
  value: 'FILE',
  says: "write the numbers into FILE (.prom) as well, for the textfile collector of Prometheus' node exporter",
};

/** Writes what is said of the metrics, where a file was asked for: whole or not at all. */
export async function writeMetrics(args: Args, say: (metrics: Metrics) => void): Promise<void> {
  const file = args.text('metrics');
  if (file === undefined) return;
  const metrics = prometheusMetrics();
  say(metrics);
  await writeOutput(file, Buffer.from(metrics.gauges()));
}
