import { describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import { Case, DocumentEvent } from '../../lib/core/records.ts';
import { type ObjectStore, PreconditionFailed } from '../../lib/core/store.ts';
import { ledgerDenyList } from '../../lib/edge/ledger-deny-list.ts';
import { statusOf } from '../../lib/status/document-status.ts';
import { sweep } from '../../lib/sweep/sweep.ts';
import { endTakeDownOn, takeDownOn } from '../../lib/take-down.ts';
import { all, TERMS, textOf } from '../support/pipeline-rig.ts';
import { type ReplayRig, replayRig } from '../support/replay-rig.ts';

const PUBLIC = { of: 'public', prefix: '', keys: { by: 'listing' } } as const;
const hand = (made: ReplayRig, key: string, text: string) => made.stores.public.put(key, Buffer.from(text));

/** An enforcing run over public, to its end. */
async function clean(made: ReplayRig) {
  made.later(60_000);
  const { id } = await made.start({ mode: 'enforce', scope: PUBLIC, force: true });
  await made.toTheEnd(id);
  return made.tally(id);
}

async function casesOf(made: ReplayRig): Promise<Case[]> {
  const found: Case[] = [];
  for (const key of await all(made.stores.ledger))
    if (key.startsWith('cases/')) found.push(Case.parse(JSON.parse((await textOf(made.stores.ledger, key)) ?? '')));
  return found;
}

const headOf = (made: ReplayRig, key: string) => readHead(made.stores.ledger, key);

describe('an enforcing run over public', () => {
  test('cleans what has no original where it stands, and nothing of before is left', async () => {
    const made = replayRig();
    const told: string[][] = [];
    Object.assign(made.promote, { cdn: { invalidate: async (keys: readonly string[]) => void told.push([...keys]) } });
    const older = await hand(made, 'a.txt', 'older, by Ada');
    const seen = await hand(made, 'a.txt', 'by Ada');
    await hand(made, 'clean.txt', 'CLEAN');
    const clean1 = await made.stores.public.head('clean.txt');
    expect(await clean(made)).toMatchObject({ reported: 2, outcomes: { published: 2 } });
    expect(await made.published()).toEqual({ 'a.txt': 'BY ADA', 'clean.txt': 'CLEAN' });
    for (const { versionId } of [older, seen]) expect(await made.stores.public.get('a.txt', versionId)).toBeUndefined();
    expect(await made.stores.public.head('clean.txt')).toEqual(clean1);
    expect(told).toEqual(expect.arrayContaining([['a.txt']]));
    expect(await headOf(made, 'a.txt')).toMatchObject({ state: 'ADOPTED', src: { versionId: seen.versionId } });
    expect(made.events).toMatchObject([{ type: 'Document Promoted' }, { type: 'Document Promoted' }]);
    expect((await all(made.stores.work)).filter((key) => key.startsWith('intake/'))).toEqual([]);
    expect(await statusOf(made.stores.ledger, made.stores.staging, 'a.txt')).toMatchObject({
      where: 'published',
      public: { keys: ['a.txt'], isEarlier: false },
    });
  });

  test('says which version it replaced before it replaces it, on record', async () => {
    const made = replayRig();
    const seen = await hand(made, 'a.txt', 'by Ada');
    const trail: unknown[] = [];
    const { put } = made.stores.public;
    const audited = async () => {
      for (const key of await all(made.stores.ledger))
        if (key.startsWith('audit/'))
          trail.push(DocumentEvent.parse(JSON.parse((await textOf(made.stores.ledger, key)) ?? '')));
    };
    Object.assign(made.stores.public, {
      put: async (...args: Parameters<ObjectStore['put']>) => {
        await audited();
        return put(...args);
      },
    });
    await clean(made);
    expect(trail).toMatchObject([{ type: 'Document Promoted', publicKey: 'a.txt', versionId: seen.versionId }]);
  });

  test('leaves alone by record what it did before, until the policy is another or somebody writes by hand', async () => {
    const made = replayRig();
    for (const [key, text] of [
      ['a.txt', 'one'],
      ['b.txt', 'bad'],
      ['c.txt', 'three'],
    ] as const)
      await hand(made, key, text);
    expect(await clean(made)).toMatchObject({ judged: 3, outcomes: { published: 2, quarantined: 1 } });
    expect(await clean(made)).toMatchObject({ judged: 0, outcomes: { skipped: 3 } });
    const audit = await made.start({ scope: PUBLIC });
    await made.toTheEnd(audit.id);
    expect(await made.tally(audit.id)).toMatchObject({ judged: 0, outcomes: { skipped: 2, quarantined: 1 } });
    await hand(made, 'c.txt', 'by hand');
    expect(await clean(made)).toMatchObject({ judged: 1, outcomes: { skipped: 2, published: 1 } });
    expect(await made.published()).toMatchObject({ 'a.txt': 'ONE', 'b.txt': 'bad', 'c.txt': 'BY HAND' });
    Object.assign(made.sanitize, { terms: { ...TERMS, version: '0.0.2' } });
    expect(await clean(made)).toMatchObject({ judged: 3 });
  });

  test('keeps public what it cannot clean, with a case and the original, unless policy or malware says otherwise', async () => {
    for (const [overwrite, text, left] of [
      ['keep-previous', 'bad', 'bad'],
      ['withhold', 'bad', undefined],
      ['keep-previous', 'virus', undefined],
    ] as const) {
      const made = replayRig();
      Object.assign(made.sanitize, { overwrite });
      const seen = await hand(made, 'a.txt', text);
      expect(await clean(made)).toMatchObject({ outcomes: { quarantined: 1 } });
      expect(await textOf(made.stores.public, 'a.txt')).toBe(left);
      const [opened, ...others] = await casesOf(made);
      expect([opened, others]).toMatchObject([
        { of: 'public', key: 'a.txt', source: { versionId: seen.versionId } },
        [],
      ]);
      expect(await textOf(made.stores.quarantine, `${opened?.caseId}/payload`)).toBe(text);
      const previous = left === undefined ? 'withheld' : 'kept';
      expect(await headOf(made, 'a.txt')).toMatchObject({ state: 'ADOPTED', previous, caseId: opened?.caseId });
      if (left === undefined) expect(await made.stores.public.get('a.txt', seen.versionId)).toBeUndefined();
      const types = made.events.map(({ type }) => type);
      expect(types).toEqual(
        left === undefined ? ['Document Quarantined', 'Document Removed'] : ['Document Quarantined'],
      );
      const status = await statusOf(made.stores.ledger, made.stores.staging, 'a.txt');
      expect(status).toMatchObject({ where: 'quarantined', public: { keys: left === undefined ? [] : ['a.txt'] } });
    }
  });

  test('holds what would get another name under the one it has; uploaded, it is published under the other alone', async () => {
    const made = replayRig();
    await hand(made, 'a.docm', 'macro');
    await hand(made, 'a.docx', 'somebody else’s');
    expect(await clean(made)).toMatchObject({ outcomes: { quarantined: 1, published: 1 } });
    expect(await casesOf(made)).toMatchObject([
      { reason: 'unsupported', detail: expect.stringContaining('another name') },
    ]);
    expect(await made.published()).toMatchObject({ 'a.docm': 'macro', 'a.docx': 'SOMEBODY ELSE’S' });
    await made.put('a.docm', 'macro');
    await made.drain();
    expect(await made.published(), 'one owner of a.docx').toMatchObject({ 'a.docx': 'SOMEBODY ELSE’S' });
    expect(await headOf(made, 'a.docm')).toMatchObject({ state: 'QUARANTINED' });
    const other = replayRig();
    await hand(other, 'a.docm', 'macro');
    await clean(other);
    await other.put('a.docm', 'macro');
    await other.drain();
    expect(await other.published()).toEqual({ 'a.docx': 'MACRO' });
  });

  test('goes over staging with what has an original, under its own name or another', async () => {
    const made = replayRig();
    await made.put('a.docm', 'macro');
    await made.put('b.txt', 'two');
    await made.drain();
    await made.stores.staging.put('c.txt', Buffer.from('never seen'));
    for (const key of ['a.docx', 'b.txt', 'c.txt']) await hand(made, key, 'by hand');
    expect(await clean(made)).toMatchObject({ reported: 3, outcomes: { skipped: 2, published: 1 } });
    await made.drain();
    expect(await made.published()).toEqual({ 'a.docx': 'MACRO', 'b.txt': 'TWO', 'c.txt': 'NEVER SEEN' });
    expect(await headOf(made, 'a.docx')).toBeUndefined();
  });

  test('does not touch what nobody could open, and says so', async () => {
    const made = replayRig();
    const seen = await hand(made, 'a.txt', 'x'.repeat(1001));
    expect(await clean(made)).toMatchObject({ outcomes: { quarantined: 1 }, reasons: { limit: 1 } });
    expect((await made.stores.public.head('a.txt'))?.versionId).toBe(seen.versionId);
  });

  test('gives up on what is written all the time, and reports what is gone', async () => {
    const made = replayRig();
    await hand(made, 'a.txt', 'text 0');
    let written = 0;
    const judge = made.sanitize.judge;
    Object.assign(made.sanitize, {
      judge: async (...args: Parameters<typeof judge>) => {
        written += 1;
        await hand(made, 'a.txt', `text ${written}`);
        return judge(...args);
      },
    });
    expect(await clean(made)).toMatchObject({ outcomes: { published: 1 } });
    expect(await textOf(made.stores.public, 'a.txt')).toBe(`text ${written}`);
    expect(written).toBe(3);
    const { id } = await made.start({ mode: 'enforce', scope: PUBLIC, force: true });
    const planner = made.planner(id);
    await planner.tick();
    await made.stores.public.remove('a.txt');
    await made.toTheEnd(id);
    expect((await made.tally(id)).outcomes).toEqual({ gone: 1 });
  });
});

describe('what was cleaned in place', () => {
  const adopted = async (text: string) => {
    const made = replayRig();
    await hand(made, 'a.txt', text);
    await clean(made);
    const edge = ledgerDenyList(made.stores.ledger, made.now);
    Object.assign(made.promote, { edge });
    const { staging, ledger, audit, now, promoteQueue } = made.sanitize;
    return { made, orders: { staging, ledger, audit, now, promoteQueue, edge, terms: TERMS } };
  };

  test('is replaced by an upload, and removed when that is deleted', async () => {
    const { made } = await adopted('one');
    await made.put('a.txt', 'two');
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'TWO' });
    expect(await headOf(made, 'a.txt')).toMatchObject({ state: 'DONE' });
    await made.remove('a.txt');
    await made.drain();
    expect(await made.published()).toEqual({});
  });

  test('stays under an upload that is quarantined, unless policy says withhold', async () => {
    for (const overwrite of ['keep-previous', 'withhold'] as const) {
      const { made } = await adopted('one');
      Object.assign(made.sanitize, { overwrite });
      await made.put('a.txt', 'bad');
      await made.drain();
      expect(await made.published()).toEqual(overwrite === 'withhold' ? {} : { 'a.txt': 'ONE' });
    }
  });

  test('is no orphan to a reconcile or a sweep, which sees when somebody writes there', async () => {
    const { made } = await adopted('one');
    await hand(made, 'held.txt', 'bad');
    await clean(made);
    for (const key of ['a.txt', 'held.txt'])
      await made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'ONE', 'held.txt': 'bad' });
    const amiss = async (terms = TERMS) => {
      const found: string[] = [];
      const later = () => new Date(Date.now() + 3_600_000);
      const onAmiss = (what: string, key: string, isMending: boolean) => void found.push(`${what} ${key} ${isMending}`);
      const places = { ...made.stores, liveQueue: made.sanitize.liveQueue, terms, now: later };
      await sweep(places, { maxMends: 10, graceMs: 0, onAmiss });
      return found.sort();
    };
    expect(await amiss()).toEqual([]);
    expect(await amiss({ ...TERMS, version: '9' })).toEqual(['stale a.txt false', 'stale held.txt false']);
    await hand(made, 'a.txt', 'by hand');
    expect(await amiss()).toEqual(['unknown a.txt false']);
  });

  test('is taken down like any other, and does not come back by itself', async () => {
    for (const text of ['one', 'bad']) {
      const { made, orders } = await adopted(text);
      const order = { key: 'a.txt', by: 'Ada', reason: 'a court says so' };
      await takeDownOn(orders, order);
      await made.drain();
      expect(await made.published()).toEqual({});
      expect(await clean(made)).toMatchObject({ reported: 0 });
      await endTakeDownOn(orders, order);
      await made.drain();
      expect(await made.published()).toEqual({});
      await made.put('a.txt', 'two');
      await made.drain();
      expect(await made.published()).toEqual({ 'a.txt': 'TWO' });
    }
  });
});

/** Public as it may be found, and what is done to it by the run; `at` is called before and after each operation. */
async function story(at: (operation: string, made: ReplayRig) => void, overwrite: 'keep-previous' | 'withhold') {
  let isArmed = false;
  const made: ReplayRig = replayRig({ fault: (operation) => void (isArmed && at(operation, made)) });
  Object.assign(made.sanitize, { overwrite });
  for (const [key, text] of [
    ['a.txt', 'old'],
    ['a.txt', 'one'],
    ['b.txt', 'old'],
    ['b.txt', 'bad'],
    ['c.docm', 'macro'],
  ] as const)
    await hand(made, key, text);
  made.later(60_000);
  const { id } = await made.start({ mode: 'enforce', scope: PUBLIC, force: true });
  isArmed = true;
  await made.toTheEnd(id);
  isArmed = false;
  const heads = await Promise.all(['a.txt', 'b.txt', 'c.docm'].map((key) => headOf(made, key)));
  const versions = heads.map((head) => [head?.state, head?.previous, head?.out?.sha256]);
  const { outcomes } = await made.tally(id);
  const payloads = await Promise.all(
    (await casesOf(made)).map(({ caseId }) => textOf(made.stores.quarantine, `${caseId}/payload`)),
  );
  const older = await made.stores.public.purge('a.txt');
  return { versions, outcomes, payloads: payloads.sort(), older, published: await made.published(), left: made.left() };
}

describe.each(['keep-previous', 'withhold'] as const)('under %s', (overwrite) => {
  test('a failure at any one step ends like a run without one', { timeout: 120_000 }, async () => {
    const operations: string[] = [];
    const expected = await story((operation) => void operations.push(operation), overwrite);
    expect(expected).toMatchObject({
      published: overwrite === 'withhold' ? { 'a.txt': 'ONE' } : { 'a.txt': 'ONE', 'b.txt': 'bad', 'c.docm': 'macro' },
      outcomes: { published: 1, quarantined: 2 },
      older: 0,
      payloads: ['bad', 'macro'],
    });
    for (const failing of operations.keys()) {
      let at = 0;
      const ended = await story((operation) => {
        at += 1;
        if (at === failing + 1) throw new Error(`fault at ${operation}`);
      }, overwrite);
      expect(ended, `fault at step ${failing}, ${operations[failing]}`).toEqual(expected);
    }
  });
});

/** A server that keeps to no condition: it looks, and puts later. `gap` is called in between. */
function loose(store: ObjectStore, gap: () => Promise<unknown>): ObjectStore {
  return {
    ...store,
    async put(key, body, { over, ...options } = {}) {
      if (over && (await store.head(key))?.versionId !== over.versionId) throw new PreconditionFailed('another');
      if (over) await gap();
      return store.put(key, body, options);
    },
    async remove(key) {
      await gap();
      await store.remove(key);
    },
  };
}

describe('on a server that keeps to no condition', () => {
  for (const [overwrite, text] of [
    ['keep-previous', 'one'],
    ['withhold', 'bad'],
  ] as const)
    test(`what is written by hand in between is found again and judged, ${overwrite}`, async () => {
      const made = replayRig();
      Object.assign(made.sanitize, { overwrite });
      await hand(made, 'a.txt', text);
      let isOnce = true;
      const gap = async () => {
        if (isOnce) await hand(made, 'a.txt', 'newer, by hand');
        isOnce = false;
      };
      Object.assign(made.promote, { public: loose(made.stores.public, gap) });
      await clean(made);
      expect(isOnce).toBe(false);
      expect(await made.published()).toEqual({ 'a.txt': 'NEWER, BY HAND' });
      expect(await made.stores.public.purge('a.txt')).toBe(0);
    });

  test('so is a document that is staged and published in between', async () => {
    const made = replayRig();
    await hand(made, 'a.txt', 'one');
    const gap = async () => {
      await made.put('a.txt', 'staged');
      await made.stores.public.put('a.txt', Buffer.from('STAGED'));
    };
    Object.assign(made.promote, { public: loose(made.stores.public, gap) });
    await clean(made);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'STAGED' });
    expect(await headOf(made, 'a.txt')).toMatchObject({ state: 'DONE' });
  });

  test('a control: without the look at what lies beneath, it is lost', async () => {
    const made = replayRig();
    await hand(made, 'a.txt', 'one');
    const blind = loose(made.stores.public, () => hand(made, 'a.txt', 'newer, by hand'));
    Object.assign(made.promote, { public: { ...blind, undoUnlessOver: async () => true } });
    await clean(made);
    expect(await made.published()).toEqual({ 'a.txt': 'ONE' });
  });
});
