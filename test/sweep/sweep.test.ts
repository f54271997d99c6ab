import { describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import { claimKey, headKey } from '../../lib/core/records.ts';
import { AMISS } from '../../lib/core/records-sweep.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { isMendable, meaningOf } from '../../lib/sweep/amiss.ts';
import { alarmingIn, type StepPlaces, sweepStep } from '../../lib/sweep/step.ts';
import { type Position, type SweepPlaces, sweep } from '../../lib/sweep/sweep.ts';
import { type Rig, rig, TERMS } from '../support/pipeline-rig.ts';

const GRACE_MS = 10 * 60_000;
const LATER = () => new Date(Date.now() + 60 * 60_000);

function placesOf(one: Rig, more: Partial<Omit<SweepPlaces, 'ledger'>> = {}): StepPlaces {
  const { staging, public: published, ledger } = one.stores;
  // Public with its listing alone: the sweep's role can do no more.
  const seen = { staging, public: { list: published.list }, ledger };
  return { ...seen, liveQueue: one.sanitize.liveQueue, terms: TERMS, now: LATER, ...more };
}

async function amissIn(one: Rig, more: Partial<Omit<SweepPlaces, 'ledger'>> = {}): Promise<string[]> {
  const found: string[] = [];
  const onAmiss = (amiss: string, key: string, isMending: boolean) =>
    void found.push(`${amiss} ${key}${isMending ? '' : ' (left alone)'}`);
  await sweep(placesOf(one, more), { maxMends: 100, graceMs: GRACE_MS, onAmiss });
  return found.sort();
}

/** Three published documents, one of them under another name, and one that is quarantined. */
async function settled(options: Parameters<typeof rig>[0] = {}): Promise<Rig> {
  const one = rig(options);
  for (const [key, text] of [
    ['a.txt', 'one'],
    ['b.docm', 'macro two'],
    ['c.txt', 'bad three'],
    ['d/e.txt', 'four'],
  ] as const)
    await one.put(key, text);
  await one.drain();
  return one;
}

type Row = {
  readonly says: string;
  readonly happens: (one: Rig) => Promise<unknown>;
  readonly amiss: readonly string[];
  /** What public holds when the reconciles that were sent have been handled; as before by default. */
  readonly ends?: Readonly<Record<string, string>>;
  /** Found again afterwards, because a reconcile cannot mend it. */
  readonly left?: readonly string[];
};

const AS_BEFORE = { 'a.txt': 'ONE', 'b.docx': 'MACRO TWO', 'd/e.txt': 'FOUR' };
const bytes = (text: string) => Buffer.from(text);

const rows: readonly Row[] = [
  { says: 'finds nothing where nothing is amiss', happens: async () => undefined, amiss: [] },
  {
    says: 'an upload whose event was lost',
    happens: ({ stores }) => stores.staging.put('f.txt', bytes('five')),
    amiss: ['unsettled f.txt'],
    ends: { ...AS_BEFORE, 'f.txt': 'FIVE' },
  },
  {
    says: 'an overwrite whose event was lost',
    happens: ({ stores }) => stores.staging.put('a.txt', bytes('new')),
    amiss: ['unsettled a.txt'],
    ends: { ...AS_BEFORE, 'a.txt': 'NEW' },
  },
  {
    says: 'a removal whose event was lost',
    happens: ({ stores }) => stores.staging.remove('a.txt'),
    amiss: ['not-removed a.txt'],
    ends: { 'b.docx': 'MACRO TWO', 'd/e.txt': 'FOUR' },
  },
  {
    says: 'a public object that is gone',
    happens: ({ stores }) => stores.public.remove('a.txt'),
    amiss: ['missing a.txt'],
  },
  {
    says: 'a public object that is gone, published under another name',
    happens: ({ stores }) => stores.public.remove('b.docx'),
    amiss: ['missing b.docm'],
  },
  {
    says: 'a public object that somebody has overwritten',
    happens: ({ stores }) => stores.public.put('a.txt', bytes('unsanitised')),
    amiss: ['changed a.txt'],
  },
  {
    says: 'a public object under another name that somebody has overwritten',
    happens: ({ stores }) => stores.public.put('b.docx', bytes('unsanitised')),
    amiss: ['changed b.docm'],
  },
  {
    says: 'a public object that nobody knows, and leaves it to people',
    happens: ({ stores }) => stores.public.put('old.pdf', bytes('from before')),
    amiss: ['unknown old.pdf (left alone)'],
    ends: { ...AS_BEFORE, 'old.pdf': 'from before' },
    left: ['unknown old.pdf (left alone)'],
  },
  {
    says: 'what came back after it was removed',
    async happens(one) {
      await one.remove('a.txt');
      await one.drain();
      await one.stores.public.put('a.txt', bytes('ONE'));
    },
    amiss: ['left-over a.txt'],
    ends: { 'b.docx': 'MACRO TWO', 'd/e.txt': 'FOUR' },
  },
  {
    says: 'a record that was edited by hand',
    happens: ({ stores }) => stores.ledger.put(headKey('a.txt'), bytes('{"v":1,"state":"DONE"}')),
    amiss: [`unreadable ${headKey('a.txt')} (left alone)`],
    left: [`unreadable ${headKey('a.txt')} (left alone)`],
  },
  {
    says: 'a record in the place of another',
    async happens({ stores }) {
      const other = await stores.ledger.get(headKey('d/e.txt'));
      await stores.ledger.put(headKey('a.txt'), other?.body ?? bytes(''));
    },
    amiss: [`unreadable ${headKey('a.txt')} (left alone)`],
    left: [`unreadable ${headKey('a.txt')} (left alone)`],
  },
  {
    says: 'a claim that was edited by hand',
    happens: ({ stores }) => stores.ledger.put(claimKey('b.docx'), bytes('not even JSON')),
    amiss: [`unreadable ${claimKey('b.docx')} (left alone)`],
    left: [`unreadable ${claimKey('b.docx')} (left alone)`],
  },
];

describe('a sweep of staging, public and ledger', () => {
  for (const { says, happens, amiss, ends = AS_BEFORE, left = [] } of rows) {
    test(says, async () => {
      const one = await settled();
      await happens(one);
      expect(await amissIn(one)).toEqual(amiss);
      await one.drain();
      expect(await one.published()).toEqual(ends);
      expect(await amissIn(one)).toEqual(left);
    });
  }

  test('judges again what was judged under another policy, so many at a time', async () => {
    const one = await settled();
    const terms = { ...TERMS, version: '0.0.2' };
    const found: boolean[] = [];
    const options = {
      maxMends: 3,
      graceMs: GRACE_MS,
      onAmiss: (_: string, __: string, mends: boolean) => found.push(mends),
    };
    await sweep(placesOf(one, { terms }), options);
    expect(found.sort()).toEqual([false, true, true, true]);
  });

  test('waits for what is young', async () => {
    const one = await settled();
    await one.stores.staging.put('f.txt', bytes('five'));
    await one.stores.public.put('a.txt', bytes('being written'));
    expect(await amissIn(one, { now: () => new Date() })).toEqual([]);
    expect(await amissIn(one)).toHaveLength(2);
  });

  test('waits for what somebody is still at, and says in the end that only what is stale is no alarm', async () => {
    const one = await settled();
    const head = await readHead(one.stores.ledger, 'a.txt');
    const { etag: _, ...rest } = head ?? { etag: '' };
    const lifting = (at: string) => bytes(JSON.stringify({ ...rest, state: 'LIFTING', at }));
    await one.stores.ledger.put(headKey('a.txt'), lifting(LATER().toISOString()));
    expect(await amissIn(one)).toEqual([]);
    await one.stores.ledger.put(headKey('a.txt'), lifting('2026-01-01T00:00:00.000Z'));
    expect(await amissIn(one)).toContain('unsettled a.txt');
    const step = (terms: typeof TERMS) => sweepStep(placesOf(one, { terms }), { maxMends: 10, graceMs: GRACE_MS });
    const amiss = await step(TERMS);
    expect(amiss && alarmingIn(amiss)).toBeGreaterThan(0);
    await one.drain();
    const stale = await step({ ...TERMS, version: '0.0.2' });
    expect(stale?.found.map(({ amiss: what }) => what)).toEqual(['stale']);
    expect(stale && alarmingIn(stale)).toBe(0);
  });

  test('leaves a document that was taken down alone, and removes what came back', async () => {
    const one = await settled();
    const head = await readHead(one.stores.ledger, 'a.txt');
    const { etag: _, ...rest } = head ?? { etag: '' };
    await one.stores.ledger.put(headKey('a.txt'), bytes(JSON.stringify({ ...rest, state: 'TAKEN_DOWN' })));
    expect(await amissIn(one)).toEqual(['left-over a.txt']);
    await one.drain();
    expect(await one.published()).toEqual({ 'b.docx': 'MACRO TWO', 'd/e.txt': 'FOUR' });
    expect(await amissIn(one)).toEqual([]);
  });
});

describe('a sweep that is stopped again and again', () => {
  /** More than a page, with something amiss in each pass. */
  async function many(): Promise<Rig> {
    const one = rig();
    for (let i = 0; i < 1200; i++) await one.stores.public.put(`p${i}.txt`, bytes('X'));
    for (let i = 0; i < 1200; i++) await one.stores.staging.put(`s${i}.txt`, bytes('x'));
    await one.put('t.txt', 'gone');
    await one.drain();
    await one.stores.staging.remove('t.txt');
    return one;
  }

  test('finds the same as one that is not', async () => {
    const one = await many();
    const whole = await amissIn(one, { liveQueue: memoryQueue({ visibilityMs: 1000, maxReceives: 5 }) });
    const found: string[] = [];
    let from: Position | undefined = { pass: 'staging' };
    let steps = 0;
    while (from) {
      let pages = 0;
      const { position }: { position: Position | undefined } = await sweep(placesOf(one), {
        from,
        isOver: () => pages++ > 0,
        maxMends: 100,
        graceMs: GRACE_MS,
        onAmiss: (amiss, key) => found.push(`${amiss} ${key}`),
      });
      from = position;
      steps += 1;
    }
    expect(steps).toBeGreaterThan(4);
    expect(found.sort()).toEqual(whole.map((line) => line.replace(' (left alone)', '')).sort());
    expect(found).toHaveLength(2401);
  });

  test('keeps its place and its counts in the ledger, and is not begun again before its time', async () => {
    const one = await many();
    let clock = LATER().getTime();
    const now = () => new Date(clock);
    const options = { maxMends: 10, graceMs: GRACE_MS, everyMs: 60_000 };
    for (let step = 0; step < 3; step++) {
      let pages = 0;
      const record = await sweepStep(placesOf(one, { now }), { ...options, isOver: () => pages++ > 0 });
      expect(record?.position).toBeDefined();
    }
    const ended = await sweepStep(placesOf(one, { now }), options);
    expect(ended).toMatchObject({ looked: 1200 + 1201 + 1 });
    expect(ended?.position).toBeUndefined();
    expect(ended?.found.map(({ amiss, count, keys }) => `${amiss} ${count} ${keys.length}`)).toEqual([
      'unknown 1200 20',
      'not-removed 1 1',
      'unsettled 1200 20',
    ]);
    expect(await sweepStep(placesOf(one, { now }), options)).toBeUndefined();
    clock += 60_000;
    const next = await sweepStep(placesOf(one, { now }), options);
    expect(next?.startedAt).not.toBe(ended?.startedAt);
  });
});

test('each thing that can be amiss is explained, and either mended or left to people', () => {
  for (const amiss of AMISS) expect(meaningOf(amiss).length).toBeGreaterThan(20);
  expect(AMISS.filter((amiss) => !isMendable(amiss))).toEqual(['unknown', 'unreadable']);
});
