import { describe, expect, test } from 'vitest';
import { AMISS } from '../lib/core/records-sweep.ts';
import type { Quarantined } from '../lib/core/verdict.ts';
import {
  COUNTERS,
  type Counter,
  countAside,
  countOutcome,
  countRefused,
  countReported,
  countVerdict,
  GAUGES,
  MEASURES,
  type Metrics,
} from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { prometheusMetrics } from '../lib/metrics-prometheus.ts';
import { gaugeCanaries, gaugeSweep } from '../lib/metrics-watch.ts';

const SECRET = 'brief J. Voorbeeld.pdf';
const src = { versionId: 'v-1', etag: 'e', size: 2_000 };
const judged = { format: 'pdf', mediaType: 'application/pdf', findings: [], scanner: 'clamd' } as const;
const refused = (reason: Quarantined['reason']): Quarantined => ({
  ...judged,
  outcome: 'quarantined',
  reason,
  detail: SECRET,
});
const published = { ...judged, outcome: 'published' } as const;

type Row = {
  readonly shows: string;
  readonly happens: (metrics: Metrics) => void;
  /** In CloudWatch's words: the channel's own line without zeros, then each line that something parts. */
  readonly totals?: Readonly<Record<string, unknown>>;
  readonly parted?: readonly Readonly<Record<string, unknown>>[];
  /** Lines of Prometheus' text. */
  readonly lines: readonly string[];
};

const COUNTED = Object.keys(COUNTERS) as Counter[];

const FOUND = [
  ['missing', 2],
  ['changed', 1],
  ['stale', 7],
] as const;

const rows: readonly Row[] = [
  {
    shows: 'nothing, at zero',
    happens: () => {},
    lines: [
      'spoorloos_published_total 0',
      'spoorloos_quarantined_total{reason="malware"} 0',
      'spoorloos_failed_total{queue="dead-letters"} 0',
      'spoorloos_audited_total{outcome="quarantined"} 0',
      'spoorloos_collected_total{outcome="failed"} 0',
    ],
  },
  {
    shows: 'in shadow mode what would have been published or held back, and neither as done',
    happens: (metrics) => {
      countAside(metrics)(published, src, 20);
      countAside(metrics)(refused('malware'), { ...src, size: 5 }, 400);
      countAside(metrics)(refused('limit'), src, 1);
    },
    totals: { WouldPublish: 1, WouldHoldBack: 2, JudgedTime: [20, 400, 1], JudgedBytes: [2_000, 5, 2_000] },
    lines: [
      'spoorloos_would_publish_total 1',
      'spoorloos_would_hold_back_total 2',
      'spoorloos_quarantined_total{reason="malware"} 0',
      'spoorloos_published_total 0',
    ],
  },
  {
    shows: 'each verdict with what it took, and the reasons of those quarantined',
    happens: (metrics) => {
      countVerdict(metrics)(published, src, 20);
      countVerdict(metrics)(refused('malware'), { ...src, size: 5 }, 400);
      countVerdict(metrics)(refused('malware'), src, 30);
      countVerdict(metrics)(refused('limit'), src, 1);
    },
    totals: { Quarantined: 3, JudgedTime: [20, 400, 30, 1], JudgedBytes: [2_000, 5, 2_000, 2_000] },
    parted: [
      { Reason: 'malware', Quarantined: 2 },
      { Reason: 'limit', Quarantined: 1 },
    ],
    lines: [
      'spoorloos_quarantined_total{reason="malware"} 2',
      'spoorloos_quarantined_total{reason="limit"} 1',
      'spoorloos_quarantined_total{reason="crashed"} 0',
      'spoorloos_judged_seconds_bucket{le="0.01"} 1',
      'spoorloos_judged_seconds_bucket{le="0.03"} 3',
      'spoorloos_judged_seconds_bucket{le="0.3"} 3',
      'spoorloos_judged_seconds_bucket{le="1"} 4',
      'spoorloos_judged_seconds_bucket{le="+Inf"} 4',
      'spoorloos_judged_seconds_count 4',
      'spoorloos_judged_bytes_sum 6005',
    ],
  },
  {
    shows: 'what promote did to public, and not what it left as it was',
    happens: (metrics) => {
      for (const outcome of ['promoted', 'promoted', 'removed', 'withheld', 'nothing', 'again'] as const)
        countOutcome(metrics)(outcome);
    },
    totals: { Published: 2, Removed: 2 },
    lines: ['spoorloos_published_total 2', 'spoorloos_removed_total 2'],
  },
  {
    shows: 'what fail-closed quarantined unopened',
    happens: (metrics) => {
      for (const outcome of ['quarantined', 'settled', 'removing'] as const) countRefused(metrics)(outcome);
    },
    totals: { Quarantined: 1 },
    parted: [{ Reason: 'crashed', Quarantined: 1 }],
    lines: ['spoorloos_quarantined_total{reason="crashed"} 1'],
  },
  {
    shows: 'what failed, by the queue that it comes again from',
    happens: (metrics) => {
      for (const queue of ['live', 'dead-letters', 'live'] as const) metrics.count('failed', queue);
    },
    totals: { Failed: 3 },
    parted: [
      { Queue: 'live', Failed: 2 },
      { Queue: 'dead-letters', Failed: 1 },
    ],
    lines: ['spoorloos_failed_total{queue="live"} 2', 'spoorloos_failed_total{queue="dead-letters"} 1'],
  },
  {
    shows: 'what runs were told, where it is judged and where it is written down',
    happens: (metrics) => {
      for (const outcome of ['published', 'skipped'] as const) countReported(metrics, 'audited')({ outcome });
      countReported(metrics, 'collected')({ outcome: 'gone' });
    },
    totals: { Audited: 2, Collected: 1 },
    parted: [
      { Outcome: 'published', Audited: 1 },
      { Outcome: 'skipped', Audited: 1 },
      { Outcome: 'gone', Collected: 1 },
    ],
    lines: [
      'spoorloos_audited_total{outcome="skipped"} 1',
      'spoorloos_audited_total{outcome="gone"} 0',
      'spoorloos_collected_total{outcome="gone"} 1',
    ],
  },
  {
    shows: 'what a sweep found, each kind at zero too, and of what is stale no more than the kind',
    happens: (metrics) => {
      gaugeSweep(metrics, { found: FOUND.map(([amiss, count]) => ({ amiss, count, mending: 0, keys: [SECRET] })) });
    },
    parted: [
      { Amiss: 3 },
      ...AMISS.map((Kind) => ({ Kind, AmissOfKind: new Map<string, number>(FOUND).get(Kind) ?? 0 })),
    ],
    lines: [
      'spoorloos_amiss 3',
      'spoorloos_amiss_of_kind{kind="missing"} 2',
      'spoorloos_amiss_of_kind{kind="stale"} 7',
      'spoorloos_amiss_of_kind{kind="unreadable"} 0',
    ],
  },
  {
    shows: 'how many canaries are not well, and how old the last is that was',
    happens: (metrics) => {
      gaugeCanaries(metrics, [
        { name: 'malware', sighting: 'published', ageMs: 3_600_000 },
        { name: 'place', sighting: 'first', ageMs: undefined },
      ]);
    },
    parted: [{ CanariesNotWell: 1 }, { Canary: 'malware', CanaryAge: 3_600 }],
    lines: ['spoorloos_canaries_not_well 1', 'spoorloos_canary_age_seconds{canary="malware"} 3600'],
  },
  {
    shows: 'what GuardDuty said, each word by itself',
    happens: (metrics) => {
      for (const status of ['NO_THREATS_FOUND', 'NO_THREATS_FOUND', 'UNSUPPORTED'] as const)
        metrics.count('scanned', status);
    },
    totals: { Scanned: 3 },
    parted: [
      { Status: 'NO_THREATS_FOUND', Scanned: 2 },
      { Status: 'UNSUPPORTED', Scanned: 1 },
    ],
    lines: ['spoorloos_scanned_total{status="NO_THREATS_FOUND"} 2', 'spoorloos_scanned_total{status="FAILED"} 0'],
  },
  {
    shows: 'how old definitions are, of the bucket that channels share, as it was said last',
    happens: (metrics) => {
      for (const hours of [3, 1.5]) metrics.gauge('definitionsAgeHours', hours, 'definitions-bucket');
    },
    parted: [{ DefinitionsBucket: 'definitions-bucket', DefinitionsAgeHours: 1.5 }],
    lines: ['spoorloos_definitions_age_seconds{definitions_bucket="definitions-bucket"} 5400'],
  },
];

function inCloudWatch(happens: Row['happens']) {
  const lines: string[] = [];
  const metrics = cloudWatchMetrics({
    channel: 'Spoorloos-main',
    counters: COUNTED,
    write: (line) => void lines.push(line),
    now: () => 1_700_000_000_000,
  });
  happens(metrics);
  metrics.flush();
  return { lines, parsed: lines.map((line): Record<string, unknown> => JSON.parse(line)), metrics };
}

describe.each(rows)('metrics count $shows', ({ happens, totals, parted = [], lines: expected }) => {
  test('for CloudWatch', () => {
    const [total, ...rest] = inCloudWatch(happens).parsed;
    const values = ({ _aws, Channel, ...others }: Record<string, unknown>) => others;
    const zeros = {
      Published: 0,
      Quarantined: 0,
      Removed: 0,
      WouldPublish: 0,
      WouldHoldBack: 0,
      Failed: 0,
      Audited: 0,
      Collected: 0,
      Scanned: 0,
    };
    expect(values(total ?? {})).toEqual({ ...zeros, ...totals });
    expect(rest.map(values)).toEqual(parted);
    for (const line of [total ?? {}, ...rest]) {
      const { _aws, ...said } = line;
      const about = JSON.stringify(_aws);
      const metricNames: readonly string[] = about.match(/(?<="Name":")\w+/g) ?? [];
      // What is no metric parts them, all of it, and in this order.
      const dimensions = Object.keys(said).filter((name) => !metricNames.includes(name));
      expect(_aws).toMatchObject({
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [{ Namespace: 'Spoorloos', Dimensions: [dimensions] }],
      });
      expect(said.Channel).toBe('DefinitionsBucket' in said ? undefined : 'Spoorloos-main');
    }
  });

  test('for Prometheus', () => {
    const metrics = prometheusMetrics();
    happens(metrics);
    expect(metrics.text().split('\n')).toEqual(expect.arrayContaining([...expected]));
  });

  test('and names no document', () => {
    const metrics = prometheusMetrics();
    happens(metrics);
    const text = inCloudWatch(happens).lines.join('') + metrics.text();
    for (const value of [SECRET, src.versionId]) expect(text).not.toContain(value);
  });
});

test('what a process does not count, it does not say is zero', () => {
  const lines: string[] = [];
  const metrics = cloudWatchMetrics({ write: (line) => void lines.push(line) });
  metrics.flush();
  expect(lines).toEqual([]);
  metrics.gauge('runsPaused', 0);
  metrics.flush();
  expect(lines).toEqual([expect.stringContaining('"RunsPaused":0')]);
});

test('the names of metrics are each their own', () => {
  const all = [COUNTERS, MEASURES, GAUGES].flatMap((table) => Object.values(table));
  for (const name of ['cloudWatch', 'prometheus'] as const)
    expect(new Set(all.map((row) => row[name])).size).toBe(all.length);
});

test('gauges are shown once somebody has said them, and alone where a process ends at once', () => {
  const metrics = prometheusMetrics();
  expect(metrics.gauges()).toBe('');
  metrics.gauge('runsPaused', 2);
  expect(metrics.gauges()).toBe(
    [
      '# HELP spoorloos_runs_paused runs that paused by themselves, and wait for somebody',
      '# TYPE spoorloos_runs_paused gauge',
      'spoorloos_runs_paused 2',
      '',
    ].join('\n'),
  );
});

test('what was written is not written again, in one line each', () => {
  const { lines, parsed, metrics } = inCloudWatch((it) => it.count('published'));
  metrics.flush();
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  const second: Record<string, unknown> = JSON.parse(lines[1] ?? '');
  expect([parsed[0]?.Published, second.Published]).toEqual([1, 0]);
});

test('more values than a line may have are written in more lines', () => {
  const values = Array.from({ length: 250 }, (_, i) => i);
  const { parsed } = inCloudWatch((it) => {
    for (const value of values) it.measure('liveAgeMs', value);
  });
  const written = parsed.map(({ LiveAge }) => LiveAge);
  expect(written.map((some) => (Array.isArray(some) ? some.length : 0))).toEqual([100, 100, 50]);
  expect(written.flat()).toEqual(values);
});

test('every line of the text has the shape that Prometheus reads', () => {
  const metrics = prometheusMetrics();
  metrics.measure('liveAgeMs', 1234.5);
  metrics.gauge('canaryAge', 900, 'place');
  const shape = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"\\]+"\})? \d+(\.\d+)?)$/;
  const lines = metrics.text().trimEnd().split('\n');
  expect(lines.filter((line) => !shape.test(line))).toEqual([]);
  expect(lines).toContain('spoorloos_live_age_seconds_sum 1.2345');
});
