// Pages over a ledger of many cases: what they read is bounded, however many there are. Times are for the bench
// (`npm run bench -- cases`): they say as much of the machine as of the code.

import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory } from '../../bench/cases/ledgers.ts';
import { measured, PAGES } from '../../bench/cases/run.ts';
import { toJson } from '../../lib/core/ledger.ts';
import { Head } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';

// Beside counting: 600 marks and one more of each listing, of 14 reasons in four states; two records of 200 cases, and
// the heads of their keys.
const MOST = { lists: 56, keys: 656, gets: 600 };

describe('with 6,000 cases', () => {
  let ledger: ObjectStore;
  beforeAll(async () => {
    ledger = await inMemory({ cases: 6000, days: 90 });
  });

  for (const page of PAGES)
    test(`the page of ${page.shows} reads no more than its share`, async () => {
      const { lists, keys, gets } = (await measured(ledger, page, 1)).reads;
      expect(lists, 'listings').toBeLessThanOrEqual(MOST.lists);
      expect(keys, 'keys listed').toBeLessThanOrEqual(MOST.keys);
      expect(gets, 'records read').toBeLessThanOrEqual(MOST.gets);
    });
});

test('the trend is not gone through again for each page, where there is much to go through', async () => {
  const ledger = await inMemory({ cases: 2000, days: 10 });
  const page = { shows: 'trend', path: '/trend' };
  expect((await measured(ledger, page, 1)).reads.lists, 'a control').toBeGreaterThan(0);
  expect((await measured(ledger, page, 3)).reads.lists).toBe(0);
});

test('a page over cases that ended by themselves shows none of them, and writes that down of a few', async () => {
  const ledger = await inMemory({ cases: 300, days: 90 });
  for await (const { key } of ledger.list('heads/')) {
    const { src: _, ...head } = Head.parse(JSON.parse(Buffer.from((await ledger.get(key))?.body ?? '').toString()));
    await ledger.put(key, toJson({ ...head, state: 'REMOVED' }));
  }
  const reviews = async () => {
    let count = 0;
    for await (const _ of ledger.list('reviews/')) count += 1;
    return count;
  };
  const [before, [page]] = [await reviews(), PAGES];
  if (!page) throw new Error('no page');
  const { reads, rows } = await measured(ledger, page, 1);
  const written = (await reviews()) - before;
  // Two pages: what waits is counted by the first.
  expect([rows, written <= 32, written > 0]).toEqual([0, true, true]);
  // Fifteen reads of each case that is settled.
  expect(reads.gets).toBeLessThanOrEqual(MOST.gets + 16 * 15);
});
