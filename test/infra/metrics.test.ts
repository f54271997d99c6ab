// What alarms and graphs are on, held against what the functions write: a metric under another name would be silent for ever.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SCAN_STATUSES } from '../../lib/core/records-scans.ts';
import { AMISS } from '../../lib/core/records-sweep.ts';
import { COUNTERS, GAUGES, MEASURES, QUEUES } from '../../lib/metrics.ts';
import { exampleConfig, ofType, only, resourcesOf, text } from '../support/template.ts';

const resources = resourcesOf(exampleConfig('full'));
const scanned = resourcesOf(exampleConfig('guardduty'));
const rows = new Map<string, { readonly by?: { readonly dimension: string; readonly values?: readonly string[] } }>(
  [COUNTERS, MEASURES, GAUGES].flatMap((table) => Object.values(table)).map((row) => [row.cloudWatch, row]),
);
const Dimension = z.object({ Name: z.string(), Value: z.unknown() });
const Single = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(Dimension).default([]),
});
const Several = z.array(z.object({ MetricStat: z.object({ Metric: Single }).optional() }));

/** The metrics of an alarm, alone or in an expression. */
function metricsOf(properties: Record<string, unknown>): z.infer<typeof Single>[] {
  if (properties.Metrics === undefined) return [Single.parse(properties)];
  return Several.parse(properties.Metrics).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}

const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
const alarmed = alarms.flatMap(([, { Properties }]) => metricsOf(Properties));
const ours = alarmed.filter(({ Namespace }) => Namespace === 'Spoorloos');

/** What is wrong with a metric that somebody looks at; undefined: nothing is. */
function fault(name: string, dimensions: Readonly<Record<string, unknown>>): string | undefined {
  const row = rows.get(name);
  if (!row) return `nobody writes ${name}`;
  const { Channel: _, ...parting } = dimensions;
  const [[dimension, word] = [], ...more] = Object.entries(parting);
  if (more.length > 0) return `${name} is parted by one dimension`;
  if (dimension === undefined) return undefined;
  const isKnown = row.by?.values === undefined || row.by.values.some((one) => one === word);
  return row.by?.dimension === dimension && isKnown ? undefined : `${name} has no ${dimension} ${text(word)}`;
}

describe('alarms', () => {
  test('are on metrics that are written', () => {
    expect(ours.length).toBeGreaterThan(7);
    const faults = ours.map(({ MetricName, Dimensions }) =>
      fault(MetricName, Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))),
    );
    expect(faults.filter((one) => one !== undefined)).toEqual([]);
    expect(fault('Published', { Channel: 'x', Reason: 'malware' }), 'a control').toBeDefined();
    expect(fault('Quarantined', { Channel: 'x', Reason: 'bad luck' }), 'a control').toBeDefined();
    expect(fault('Promoted', {}), 'a control').toBeDefined();
  });

  const minimum = [
    { what: 'a dead letter', metric: 'NumberOfMessagesReceived' },
    { what: 'a dead letter that stays', metric: 'ApproximateAgeOfOldestMessage' },
    { what: 'a failure of what fails closed', metric: 'Failed' },
    { what: 'old definitions', metric: 'DefinitionsAgeHours', silence: 'breaching' },
    { what: 'canaries that are not well, or not there', metric: 'CanariesNotWell', silence: 'breaching' },
    { what: 'what a sweep finds amiss, until another does not', metric: 'Amiss', silence: 'ignore' },
    { what: 'more in quarantine than usual', metric: 'Published' },
    { what: 'a run that waits for somebody', metric: 'RunsPaused' },
  ];
  test.each(minimum)('hear of $what', ({ metric, silence }) => {
    const found = alarms.filter(([, { Properties }]) =>
      metricsOf(Properties).some(({ MetricName }) => MetricName === metric),
    );
    expect(found.length).toBeGreaterThan(0);
    for (const [, { Properties }] of found)
      if (silence !== undefined) expect(Properties.TreatMissingData).toBe(silence);
  });

  test('of the rate in quarantine say nothing of few documents', () => {
    const [, { Properties }] = only(resources, 'AWS::CloudWatch::Alarm', 'QuarantineRate');
    expect(text(Properties.Metrics)).toMatch(/IF\(.* >= 20, 100 \* .*, 0\)/);
    expect(Properties.Threshold).toBe(30);
  });

  test('have a period that CloudWatch takes, however seldom canaries are sent', () => {
    const seldom = exampleConfig('full');
    const channels = seldom.channels.map((channel) => ({ ...channel, canaryMinutes: 12 * 60 }));
    const [, { Properties }] = only(resourcesOf({ ...seldom, channels }), 'AWS::CloudWatch::Alarm', 'NotWell');
    expect(Properties.Period).toBe(86_400);
  });
});

describe('the dashboard', () => {
  const bodyOf = (of: typeof resources) =>
    text(only(of, 'AWS::CloudWatch::Dashboard', 'Dashboard')[1].Properties.DashboardBody);
  const body = bodyOf(resources) + bodyOf(scanned);
  const shown = [...body.matchAll(/\[\\+"Spoorloos\\+",\\+"(\w+)\\+"/g)].map(([, name = '']) => name);

  test('shows every metric that the functions write, but what the lanes show already', () => {
    expect([...rows.keys()].filter((name) => !shown.includes(name))).toEqual(['JudgedBytes']);
    expect(shown.filter((name) => !rows.has(name))).toEqual([]);
  });

  test('shows each kind of what can be amiss', () => {
    for (const kind of AMISS) expect(body, kind).toContain(`Kind\\",\\"${kind}`);
  });

  test('shows each word of GuardDuty, where that is asked, and nothing of it elsewhere', () => {
    for (const status of SCAN_STATUSES) expect(bodyOf(scanned), status).toContain(`Status\\",\\"${status}`);
    expect(bodyOf(resources)).not.toContain('Scanned');
  });
});

test('queues are called what lanes of functions are', () => {
  const lanes = ofType(resources, 'AWS::Lambda::Function').flatMap(
    ([, { Properties }]) => /"SPOORLOOS_LANE":"(\w+)"/.exec(text(Properties.Environment) ?? '')?.[1] ?? [],
  );
  expect(lanes.length).toBeGreaterThan(1);
  for (const lane of lanes) expect(QUEUES).toContain(lane);
});
