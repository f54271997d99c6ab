import { describe, expect, test } from 'vitest';
import { REASONS } from '../../lib/core/refusal.ts';
import { ocsfOf } from '../../lib/notify/ocsf.ts';
import { CASE_ID, failed, progress, promoted, quarantined, released, removed } from '../support/events.ts';
import { faultsIn } from './ocsf-schema.ts';

const findings = [...REASONS.map((reason) => quarantined('k.pdf', reason)), released()];

describe('a case as a finding of OCSF', () => {
  test.each(findings)('$type $reason is of the schema', (event) => expect(faultsIn(ocsfOf(event))).toEqual([]));

  test('is created when it is quarantined, and closed when it is released: one finding', () => {
    expect(ocsfOf(quarantined('a.pdf', 'personal-data'))).toMatchObject({
      ...{ class_uid: 2004, activity_id: 1, type_uid: 200401, severity_id: 4, status_id: 1, is_alert: true },
      ...{ action_id: 2, disposition_id: 3, time: Date.parse('2026-11-26T14:02:00.000Z') },
      finding_info: { uid: CASE_ID, types: ['personal-data'] },
      resources: [{ uid: CASE_ID, name: 'a.pdf', version: 'v1' }],
    });
    expect(ocsfOf(released('a.pdf'))).toMatchObject({
      ...{ class_uid: 2004, activity_id: 3, type_uid: 200403, status_id: 4, is_alert: false, disposition_id: 8 },
      finding_info: { uid: CASE_ID, related_analytics: [{ uid: 'pdf.text.hidden' }, { uid: 'pdf.page.outside' }] },
    });
  });

  const others = [promoted(), removed(), failed(), progress(), quarantined('spoorloos-canary/malware.txt')];
  test.each(others)('is not $type of $key', (event) => expect(ocsfOf(event)).toBeUndefined());

  test('shows a key as harmless text', () => {
    expect(JSON.stringify(ocsfOf(quarantined('a\u202e<b>.pdf')))).toContain('a\\\\u{202e}\\\\u{3c}b\\\\u{3e}.pdf');
  });
});

describe('the schema as it is written down', () => {
  const good = ocsfOf(quarantined()) ?? {};
  const { time: _, ...timeless } = good;
  const rows = [
    { shows: 'misses the time', value: timeless, fault: '.time is missing' },
    { shows: 'knows no other names', value: { ...good, key: 'k' }, fault: '.key is unknown' },
    { shows: 'knows no other numbers', value: { ...good, severity_id: 7 }, fault: '.severity_id is not integer' },
    { shows: 'wants numbers for times', value: { ...good, time: '2026' }, fault: '.time is not timestamp' },
    { shows: 'looks into objects', value: { ...good, finding_info: {} }, fault: '.finding_info.uid is missing' },
    {
      shows: 'looks into lists',
      value: { ...good, resources: [{ type: 'x' }] },
      fault: '.resources has none of name,uid',
    },
  ];
  test.each(rows)('$shows', ({ value, fault }) => expect(faultsIn(value)).toEqual([fault]));
});
