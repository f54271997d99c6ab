import { describe, expect, test } from 'vitest';
import { MARK, type Mark, markKey } from '../../lib/core/case-index.ts';
import { trendOf } from '../../lib/review/trend.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

const NOW = new Date('2026-11-26T12:00:00.000Z');
const daysAgo = (days: number) => NOW.getTime() - days * 24 * 3_600_000;

async function ledgerOf(marks: readonly Pick<Mark, 'state' | 'openedMs' | 'sinceMs'>[]) {
  const ledger = memoryStore();
  for (const [i, mark] of marks.entries()) {
    const caseId = i.toString(16).padStart(32, '0');
    const rest = { reason: 'limit', tier: null, format: null, place: '00000000' } as const;
    await ledger.put(markKey({ ...mark, ...rest, caseId }), MARK);
  }
  return ledger;
}
const waiting = (ago: number) => ({ state: 'open', openedMs: daysAgo(ago), sinceMs: daysAgo(ago) }) as const;
const ended = (opened: number, since: number) =>
  ({ state: 'rejected', openedMs: daysAgo(opened), sinceMs: daysAgo(since) }) as const;

describe('the trend', () => {
  test('says what came in, what ended and what was left, day by day', async () => {
    const ledger = await ledgerOf([waiting(0), waiting(1), waiting(30), ended(2, 1), ended(40, 1), ended(60, 50)]);
    const { days, isCut } = await trendOf(ledger, NOW, 3);
    expect([days.length, isCut]).toEqual([14, false]);
    expect(days.slice(0, 4)).toEqual([
      { day: '2026-11-26', opened: 1, ended: 0, waiting: 3 },
      { day: '2026-11-25', opened: 1, ended: 2, waiting: 2 },
      { day: '2026-11-24', opened: 1, ended: 0, waiting: 3 },
      { day: '2026-11-23', opened: 0, ended: 0, waiting: 2 },
    ]);
  });

  test('says that it is cut, and then not how many waited', async () => {
    const ledger = await ledgerOf([waiting(0), waiting(1), waiting(2)]);
    const { days, isCut } = await trendOf(ledger, NOW, 3, 2);
    expect([isCut, days[0]?.waiting]).toEqual([true, undefined]);
  });

  test('looks at no more marks than it may, however many there are', async () => {
    const ledger = await ledgerOf(Array.from({ length: 300 }, (_, i) => ended(20 + i, i / 100)));
    let looked = 0;
    const counted = {
      async *list(...args: Parameters<typeof ledger.list>) {
        for await (const one of ledger.list(...args)) {
          looked += 1;
          yield one;
        }
      },
    };
    await trendOf(counted, NOW, 0, 10);
    expect(looked).toBeLessThanOrEqual(11);
  });
});
