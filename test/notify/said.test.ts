import { describe, expect, test } from 'vitest';
import type { DocumentEvent } from '../../lib/core/records.ts';
import type { Event, ReplayProgress } from '../../lib/core/records-events.ts';
import type { CaseWaiting, ReviewDigest } from '../../lib/core/records-reminders.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import { sayOf } from '../../lib/notify/said.ts';

const policy = `sha256:${'a'.repeat(64)}`;
const quarantined = (key: string, reason: Reason, at = '2026-11-26T14:02:00.000Z', findings = 2): DocumentEvent => ({
  ...{
    type: 'Document Quarantined',
    key,
    versionId: 'v',
    caseId: 'c1',
    reason,
    findings,
    policy,
    version: '0.1.0',
    at,
  },
});
const failed = (key: string, at = '2026-11-26T14:17:31.000Z'): DocumentEvent => ({
  type: 'Processing Failed',
  key,
  at,
});
const promoted: DocumentEvent = {
  ...{ type: 'Document Promoted', key: 'p.pdf', versionId: 'v', publicKey: 'p.pdf', sha256: 'b'.repeat(64) },
  ...{ mediaType: 'application/pdf', findings: 0, policy, version: '0.1.0', at: '2026-11-26T14:00:00.000Z' },
};
const removed: DocumentEvent = {
  type: 'Document Removed',
  key: 'r.pdf',
  publicKeys: [],
  at: '2026-11-26T14:00:00.000Z',
};
const run = (state: ReplayProgress['state'], why: string | null = null): ReplayProgress => ({
  ...{ type: 'Replay Progress', run: '20261126T140000Z-0123abcd', mode: 'enforce', of: 'staging', state, why },
  ...{
    entries: 50,
    sent: 50,
    reported: 50,
    outcomes: { published: 40, quarantined: 10 },
    at: '2026-11-26T14:02:00.000Z',
  },
});
const waiting = (limitHours: number, state: CaseWaiting['state'] = 'open'): CaseWaiting => ({
  ...{ type: 'Case Waiting', caseId: 'c'.repeat(32), state, reason: 'malware', tier: state === 'open' ? 'H' : null },
  ...{ since: '2026-11-23T09:30:00.000Z', limitHours, to: 'leads', at: '2026-11-26T14:02:00.000Z' },
});
const day = (more: Partial<ReviewDigest> = {}): ReviewDigest => ({
  ...{
    type: 'Review Digest',
    from: '2026-11-25T14:02:00.000Z',
    opened: 0,
    ended: {},
    waiting: {},
    ending: [],
    oldest: null,
  },
  ...{ isMore: false, at: '2026-11-26T14:02:00.000Z', ...more },
});
const ends = (day: string) => ({ caseId: 'c'.repeat(32), expiresAt: `${day}T00:00:00.000Z` });
const QUIET_DAY = 'review of the last day: 0 opened, none ended; nothing waits';
const LATE = `for leads: case ${'c'.repeat(32)}`;
const SAID_OF_RUN = 'run 20261126T140000Z-0123abcd (enforce of staging) is';
const many = (n: number, reason: Reason) => Array.from({ length: n }, (_, i) => quarantined(`${i}.pdf`, reason));

const rows: { readonly shows: string; readonly events: readonly Event[]; readonly said: unknown }[] = [
  { shows: 'nothing where nothing happened', events: [], said: undefined },
  { shows: 'nothing of what went well', events: [promoted, removed], said: undefined },
  {
    shows: 'nothing of canaries',
    events: [quarantined('spoorloos-canary/malware.txt', 'malware'), failed('spoorloos-canary/place.jpg')],
    said: undefined,
  },
  {
    shows: 'of one event where, why and which case',
    events: [promoted, quarantined('a.pdf', 'malware', undefined, 1)],
    said: {
      title: '1 quarantined (14:02 UTC, 2026-11-26)',
      lines: [{ says: 'quarantined: malware, 1 finding, case c1', key: 'a.pdf' }],
    },
  },
  {
    shows: 'each of a few, and over which time they came',
    events: [failed('b.pdf'), quarantined('a.pdf', 'limit')],
    said: {
      title: '1 quarantined, 1 could not be handled (14:02 to 14:17 UTC, 2026-11-26)',
      lines: [
        { says: 'could not be handled, and is being quarantined', key: 'b.pdf' },
        { says: 'quarantined: limit, 2 findings, case c1', key: 'a.pdf' },
      ],
    },
  },
  {
    shows: 'of many their numbers alone, by reason',
    events: [...many(2, 'timeout'), ...many(300, 'malware'), ...many(2, 'limit'), failed('b.pdf')],
    said: {
      title: '304 quarantined, 1 could not be handled (14:02 to 14:17 UTC, 2026-11-26)',
      lines: [{ says: '300 malware' }, { says: '2 limit' }, { says: '2 timeout' }],
    },
  },
  {
    shows: 'nothing of a run that goes on, or that somebody paused or stopped',
    events: [run('running'), run('paused', 'by-hand'), run('stopped', 'by-hand')],
    said: undefined,
  },
  {
    shows: 'that a run is done, or waits for somebody',
    events: [run('paused', 'quarantined-share'), run('done')],
    said: {
      title: 'news of 2 runs (14:02 UTC, 2026-11-26)',
      lines: [
        { says: `${SAID_OF_RUN} paused: quarantined-share; 50 reported, 10 quarantined, 0 failed` },
        { says: `${SAID_OF_RUN} done; 50 reported, 10 quarantined, 0 failed` },
      ],
    },
  },
  {
    shows: 'in a flood of a run all the same',
    events: [...many(300, 'malware'), run('paused', 'failed-share')],
    said: {
      title: '300 quarantined, news of a run (14:02 UTC, 2026-11-26)',
      lines: [
        { says: '300 malware' },
        { says: `${SAID_OF_RUN} paused: failed-share; 50 reported, 10 quarantined, 0 failed` },
      ],
    },
  },
];

rows.push(
  {
    shows: 'what waits for too long, for whom, and in which state',
    events: [waiting(72), waiting(4, 'release-requested')],
    said: {
      title: '2 waiting for long (14:02 UTC, 2026-11-26)',
      lines: [
        { says: `${LATE} (malware, tier H) has waited since 2026-11-23T09:30, longer than 72 hours` },
        { says: `${LATE} (malware, release-requested) has waited since 2026-11-23T09:30, longer than 4 hours` },
      ],
    },
  },
  {
    shows: 'of many that wait their numbers, by limit',
    events: [...Array.from({ length: 5 }, () => waiting(72)), waiting(4)],
    said: {
      title: '6 waiting for long (14:02 UTC, 2026-11-26)',
      lines: [
        { says: '5 for leads: waiting for longer than 72 hours' },
        { says: '1 for leads: waiting for longer than 4 hours' },
      ],
    },
  },
  {
    shows: 'what a day came to',
    events: [
      day({
        opened: 7,
        ended: { rejected: 1, released: 2 },
        waiting: { limit: 1, malware: 3 },
        oldest: '2026-11-20T01:00:00.000Z',
      }),
      day(),
      day({ waiting: { limit: 20_000 }, isMore: true }),
    ],
    said: {
      title: 'the state of the review (14:02 UTC, 2026-11-26)',
      lines: [
        {
          says: 'review of the last day: 7 opened, 2 released, 1 rejected; 4 wait (3 malware, 1 limit), the oldest since 2026-11-20',
        },
        { says: 'review of the last day: 0 opened, none ended; nothing waits' },
        { says: 'review of the last day: 0 opened, none ended; 20000 or more wait (20000 limit)' },
      ],
    },
  },
  {
    shows: 'what ends on the allow-list soon, and the case of the first',
    events: [day({ ending: [ends('2026-12-01'), ends('2026-12-05')] }), day({ ending: [ends('2026-12-05')] })],
    said: {
      title: 'the state of the review (14:02 UTC, 2026-11-26)',
      lines: [
        { says: `${QUIET_DAY}; 2 entries of the allow-list end soon, on 2026-12-01 that of case ${'c'.repeat(32)}` },
        { says: `${QUIET_DAY}; an entry of the allow-list ends soon, on 2026-12-05 that of case ${'c'.repeat(32)}` },
      ],
    },
  },
);

describe('people are told', () => {
  test.each(rows)('$shows', ({ events, said }) => expect(sayOf(events, { above: 3 })).toEqual(said));

  test('numbers from one more on than they bear', () => {
    const lines = (n: number) => sayOf(many(n, 'limit'), { above: 3 })?.lines;
    expect([lines(3)?.length, lines(4)]).toEqual([3, [{ says: '4 limit' }]]);
  });
});
