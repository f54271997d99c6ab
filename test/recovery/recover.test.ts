import { describe, expect, test } from 'vitest';
import { readHead, recordIn } from '../../lib/core/ledger.ts';
import { Case, caseKey, headKey } from '../../lib/core/records.ts';
import { takeDownKey } from '../../lib/core/records-take-downs.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { NoTrail, recover } from '../../lib/recovery/recover.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { lose, type Populated, populated, stateOf } from '../support/lost-ledger.ts';
import { all, TERMS, textOf } from '../support/pipeline-rig.ts';

const PUBLIC = {
  'adopted.txt': 'from before',
  'published.txt': 'ONE',
  'renamed.docx': 'MACRO TWO',
  'previous.txt': 'FOUR',
  'plain-again.docm': 'SEVEN',
  'lifted.txt': 'ELEVEN',
  'replaced.docx': 'FOURTEEN',
};
const DENIED = ['down-and-gone.txt', 'down.docm', 'down.docx', 'down.txt'];
const ALL = () => true;
const bytes = (text: string) => Buffer.from(text);

async function reconcileAll({ stores, sanitize, drain }: Populated): Promise<void> {
  for (const key of await all(stores.staging))
    await sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
  await drain();
}

async function forgetTakeDowns({ trail }: Populated): Promise<void> {
  for (const key of await all(trail)) if ((await textOf(trail, key))?.includes('"Take-Down')) await trail.remove(key);
}

test('what is lost below has a document in every state', async () => {
  const made = await populated();
  expect(await made.published()).toEqual(PUBLIC);
  expect(await made.denied()).toEqual(DENIED);
});

const LOSSES: Record<string, (recordKey: string, n: number) => boolean> = {
  'the whole of it': ALL,
  'every other record': (_, n) => n % 2 === 0,
  'the other half': (_, n) => n % 2 === 1,
  ...Object.fromEntries(
    ['heads/', 'claims/', 'cases/', 'case-index/', 'verified/', 'takedowns/', 'denied/'].map((prefix) => [
      prefix,
      (key: string) => key.startsWith(prefix),
    ]),
  ),
};

describe('a ledger that lost', () => {
  for (const [what, isLost] of Object.entries(LOSSES)) {
    test(`${what} is rebuilt, and everything is where it was`, async () => {
      const made = await populated();
      const before = await stateOf(made);
      expect(await lose(made, isLost)).toBeGreaterThan(1);
      expect((await recover(made.recovery)).unsure).toEqual([]);
      await made.drain();
      expect(await stateOf(made)).toEqual(before);
      expect((await made.stores.ledger.head(takeDownKey('down.txt'))) !== undefined).toBe(true);
    });

    test(`${what}, and went on until somebody noticed, is rebuilt as well`, async () => {
      const made = await populated();
      await lose(made, isLost);
      await reconcileAll(made);
      await recover(made.recovery);
      await made.drain();
      expect(await made.published()).toEqual(PUBLIC);
      expect(await made.denied()).toEqual(DENIED);
      // Nothing that came from us is nobody's now.
      for (const key of await all(made.stores.staging)) await made.remove(key);
      await made.drain();
      expect(await made.published()).toEqual({ 'adopted.txt': 'from before' });
    });
  }

  test('nothing is left as it is', async () => {
    const made = await populated();
    const records = async () =>
      Promise.all(
        (await all(made.stores.ledger))
          .filter((key) => !key.startsWith('recovery/'))
          .map(async (key) => [key, (await made.stores.ledger.head(key))?.versionId]),
      );
    const before = await records();
    const state = await recover(made.recovery);
    expect(state).toMatchObject({ rebuilt: {}, unsure: [] });
    await made.drain();
    expect(await records()).toEqual(before);
  });
});

describe('a control: without', () => {
  test('recovery what was taken down is back, and what was public is nobody’s', async () => {
    const made = await populated();
    await lose(made, ALL);
    await reconcileAll(made);
    expect(await made.published()).toMatchObject({ 'down.txt': 'EIGHT', 'down.docx': 'MACRO NINE' });
    for (const key of await all(made.stores.staging)) await made.remove(key);
    await made.drain();
    expect(await made.published()).toMatchObject({ 'previous.txt': 'FOUR' });
  });

  test('what the trail says of take-downs they are back after a recovery too', async () => {
    const made = await populated();
    const before = await stateOf(made);
    await forgetTakeDowns(made);
    await lose(made, ALL);
    await recover(made.recovery);
    await made.drain();
    expect(await made.published()).toMatchObject({ 'down.txt': 'EIGHT' });
    expect(await stateOf(made)).not.toEqual(before);
  });
});

describe('after a recovery', () => {
  async function recovered(options: Parameters<typeof populated>[0] = {}): Promise<Populated> {
    const made = await populated(options);
    await lose(made, ALL);
    await recover(made.recovery);
    await made.drain();
    return made;
  }

  test('what is deleted from staging goes from public, whatever its name and state', async () => {
    const made = await recovered();
    for (const key of await all(made.stores.staging)) await made.remove(key);
    await made.drain();
    expect(await made.published()).toEqual({ 'adopted.txt': 'from before' });
  });

  test('what was taken down stays down when it is uploaded again, until its end is ordered', async () => {
    const made = await recovered();
    for (const key of ['down.txt', 'down.docm', 'down-and-gone.txt']) await made.put(key, 'macro new');
    await made.drain();
    expect(await made.published()).toEqual(PUBLIC);
    await made.lift('down.docm');
    await made.drain();
    expect(await made.published()).toEqual({ ...PUBLIC, 'down.docx': 'MACRO NEW' });
    expect(await made.denied()).toEqual(['down-and-gone.txt', 'down.txt']);
  });

  test('what stands in spite of what came over it stands under the next release as well', async () => {
    const made = await recovered();
    Object.assign(made.sanitize, { terms: { ...TERMS, version: '0.0.2' } });
    await reconcileAll(made);
    expect(await made.published()).toEqual(PUBLIC);
    expect(await readHead(made.stores.ledger, 'previous.txt')).toMatchObject({ version: '0.0.2', previous: 'kept' });
  });

  test('a policy that withholds is carried out where it was not yet', async () => {
    const made = await populated();
    await lose(made, ALL);
    Object.assign(made.sanitize, { overwrite: 'withhold' });
    await recover({ ...made.recovery, overwrite: 'withhold' });
    await made.drain();
    const { 'previous.txt': _, ...rest } = PUBLIC;
    expect(await made.published()).toEqual(rest);
  });
});

type Row = {
  readonly shows: string;
  readonly happens: (made: Populated) => Promise<unknown>;
  readonly unsure?: readonly string[];
  readonly ends?: Readonly<Record<string, string | undefined>>;
  readonly denied?: readonly string[];
  /** The case that the head of the first quarantined document names. */
  readonly caseId?: string;
};

const rows: readonly Row[] = [
  {
    shows: 'a delete whose event was lost is carried out',
    happens: ({ stores }) => stores.staging.remove('renamed.docm'),
    ends: { 'renamed.docx': undefined },
  },
  {
    shows: 'an upload whose event was lost is published',
    happens: ({ stores }) => stores.staging.put('new.txt', bytes('new')),
    ends: { 'new.txt': 'NEW' },
  },
  {
    shows: 'an upload that nobody judged yet and that is held back takes away what nobody knows any more',
    happens: ({ stores }) => stores.staging.put('published.txt', bytes('bad')),
    ends: { 'published.txt': undefined },
  },
  {
    shows: 'a delete and an upload that is held back take away what was there before',
    async happens({ stores }) {
      await stores.staging.remove('published.txt');
      await stores.staging.put('published.txt', bytes('bad'));
    },
    ends: { 'published.txt': undefined },
  },
  {
    shows: 'what somebody wrote over what was promoted is taken away',
    happens: ({ stores }) => stores.public.put('previous.txt', bytes('not sanitised')),
    unsure: ['changed previous.txt'],
    ends: { 'previous.txt': undefined },
  },
  {
    shows: 'what came back after it was removed goes',
    happens: ({ stores }) => stores.public.put('removed.txt', bytes('SIX')),
    ends: { 'removed.txt': undefined },
  },
  {
    shows: 'what came back after it was taken down goes',
    happens: ({ stores }) => stores.public.put('down.docx', bytes('MACRO NINE')),
    ends: { 'down.docx': undefined },
  },
  {
    shows: 'a promotion that was under way is judged again, and not given up',
    async happens(made) {
      await made.put('new.txt', 'new');
      const { liveQueue, promoteQueue } = made.sanitize;
      const [message] = await liveQueue.receive({ max: 1, waitMs: 0 });
      if (!message) throw new Error('no message');
      await liveQueue.delete(message);
      const src = await made.stores.staging.head('new.txt');
      const [work, sha256] = ['c'.repeat(64), 'd'.repeat(64)];
      await promoteQueue.send(
        JSON.stringify({
          ...{ kind: 'promote', key: 'new.txt', base: null, work, ...TERMS },
          src: { versionId: src?.versionId, etag: src?.etag, size: src?.size },
          out: { key: 'new.txt', sha256, mediaType: 'text/plain' },
        }),
      );
    },
    ends: { 'new.txt': 'NEW' },
  },
  {
    shows: 'an original without its case is told',
    happens: ({ stores }) => stores.quarantine.put(`${'e'.repeat(32)}/payload`, bytes('bad')),
    unsure: [`no-case ${'e'.repeat(32)}/payload`],
  },
  {
    shows: 'of two cases of one version the later one counts',
    async happens({ stores }) {
      const keys = (await all(stores.quarantine)).filter((key) => key.endsWith('/case.json'));
      const cases = await Promise.all(keys.map(async (key) => (await stores.quarantine.get(key))?.body ?? bytes('')));
      const first = cases.map((body) => recordIn(body, Case)).find(({ key }) => key === 'held.txt');
      if (!first) throw new Error('no case of held.txt');
      const next = { ...first, caseId: 'f'.repeat(32), follows: first.caseId, at: '2026-02-01T00:00:00.000Z' };
      await stores.quarantine.put(`${next.caseId}/case.json`, bytes(JSON.stringify(next)));
    },
    caseId: 'f'.repeat(32),
  },
  {
    shows: 'a case in the place of another is told, and not believed',
    async happens({ stores }) {
      const [found = ''] = (await all(stores.quarantine)).filter((key) => key.endsWith('/case.json'));
      await stores.quarantine.put(`${'e'.repeat(32)}/case.json`, bytes((await textOf(stores.quarantine, found)) ?? ''));
    },
    unsure: [`record ${'e'.repeat(32)}/case.json`],
  },
  {
    shows: 'an entry of the trail that cannot be read is told: it may be a take-down',
    happens: ({ trail }) => trail.put('audit/2026/01/01/00/broken.json', bytes('{"type":"Take-Down Ordered"}')),
    unsure: ['entry audit/2026/01/01/00/broken.json'],
  },
  {
    shows: 'entries of other trails are none of its business',
    async happens({ trail }) {
      await trail.put('audit/2026/01/01/00/other.json', bytes('{"type":"Something Else"}'));
      await trail.put('audit/cases/1.json', bytes('nothing'));
    },
  },
];

describe('whatever was so at the loss:', () => {
  for (const { shows, happens, unsure = [], ends = {}, denied = DENIED, caseId } of rows)
    test(shows, async () => {
      const made = await populated();
      await happens(made);
      await lose(made, ALL);
      const state = await recover(made.recovery);
      expect(state.unsure.flatMap(({ what, keys }) => keys.map((key) => `${what} ${key}`))).toEqual(unsure);
      await made.drain();
      const expected = Object.entries({ ...PUBLIC, ...ends }).filter(([, text]) => text !== undefined);
      expect(await made.published()).toEqual(Object.fromEntries(expected));
      expect(await made.denied()).toEqual(denied);
      const heads = await Promise.all((await all(made.stores.staging)).map((key) => readHead(made.stores.ledger, key)));
      if (caseId !== undefined) expect(heads.map((head) => head?.caseId)).toContain(caseId);
    });
});

describe('what was public before, and was cleaned in place,', () => {
  async function recovered(text: string, inPlace: object): Promise<Populated> {
    const made = await populated();
    const promoted = await made.stores.public.put('adopted.txt', bytes('CLEANED'));
    const { versionId } = promoted;
    const told = { type: 'Document Promoted', key: 'adopted.txt', publicKey: 'adopted.txt', versionId, ...TERMS };
    const rest = { sha256: sha256(bytes(text)), mediaType: 'text/plain', findings: 0, at: made.recovery.now() };
    await made.trail.put('audit/2026/01/01/05/in-place.json', bytes(JSON.stringify({ ...told, ...rest, ...inPlace })));
    await lose(made, ALL);
    await recover(made.recovery);
    await made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'adopted.txt' }));
    await made.drain();
    return made;
  }

  test('stays, though nobody stages it', async () => {
    const made = await recovered('CLEANED', { inPlace: true });
    expect(await made.published()).toEqual({ ...PUBLIC, 'adopted.txt': 'CLEANED' });
    expect(await readHead(made.stores.ledger, 'adopted.txt')).toMatchObject({ state: 'ADOPTED' });
  });

  test('stays when it is other bytes than were promoted, and is nobody’s', async () => {
    const made = await recovered('SOMETHING ELSE', { inPlace: true });
    expect(await made.published()).toEqual({ ...PUBLIC, 'adopted.txt': 'CLEANED' });
    expect(await readHead(made.stores.ledger, 'adopted.txt')).toBeUndefined();
  });

  test('goes where it was staged: a control', async () => {
    const { 'adopted.txt': _, ...rest } = await (await recovered('CLEANED', {})).published();
    expect(_).toBeUndefined();
    expect(rest).toMatchObject({ 'published.txt': 'ONE' });
  });
});

describe('an edge that keeps its own list', () => {
  test('keeps down what the trail does not know of', async () => {
    const made = await populated({ refused: memoryStore() });
    await forgetTakeDowns(made);
    await lose(made, ALL);
    const state = await recover(made.recovery);
    await made.drain();
    expect(await made.published()).toEqual(PUBLIC);
    expect(await made.denied()).toEqual(DENIED);
    expect(state.unsure.map(({ what, count }) => [what, count])).toEqual([['no-order', 3]]);
    expect(await readHead(made.stores.ledger, 'down.docm')).toMatchObject({ state: 'TAKEN_DOWN' });
  });

  test('is told of an end that it did not hear of, of a document that is there and of one that never was', async () => {
    const made = await populated({ refused: memoryStore() });
    await made.takeDown('never.txt');
    await made.drain();
    for (const key of ['down.txt', 'never.txt']) {
      await made.lift(key);
    }
    // Promote never got as far.
    await lose(made, ALL);
    expect(await made.denied()).toContain('never.txt');
    await recover(made.recovery);
    await made.drain();
    expect(await made.published()).toEqual({ ...PUBLIC, 'down.txt': 'EIGHT' });
    expect(await made.denied()).toEqual(['down-and-gone.txt', 'down.docm', 'down.docx']);
  });
});

describe('a trail that is gone', () => {
  test('stops a recovery, which says so', async () => {
    const made = await populated();
    for (const key of await all(made.trail)) await made.trail.remove(key);
    await lose(made, ALL);
    await expect(recover(made.recovery)).rejects.toThrow(NoTrail);
    await made.drain();
    expect(await all(made.stores.ledger)).toEqual([]);
  });

  test('leaves cases, and what the edge refuses, when it goes on all the same', async () => {
    const made = await populated({ refused: memoryStore() });
    const caseIds = (await all(made.stores.quarantine)).filter((key) => key.endsWith('case.json'));
    for (const key of await all(made.trail)) await made.trail.remove(key);
    await lose(made, ALL);
    await recover(made.recovery, { withoutTrail: true });
    await made.drain();
    expect(await made.published()).toEqual(PUBLIC);
    for (const key of caseIds) expect(await made.stores.ledger.head(caseKey(key.slice(0, 32))), key).toBeDefined();
  });
});

test('a head that somebody edited is told, and nothing is built on it', async () => {
  const made = await populated();
  await made.stores.ledger.put(headKey('published.txt'), bytes('{}'));
  const { unsure } = await recover(made.recovery);
  expect(unsure).toEqual([{ what: 'record', count: 1, keys: [headKey('published.txt')] }]);
  expect(await textOf(made.stores.ledger, headKey('published.txt'))).toBe('{}');
});
