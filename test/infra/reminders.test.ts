import { describe, expect, test } from 'vitest';
import { Reminders } from '../../lib/core/records-reminders.ts';
import { REASONS } from '../../lib/core/refusal.ts';
import { readRemindEnv } from '../../lib/env.ts';
import { ConfigError, parseConfig } from '../../lib/infra/config.ts';
import { ofType, only, type Resources, resourcesOf } from '../support/template.ts';

const ROLE = 'arn:aws:iam::111122223333:role/reviewers';
const channel = (settings: object) => parseConfig({ channels: [{ name: 'main', ...settings }] });
const REVIEWED = { reviewers: [ROLE] };
const reminders = {
  limits: [{ hours: 8, to: 'leads', reasons: ['malware', 'personal-data'], tiers: ['H'] }],
  digestHour: null,
};
const remindsIn = (resources: Resources) =>
  ofType(resources, 'AWS::Lambda::Function').filter(([id]) => id.includes('Remind'));

describe('what reminds people', () => {
  test.each([
    { shows: 'a console', settings: { console: { pool: { domainPrefix: 'example-review' } } }, count: 1 },
    { shows: 'reviewers', settings: REVIEWED, count: 1 },
    { shows: 'nobody who reviews', settings: {}, count: 0 },
    {
      shows: 'nothing to remind of, and trails to seal',
      settings: { ...REVIEWED, reminders: { limits: [], digestHour: null } },
      count: 1,
    },
    { shows: 'shadow mode, which has no cases', settings: { ...REVIEWED, mode: 'shadow' }, count: 0 },
  ])('is there as it should be with $shows', ({ settings, count }) => {
    expect(remindsIn(resourcesOf(channel(settings)))).toHaveLength(count);
  });

  test('is told the limits that its program reads, those of the settings or the defaults', () => {
    const places = { SPOORLOOS_LEDGER: 'l', SPOORLOOS_AUDIT: 'a', SPOORLOOS_TOPIC_ARN: 't', SPOORLOOS_EVENT_BUS: 'b' };
    for (const [settings, wanted] of [
      [{ ...REVIEWED, reminders }, reminders],
      [REVIEWED, Reminders.parse({})],
    ] as const) {
      const [found] = remindsIn(resourcesOf(channel(settings)));
      const { Variables } = Object(found?.[1].Properties.Environment);
      expect(Object.keys(Variables)).toEqual(expect.arrayContaining(Object.keys(places)));
      expect(readRemindEnv({ ...Variables, ...places }).SPOORLOOS_REMINDERS).toEqual(wanted);
    }
  });

  test('is called every hour, once at a time, and missed when it fails once', () => {
    const resources = resourcesOf(channel(REVIEWED));
    const [, rule] = only(resources, 'AWS::Events::Rule', 'RemindSchedule');
    expect(rule.Properties.ScheduleExpression).toBe('rate(1 hour)');
    const [, { Properties }] = only(resources, 'AWS::Lambda::Function', 'RemindFunction');
    expect([Properties.ReservedConcurrentExecutions, Properties.VpcConfig]).toEqual([1, undefined]);
    const [, alarm] = only(resources, 'AWS::CloudWatch::Alarm', 'RemindAlarm');
    expect(alarm.Properties).toMatchObject({ MetricName: 'Errors', Threshold: 1 });
  });
});

test.each([
  {
    shows: 'a limit that is none',
    reminders: { limits: [{ hours: 0, to: 'leads' }] },
    says: 'reminders.limits.0.hours',
  },
  { shows: 'somebody whom nobody is', reminders: { limits: [{ hours: 1, to: 'all' }] }, says: 'reminders.limits.0.to' },
  { shows: 'an hour that no day has', reminders: { digestHour: 24 }, says: 'reminders.digestHour' },
  {
    shows: 'more than Lambda takes',
    reminders: {
      limits: Array.from({ length: 20 }, (_, i) => ({ ...reminders.limits[0], hours: i + 1, reasons: REASONS })),
    },
    says: 'reminders: at most',
  },
])('settings with $shows are refused before anything is deployed', ({ reminders: wrong, says }) => {
  expect(() => channel({ ...REVIEWED, reminders: wrong })).toThrow(ConfigError);
  expect(() => channel({ ...REVIEWED, reminders: wrong })).toThrow(`channels.0.${says}`);
});
