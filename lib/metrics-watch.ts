// What the sweep and the canaries see, as metrics: the same for the functions, and for commands that a timer calls.

import { type CanaryResult, isAlarming } from './canary/canary.ts';
import type { SweepRecord } from './core/records-sweep.ts';
import { AMISS } from './core/records-sweep.ts';
import type { Metrics } from './metrics.ts';
import { alarmingIn, countsOf } from './sweep/step.ts';

/** Of a sweep that came to its end: half of one would say that the rest is well. */
export function gaugeSweep(metrics: Metrics, swept: Pick<SweepRecord, 'found'>): void {
  metrics.gauge('amiss', alarmingIn(swept));
  const counts = countsOf(swept);
  for (const kind of AMISS) metrics.gauge('amissOfKind', counts[kind], kind);
}

export function gaugeCanaries(metrics: Metrics, results: readonly CanaryResult[]): void {
  metrics.gauge('canariesNotWell', results.filter(isAlarming).length);
  for (const { name, ageMs } of results)
    if (ageMs !== undefined) metrics.gauge('canaryAge', Math.round(ageMs / 1000), name);
}
