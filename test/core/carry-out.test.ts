import { describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import { Case, VerifyRecord } from '../../lib/core/records.ts';
import { faultAtEachStep } from '../support/each-step.ts';
import { all, rig, textOf } from '../support/pipeline-rig.ts';

const parsed = (text: string | undefined): unknown => JSON.parse(text ?? 'null');

test('publishes what was judged clean, with its media type and its evidence', async () => {
  const { put, drain, published, stores, events } = rig();
  await put('a/b.txt', 'hello');
  await drain();
  expect(await published()).toEqual({ 'a/b.txt': 'HELLO' });
  expect((await stores.public.get('a/b.txt'))?.contentType).toBe('text/plain');
  const head = await readHead(stores.ledger, 'a/b.txt');
  expect(head).toMatchObject({ state: 'DONE', out: { key: 'a/b.txt' } });
  const [record] = (await all(stores.ledger)).filter((key) => key.startsWith('verified/'));
  expect(VerifyRecord.parse(parsed(await textOf(stores.ledger, record ?? '')))).toMatchObject({
    work: head?.work,
    key: 'a/b.txt',
  });
  expect(events).toMatchObject([{ type: 'Document Promoted', key: 'a/b.txt' }]);
  expect((await all(stores.ledger)).filter((key) => key.startsWith('audit/2026/01/01/00/'))).toHaveLength(1);
});

test('tells the world what is on record, to the moment', async () => {
  const { put, remove, drain, stores, events } = rig();
  await put('a.txt', 'one');
  await put('b.txt', 'bad thing');
  await drain();
  await remove('a.txt');
  await drain();
  const keys = (await all(stores.ledger)).filter((key) => key.startsWith('audit/'));
  const entries = await Promise.all(keys.map(async (key) => parsed(await textOf(stores.ledger, key))));
  expect(events.map(({ type }) => type).sort()).toEqual([
    'Document Promoted',
    'Document Quarantined',
    'Document Removed',
  ]);
  for (const event of events) expect(entries).toContainEqual(event);
  expect(new Set(events.map(({ at }) => at)).size, 'the clock moves').toBe(3);
});

test('quarantines the original with a case beside it and in the ledger', async () => {
  const { put, drain, published, stores, events } = rig();
  await put('a.txt', 'bad thing');
  await drain();
  expect(await published()).toEqual({});
  const [payload, ...others] = (await all(stores.quarantine)).reverse();
  const caseId = payload?.split('/')[0];
  expect(others).toEqual([`${caseId}/case.json`]);
  expect(await textOf(stores.quarantine, payload ?? '')).toBe('bad thing');
  const beside = await textOf(stores.quarantine, `${caseId}/case.json`);
  expect(beside).toBe(await textOf(stores.ledger, `cases/${caseId}/case.json`));
  expect(Case.parse(parsed(beside))).toMatchObject({ caseId, key: 'a.txt', reason: 'hidden-content', state: 'open' });
  expect(events).toMatchObject([{ type: 'Document Quarantined', caseId, reason: 'hidden-content' }]);
});

test('removes what was deleted from staging, old versions too', async () => {
  const { put, remove, drain, published, stores, events } = rig();
  await put('a.txt', 'one');
  await drain();
  const first = await stores.public.head('a.txt');
  await remove('a.txt');
  await drain();
  expect(await published()).toEqual({});
  expect(await stores.public.get('a.txt', first?.versionId)).toBeUndefined();
  expect(await readHead(stores.ledger, 'a.txt')).toMatchObject({ state: 'REMOVED' });
  expect(events.at(-1)).toMatchObject({ type: 'Document Removed', publicKeys: ['a.txt'] });
});

test('never removes a public object that it does not know', async () => {
  const { remove, drain, published, stores } = rig();
  await stores.public.put('old.txt', Buffer.from('from before'));
  await remove('old.txt');
  await drain();
  expect(await published()).toEqual({ 'old.txt': 'from before' });
});

test('does nothing the second time', async () => {
  const { put, drain, stores, events, sanitize } = rig();
  await put('a.txt', 'one');
  await drain();
  const before = [await all(stores.ledger), await readHead(stores.ledger, 'a.txt'), events.length];
  await sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' }));
  await drain();
  expect([await all(stores.ledger), await readHead(stores.ledger, 'a.txt'), events.length]).toEqual(before);
});

describe('an overwrite that is quarantined', () => {
  const rows = [
    { shows: 'leaves the previous version', overwrite: 'keep-previous', first: 'one', left: { 'a.txt': 'ONE' } },
    { shows: 'withholds it where policy says so', overwrite: 'withhold', first: 'one', left: {} },
    { shows: 'withholds it where it has the same finding', overwrite: 'keep-previous', first: 'kept one', left: {} },
  ] as const;
  for (const { shows, overwrite, first, left } of rows) {
    test(shows, async () => {
      const { put, drain, published } = rig({ overwrite });
      await put('a.txt', first);
      await drain();
      await put('a.txt', 'bad');
      await drain();
      expect(await published()).toEqual(left);
    });
  }
});

test('puts back what vanished from public', async () => {
  const { put, drain, published, stores, sanitize } = rig();
  await put('a.txt', 'one');
  await drain();
  await stores.public.remove('a.txt');
  await sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' }));
  await drain();
  expect(await published()).toEqual({ 'a.txt': 'ONE' });
});

test('judges again under another policy', async () => {
  const { put, drain, stores, sanitize } = rig();
  await put('a.txt', 'one');
  await drain();
  const first = await readHead(stores.ledger, 'a.txt');
  Object.assign(sanitize, { terms: { ...sanitize.terms, version: '0.0.2' } });
  await sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' }));
  await drain();
  const second = await readHead(stores.ledger, 'a.txt');
  expect(second).toMatchObject({ state: 'DONE', version: '0.0.2' });
  expect(second?.work).not.toBe(first?.work);
});

describe('a document whose format changes', () => {
  test('takes the new extension, and is removed under it', async () => {
    const { put, remove, drain, published } = rig();
    await put('x/a.docm', 'macro');
    await drain();
    expect(await published()).toEqual({ 'x/a.docx': 'MACRO' });
    await remove('x/a.docm');
    await drain();
    expect(await published()).toEqual({});
  });

  test('leaves no copy under the name of its former format', async () => {
    const { put, drain, published } = rig();
    await put('a.docm', 'macro');
    await drain();
    await put('a.docm', 'plain');
    await drain();
    expect(await published()).toEqual({ 'a.docm': 'PLAIN' });
  });

  for (const [first, second] of [
    ['a.docx', 'a.docm'],
    ['a.docm', 'a.docx'],
  ] as const) {
    test(`is quarantined where the name is taken: ${first} before ${second}`, async () => {
      const { put, remove, drain, published, events } = rig();
      const textFor = (key: string) => (key.endsWith('m') ? 'macro' : 'plain');
      await put(first, textFor(first));
      await drain();
      await put(second, textFor(second));
      await drain();
      expect(await published()).toEqual({ 'a.docx': textFor(first).toUpperCase() });
      expect(events.at(-1)).toMatchObject({ type: 'Document Quarantined', key: second, reason: 'unsupported' });
      await remove(second);
      await drain();
      expect(await published()).toEqual({ 'a.docx': textFor(first).toUpperCase() });
    });
  }
});

test('what is too large is quarantined without being read', async () => {
  const { put, drain, stores, events } = rig();
  await put('big.txt', 'x'.repeat(1001));
  await drain();
  expect(events).toMatchObject([{ reason: 'limit' }]);
  const payload = (await all(stores.quarantine)).find((key) => key.endsWith('/payload'));
  expect((await stores.quarantine.head(payload ?? ''))?.size).toBe(1001);
});

describe('promote writes only what verify passed', () => {
  const spoilers = {
    'other bytes in the work bucket': async ({ stores }: ReturnType<typeof rig>) => {
      for (const key of await all(stores.work)) await stores.work.put(key, Buffer.from('OTHER'));
    },
    'no verify record': async ({ stores }: ReturnType<typeof rig>) => {
      for (const key of await all(stores.ledger)) if (key.startsWith('verified/')) await stores.ledger.remove(key);
    },
    'a verify record of another document': async ({ stores }: ReturnType<typeof rig>) => {
      for (const key of await all(stores.ledger)) {
        if (!key.startsWith('verified/')) continue;
        const record = VerifyRecord.parse(parsed(await textOf(stores.ledger, key)));
        await stores.ledger.put(key, Buffer.from(JSON.stringify({ ...record, key: 'other.txt' })));
      }
    },
  };
  for (const [name, spoil] of Object.entries(spoilers)) {
    test(name, async () => {
      const made = rig();
      let spoiled = 0;
      const send = made.sanitize.promoteQueue.send.bind(made.sanitize.promoteQueue);
      Object.assign(made.sanitize, {
        promoteQueue: {
          ...made.sanitize.promoteQueue,
          // Between the two halves, every time, for as long as anyone tries.
          send: async (body: string) => {
            spoiled += 1;
            if (spoiled < 20) await spoil(made);
            if (spoiled < 20) await send(body);
          },
        },
      });
      await made.put('a.txt', 'one');
      await made.drain();
      expect(spoiled).toBeGreaterThan(0);
      expect(await made.published()).toEqual({});
    });
  }
});

describe('a failure at any one step', () => {
  const story = async (fault?: (operation: string) => void) => {
    const made = rig({ ...(fault && { fault }) });
    await made.put('a.txt', 'one');
    await made.put('b.txt', 'bad');
    await made.drain();
    await made.put('a.txt', 'two');
    await made.put('c.docm', 'macro');
    await made.drain();
    await made.put('a.txt', 'bad again');
    await made.remove('c.docm');
    await made.drain();
    return made;
  };
  const summary = async ({ published, stores }: ReturnType<typeof rig>) => ({
    published: await published(),
    quarantine: (await all(stores.quarantine)).length,
    heads: await Promise.all(
      ['a.txt', 'b.txt', 'c.docm'].map(async (key) => (await readHead(stores.ledger, key))?.state),
    ),
  });

  test('ends in the same state, whichever step it is', async () => {
    const ended = await faultAtEachStep(async (fault) => summary(await story(fault)), 100);
    expect(ended).toMatchObject({ published: { 'a.txt': 'TWO' }, heads: ['QUARANTINED', 'QUARANTINED', 'REMOVED'] });
  });

  test('a judge that always fails ends in quarantine as crashed, with the original', async () => {
    const made = rig();
    Object.assign(made.sanitize, { judge: () => Promise.reject(new Error('out of order')) });
    await made.put('a.txt', 'one');
    await made.drain();
    expect(made.events).toMatchObject([
      { type: 'Processing Failed' },
      { type: 'Document Quarantined', reason: 'crashed' },
    ]);
    const payload = (await all(made.stores.quarantine)).find((key) => key.endsWith('/payload'));
    expect(await textOf(made.stores.quarantine, payload ?? '')).toBe('one');
  });
});
