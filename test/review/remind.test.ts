import { describe, expect, test } from 'vitest';
import { markFor, markKey } from '../../lib/core/case-index.ts';
import type { Event } from '../../lib/core/records-events.ts';
import { Reminders } from '../../lib/core/records-reminders.ts';
import { readCase } from '../../lib/review/cases.ts';
import { type RemindOptions, remindStep } from '../../lib/review/remind.ts';
import { ada, grace, lin, type ReviewRig, RULES, reviewRig } from '../support/review-rig.ts';

const DAY = '2026-01-01T';
const isTest = (key: string) => key.startsWith('spoorloos-canary/');
const NO_DIGEST = Reminders.parse({ digestHour: null });

function reminding(made: ReviewRig) {
  const told: Event[] = [];
  const step = (iso: string, options: Partial<RemindOptions> = {}, notify?: () => Promise<void>) => {
    const places = { ledger: made.stores.ledger, now: () => new Date(iso) };
    const tell = async (event: Event) => void told.push(event);
    return remindStep({ ...places, notify: notify ?? tell }, { reminders: NO_DIGEST, isTest, ...options });
  };
  return { told, step };
}
const limitsOf = (told: readonly Event[]) =>
  told.map((event) => (event.type === 'Case Waiting' ? `${event.limitHours} ${event.to}` : event.type));

describe('people are reminded of a case', () => {
  test('when a day has passed, and those who lead when three have, once each', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const { told, step } = reminding(made);
    await step(`${DAY}23:00:00.000Z`);
    expect(told).toEqual([]);
    for (const hour of ['01', '02', '03']) await step(`2026-01-02T${hour}:00:00.000Z`);
    expect(told).toMatchObject([
      { type: 'Case Waiting', caseId, state: 'open', reason: 'hidden-content', limitHours: 24, to: 'reviewers' },
    ]);
    await step('2026-01-04T01:00:00.000Z');
    await step('2026-01-05T01:00:00.000Z');
    expect(limitsOf(told)).toEqual(['24 reviewers', '72 leads']);
  });

  test('by the longest of several limits, where nobody was reminded before', async () => {
    const made = reviewRig();
    await made.quarantined();
    const { told, step } = reminding(made);
    await step('2026-01-09T00:00:00.000Z');
    await step('2026-01-10T00:00:00.000Z');
    expect(limitsOf(told)).toEqual(['72 leads']);
  });

  test('sooner where its reason or tier asks for it', async () => {
    const made = reviewRig();
    await made.quarantined('virus', 'v.txt');
    await made.quarantined('bad one', 'b.txt');
    const { told, step } = reminding(made);
    await step(`${DAY}04:30:00.000Z`);
    expect(told).toMatchObject([{ reason: 'malware', limitHours: 4, to: 'leads' }]);
    const reminders = Reminders.parse({ limits: [{ hours: 1, to: 'leads', tiers: ['L'] }], digestHour: null });
    await step(`${DAY}05:00:00.000Z`, { reminders });
    expect(told).toHaveLength(1);
  });

  test('whose release waits for somebody else', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await made.ask(caseId);
    const { told, step } = reminding(made);
    await step('2026-01-02T01:00:00.000Z');
    expect(told).toMatchObject([{ caseId, state: 'release-requested' }]);
  });

  const ends: readonly {
    readonly shows: string;
    readonly end: (made: ReviewRig, caseId: string) => Promise<unknown>;
  }[] = [
    { shows: 'was rejected', end: (made, caseId) => made.act(ada, caseId, { what: 'reject', reason: 'no' }) },
    { shows: 'was deleted', end: (made, caseId) => made.act(lin, caseId, { what: 'delete', reason: 'no' }) },
    {
      shows: 'was replaced, and nobody has looked since',
      end: async (made) => {
        await made.put('a.txt', 'good');
        await made.drain();
      },
    },
    {
      shows: 'was removed, and nobody has looked since',
      end: async (made) => {
        await made.remove('a.txt');
        await made.drain();
      },
    },
    {
      shows: 'was released, and nobody has looked since',
      end: async (made, caseId) => {
        const request = await made.ask(caseId);
        await made.act(grace, caseId, { what: 'approve', request, reason: null });
        await made.drain();
      },
    },
  ];
  test.each(ends)('not when it $shows', async ({ end }) => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await end(made, caseId);
    const { told, step } = reminding(made);
    expect(await step('2026-01-09T00:00:00.000Z')).toEqual({ told: 0, digest: false });
    expect(told).toEqual([]);
  });

  test('not of a test document', async () => {
    const made = reviewRig();
    await made.quarantined('virus', 'spoorloos-canary/malware.txt');
    const { told, step } = reminding(made);
    await step('2026-01-09T00:00:00.000Z');
    expect(told).toEqual([]);
    await step('2026-01-10T00:00:00.000Z', { isTest: () => false });
    expect(told, 'it was noted').toEqual([]);
  });

  test('by the mark that counts, where a crash left another behind', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await made.ask(caseId);
    const seen = await readCase(made.stores.ledger, caseId);
    if (!seen) throw new Error('no case');
    await made.stores.ledger.put(markKey(markFor(seen.evidence, 'open', seen.evidence.at)), new Uint8Array());
    const { told, step } = reminding(made);
    await step('2026-01-02T01:00:00.000Z');
    expect(told).toMatchObject([{ caseId, state: 'release-requested' }]);
  });

  test('although the record of another was edited', async () => {
    const made = reviewRig();
    const [edited, whole] = [await made.quarantined('bad one', 'a.txt'), await made.quarantined('bad two', 'b.txt')];
    await made.stores.ledger.put(`cases/${edited}/case.json`, Buffer.from('{}'));
    const { told, step } = reminding(made);
    await step('2026-01-02T01:00:00.000Z');
    expect(told).toMatchObject([{ caseId: whole }]);
  });

  test('again, when it could not be told', async () => {
    const made = reviewRig();
    await made.quarantined();
    const { told, step } = reminding(made);
    await expect(step('2026-01-02T01:00:00.000Z', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await step('2026-01-02T02:00:00.000Z');
    expect(limitsOf(told)).toEqual(['24 reviewers']);
  });

  test('without a word of its key', async () => {
    const made = reviewRig();
    await made.quarantined('bad one', 'jan-voorbeeld.txt');
    const { told, step } = reminding(made);
    await step('2026-01-09T00:00:00.000Z', { reminders: Reminders.parse({}) });
    expect(told.length).toBeGreaterThan(0);
    await step('2026-01-09T07:00:00.000Z', { reminders: Reminders.parse({}) });
    expect(limitsOf(told)).toEqual(['72 leads', 'Review Digest']);
    expect(JSON.stringify(told)).not.toContain('voorbeeld');
    for await (const { key } of made.stores.ledger.list('reminders/')) expect(key).not.toContain('voorbeeld');
  });
});

describe('once a day, from its hour on', () => {
  const reminders = Reminders.parse({ limits: [], digestHour: 6 });

  test('people are told what came, what was decided, and what waits', async () => {
    const made = reviewRig();
    const rejected = await made.quarantined('bad one', 'a.txt');
    await made.quarantined('bad two', 'b.txt');
    await made.quarantined('virus', 'c.txt');
    await made.quarantined('virus', 'spoorloos-canary/malware.txt');
    await made.quarantined('bad three', 'd.txt');
    await made.act(ada, rejected, { what: 'reject', reason: 'no' });
    await made.remove('d.txt');
    await made.drain();
    const { told, step } = reminding(made);
    for (const hour of ['05:59', '06:00', '07:00']) await step(`${DAY}${hour}:00.000Z`, { reminders });
    expect(told).toMatchObject([
      {
        ...{ type: 'Review Digest', from: '2025-12-31T06:00:00.000Z', at: `${DAY}06:00:00.000Z`, opened: 3 },
        ...{ ended: { rejected: 1 }, waiting: { 'hidden-content': 1, malware: 1 }, isMore: false },
        oldest: expect.stringMatching(/^2026-01-01T00:0/),
      },
    ]);
    await step('2026-01-03T06:30:00.000Z', { reminders });
    expect(told.at(-1)).toMatchObject({ opened: 0, ended: {}, waiting: { 'hidden-content': 1, malware: 1 } });
    expect(told).toHaveLength(2);
  });

  test('they are told which entries of the allow-list end within two weeks', async () => {
    const made = reviewRig();
    const cases: string[] = [];
    for (const [text, expiresAt] of [
      ['bad soon', '2026-01-15T00:00:00.000Z'],
      ['bad late', '2026-03-01T00:00:00.000Z'],
      ['bad over', `${DAY}05:30:00.000Z`],
      ['bad sooner', '2026-01-10T00:00:00.000Z'],
    ] as const) {
      const caseId = await made.quarantined(text, `${text}.txt`);
      const order = {
        what: 'request-release',
        reason: 'x',
        rules: RULES,
        expiresAt,
        allow: { owner: 'local:olga' },
      } as const;
      const asked = await made.act(ada, caseId, order);
      const request = asked.done ? (asked.review.request?.id ?? '') : '';
      const acted = await made.act(grace, caseId, { what: 'approve', request, reason: null });
      expect(acted.done).toBe(true);
      cases.push(caseId);
    }
    const { told, step } = reminding(made);
    await step(`${DAY}06:00:00.000Z`, { reminders });
    expect(told).toMatchObject([
      {
        ending: [
          { caseId: cases[3], expiresAt: '2026-01-10T00:00:00.000Z' },
          { caseId: cases[0], expiresAt: '2026-01-15T00:00:00.000Z' },
        ],
      },
    ]);
    // Who answers for it is said to nobody.
    expect(JSON.stringify(told)).not.toContain('olga');
  });

  test('and when nothing waits they are told that', async () => {
    const { told, step } = reminding(reviewRig());
    await step(`${DAY}06:00:00.000Z`, { reminders });
    expect(told).toMatchObject([{ type: 'Review Digest', opened: 0, waiting: {}, oldest: null }]);
  });
});

test('a limit holds what makes sense', () => {
  for (const limits of [
    [{ hours: 0, to: 'leads' }],
    [{ hours: 1, to: 'everybody' }],
    [{ hours: 1, to: 'leads', reasons: ['x'] }],
  ])
    expect(Reminders.safeParse({ limits }).success, JSON.stringify(limits)).toBe(false);
  expect(Reminders.parse({}).limits.length).toBeGreaterThan(0);
});
