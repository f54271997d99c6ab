// The audit trail, page by page in the order of time, into what it says of each key. It is kept in the ledger, so that
// a trail of any length needs no more memory than a page.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { putIf, recordIn, textOf, toJson } from '../core/ledger.ts';
import { DocumentEvent } from '../core/records.ts';
import { Past, pastKey } from '../core/records-recovery.ts';
import { TakeDownDecision } from '../core/records-take-downs.ts';
import type { ObjectStore, ObjectVersion } from '../core/store.ts';
import { inParallel } from '../stores/in-pages.ts';
import { type Entry, NOTHING, withEntry } from './past.ts';
import type { Report } from './places.ts';

/** Entries are under their hour; other trails have other prefixes. */
export const TRAIL = 'audit/2';

export async function readTrail(
  trail: Pick<ObjectStore, 'get'>,
  ledger: ObjectStore,
  page: readonly Pick<ObjectVersion, 'key'>[],
  { unsure }: Report,
): Promise<void> {
  const read = await inParallel(page, async ({ key }) => {
    const found = await trail.get(key);
    const entry = found ? entryIn(found.body) : 'other';
    if (!entry) unsure('entry', key);
    return entry;
  });
  const entries = read.filter((entry): entry is Entry => entry !== undefined && entry !== 'other');
  const byKey = Map.groupBy(entries, ({ key }) => key);
  await inParallel([...byKey], ([key, said]) => note(ledger, key, said));
}

const Said = z.looseObject({ type: z.string() });
const TAKE_DOWNS: readonly string[] = TakeDownDecision.shape.type.options;
const PUBLIC: readonly string[] = ['Document Promoted', 'Document Removed'];

/** Undefined where it cannot be read: it may be a take-down. */
function entryIn(body: Uint8Array): Entry | 'other' | undefined {
  try {
    const untrusted = Said.parse(JSON.parse(textOf(body)));
    if (TAKE_DOWNS.includes(untrusted.type)) return TakeDownDecision.parse(untrusted);
    if (!PUBLIC.includes(untrusted.type)) return 'other';
    const event = DocumentEvent.parse(untrusted);
    return event.type === 'Document Promoted' || event.type === 'Document Removed' ? event : undefined;
  } catch {
    return undefined;
  }
}

const MAX_ATTEMPTS = 25;

async function note(ledger: ObjectStore, key: string, entries: readonly Entry[]): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await ledger.get(pastKey(key));
    const before = found ? recordIn(found.body, Past) : NOTHING;
    const told = entries.reduce(withEntry, before);
    if (told === before) return;
    const past = Past.parse({ ...told, v: 1, key, nonce: randomUUID() });
    const condition = found ? { ifMatch: found.version.etag } : { ifNoneMatch: '*' as const };
    if ((await putIf(ledger, pastKey(key), toJson(past), condition)) !== undefined) return;
  }
  throw new Error('what the trail says of a key changes all the time');
}

export async function readPast(ledger: Pick<ObjectStore, 'get'>, key: string): Promise<Past | undefined> {
  const found = await ledger.get(pastKey(key));
  return found && recordIn(found.body, Past);
}
