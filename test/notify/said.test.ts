import { describe, expect, test } from 'vitest';
import type { DocumentEvent } from '../../lib/core/records.ts';
import type { Event, ReplayProgress } from '../../lib/core/records-events.ts';
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
const SAID_OF_RUN = 'run 20261126T140000Z-0123abcd (enforce of staging) is';
const many = (n: number, reason: Reason) => Array.from({ length: n }, (_, i) => quarantined(`${i}.pdf`, reason));

const rows: readonly { readonly shows: string; readonly events: readonly Event[]; readonly said: unknown }[] = [
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

describe('people are told', () => {
  test.each(rows)('$shows', ({ events, said }) => expect(sayOf(events, { above: 3 })).toEqual(said));

  test('numbers from one more on than they bear', () => {
    const lines = (n: number) => sayOf(many(n, 'limit'), { above: 3 })?.lines;
    expect([lines(3)?.length, lines(4)]).toEqual([3, [{ says: '4 limit' }]]);
  });
});
