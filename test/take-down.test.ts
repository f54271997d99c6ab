import { describe, expect, test } from 'vitest';
import { readHead, recordIn, textOf } from '../lib/core/ledger.ts';
import { TakeDown, TakeDownDecision, takeDownKey } from '../lib/core/records-take-downs.ts';
import { statusOf } from '../lib/status/document-status.ts';
import { EdgeUnreachable, otherHolder, stagingKeyOf } from '../lib/take-down.ts';
import { faultAtEachStep } from './support/each-step.ts';
import { all } from './support/pipeline-rig.ts';
import { type TakeDownRig, takeDownRig } from './support/take-down-rig.ts';

async function decisions({ stores }: TakeDownRig): Promise<TakeDownDecision[]> {
  const found: TakeDownDecision[] = [];
  for (const key of await all(stores.ledger)) {
    if (!key.startsWith('audit/')) continue;
    const entry = TakeDownDecision.safeParse(
      JSON.parse(textOf((await stores.ledger.get(key))?.body ?? Buffer.from('null'))),
    );
    if (entry.success) found.push(entry.data);
  }
  return found;
}

async function published(text = 'one', key = 'a.txt'): Promise<TakeDownRig> {
  const made = takeDownRig();
  await made.put(key, text);
  await made.drain();
  return made;
}

describe('a document that is taken down', () => {
  test('is gone, with its older versions, refused at the edge, forgotten by caches, told and on record', async () => {
    const made = await published();
    const first = await made.stores.public.head('a.txt');
    expect(await made.takeDown('a.txt')).toBe('removing');
    // Before promote does anything: the edge refuses, and the tombstone stands.
    expect(await made.denied()).toEqual(['a.txt']);
    expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'TAKEN_DOWN', previous: 'withhold' });
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await made.stores.public.get('a.txt', first?.versionId)).toBeUndefined();
    expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'TAKEN_DOWN', previous: 'withheld' });
    expect(made.cdn.told).toEqual([['a.txt']]);
    expect(made.events.at(-1)).toMatchObject({ type: 'Document Removed', publicKeys: ['a.txt'] });
    expect(JSON.stringify(made.events)).not.toContain('court');
    expect(await decisions(made)).toMatchObject([
      { type: 'Take-Down Ordered', key: 'a.txt', by: 'Ada', reason: 'a court says so' },
    ]);
    const record = await made.stores.ledger.get(takeDownKey('a.txt'));
    expect(recordIn(record?.body ?? Buffer.of(), TakeDown)).toMatchObject({ ordered: { by: 'Ada' } });
    // What was uploaded stays where it is.
    expect(await all(made.stores.staging)).toEqual(['a.txt']);
    expect(await statusOf(made.stores.ledger, made.stores.staging, 'a.txt')).toMatchObject({
      where: 'taken-down',
      public: { keys: [] },
    });
  });

  const afterwards: Record<string, (made: TakeDownRig) => Promise<unknown>> = {
    'a new upload': (made) => made.put('a.txt', 'two'),
    'a delete and a new upload': async (made) => {
      await made.remove('a.txt');
      await made.drain();
      await made.put('a.txt', 'two');
    },
    'a delete': (made) => made.remove('a.txt'),
    'a replay': (made) => made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' })),
    'a replay under a newer version': (made) => {
      Object.assign(made.sanitize, { terms: { ...made.sanitize.terms, version: '9.9.9' } });
      return made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' }));
    },
    'a promotion that wrote late': async (made) => {
      await made.stores.public.put('a.txt', Buffer.from('ONE'));
      await made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' }));
    },
    'the same order again': (made) => made.takeDown('a.txt'),
  };
  for (const [what, happens] of Object.entries(afterwards)) {
    test(`stays down after ${what}`, async () => {
      const made = await published();
      await made.takeDown('a.txt');
      await made.drain();
      await happens(made);
      await made.drain();
      expect(await made.published()).toEqual({});
      expect(await made.denied()).toEqual(['a.txt']);
      expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'TAKEN_DOWN', previous: 'withheld' });
    });
  }

  test('goes under every name that it was published under, and nobody else takes one', async () => {
    const made = await published('macro', 'a.docm');
    await made.takeDown('a.docm');
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await made.denied()).toEqual(['a.docm', 'a.docx']);
    await made.put('a.docx', 'plain');
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(made.events.at(-1)).toMatchObject({ type: 'Document Quarantined', key: 'a.docx', reason: 'unsupported' });
  });

  test('was never published: nothing of it will be', async () => {
    const made = takeDownRig();
    await made.put('a.txt', 'one');
    await made.takeDown('a.txt');
    await made.drain();
    expect(await made.published()).toEqual({});
    expect(await made.denied()).toEqual(['a.txt']);
  });

  test('is one from before us, which nothing else would remove', async () => {
    const made = takeDownRig();
    await made.stores.public.put('old.txt', Buffer.from('from before'));
    await made.takeDown('old.txt');
    await made.drain();
    expect(await made.published()).toEqual({});
  });

  test('is another one than the document that is published under its key', async () => {
    const made = await published('macro', 'a.docm');
    await made.put('a.docx', 'plain');
    await made.drain();
    expect(await otherHolder(made.stores.ledger, 'a.docx')).toBe('a.docm');
    expect(await otherHolder(made.stores.ledger, 'a.docm')).toBeUndefined();
    await made.takeDown('a.docx');
    await made.drain();
    expect(await made.published()).toEqual({ 'a.docx': 'MACRO' });
    expect(await made.denied()).toEqual([]);
    await made.remove('a.docm');
    await made.drain();
    expect(await made.published()).toEqual({});
  });
});

describe('the end of a take-down', () => {
  test('publishes what staging holds through the whole pipeline, and is on record', async () => {
    const made = await published();
    await made.takeDown('a.txt');
    await made.put('a.txt', 'two');
    await made.drain();
    expect(await made.lift('a.txt')).toBe('lifting');
    // Refused until promote has made sure that nothing from before stands there.
    expect(await made.denied()).toEqual(['a.txt']);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'TWO' });
    expect(await made.denied()).toEqual([]);
    expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'DONE' });
    expect(await decisions(made)).toMatchObject([
      { type: 'Take-Down Ordered' },
      { type: 'Take-Down Ended', by: 'Grace' },
    ]);
    const record = await made.stores.ledger.get(takeDownKey('a.txt'));
    expect(recordIn(record?.body ?? Buffer.of(), TakeDown)).toMatchObject({ ended: { by: 'Grace' } });
  });

  test('publishes nothing that would be quarantined, and nothing that was deleted', async () => {
    for (const [change, state] of [
      [(made: TakeDownRig) => made.put('a.txt', 'bad'), 'QUARANTINED'],
      [(made: TakeDownRig) => made.remove('a.txt'), 'REMOVED'],
    ] as const) {
      const made = await published();
      await made.takeDown('a.txt');
      await change(made);
      await made.drain();
      await made.lift('a.txt');
      await made.drain();
      expect(await made.published()).toEqual({});
      expect(await made.denied()).toEqual([]);
      expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state });
    }
  });

  test('of what is not taken down is nothing, and leaves no record', async () => {
    const made = await published();
    expect(await made.lift('a.txt')).toBe('nothing');
    expect(await made.lift('never.txt')).toBe('nothing');
    expect(await decisions(made)).toEqual([]);
  });

  test('and then another take-down', async () => {
    const made = await published();
    for (const order of [made.takeDown, made.lift, made.takeDown]) {
      await order('a.txt');
      await made.drain();
    }
    expect(await made.published()).toEqual({});
    expect(await made.denied()).toEqual(['a.txt']);
    const record = await made.stores.ledger.get(takeDownKey('a.txt'));
    expect(recordIn(record?.body ?? Buffer.of(), TakeDown).ended).toBeUndefined();
  });
});

test('two who take it down at once do it once, and both are on record', async () => {
  const made = await published();
  await Promise.all([made.takeDown('a.txt', 'one'), made.takeDown('a.txt', 'two')]);
  await made.drain();
  expect(await made.published()).toEqual({});
  expect((await decisions(made)).map(({ reason }) => reason).sort()).toEqual(['one', 'two']);
});

describe('a key that somebody gives', () => {
  test('is a staging key, the name of a published document, or nobody’s', async () => {
    const made = await published('macro', 'a.docm');
    expect(await stagingKeyOf(made.places, 'a.docm')).toBe('a.docm');
    expect(await stagingKeyOf(made.places, 'a.docx')).toBe('a.docm');
    expect(await stagingKeyOf(made.places, 'b.docx')).toBeUndefined();
  });
});

describe('where the edge does not answer', () => {
  test('the document is removed, the order says so, and promote tells the edge as soon as it answers', async () => {
    const made = await published();
    const publicAtEachTry: object[] = [];
    const deny = async (publicKeys: readonly string[]) => {
      publicAtEachTry.push(await made.published());
      if (publicAtEachTry.length < 9) throw new Error('out of order');
      return made.edge.deny(publicKeys);
    };
    Object.assign(made.places, { edge: { ...made.edge, deny } });
    Object.assign(made.promote, { edge: { ...made.edge, deny } });
    await expect(made.takeDown('a.txt')).rejects.toThrow(EdgeUnreachable);
    await made.drain();
    expect(publicAtEachTry).toEqual([{ 'a.txt': 'ONE' }, ...Array.from({ length: 8 }, () => ({}))]);
    expect(await made.denied()).toEqual(['a.txt']);
    expect(await readHead(made.stores.ledger, 'a.txt')).toMatchObject({ state: 'TAKEN_DOWN', previous: 'withheld' });
  });
});

describe('caches', () => {
  test('are told of what is removed, replaced or renamed, not of what is new', async () => {
    const made = await published();
    expect(made.cdn.told).toEqual([]);
    await made.put('a.txt', 'two');
    await made.drain();
    expect(made.cdn.told).toEqual([['a.txt']]);
    await made.remove('a.txt');
    await made.drain();
    expect(made.cdn.told).toEqual([['a.txt'], ['a.txt']]);
    await made.put('b.docm', 'macro');
    await made.drain();
    await made.put('b.docm', 'plain');
    await made.drain();
    expect(made.cdn.told.at(-1)).toEqual(['b.docx']);
  });

  test('are told of a replacement of what was there before us', async () => {
    const made = takeDownRig();
    await made.stores.public.put('a.txt', Buffer.from('from before'));
    await made.put('a.txt', 'one');
    await made.drain();
    expect(made.cdn.told).toEqual([['a.txt']]);
  });

  test('that are busy hold up no replacement, and no removal ends without them', async () => {
    const made = await published();
    made.cdn.busy = 1;
    await made.put('a.txt', 'two');
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'TWO' });
    expect(made.outdated).toEqual([1]);
    made.cdn.busy = 3;
    await made.takeDown('a.txt');
    await made.drain();
    expect(made.cdn.told).toEqual([['a.txt']]);
    expect(made.outdated).toEqual([1]);
  });

  test('are told again of what had to be removed again, and not twice of the same', async () => {
    const made = await published();
    await made.takeDown('a.txt');
    await made.drain();
    const before = made.cdn.references.size;
    await made.stores.public.put('a.txt', Buffer.from('ONE'));
    await made.takeDown('a.txt');
    await made.drain();
    expect(made.cdn.references.size).toBe(before + 1);
    const again = made.cdn.references.size;
    await made.takeDown('a.txt');
    await made.takeDown('a.txt');
    await made.drain();
    expect(made.cdn.references.size).toBe(again + 1);
  });
});

test('a failure at any one step of an order, which is then given again, ends in the same state', async () => {
  const tryTwice = async (order: () => Promise<unknown>) => void (await order().catch(order));
  const story = async (fault?: (operation: string) => void) => {
    const made = takeDownRig({ ...(fault && { fault }) });
    await made.put('a.txt', 'one');
    await made.put('c.docm', 'macro');
    await made.drain();
    await tryTwice(() => made.takeDown('a.txt'));
    await tryTwice(() => made.takeDown('c.docm'));
    await made.put('c.docm', 'macro two');
    await made.drain();
    await tryTwice(() => made.lift('c.docm'));
    await made.drain();
    return made;
  };
  const summary = async (made: TakeDownRig) => ({
    published: await made.published(),
    denied: await made.denied(),
    heads: await Promise.all(['a.txt', 'c.docm'].map(async (key) => (await readHead(made.stores.ledger, key))?.state)),
  });
  const ended = await faultAtEachStep(async (fault) => summary(await story(fault)), 200);
  expect(ended).toEqual({
    published: { 'c.docx': 'MACRO TWO' },
    denied: ['a.txt'],
    heads: ['TAKEN_DOWN', 'DONE'],
  });
}, 120_000);
