import { describe, expect, test } from 'vitest';
import { CASE_STATES } from '../../lib/core/records-cases.ts';
import { REASONS } from '../../lib/core/refusal.ts';
import { ocsfOf } from '../../lib/notify/ocsf.ts';
import { CASE_ID, changed, failed, progress, promoted, quarantined, released, removed } from '../support/events.ts';
import { DATA_SECURITY_FINDING, DETECTION_FINDING, faultsIn } from './ocsf-schema.ts';

const changes = CASE_STATES.filter((to) => to !== 'released').map((to) => changed({ to }));
const findings = REASONS.flatMap((reason) => [
  ...[quarantined('k.pdf', reason), { ...released(), reason }],
  ...changes.map((event) => ({ ...event, reason })),
]);
const schemaOf = (event: (typeof findings)[number]) =>
  event.reason === 'personal-data' ? DATA_SECURITY_FINDING : DETECTION_FINDING;

describe('a case as a finding of OCSF', () => {
  test.each(findings)('$type $reason $to is of the schema', (event) =>
    expect(faultsIn(ocsfOf(event), schemaOf(event))).toEqual([]),
  );

  test('is created when it is quarantined, and closed when it is released: one finding', () => {
    expect(ocsfOf(quarantined('a.pdf', 'hidden-content'))).toMatchObject({
      ...{ class_uid: 2004, activity_id: 1, type_uid: 200401, severity_id: 3, status_id: 1, is_alert: true },
      ...{ action_id: 2, disposition_id: 3, time: Date.parse('2026-11-26T14:02:00.000Z') },
      finding_info: { uid: CASE_ID, types: ['hidden-content'] },
      resources: [{ uid: CASE_ID, name: 'a.pdf', version: 'v1' }],
    });
    // Reviewed, and let through all the same.
    expect(ocsfOf(released('a.pdf'))).toMatchObject({
      ...{ class_uid: 2004, activity_id: 3, type_uid: 200403, status_id: 3, is_alert: false, disposition_id: 8 },
      finding_info: { uid: CASE_ID, related_analytics: [{ uid: 'pdf.text.hidden' }, { uid: 'pdf.page.outside' }] },
    });
  });

  test.each([
    { to: 'release-requested', activity_id: 2, status_id: 2, severity_id: 5, disposition_id: 3 },
    { to: 'approved', activity_id: 2, status_id: 2, severity_id: 5, disposition_id: 3 },
    { to: 'open', activity_id: 2, status_id: 1, severity_id: 5, disposition_id: 3 },
    { to: 'rejected', activity_id: 3, status_id: 4, severity_id: 1, disposition_id: 3 },
    { to: 'deleted', activity_id: 3, status_id: 4, severity_id: 1, disposition_id: 5 },
    { to: 'superseded', activity_id: 3, status_id: 4, severity_id: 1, disposition_id: 3 },
  ] as const)('is updated or closed when the case is $to, without the key', ({ to, ...wanted }) => {
    const made = ocsfOf(changed({ to }));
    const [created_time, modified_time] = [
      Date.parse('2026-11-25T14:02:00.000Z'),
      Date.parse('2026-11-26T14:02:00.000Z'),
    ];
    expect(made).toMatchObject({
      ...{ ...wanted, type_uid: 200400 + wanted.activity_id, is_alert: false, action_id: 2 },
      finding_info: { uid: CASE_ID, types: ['malware'], created_time, modified_time },
    });
    expect(made?.resources).toEqual([{ uid: CASE_ID, type: 'document' }]);
  });

  test('is one of data security where it is about personal data, from its beginning to its end', () => {
    const reason = 'personal-data';
    for (const event of [quarantined('a.pdf', reason), changed({ reason }), { ...released(), reason } as const])
      expect(ocsfOf(event)).toMatchObject({
        class_uid: 2006,
        data_security: { category_id: 1, data_lifecycle_state_id: 1, detection_system_id: 2 },
      });
    expect(ocsfOf(quarantined())?.data_security).toBeUndefined();
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
    { shows: 'tells its classes apart', value: { ...good, class_uid: 2006 }, fault: '.class_uid is not integer' },
  ];
  test.each(rows)('$shows', ({ value, fault }) => expect(faultsIn(value)).toEqual([fault]));
});
