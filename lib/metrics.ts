// What is counted, in one table with two writers: CloudWatch's for the Lambdas, Prometheus' for everything else. Numbers
// alone: a key or a version id as a dimension would name documents, and cost a metric each.

import type { Source } from './core/records.ts';
import { CANARY_NAMES } from './core/records-canary.ts';
import { RUN_OUTCOMES } from './core/records-runs.ts';
import { SCAN_STATUSES } from './core/records-scans.ts';
import { AMISS } from './core/records-sweep.ts';
import { REASONS } from './core/refusal.ts';
import type { Reported } from './core/run-results.ts';
import type { Outcome } from './core/settle.ts';
import type { Published, Quarantined } from './core/verdict.ts';

type Named = { readonly cloudWatch: string; readonly prometheus: string; readonly says: string };
/** What parts a metric: few words of ours, known beforehand where `values` has them. */
type By = { readonly dimension: string; readonly values?: readonly string[] };
export type Counted = Named & { readonly by?: By };
type Scaled = Named & {
  /** From the metric's unit to Prometheus', which has seconds and bytes. */
  readonly scale: number;
};
type Measured = Scaled & {
  readonly unit: 'Milliseconds' | 'Bytes';
  /** Upper bounds of the histogram's buckets, in Prometheus' unit. */
  readonly bounds: readonly number[];
};
export type Seen = Scaled & {
  readonly unit: 'Count' | 'Seconds' | 'None';
  readonly by?: By;
  /** Of a whole deployment rather than of a channel. */
  readonly isShared?: true;
};

export const QUEUES = [
  'live',
  'heavy',
  'bulk',
  'audits',
  'promote',
  'dead-letters',
  'results',
  'events',
  'scan-results',
  'scan-requests',
] as const;
export type QueueName = (typeof QUEUES)[number];

export const COUNTERS = {
  published: { cloudWatch: 'Published', prometheus: 'spoorloos_published', says: 'documents published' },
  quarantined: {
    cloudWatch: 'Quarantined',
    prometheus: 'spoorloos_quarantined',
    says: 'documents quarantined',
    by: { dimension: 'Reason', values: REASONS },
  },
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
  failed: {
    cloudWatch: 'Failed',
    prometheus: 'spoorloos_failed',
    says: 'messages not handled, to be tried again',
    by: { dimension: 'Queue', values: QUEUES },
  },
  audited: {
    cloudWatch: 'Audited',
    prometheus: 'spoorloos_audited',
    says: 'documents that a run said what would become of',
    by: { dimension: 'Outcome', values: RUN_OUTCOMES },
  },
  collected: {
    cloudWatch: 'Collected',
    prometheus: 'spoorloos_collected',
    says: 'results of runs written down, those that came twice included',
    by: { dimension: 'Outcome', values: RUN_OUTCOMES },
  },
  scanned: {
    cloudWatch: 'Scanned',
    prometheus: 'spoorloos_scanned',
    says: 'versions of which GuardDuty said something, those that it could not look at included',
    by: { dimension: 'Status', values: SCAN_STATUSES },
  },
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

export const GAUGES = {
  ledgerLost: {
    cloudWatch: 'LedgerLost',
    prometheus: 'spoorloos_ledger_lost',
    says: 'whether the ledger knows nothing of what the audit trail tells, or nothing at all beside public objects',
    unit: 'Count',
    scale: 1,
  },
  amiss: {
    cloudWatch: 'Amiss',
    prometheus: 'spoorloos_amiss',
    says: 'objects and records that do not agree, as the last sweep found them, those that are merely stale left out',
    unit: 'Count',
    scale: 1,
  },
  amissOfKind: {
    cloudWatch: 'AmissOfKind',
    prometheus: 'spoorloos_amiss_of_kind',
    says: 'objects and records that do not agree, as the last sweep found them',
    unit: 'Count',
    scale: 1,
    by: { dimension: 'Kind', values: AMISS },
  },
  canariesNotWell: {
    cloudWatch: 'CanariesNotWell',
    prometheus: 'spoorloos_canaries_not_well',
    says: 'test documents that did not end where they should',
    unit: 'Count',
    scale: 1,
  },
  canaryAge: {
    cloudWatch: 'CanaryAge',
    prometheus: 'spoorloos_canary_age_seconds',
    says: 'time since a test document was last put that ended where it should',
    unit: 'Seconds',
    scale: 1,
    by: { dimension: 'Canary', values: CANARY_NAMES },
  },
  runsPaused: {
    cloudWatch: 'RunsPaused',
    prometheus: 'spoorloos_runs_paused',
    says: 'runs that paused by themselves, and wait for somebody',
    unit: 'Count',
    scale: 1,
  },
  definitionsAgeHours: {
    cloudWatch: 'DefinitionsAgeHours',
    prometheus: 'spoorloos_definitions_age_seconds',
    says: 'time since an updater last saw that no malware definitions are newer',
    unit: 'None',
    scale: 3600,
    by: { dimension: 'DefinitionsBucket' },
    isShared: true,
  },
} as const satisfies Record<string, Seen>;

export type Counter = keyof typeof COUNTERS;
export type Measure = keyof typeof MEASURES;
export type Gauge = keyof typeof GAUGES;

/** The label that a metric wants: one of its words, any where it has none, and none where nothing parts it. */
type Label<Row> = Row extends { by: { values: readonly (infer Word)[] } }
  ? [label: Word]
  : Row extends { by: unknown }
    ? [label: string]
    : [];
export type LabelOfCounter<C extends Counter> = Label<(typeof COUNTERS)[C]>;
export type LabelOfGauge<G extends Gauge> = Label<(typeof GAUGES)[G]>;

/** Takes what happened. Never throws: what is counted must not change what is done. */
export type Metrics = {
  count<C extends Counter>(counter: C, ...label: LabelOfCounter<C>): void;
  measure(measure: Measure, value: number): void;
  /** What is so at the moment; the last word counts. */
  gauge<G extends Gauge>(gauge: G, value: number, ...label: LabelOfGauge<G>): void;
};

/** Of promote's outcomes. Those that change nothing in public are not counted. */
export function countOutcome(metrics: Metrics): (outcome: Outcome) => void {
  return (outcome) => {
    if (outcome === 'promoted' || outcome === 'adopted') metrics.count('published');
    if (outcome === 'removed' || outcome === 'withheld') metrics.count('removed');
  };
}

/** Of fail-closed's outcomes: it quarantines without a verdict, and for one reason. */
export function countRefused(metrics: Metrics): (outcome: Outcome) => void {
  return (outcome) => {
    if (outcome === 'quarantined') metrics.count('quarantined', 'crashed');
  };
}

type Counting = Pick<Published, 'outcome'> | Pick<Quarantined, 'outcome' | 'reason'>;

/** Of each verdict: what it cost, and why it was quarantined. Published is counted when it is, by promote. */
export function countVerdict(metrics: Metrics): (verdict: Counting, src: Pick<Source, 'size'>, ms: number) => void {
  return (verdict, { size }, ms) => {
    metrics.measure('judgedMs', ms);
    metrics.measure('judgedBytes', size);
    if (verdict.outcome === 'quarantined') metrics.count('quarantined', verdict.reason);
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

/** Of what runs are told: by who audits, or by who writes it down. */
export function countReported(
  metrics: Metrics,
  counter: 'audited' | 'collected',
): (reported: Pick<Reported, 'outcome'>) => void {
  return ({ outcome }) => metrics.count(counter, outcome);
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
