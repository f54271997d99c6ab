import { expect, test } from 'vitest';
import type { RunResult } from '../../lib/core/records-runs.ts';
import { collectResults } from '../../lib/replay/collect.ts';
import { distinct, NOTHING, sumOf, tallyOf } from '../../lib/replay/tally.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { all } from '../support/pipeline-rig.ts';

const RUN = '20260101T000000Z-0123abcd';
const result = (shard: number, n: number, more: Partial<RunResult> = {}): RunResult => ({
  ...{ v: 1, run: RUN, shard, n, outcome: 'published', reason: null, format: 'png', carriers: [] },
  ...{ bytes: 10, modifiedAt: null, by: 'judge', ...more },
});
const message = (id: string, body: unknown) => ({ id, body: JSON.stringify(body) });

test('files results by shard, the same messages into the same file', async () => {
  const ledger = memoryStore();
  const messages = [message('1', result(0, 1)), message('2', result(0, 2)), message('3', result(7, 0))];
  expect(await collectResults(ledger, messages)).toEqual(new Set());
  const files = await all(ledger);
  expect(files).toEqual([
    expect.stringMatching(`^runs/${RUN}/results/00000000/[0-9a-f]{32}\\.jsonl$`),
    expect.stringMatching(`^runs/${RUN}/results/00000007/[0-9a-f]{32}\\.jsonl$`),
  ]);
  await collectResults(ledger, [...messages].reverse());
  expect(await all(ledger)).toEqual(files);
});

test('keeps what is no result, and what does not hold together, out of the ledger', async () => {
  const ledger = memoryStore();
  const bad = [
    { id: 'a', body: 'not json' },
    message('b', { kind: 'reconcile', key: 'x' }),
    message('c', { ...result(0, 0), run: '../../heads' }),
    message('d', { ...result(0, 0), shard: -1 }),
    message('e', { ...result(0, 0), key: 'a name' }),
  ];
  expect([...(await collectResults(ledger, [...bad, message('good', result(0, 0))]))].sort()).toEqual([
    'a',
    'b',
    'c',
    'd',
    'e',
  ]);
  expect(await all(ledger)).toHaveLength(1);
});

test('counts what was judged before what was skipped or failed, whichever came first', () => {
  const failed = result(0, 5, { outcome: 'failed', reason: 'dead-letter', by: null });
  const skipped = result(0, 5, { outcome: 'skipped', reason: 'done', by: 'record' });
  const judged = result(0, 5, { outcome: 'quarantined', reason: 'malformed' });
  for (const order of [
    [failed, skipped, judged],
    [judged, failed, skipped],
    [skipped, judged, failed],
  ])
    expect([...distinct(order).values()]).toEqual([judged]);
  expect([...distinct([failed, skipped]).values()]).toEqual([skipped]);
});

test('sums tallies by name', () => {
  const carriers: RunResult['carriers'] = [{ carrier: 'png.text', tier: 'H', action: 'removed', count: 3 }];
  const one = tallyOf([
    result(0, 0, { carriers }),
    result(0, 1, { outcome: 'quarantined', reason: 'limit', format: null }),
  ]);
  expect(one).toEqual({
    reported: 2,
    bytes: 20,
    judged: 2,
    outcomes: { published: 1, quarantined: 1 },
    reasons: { limit: 1 },
    formats: { png: 1 },
    carriers: { 'png.text removed': 1 },
  });
  expect(sumOf(one, NOTHING)).toEqual(one);
  expect(sumOf(one, one)).toMatchObject({ reported: 4, outcomes: { published: 2, quarantined: 2 } });
});
