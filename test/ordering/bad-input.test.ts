// What comes from outside and is wrong: messages, answers of the server, records that somebody edited. The real handlers
// and the real S3 store, against a server that answers as it is told to.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { headKey } from '../../lib/core/records.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { type FakeS3, type Request, startFakeS3, type Wrong } from '../support/fake-s3.ts';
import { all, rig, type Stores, textOf } from '../support/pipeline-rig.ts';

let server: FakeS3;
beforeAll(async () => {
  server = await startFakeS3();
});
afterEach(() => {
  server.wrong = () => undefined;
});
afterAll(() => server.close());

const NAMES = ['staging', 'work', 'public', 'quarantine', 'ledger'] as const;
let rigs = 0;

/** The rig with every bucket on the server. */
function rigOnS3() {
  rigs += 1;
  const made = rig();
  const open = (name: string) => s3Store(server.client, `${name}-${rigs}`);
  const stores: Stores = {
    staging: open('staging'),
    work: open('work'),
    public: open('public'),
    quarantine: open('quarantine'),
    ledger: open('ledger'),
  };
  const { staging, ledger, work, quarantine } = stores;
  Object.assign(made.sanitize, { staging, ledger, audit: ledger, work, quarantine });
  Object.assign(made.promote, { staging, ledger, audit: ledger, work, public: stores.public });
  const hint = (key: string) => made.sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
  return {
    ...made,
    stores,
    async put(key: string, text: string) {
      await staging.put(key, Buffer.from(text));
      await hint(key);
    },
    hint,
    /** Until nothing is left, or only what nobody can handle. */
    settle: () => made.drain(10).catch(() => undefined),
    published: async () =>
      Object.fromEntries(
        await Promise.all((await all(stores.public)).map(async (key) => [key, await textOf(stores.public, key)])),
      ),
    async payloads() {
      const keys = (await all(stores.quarantine)).filter((key) => key.endsWith('/payload'));
      return Promise.all(keys.map((key) => textOf(stores.quarantine, key)));
    },
  };
}

/** The first `times` requests that match are answered wrongly. */
function wrongly(times: number, matches: (request: Request) => boolean, wrong: Wrong): () => number {
  let made = 0;
  server.wrong = (request) => {
    if (made >= times || !matches(request)) return undefined;
    made += 1;
    return wrong;
  };
  return () => made;
}
const inBucket = (name: string) => (request: Request) => request.bucket.startsWith(`${name}-`);
const putOf = (name: string, prefix: string) => (request: Request) =>
  request.method === 'PUT' && inBucket(name)(request) && (request.key?.includes(prefix) ?? false);
const anything = () => true;

type Row = {
  readonly shows: string;
  readonly times: number;
  readonly matches: (request: Request) => boolean;
  readonly wrong: Wrong;
};

const PASSING: readonly Row[] = [
  { shows: 'throttling', times: 8, matches: anything, wrong: { status: 503, code: 'SlowDown' } },
  { shows: 'errors inside the server', times: 8, matches: anything, wrong: { status: 500, code: 'InternalError' } },
  {
    shows: 'a put of a head that was done and not answered',
    times: 1,
    matches: putOf('ledger', 'heads/'),
    wrong: { hangsUp: true, done: true },
  },
  {
    shows: 'a put of a head that was done, and whose repetition is refused',
    times: 1,
    matches: putOf('ledger', 'heads/'),
    wrong: { status: 412, code: 'PreconditionFailed', done: true },
  },
  {
    shows: 'a put in public that was done and not answered',
    times: 2,
    matches: putOf('public', ''),
    wrong: { hangsUp: true, done: true },
  },
  {
    shows: 'a lost swap that nobody won (412)',
    times: 3,
    matches: putOf('ledger', 'heads/'),
    wrong: { status: 412, code: 'PreconditionFailed' },
  },
  {
    shows: 'a swap over what is said to be gone (404)',
    times: 3,
    matches: (request) => putOf('ledger', 'heads/')(request) && request.isConditional,
    wrong: { status: 404, code: 'NoSuchKey' },
  },
  {
    shows: 'conflicts (409)',
    times: 3,
    matches: ({ isConditional }) => isConditional,
    wrong: { status: 409, code: 'ConditionalRequestConflict' },
  },
  { shows: 'answers that are cut off', times: 2, matches: ({ method }) => method === 'GET', wrong: { cutsOff: true } },
  { shows: 'connections that end', times: 4, matches: anything, wrong: { hangsUp: true } },
  { shows: 'expired credentials', times: 4, matches: anything, wrong: { status: 400, code: 'ExpiredToken' } },
  { shows: 'a clock that is wrong', times: 4, matches: anything, wrong: { status: 403, code: 'RequestTimeTooSkewed' } },
  { shows: 'access that is denied', times: 4, matches: anything, wrong: { status: 403, code: 'AccessDenied' } },
  {
    shows: 'a page of something in between that says 404',
    times: 4,
    matches: (request) => request.method === 'GET' && inBucket('ledger')(request),
    wrong: { status: 404, html: '<html>404 page not found</html>' },
  },
  ...NAMES.map((name) => ({
    shows: `a bucket that is gone for a while: ${name}`,
    times: 4,
    matches: inBucket(name),
    wrong: { status: 404, code: 'NoSuchBucket' },
  })),
];

describe('a server that answers wrongly for a while delays, and loses nothing', () => {
  for (const { shows, times, matches, wrong } of PASSING)
    test(shows, async () => {
      const made = rigOnS3();
      await made.put('a.txt', 'one');
      await made.put('b.txt', 'bad');
      const count = wrongly(times, matches, wrong);
      await made.drain();
      server.wrong = () => undefined;
      expect(count()).toBe(times);
      expect(await made.published()).toEqual({ 'a.txt': 'ONE' });
      expect(await made.payloads()).toEqual(['bad']);
    });
});

const REFUSALS: readonly Wrong[] = [
  { status: 412, code: 'PreconditionFailed' },
  { status: 409, code: 'ConditionalRequestConflict' },
  { status: 404, code: 'NoSuchKey' },
];

/** All orders of three. */
const ORDERS = REFUSALS.flatMap((first) =>
  REFUSALS.flatMap((second) =>
    REFUSALS.filter((third) => new Set([first, second, third]).size === 3).map((third) => [first, second, third]),
  ),
);

describe('conditional puts that are refused in every order delay, and lose nothing', () => {
  for (const isDone of [false, true])
    for (const order of ORDERS)
      test(`${order.map(({ status }) => status).join(', ')}${isDone ? ', though the first was done' : ''}`, async () => {
        const made = rigOnS3();
        await made.put('a.txt', 'one');
        await made.drain();
        await made.put('a.txt', 'two');
        await made.put('b.txt', 'bad');
        await made.put('c.docm', 'macro three');
        let at = 0;
        server.wrong = (request) => {
          if (!request.isConditional || at >= order.length) return undefined;
          at += 1;
          const wrong = order[at - 1];
          return wrong && isDone && at === 1 ? { ...wrong, done: true } : wrong;
        };
        await made.drain();
        expect(at).toBe(3);
        expect(await made.published()).toEqual({ 'a.txt': 'TWO', 'c.docx': 'MACRO THREE' });
        expect(await made.payloads()).toEqual(['bad']);
      });
});

describe('a bucket that is gone for good, with all that is in it,', () => {
  const gone: Wrong = { status: 404, code: 'NoSuchBucket' };
  for (const name of NAMES)
    test(`takes nothing down: ${name}`, async () => {
      const made = rigOnS3();
      await made.put('a.txt', 'one');
      // A key that is not there, so that the store has seen its bucket.
      await made.hint('nothing.txt');
      await made.drain();
      await made.put('a.txt', name === 'quarantine' ? 'bad' : 'two');
      const count = wrongly(Number.POSITIVE_INFINITY, inBucket(name), gone);
      await made.settle();
      expect(count()).toBeGreaterThan(0);
      server.wrong = () => undefined;
      expect(await made.published()).toEqual({ 'a.txt': 'ONE' });
      // Taken up once the bucket is back: published, or quarantined for good because it failed too often.
      await made.drain();
      const { 'a.txt': published } = await made.published();
      const [payload] = await made.payloads();
      expect(published === 'TWO' || payload !== undefined).toBe(true);
      expect(['ONE', 'TWO']).toContain(published);
    });
});

test('an original that cannot be stored for conflicts is not taken for stored', async () => {
  const made = rigOnS3();
  await made.put('b.txt', 'bad');
  wrongly(Number.POSITIVE_INFINITY, putOf('quarantine', '/payload'), {
    status: 409,
    code: 'ConditionalRequestConflict',
  });
  await made.settle();
  expect(await made.stores.ledger.head(headKey('b.txt'))).toBeUndefined();
  server.wrong = () => undefined;
  await made.drain();
  expect(await made.payloads()).toEqual(['bad']);
  expect(await made.stores.ledger.head(headKey('b.txt'))).toBeDefined();
});

const s3Event = (key: string, version = '2.1') =>
  JSON.stringify({
    Records: [
      {
        eventVersion: version,
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'staging' }, object: { key } },
      },
    ],
  });

const POISON: readonly (readonly [string, string])[] = [
  ['no JSON', 'PUT a.txt'],
  ['nothing', ''],
  ['JSON of no known shape', '{"hello":"world"}'],
  ['an event of another major version', s3Event('a.txt', '3.0')],
  ['a key with a broken percent sequence', s3Event('a%ZZ.txt')],
  ['a key that is no UTF-8', s3Event('a%FF.txt')],
  ['a key that is half a character', JSON.stringify({ kind: 'reconcile', key: '\ud800' })],
  ['a key that is longer than keys are', JSON.stringify({ kind: 'reconcile', key: 'é'.repeat(1000) })],
  ['an empty key', s3Event('')],
  ['a message that says more than it may', JSON.stringify({ kind: 'reconcile', key: 'a.txt', publish: true })],
  ['a promotion of a work object that has no name', JSON.stringify({ kind: 'promote', key: 'a.txt', work: '../x' })],
];

describe('a message that nobody understands stays where people look, and others go on', () => {
  for (const [shows, body] of POISON)
    test(shows, async () => {
      const made = rig();
      await made.sanitize.liveQueue.send(body);
      await made.sanitize.promoteQueue.send(body);
      await made.put('b.txt', 'two');
      await expect(made.drain()).rejects.toThrow('do not run empty');
      expect(await made.published()).toEqual({ 'b.txt': 'TWO' });
      expect(made.left()).toEqual({ live: [], promotions: [], dead: [body, body] });
    });
});

const HEADS: readonly (readonly [string, (head: Record<string, unknown>) => unknown])[] = [
  ['is no object', () => 'DONE'],
  ['has a state that there is not', (head) => ({ ...head, state: 'PUBLISHED' })],
  ['has a field more', (head) => ({ ...head, waived: true })],
  ['has a hash that is none', (head) => ({ ...head, work: '../../secret' })],
  ['speaks of another key', (head) => ({ ...head, key: 'other.txt' })],
  ['lacks its version', ({ v: _, ...head }) => head],
];

describe('a head that somebody edited', () => {
  for (const [shows, change] of HEADS)
    test(`${shows}: changes nothing in public, and its message stays`, async () => {
      const made = rig();
      await made.put('a.txt', 'one');
      await made.drain();
      const record = headKey('a.txt');
      const head: unknown = JSON.parse((await textOf(made.stores.ledger, record)) ?? '');
      if (typeof head !== 'object' || head === null) throw new Error('a head is an object');
      await made.stores.ledger.put(record, Buffer.from(JSON.stringify(change({ ...head }))));
      await made.put('a.txt', 'two');
      await made.put('b.txt', 'three');
      await expect(made.drain()).rejects.toThrow('do not run empty');
      expect(await made.published()).toEqual({ 'a.txt': 'ONE', 'b.txt': 'THREE' });
      expect(made.left().dead).toHaveLength(1);
      // Whole again, it goes on by itself.
      await made.stores.ledger.put(record, Buffer.from(JSON.stringify(head)));
      await made.drain();
      expect(await made.published()).toEqual({ 'a.txt': 'ONE', 'b.txt': 'THREE' });
    });
});
