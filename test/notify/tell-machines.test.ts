import { describe, expect, test } from 'vitest';
import { eventIdOf } from '../../lib/notify/event-id.ts';
import { formOf } from '../../lib/notify/forms.ts';
import { tell } from '../../lib/notify/tell.ts';
import { promoted, quarantined, released, removed } from '../support/events.ts';

const batch = (...events: readonly unknown[]) =>
  events.map((event, i) => ({ id: `${i}`, body: typeof event === 'string' ? event : JSON.stringify(event) }));

function webhook(format: 'events' | 'ocsf' | 'asff' | 'plain', refuses: (nth: number) => boolean = () => false) {
  const posted: { readonly payload: unknown; readonly id: string }[] = [];
  let nth = 0;
  const form = formOf(format, 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default');
  if (!form) throw new Error('a form is missing');
  const handle = tell(
    form,
    async (payload, id) => {
      nth += 1;
      if (refuses(nth)) throw new Error(`refused ${nth}`);
      posted.push({ payload, id });
    },
    { above: 10, budgetMs: 1000 },
  );
  return { posted, handle };
}

describe('a machine', () => {
  test('is told of each event by itself, whatever it is, with its id', async () => {
    const { posted, handle } = webhook('events');
    const events = [promoted('a'), quarantined('b'), removed('c')];
    expect([...(await handle(batch(...events, '{'))).keys()]).toEqual(['3']);
    expect(posted).toHaveLength(3);
    for (const event of events)
      expect(posted).toContainEqual({
        id: eventIdOf(event),
        payload: { type: event.type.toLowerCase().replace(' ', '.'), timestamp: event.at, data: event },
      });
  });

  test.each(['ocsf', 'asff'] as const)('is told of cases alone in %s', async (format) => {
    const { posted, handle } = webhook(format);
    expect([...(await handle(batch(promoted(), quarantined(), removed(), released()))).keys()]).toEqual([]);
    expect(posted).toHaveLength(2);
  });

  test('that refuses one is told of that one again, with the same id, and of those after it', async () => {
    const events = Array.from({ length: 20 }, (_, i) => removed(`${i}.pdf`));
    const { posted, handle } = webhook('events', (nth) => nth === 7);
    const left = await handle(batch(...events));
    expect(left.size + posted.length).toBe(20);
    expect(left.size).toBeGreaterThanOrEqual(20 - 7 - 3);
    const ids = new Set(posted.map(({ id }) => id));
    for (const id of left.keys()) expect(ids).not.toContain(eventIdOf(events[Number(id)] ?? removed()));
    const second = webhook('events');
    await second.handle(batch(...events).filter(({ id }) => left.has(id)));
    for (const { id } of second.posted) ids.add(id);
    expect([...ids].sort()).toEqual(events.map(eventIdOf).sort());
  });

  test('that refuses everything has been told nothing, and is not asked about the rest', async () => {
    let asked = 0;
    const { handle } = webhook('events', (nth) => {
      asked = nth;
      return true;
    });
    await expect(handle(batch(...Array.from({ length: 100 }, () => removed())))).rejects.toThrow('refused');
    expect(asked).toBeLessThanOrEqual(4);
  });
});

describe('an id', () => {
  const later = '2026-11-26T14:02:01.000Z';
  const rows = [
    { shows: 'is the same for the same event', one: removed(), other: { ...removed() }, same: true },
    { shows: 'is another for another key', one: removed('a'), other: removed('b'), same: false },
    { shows: 'is another for another moment', one: removed(), other: { ...removed(), at: later }, same: false },
    { shows: 'is the same whichever names went', one: removed(), other: { ...removed(), publicKeys: [] }, same: true },
    {
      shows: 'of a case is the same at another moment',
      one: quarantined(),
      other: { ...quarantined(), at: later },
      same: true,
    },
    {
      shows: 'of a case is another for another case',
      one: quarantined(),
      other: { ...quarantined(), caseId: 'f'.repeat(32) },
      same: false,
    },
    { shows: 'tells a release from what it releases', one: quarantined(), other: released(), same: false },
  ];
  test.each(rows)('$shows', ({ one, other, same }) => expect(eventIdOf(one) === eventIdOf(other)).toBe(same));
  test('has no full stop, which is what signed parts are joined by', () => {
    expect(eventIdOf(removed('a.b.c'))).toMatch(/^evt_[0-9a-f]{32}$/);
  });
});
