// What the world was told of documents and of their cases, read back from the audit trail and the trails of cases, in the
// order in which it was written there.

import { textOf } from './core/ledger.ts';
import { DocumentEvent } from './core/records.ts';
import type { CaseChanged } from './core/records-events.ts';
import { changesTold, type Period, type ToldPlaces } from './review/told.ts';
import { inParallel, pagesOf } from './stores/in-pages.ts';

/** An entry of an hour, by its moment: `audit/2026/11/26/14/2026-11-26T14:02:00.000Z-….json`. */
const ENTRY = /^audit\/\d{4}\/\d\d\/\d\d\/\d\d\/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)-[^/]+$/;

export type ToldEvent = DocumentEvent | CaseChanged;

/**
 * From one moment to another, both included. `onUnreadable` is told of entries that were edited; decisions about
 * take-downs stand there too, and are no events. Rejects for outages.
 */
export async function* toldEvents(
  places: ToldPlaces,
  period: Period,
  onUnreadable: (entry: string) => void,
): AsyncGenerator<ToldEvent> {
  const changes = (await changesTold(places, period, onUnreadable))[Symbol.iterator]();
  let change = changes.next();
  for await (const event of documentsTold(places.audit, period, onUnreadable)) {
    for (; !change.done && change.value.at < event.at; change = changes.next()) yield change.value;
    yield event;
  }
  for (; !change.done; change = changes.next()) yield change.value;
}

async function* documentsTold(
  audit: ToldPlaces['audit'],
  { since, until }: Period,
  onUnreadable: (entry: string) => void,
): AsyncGenerator<DocumentEvent> {
  const [from, to] = [since.toISOString(), until.toISOString()];
  const after = `audit/${from.slice(0, 13).replaceAll(/[-T]/g, '/')}/${from}`;
  for await (const page of pagesOf(upTo(audit.list('audit/', { after }), to))) {
    const read = await inParallel(page, async (key) => {
      const found = await audit.get(key);
      return found ? eventIn(found.body) : 'other';
    });
    for (const [index, event] of read.entries()) {
      if (event === undefined) onUnreadable(page[index] ?? '');
      else if (event !== 'other') yield event;
    }
  }
}

async function* upTo(listing: AsyncIterable<{ readonly key: string }>, to: string): AsyncGenerator<string> {
  for await (const { key } of listing) {
    const [, at] = ENTRY.exec(key) ?? [];
    if (at === undefined) continue;
    if (at > to) return;
    yield key;
  }
}

const TYPES: readonly string[] = DocumentEvent.options.map(({ shape }) => shape.type.value);

/** Undefined where it was edited; 'other' for what is no event. */
function eventIn(body: Uint8Array): DocumentEvent | 'other' | undefined {
  try {
    const untrusted: unknown = JSON.parse(textOf(body));
    const event = DocumentEvent.safeParse(untrusted).data;
    return event ?? (isOther(untrusted) ? 'other' : undefined);
  } catch {
    return undefined;
  }
}

function isOther(untrusted: unknown): boolean {
  if (typeof untrusted !== 'object' || untrusted === null || !('type' in untrusted)) return false;
  return typeof untrusted.type === 'string' && !TYPES.includes(untrusted.type);
}
