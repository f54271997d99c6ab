import { describe, expect, test } from 'vitest';
import { headKey } from '../../lib/core/records.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { type LedgerState, ledgerStateOf } from '../../lib/sweep/lost-ledger.ts';

const NOW = Date.parse('2026-11-26T12:30:00.000Z');
const HOUR = 3_600_000;

type Entry = { readonly hoursAgo: number; readonly type?: string; readonly key: string };
type Row = {
  readonly shows: string;
  readonly trail: readonly Entry[];
  readonly heads: readonly string[];
  readonly published?: readonly string[];
  readonly state: LedgerState;
};

const many = (count: number, hoursAgo: number): Entry[] =>
  Array.from({ length: count }, (_, i) => ({ hoursAgo, key: `${hoursAgo} ${i}` }));

const ROWS: readonly Row[] = [
  { shows: 'nothing anywhere', trail: [], heads: [], state: 'well' },
  {
    shows: 'what the trail tells',
    trail: many(3, 900),
    heads: ['900 0', '900 1', '900 2'],
    published: ['x'],
    state: 'well',
  },
  { shows: 'nothing of what the trail tells', trail: many(3, 900), heads: [], published: ['x'], state: 'lost' },
  {
    shows: 'what was uploaded since it was lost',
    trail: many(12, 900),
    heads: ['new', 'newer'],
    published: ['x'],
    state: 'lost',
  },
  {
    shows: 'nothing of a take-down',
    trail: [{ hoursAgo: 5, type: 'Take-Down Ordered', key: 'a' }],
    heads: ['b'],
    state: 'lost',
  },
  { shows: 'all but what somebody erased', trail: many(3, 900), heads: ['900 2'], state: 'well' },
  {
    shows: 'the oldest of the trail alone, as a copy from before does',
    trail: [...many(12, 900), ...many(4, 20)],
    heads: many(12, 900).map(({ key }) => key),
    state: 'lost',
  },
  {
    shows: 'nothing yet of what was told within the hour',
    trail: [{ hoursAgo: 0, key: 'a' }],
    heads: [],
    state: 'well',
  },
  {
    shows: 'nothing of documents that only failed',
    trail: [{ hoursAgo: 9, type: 'Processing Failed', key: 'a' }],
    heads: [],
    state: 'well',
  },
  {
    shows: 'nothing beside public objects, and there is no trail',
    trail: [],
    heads: [],
    published: ['x'],
    state: 'bare',
  },
];

async function placesOf({ trail, heads, published = [] }: Row) {
  const [ledger, audit, open] = [memoryStore(), memoryStore(), memoryStore()];
  for (const [i, { hoursAgo, type = 'Document Promoted', key }] of trail.entries()) {
    const at = new Date(NOW - hoursAgo * HOUR).toISOString();
    const entry = `audit/${at.slice(0, 13).replaceAll(/[-T]/g, '/')}/${at}-${i}.json`;
    await audit.put(entry, Buffer.from(JSON.stringify({ type, key, at })));
  }
  for (const key of heads) await ledger.put(headKey(key), Buffer.from('{}'));
  for (const key of published) await open.put(key, Buffer.from(key));
  return { ledger, audit, public: open, now: () => new Date(NOW) };
}

describe('a ledger that knows', () => {
  test.each(ROWS)('$shows is $state', async (row) => {
    expect(await ledgerStateOf(await placesOf(row))).toBe(row.state);
  });

  test('is looked at by a few requests, however long the trail is', async () => {
    const places = await placesOf({ shows: '', trail: many(400, 900), heads: [], state: 'lost' });
    let read = 0;
    const get = (key: string) => {
      read += 1;
      return places.audit.get(key);
    };
    const audit = { ...places.audit, get };
    expect(await ledgerStateOf({ ...places, audit })).toBe('lost');
    expect(read).toBe(10);
  });

  test('is not thought lost for entries that cannot be read', async () => {
    const places = await placesOf({ shows: '', trail: [], heads: [], state: 'well' });
    await places.audit.put('audit/2026/01/01/00/x.json', Buffer.from('{'));
    await places.audit.put('audit/2026/01/01/00/y.json', Buffer.from('{"type":"Document Promoted"}'));
    expect(await ledgerStateOf(places)).toBe('well');
  });
});
