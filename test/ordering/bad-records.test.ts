// Records that somebody edited, clocks that are wrong, and a queue that never runs empty: over the real handlers.

import { describe, expect, test } from 'vitest';
import { consume } from '../../lib/consume.ts';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { readHead } from '../../lib/core/ledger.ts';
import { headKey } from '../../lib/core/records.ts';
import type { Message } from '../../lib/core/store.ts';
import { all, type Rig, rig, textOf } from '../support/pipeline-rig.ts';
import { takeDownRig } from '../support/take-down-rig.ts';

type Edit = (record: Record<string, unknown>) => unknown;

async function edit({ stores }: Pick<Rig, 'stores'>, prefix: string, change: Edit): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  for (const key of await all(stores.ledger)) {
    if (!key.startsWith(prefix)) continue;
    const text = (await textOf(stores.ledger, key)) ?? '';
    before.set(key, text);
    const record: unknown = JSON.parse(text);
    if (typeof record !== 'object' || record === null) throw new Error('a record is an object');
    await stores.ledger.put(key, Buffer.from(JSON.stringify(change({ ...record }))));
  }
  expect(before.size).toBeGreaterThan(0);
  return async () => {
    for (const [key, text] of before) await stores.ledger.put(key, Buffer.from(text));
  };
}

const EDITS: readonly (readonly [string, Edit])[] = [
  ['is no object', () => 'published'],
  ['has a field more', (record) => ({ ...record, waived: true })],
  ['speaks of another key', (record) => ({ ...record, key: 'other.txt' })],
  ['lacks its version', ({ v: _, ...record }) => record],
];
const VERIFIED: typeof EDITS = [
  ...EDITS,
  ['blesses other bytes', (record) => ({ ...record, sha256: 'e'.repeat(64) })],
  ['blesses another work object', (record) => ({ ...record, work: 'e'.repeat(64) })],
  ['speaks of another length', (record) => ({ ...record, bytes: 1 })],
];

async function payloads({ stores }: Rig): Promise<(string | undefined)[]> {
  const keys = (await all(stores.quarantine)).filter((key) => key.endsWith('/payload'));
  return Promise.all(keys.map((key) => textOf(stores.quarantine, key)));
}

describe('what was verified, edited before it is promoted,', () => {
  for (const [shows, change] of VERIFIED)
    test(`${shows}: is quarantined, and never public`, async () => {
      const made = rig();
      await made.stores.staging.put('a.txt', Buffer.from('one'));
      expect(await reconcileOn(made.sanitize, 'a.txt')).toBe('promoting');
      await edit(made, 'verified/', change);
      await made.put('b.txt', 'two');
      await made.drain();
      expect(await made.published()).toEqual({ 'b.txt': 'TWO' });
      expect(await payloads(made)).toEqual(['one']);
      expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'QUARANTINED' });
    });
});

describe('a claim that somebody edited', () => {
  for (const [shows, change] of EDITS)
    test(`${shows}: publishes nothing wrong and loses nothing`, async () => {
      const made = rig();
      await made.put('a.docm', 'macro one');
      await made.drain();
      const restore = await edit(made, 'claims/', change);
      await made.put('a.docm', 'macro two');
      await made.put('b.txt', 'three');
      await made.drain().catch(() => undefined);
      const published = await made.published();
      expect(['MACRO ONE', 'MACRO TWO']).toContain(published['a.docx']);
      expect(published).toEqual({ 'a.docx': published['a.docx'], 'b.txt': 'THREE' });
      // Published, or in quarantine, or where people look.
      const isThere = published['a.docx'] === 'MACRO TWO' || (await payloads(made)).length > 0;
      expect(isThere || made.left().dead.length > 0).toBe(true);
      await restore();
      await made.drain();
      const { state = 'none' } = (await readHead(made.stores.ledger, 'a.docm')) ?? {};
      expect(['DONE', 'QUARANTINED']).toContain(state);
      if (state === 'QUARANTINED') expect(await payloads(made)).toEqual(['macro two']);
    });
});

describe('a case that somebody edited', () => {
  for (const [shows, change] of EDITS)
    test(`${shows}: its original stays, and nothing of it is public`, async () => {
      const made = rig();
      await made.put('c.txt', 'bad');
      await made.drain();
      await edit(made, 'cases/', change);
      // Judged again, as after the loss of its head.
      await made.stores.ledger.remove(headKey('c.txt'));
      await made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'c.txt' }));
      await made.put('b.txt', 'two');
      await made.drain().catch(() => undefined);
      expect(await made.published()).toEqual({ 'b.txt': 'TWO' });
      expect(await payloads(made)).toContain('bad');
      await made.put('c.txt', 'clean now');
      await made.drain().catch(() => undefined);
      expect(await made.published()).toEqual({ 'b.txt': 'TWO', 'c.txt': 'CLEAN NOW' });
    });
});

describe('the record of a take-down that somebody edited', () => {
  for (const [shows, change] of EDITS)
    test(`${shows}: keeps nothing up, and a new order is carried out`, async () => {
      const made = takeDownRig();
      await made.put('a.txt', 'one');
      await made.drain();
      await made.takeDown('a.txt');
      await made.drain();
      await edit(made, 'takedowns/', change);
      await made.put('a.txt', 'two');
      await made.drain();
      expect(await made.published()).toEqual({});
      expect(await made.takeDown('a.txt')).toBe('removing');
      expect(await made.lift('a.txt')).toBe('lifting');
      await made.drain();
      expect(await made.published()).toEqual({ 'a.txt': 'TWO' });
    });
});

describe('a clock that is wrong', () => {
  const CLOCKS: readonly (readonly [string, (turn: number) => number])[] = [
    ['goes backwards', (turn) => Date.UTC(2030, 0, 1) - turn * 3_600_000],
    ['is ten years ahead every other time', (turn) => Date.UTC(turn % 2 ? 2036 : 2026, 0, 1)],
    ['stands still', () => Date.UTC(2026, 0, 1)],
  ];
  for (const [shows, at] of CLOCKS)
    test(`${shows}: decides nothing`, async () => {
      const made = takeDownRig();
      let turn = 0;
      const now = () => new Date(at(turn++));
      for (const places of [made.sanitize, made.promote, made.places]) Object.assign(places, { now });
      for (const [key, text] of [
        ['a.txt', 'one'],
        ['a.txt', 'two'],
        ['b.docm', 'macro'],
        ['b.docm', 'plain'],
        ['c.txt', 'bad'],
        ['d.txt', 'four'],
        ['e.txt', 'five'],
      ] as const) {
        await made.put(key, text);
        await made.drain();
      }
      await made.remove('d.txt');
      await made.takeDown('e.txt');
      await made.drain();
      expect(await made.published()).toEqual({ 'a.txt': 'TWO', 'b.docm': 'PLAIN' });
      expect(await payloads(made)).toEqual(['bad']);
      expect(await made.denied()).toEqual(['e.txt']);
    });
});

describe('a queue of ten million messages', () => {
  const MANY = 10_000_000;

  test('is taken from no faster than there are hands, and stops when it is told to', async () => {
    const stopping = new AbortController();
    let [given, done, inHand, most] = [0, 0, 0, 0];
    const queue = {
      ...rig().sanitize.liveQueue,
      async receive({ max }: { readonly max: number }): Promise<readonly Message[]> {
        const some = Array.from({ length: Math.min(max, 10) }, (_, n) => ({
          ...{ id: `${given + n}`, body: '{}', receiveCount: 1, receipt: '' },
        }));
        given += some.length;
        return some;
      },
      delete: async () => undefined,
      depth: async () => ({ waiting: MANY - given, inFlight: inHand, delayed: 0 }),
    };
    const handle = async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      await new Promise(setImmediate);
      inHand -= 1;
      done += 1;
      if (done === 500) stopping.abort();
    };
    const onFailure = (_: Message, error: unknown) => {
      throw error;
    };
    await consume(queue, handle, { concurrency: 4, signal: stopping.signal, onFailure });
    expect(most).toBe(4);
    expect(inHand).toBe(0);
    // What was given was handled: nothing was taken that nobody had a hand for.
    expect(given).toBe(done);
  });
});
