import { describe, expect, test } from 'vitest';
import type { Quarantined } from '../lib/core/verdict.ts';
import { countAside, countOutcome, countRefused, countVerdict, type Metrics } from '../lib/metrics.ts';
import { cloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';
import { prometheusMetrics } from '../lib/metrics-prometheus.ts';

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
  /** In CloudWatch's words: the totals that are not zero, then each line by reason. */
  readonly totals: Readonly<Record<string, unknown>>;
  readonly reasons?: Readonly<Record<string, number>>;
  /** Lines of Prometheus' text. */
  readonly lines: readonly string[];
};

const rows: readonly Row[] = [
  {
    shows: 'nothing, at zero',
    happens: () => {},
    totals: {},
    lines: [
      'spoorloos_published_total 0',
      'spoorloos_quarantined_total{reason="malware"} 0',
      'spoorloos_failed_total 0',
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
    reasons: { malware: 2, limit: 1 },
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
    reasons: { crashed: 1 },
    lines: ['spoorloos_quarantined_total{reason="crashed"} 1'],
  },
];

function inCloudWatch(happens: Row['happens']) {
  const lines: string[] = [];
  const metrics = cloudWatchMetrics(
    'Spoorloos-main',
    (line) => void lines.push(line),
    () => 1_700_000_000_000,
  );
  happens(metrics);
  metrics.flush();
  return { lines, parsed: lines.map((line): Record<string, unknown> => JSON.parse(line)), metrics };
}

describe.each(rows)('metrics count $shows', ({ happens, totals, reasons = {}, lines: expected }) => {
  test('for CloudWatch', () => {
    const [total, ...byReason] = inCloudWatch(happens).parsed;
    const { _aws, ...values } = total ?? {};
    const zeros = { Published: 0, Quarantined: 0, Removed: 0, WouldPublish: 0, WouldHoldBack: 0, Failed: 0 };
    expect(values).toEqual({ Channel: 'Spoorloos-main', ...zeros, ...totals });
    expect(Object.fromEntries(byReason.map(({ Reason, Quarantined: count }) => [Reason, count]))).toEqual(reasons);
    expect(byReason.every(({ _aws: about }) => JSON.stringify(about).includes('[["Channel","Reason"]]'))).toBe(true);
    const declared = Object.keys(values).filter((name) => name !== 'Channel');
    expect(JSON.stringify(_aws).match(/(?<="Name":")\w+/g)).toEqual(declared);
    expect(_aws).toMatchObject({
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [{ Namespace: 'Spoorloos', Dimensions: [['Channel']] }],
    });
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
  const shape = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"\\]+"\})? \d+(\.\d+)?)$/;
  const lines = metrics.text().trimEnd().split('\n');
  expect(lines.filter((line) => !shape.test(line))).toEqual([]);
  expect(lines).toContain('spoorloos_live_age_seconds_sum 1.2345');
});
