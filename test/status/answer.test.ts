import { describe, expect, test } from 'vitest';
import { headKey } from '../../lib/core/records.ts';
import { answerStatus, StatusProblem } from '../../lib/status/answer.ts';
import { DocumentStatus } from '../../lib/status/document-status.ts';
import { headByListing } from '../../lib/stores/head-by-listing.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { rig } from '../support/pipeline-rig.ts';
import { ODD_KEYS } from '../support/store-checks-keys.ts';

const GET = (query: string) => ({ method: 'GET', query });

describe('who asks where a document is', () => {
  test('is answered for every key that a store can hold, and for one that nobody knows', async () => {
    const made = rig();
    for (const key of ODD_KEYS) await made.put(key, 'bad');
    await made.drain();
    for (const key of [...ODD_KEYS, '../../heads', 'nobody has.it']) {
      const isKnown = ODD_KEYS.includes(key);
      // As encodeURIComponent sends it, and as forms do.
      for (const query of [`key=${encodeURIComponent(key)}`, `${new URLSearchParams({ key })}`]) {
        const { status, headers, body } = await answerStatus(made.stores, GET(query));
        expect([status, headers['cache-control']], key).toEqual([200, 'no-store']);
        const found = DocumentStatus.parse(JSON.parse(body));
        expect(found).toMatchObject({ v: 1, key, where: isKnown ? 'quarantined' : 'unknown' });
        if (isKnown) expect(found.quarantine?.mend).toMatch(/\w/);
      }
    }
  });

  test.each([
    ['nothing', 'GET', '', 400, 'key'],
    ['an empty key', 'GET', 'key=', 400, 'key'],
    ['two keys', 'GET', 'key=a&key=b', 400, 'key'],
    ['something else beside it', 'GET', 'key=a&prefix=b', 400, 'key'],
    ['another parameter', 'GET', 'keys=a', 400, 'key'],
    ['a key of bytes that are no UTF-8', 'GET', 'key=%FF', 400, 'key'],
    ['half a percent sequence', 'GET', 'key=%E', 400, 'key'],
    ['half a surrogate', 'GET', 'key=%ED%A0%80', 400, 'key'],
    ['a key that is too long', 'GET', `key=${'k'.repeat(1025)}`, 400, 'key'],
    ['to write', 'POST', 'key=a', 405, 'method'],
    ['to delete', 'DELETE', 'key=a', 405, 'method'],
  ])('and asks for %s is told what is wrong', async (_what, method, query, status, problem) => {
    const never = { get: () => Promise.reject(new Error('asked')), head: () => Promise.reject(new Error('asked')) };
    const answer = await answerStatus({ ledger: never, staging: never }, { method, query });
    expect([answer.status, answer.said]).toEqual([status, problem]);
    expect(StatusProblem.parse(JSON.parse(answer.body))).toMatchObject({ v: 1, problem });
  });

  test('is told of an outage, and of a record that was edited, without what is in them', async () => {
    const made = rig();
    await made.put('a.txt', 'one');
    await made.drain();
    const failures: unknown[] = [];
    const ask = (places: Parameters<typeof answerStatus>[0]) =>
      answerStatus(places, GET('key=a.txt'), (error) => failures.push(error));
    const broken = { head: () => Promise.reject(new Error('no network to 10.1.2.3')) };
    const outage = await ask({ ledger: made.stores.ledger, staging: broken });
    expect([outage.status, outage.headers['retry-after'], outage.said]).toEqual([503, '30', 'outage']);
    await made.stores.ledger.put(headKey('a.txt'), Buffer.from('{"secret":1}'));
    const edited = await ask(made.stores);
    expect([edited.status, edited.said]).toEqual([500, 'record']);
    expect(outage.body + edited.body).not.toMatch(/10\.1\.2\.3|secret/);
    expect(failures).toHaveLength(2);
  });

  test('is never told a value, nor who had it taken down', async () => {
    const made = rig();
    await made.put('a.txt', 'bad Zwaantje Bok');
    await made.drain();
    const { body } = await answerStatus(made.stores, GET('key=a.txt'));
    expect(body).not.toContain('Zwaantje');
  });
});

describe('a look by listing', () => {
  test('says what a look says, without a right to read', async () => {
    const store = memoryStore();
    for (const key of ODD_KEYS) await store.put(key, Buffer.from(key));
    await store.put('a', Buffer.from('first'));
    await store.put('a', Buffer.from('second'));
    await store.put('ab', Buffer.from('begins with a'));
    await store.put('gone', Buffer.from('x'));
    await store.put('gone2', Buffer.from('x'));
    await store.remove('gone');
    const looks = headByListing({ list: (...given) => store.list(...given) });
    for (const key of [...ODD_KEYS, 'a', 'ab', 'gone', 'gone2', 'never', 'b'])
      expect(await looks.head(key), key).toEqual(await store.head(key));
    expect(await looks.head('gone')).toBeUndefined();
    expect((await looks.head('a'))?.size).toBe(6);
  });
});
