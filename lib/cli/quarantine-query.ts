// Which cases: named one by one, or by what the console's list filters by.

import type { ObjectStore } from '../core/store.ts';
import { type CaseFilter, caseQuery, WrongFilter } from '../review/case-query.ts';
import { type CaseQuery, listCases, type Settling } from '../review/list.ts';
import { localPrincipal, normalised } from '../review/principals.ts';
import { type Args, type Option, UsageError } from './command.ts';
import { printable } from './printable.ts';

export const FILTERS: Readonly<Record<CaseFilter, Option>> = {
  state: { type: 'string', value: 'S,…', says: 'only these states (what waits, if left out)' },
  ended: { type: 'boolean', says: 'what has ended, latest first' },
  reason: { type: 'string', value: 'R,…', says: 'only what is held back for these reasons' },
  tier: { type: 'string', value: 'H,M,L', says: 'only where the gravest finding is of these tiers' },
  format: { type: 'string', value: 'F,…', says: 'only these formats' },
  'older-than': { type: 'string', value: 'AGE', says: 'held back for longer than that: 7d, 12h' },
  'newer-than': { type: 'string', value: 'AGE', says: 'held back since less than that' },
  prefix: { type: 'string', value: 'KEY', says: 'whose key begins so: a producer, a folder' },
  assignee: { type: 'string', value: 'NAME', says: 'assigned to that person; me, or nobody' },
  held: { type: 'boolean', says: 'only under legal hold' },
};

export const hasFilter = (args: Args): boolean =>
  Object.entries(FILTERS).some(([name, { type }]) =>
    type === 'string' ? args.text(name) !== undefined : args.flag(name),
  );

/** Rejects with a UsageError for what is no filter. */
export async function readQuery(args: Args, me: () => Promise<string>, now: Date): Promise<CaseQuery> {
  const assignee = args.text('assignee');
  return {
    ...queryIn(args, now),
    ...(assignee !== undefined && { assignee: await personNamed(assignee, me) }),
  };
}

function queryIn(args: Args, now: Date): CaseQuery {
  try {
    return caseQuery(
      (filter) => (FILTERS[filter].type === 'string' ? args.text(filter) : args.flag(filter) ? 'yes' : undefined),
      now,
    );
  } catch (error) {
    if (error instanceof WrongFilter) throw new UsageError(`--${error.filter} ${error.message}`);
    throw error;
  }
}

/** Every case that matches, in the order of lists; the id alone of one whose record cannot be read. */
export async function* everyCase(ledger: Pick<ObjectStore, 'get' | 'list'>, query: CaseQuery, settling?: Settling) {
  let after: string | undefined;
  do {
    const page = await listCases(ledger, { ...query, max: 200, ...(after !== undefined && { after }) }, settling);
    yield* page.rows;
    yield* page.unreadable;
    after = page.next;
  } while (after !== undefined);
}

/** A principal; null for nobody. What holds a colon is one already. */
export async function personNamed(name: string, me: () => Promise<string>): Promise<string | null> {
  if (name === 'me') return me();
  if (name === 'nobody') return null;
  const person = name.includes(':') ? normalised(name) : localPrincipal(name);
  if (person.length > 300 || /[\p{Cc}\p{Cf}]/u.test(person) || name.trim() === '')
    throw new UsageError('a person has a name of at most 300 letters', 'or is me, or nobody');
  return person;
}

/** The full id of a case that is named by all or the beginning of it. Rejects with a UsageError. */
export async function caseNamed(ledger: Pick<ObjectStore, 'list'>, text: string): Promise<string> {
  const shown = printable(text.slice(0, 40));
  if (!/^[0-9a-f]{6,32}$/.test(text))
    throw new UsageError(`not the id of a case, nor six letters or more of one: ${shown}`, HINT);
  if (text.length === 32) return text;
  const found = new Set<string>();
  for await (const { key } of ledger.list(`cases/${text}`)) {
    found.add(key.split('/')[1] ?? '');
    if (found.size > 1) throw new UsageError(`more than one case begins with ${shown}`, 'give more of it');
  }
  const [caseId] = found;
  if (caseId === undefined) throw new UsageError(`no case begins with ${shown}`, HINT);
  return caseId;
}

export const HINT = 'spoorloos quarantine list shows them';
