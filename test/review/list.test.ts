import { describe, expect, test } from 'vitest';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { MARK, type Mark, markKey, markOf, placeOf } from '../../lib/core/case-index.ts';
import { toJson } from '../../lib/core/ledger.ts';
import { Case, caseKey, headKey } from '../../lib/core/records.ts';
import { type CaseState, entryKey } from '../../lib/core/records-cases.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { settling } from '../../lib/review/act.ts';
import { type CasePage, type CaseQuery, countCases, listCases } from '../../lib/review/list.ts';
import { readSeals } from '../../lib/review/seals.ts';
import { verifyTrail } from '../../lib/review/verify-trail.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { TERMS } from '../support/pipeline-rig.ts';
import { ada, grace, type ReviewRig, reviewRig } from '../support/review-rig.ts';

const START = Date.UTC(2026, 0, 1);
const keyOf = (n: number) => (n % 5 === 0 ? `ministry-${n % 10}/k${n}` : `k${n}`);
const idOf = (n: number) => n.toString(16).padStart(32, '0');

/** `count` open cases, of three reasons in turn, a minute apart. */
async function manyCases(count: number): Promise<ObjectStore> {
  const ledger = memoryStore();
  const reasons: readonly Reason[] = ['hidden-content', 'encrypted', 'malware'];
  for (let n = 0; n < count; n += 1) {
    const at = new Date(START + n * 60_000).toISOString();
    const reason = reasons[n % 3] ?? 'limit';
    const evidence = Case.parse({
      ...{ v: 1, caseId: idOf(n), state: 'open', key: keyOf(n), reason, detail: 'x', format: 'pdf', mediaType: null },
      source: { versionId: 'v', etag: 'e', size: 1, sha256: null },
      findings:
        n % 3 === 0
          ? [{ code: 'hidden-content', carrier: 'a.b', at: 'x', action: 'quarantined', tier: 'H', count: 1 }]
          : [],
      ...{ scanner: 'none', ...TERMS, at },
    });
    await ledger.put(caseKey(evidence.caseId), toJson(evidence));
    const mark: Mark = {
      ...{ caseId: evidence.caseId, state: 'open', reason, openedMs: Date.parse(at), sinceMs: Date.parse(at) },
      ...{ tier: n % 3 === 0 ? 'H' : null, format: 'pdf', place: placeOf(keyOf(n)) },
    };
    await ledger.put(markKey(mark), MARK);
  }
  return ledger;
}

async function everything(ledger: ObjectStore, query: CaseQuery): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await listCases(ledger, { ...query, ...(after !== undefined && { after }) });
    keys.push(...page.rows.map(({ evidence }) => evidence.key));
    if (page.next === undefined) return keys;
    after = page.next;
  }
}

describe('a list of cases', () => {
  const rows: readonly {
    readonly shows: string;
    readonly query: CaseQuery;
    readonly expected: (n: number) => boolean;
  }[] = [
    { shows: 'all of them, the oldest first', query: { max: 7 }, expected: () => true },
    { shows: 'those of a reason', query: { reasons: ['malware'], max: 7 }, expected: (n) => n % 3 === 2 },
    { shows: 'those of a tier', query: { tiers: ['H'], max: 50 }, expected: (n) => n % 3 === 0 },
    {
      shows: 'those of a time',
      query: { openedAfterMs: START + 10 * 60_000, openedBeforeMs: START + 20 * 60_000, max: 3 },
      expected: (n) => n >= 10 && n < 20,
    },
    { shows: 'those whose key begins so', query: { prefix: 'ministry', max: 2 }, expected: (n) => n % 5 === 0 },
    { shows: 'those of a folder', query: { prefix: 'ministry-5/k', max: 2 }, expected: (n) => n % 10 === 5 },
    { shows: 'none of a folder that is none', query: { prefix: '/k' }, expected: () => false },
    { shows: 'none of another state', query: { states: ['approved'] }, expected: () => false },
    { shows: 'none of another format', query: { formats: ['docx'] }, expected: () => false },
  ];
  test.each(rows)('shows $shows, each once, whatever the pages', async ({ query, expected }) => {
    const ledger = await manyCases(70);
    const wanted = Array.from({ length: 70 }, (_, n) => n).filter(expected);
    expect(await everything(ledger, query)).toEqual(wanted.map(keyOf));
  });

  test('has what ended the latest first, and counts what waits', async () => {
    const made = reviewRig();
    const [one, two, three] = [
      await made.quarantined('bad 1', '1'),
      await made.quarantined('bad 2', '2'),
      await made.quarantined('bad 3', '3'),
    ];
    for (const caseId of [two, one]) await made.act(ada, caseId, { what: 'reject', reason: 'no' });
    const ended = await listCases(made.stores.ledger, { states: ['rejected', 'deleted'] });
    expect(ended.rows.map(({ evidence }) => evidence.caseId)).toEqual([one, two]);
    const waiting = await listCases(made.stores.ledger, {});
    expect(waiting.rows.map(({ evidence }) => evidence.caseId)).toEqual([three]);
    expect(await countCases(made.stores.ledger)).toMatchObject([
      { state: 'open', reason: 'hidden-content', count: 1, isMore: false },
    ]);
    expect(await countCases(await manyCases(70), { upTo: 10 })).toMatchObject([
      { reason: 'encrypted', count: 10, isMore: true, oldestMs: START + 60_000 },
      { reason: 'malware', count: 10, isMore: true },
      { reason: 'hidden-content', count: 10, isMore: true, oldestMs: START },
    ]);
  });

  test('ends where all that follows is too young, or ended too long ago', async () => {
    const ledger = await manyCases(700);
    const query = { openedBeforeMs: START + 60_000 };
    expect(await listCases(ledger, query)).toMatchObject({ rows: [{}], next: undefined });
    expect((await listCases(ledger, { prefix: 'none' })).next, 'a control').toBeDefined();
    for (let n = 0; n < 700; n += 1) {
      const times = { openedMs: START - n * 60_000, sinceMs: START - n * 60_000 };
      const rest = { tier: null, format: 'pdf', place: placeOf('k') };
      await ledger.put(markKey({ ...times, ...rest, caseId: idOf(n), state: 'rejected', reason: 'limit' }), MARK);
    }
    const states = ['rejected'] as const;
    expect((await listCases(ledger, { states, openedAfterMs: START })).next).toBeUndefined();
    expect((await listCases(ledger, { states })).next, 'a control').toBeDefined();
  });

  test('names what cannot be read, and shows the others', async () => {
    const ledger = await manyCases(5);
    await ledger.put(caseKey(idOf(2)), Buffer.from('{"v":1}'));
    const { rows, unreadable, next } = await listCases(ledger, {});
    expect(rows.map(({ evidence }) => evidence.key)).toEqual([0, 1, 3, 4].map(keyOf));
    expect([unreadable, next]).toEqual([[idOf(2)], undefined]);
    expect((await listCases(await manyCases(5), {})).unreadable).toEqual([]);
  });

  /** What becomes of a case without anybody's doing. */
  const endings: readonly { shows: string; end: (made: ReviewRig) => Promise<unknown>; state: CaseState }[] = [
    { shows: 'a newer version was uploaded', end: (made) => made.put('a.txt', 'good'), state: 'superseded' },
    { shows: 'it was removed', end: (made) => made.remove('a.txt'), state: 'superseded' },
    {
      shows: 'it was judged again and published',
      async end(made) {
        const { judge } = made.sanitize;
        Object.assign(made.sanitize, { judge: () => judge(Buffer.from('good'), { name: 'a.txt' }) });
        Object.assign(made.sanitize, { terms: { ...made.sanitize.terms, version: '9.9.9' } });
        await reconcileOn(made.sanitize, 'a.txt');
      },
      state: 'superseded',
    },
    {
      shows: 'it was released',
      async end(made) {
        const [found] = (await listCases(made.stores.ledger, {})).rows;
        const caseId = found?.evidence.caseId ?? '';
        await made.act(grace, caseId, { what: 'approve', request: await made.ask(caseId), reason: null });
      },
      state: 'released',
    },
  ];
  test.each(endings)('does not show what ended since: $shows; written down where one may', async ({ end, state }) => {
    const made = reviewRig();
    const { ledger } = made.stores;
    const caseId = await made.quarantined();
    const other = await made.quarantined('bad 2', 'b.txt');
    await end(made);
    await made.drain();
    const idsOf = ({ rows }: CasePage) => rows.map(({ evidence }) => evidence.caseId);
    expect(idsOf(await listCases(ledger, {}))).toEqual([other]);
    expect(idsOf(await listCases(ledger, { states: [state] }))).toEqual([]);
    const failures: unknown[] = [];
    const writing = settling(made.places, (error) => failures.push(error));
    const page = await listCases(ledger, {}, writing);
    expect([idsOf(page), page.settled, failures]).toEqual([[other], 1, []]);
    expect(idsOf(await listCases(ledger, { states: [state] }))).toEqual([caseId]);
    expect((await listCases(ledger, {}, writing)).settled).toBe(0);
    expect(await countCases(ledger)).toMatchObject([{ state: 'open', count: 1 }]);
    expect(
      await verifyTrail({ ledger, audit: ledger }, await readSeals({ ledger, audit: ledger }), caseId),
    ).toBeUndefined();
  });

  test('shows as open, once, what was approved and not used in time', async () => {
    const made = reviewRig();
    const { ledger } = made.stores;
    const caseId = await made.quarantined();
    await made.act(grace, caseId, { what: 'approve', request: await made.ask(caseId), reason: null });
    const later = { ...made.places, now: () => new Date('2028-01-01T00:00:00.000Z') };
    expect((await listCases(ledger, {})).rows).toMatchObject([{ review: { state: 'approved' } }]);
    const { rows } = await listCases(
      ledger,
      {},
      settling(later, () => undefined),
    );
    expect(rows).toMatchObject([{ evidence: { caseId }, review: { state: 'open' } }]);
  });

  test('leaves out what ended where writing it down fails, says so, and shows what an edited head says nothing of', async () => {
    const made = reviewRig();
    const { ledger } = made.stores;
    await made.quarantined();
    const other = await made.quarantined('bad 2', 'b.txt');
    await made.remove('a.txt');
    await made.drain();
    await ledger.put(headKey('b.txt'), Buffer.from('{}'));
    const failures: unknown[] = [];
    const audit = { ...made.places.audit, put: () => Promise.reject(new Error('full')) };
    const page = await listCases(
      ledger,
      {},
      settling({ ...made.places, audit }, (error) => failures.push(error)),
    );
    expect(page.rows.map(({ evidence }) => evidence.caseId)).toEqual([other]);
    expect(failures).toMatchObject([{ message: 'full' }]);
  });

  test('names what ended and has an edited trail', async () => {
    const made = reviewRig();
    const { ledger } = made.stores;
    const caseId = await made.quarantined();
    await made.remove('a.txt');
    await made.drain();
    await ledger.put(entryKey(caseId, 1), Buffer.from('{}'));
    const { rows, unreadable } = await listCases(
      ledger,
      {},
      settling(made.places, () => undefined),
    );
    expect([rows, unreadable]).toEqual([[], [caseId]]);
  });

  test('finds whom a case is assigned to, however their name is written', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await made.quarantined('bad two', 'b.txt');
    await made.act(ada, caseId, { what: 'assign', to: 'oidc:https://id.example#AbC' });
    const found = async (assignee: string | null) =>
      (await listCases(made.stores.ledger, { assignee })).rows.map(({ evidence }) => evidence.key);
    expect(await found('oidc:https://id.example#abc')).toEqual(['a.txt']);
    expect([await found('local:abc'), await found(null)]).toEqual([[], ['b.txt']]);
  });

  test('believes the record where a crash left a mark behind', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    const [stale] = (await listCases(made.stores.ledger, {})).rows;
    if (!stale) throw new Error('no case');
    await made.act(grace, caseId, { what: 'approve', request, reason: null });
    const { openedMs, ...rest } = markOf(
      markKey({
        caseId,
        state: 'open',
        reason: 'hidden-content',
        openedMs: START,
        sinceMs: START,
        tier: 'M',
        format: 'test',
        place: placeOf(''),
      }),
    ) ?? { openedMs: 0 };
    expect(openedMs).toBe(START);
    await made.stores.ledger.put(markKey({ ...rest, openedMs } as Mark), MARK);
    const { rows } = await listCases(made.stores.ledger, {});
    expect(rows.map(({ review }) => review.state satisfies CaseState)).toEqual(['approved']);
  });
});

describe('a mark', () => {
  const marks: readonly Mark[] = [
    {
      caseId: idOf(1),
      state: 'open',
      reason: 'malware',
      openedMs: START,
      sinceMs: START,
      tier: null,
      format: null,
      place: placeOf(''),
    },
    {
      caseId: idOf(2),
      state: 'rejected',
      reason: 'limit',
      openedMs: START,
      sinceMs: START + 5,
      tier: 'H',
      format: 'pdf',
      place: placeOf('ministry/'),
    },
  ];
  test.each(marks)('of state $state is read back from its key', (mark) => {
    expect(markOf(markKey(mark))).toEqual(mark);
  });
  test.each([
    'case-index/x',
    'cases/open/malware/17672/25/1767225600000.x',
    markKey({ ...(marks[0] as Mark) }).replace('open', 'shut'),
  ])('is not what %s says', (key) => expect(markOf(key)).toBeUndefined());
});
