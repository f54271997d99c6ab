// What is counted, in one table with two writers: CloudWatch's for the Lambdas, Prometheus' for the worker. Numbers
// alone: a key or a version id as a dimension would name documents, and cost a metric each.

import type { Source } from './core/records.ts';
import type { Reason } from './core/refusal.ts';
import type { Outcome } from './core/settle.ts';
import type { Published, Quarantined } from './core/verdict.ts';

type Counted = { readonly cloudWatch: string; readonly prometheus: string; readonly says: string };
type Measured = Counted & {
  readonly unit: 'Milliseconds' | 'Bytes';
  /** From the measure's unit to Prometheus', which counts in seconds and bytes. */
  readonly scale: number;
  /** Upper bounds of the histogram's buckets, in Prometheus' unit. */
  readonly bounds: readonly number[];
};

export const COUNTERS = {
  published: { cloudWatch: 'Published', prometheus: 'spoorloos_published', says: 'documents published' },
  quarantined: { cloudWatch: 'Quarantined', prometheus: 'spoorloos_quarantined', says: 'documents quarantined' },
  removed: { cloudWatch: 'Removed', prometheus: 'spoorloos_removed', says: 'documents removed from public' },
  wouldPublish: {
    cloudWatch: 'WouldPublish',
    prometheus: 'spoorloos_would_publish',
    says: 'documents that shadow mode would have had published',
  },
  wouldHoldBack: {
    cloudWatch: 'WouldHoldBack',
    prometheus: 'spoorloos_would_hold_back',
    says: 'documents that shadow mode would have held back',
  },
  failed: { cloudWatch: 'Failed', prometheus: 'spoorloos_failed', says: 'messages not handled, to be tried again' },
} as const satisfies Record<string, Counted>;

export const MEASURES = {
  judgedMs: {
    cloudWatch: 'JudgedTime',
    prometheus: 'spoorloos_judged_seconds',
    says: 'time that judging a document took',
    unit: 'Milliseconds',
    scale: 1e-3,
    // A document may take two minutes at most.
    bounds: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 120],
  },
  judgedBytes: {
    cloudWatch: 'JudgedBytes',
    prometheus: 'spoorloos_judged_bytes',
    says: 'size of the documents that were judged',
    unit: 'Bytes',
    scale: 1,
    bounds: [1e4, 1e5, 1e6, 1e7, 1e8, 5e8],
  },
  liveAgeMs: {
    cloudWatch: 'LiveAge',
    prometheus: 'spoorloos_live_age_seconds',
    says: 'age of messages of the live lane when they were received',
    unit: 'Milliseconds',
    scale: 1e-3,
    bounds: [0.1, 1, 10, 60, 300, 900, 3600, 86_400],
  },
} as const satisfies Record<string, Measured>;

export type Counter = Exclude<keyof typeof COUNTERS, 'quarantined'>;
export type Measure = keyof typeof MEASURES;

/** Takes what happened. Never throws: what is counted must not change what is done. */
export type Metrics = {
  count(counter: Counter): void;
  quarantined(reason: Reason): void;
  measure(measure: Measure, value: number): void;
};

const COUNTED: Partial<Record<Outcome, Counter>> = { promoted: 'published', removed: 'removed', withheld: 'removed' };

/** Of promote's outcomes. Those that change nothing in public are not counted. */
export function countOutcome(metrics: Metrics): (outcome: Outcome) => void {
  return (outcome) => {
    const counter = COUNTED[outcome];
    if (counter) metrics.count(counter);
  };
}

/** Of fail-closed's outcomes: it quarantines without a verdict, and for one reason. */
export function countRefused(metrics: Metrics): (outcome: Outcome) => void {
  return (outcome) => {
    if (outcome === 'quarantined') metrics.quarantined('crashed');
  };
}

type Counting = Pick<Published, 'outcome'> | Pick<Quarantined, 'outcome' | 'reason'>;

/** Of each verdict: what it cost, and why it was quarantined. Published is counted when it is, by promote. */
export function countVerdict(metrics: Metrics): (verdict: Counting, src: Pick<Source, 'size'>, ms: number) => void {
  return (verdict, { size }, ms) => {
    metrics.measure('judgedMs', ms);
    metrics.measure('judgedBytes', size);
    if (verdict.outcome === 'quarantined') metrics.quarantined(verdict.reason);
  };
}

/** The same in shadow mode, where nothing is published and nothing quarantined. */
export function countAside(metrics: Metrics): (verdict: Counting, src: Pick<Source, 'size'>, ms: number) => void {
  return ({ outcome }, { size }, ms) => {
    metrics.measure('judgedMs', ms);
    metrics.measure('judgedBytes', size);
    metrics.count(outcome === 'published' ? 'wouldPublish' : 'wouldHoldBack');
  };
}

/** Both are told. */
export function both<A extends readonly unknown[]>(
  one: (...args: A) => void,
  other: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    one(...args);
    other(...args);
  };
}
