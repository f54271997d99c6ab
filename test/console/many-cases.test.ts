// Pages over a ledger of many cases: what they read is bounded, however many there are. Times are for the bench
// (`npm run bench -- cases`): they say as much of the machine as of the code.

import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory } from '../../bench/cases/ledgers.ts';
import { measured, PAGES } from '../../bench/cases/run.ts';
import type { ObjectStore } from '../../lib/core/store.ts';

// Beside counting: 600 marks and one more of each listing, of 14 reasons in four states; two records of 200 cases.
const MOST = { lists: 56, keys: 656, gets: 400 };

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
