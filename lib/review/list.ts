// Lists of cases, a page at a time: some listings of the index side by side, then the records of what is shown. The
// records decide, so a mark that a crash left behind shows nothing that is not so. What ended by itself is left out of
// what waits; whoever may write writes that down, of a few cases for each page.

import { indexAfter, indexPrefix, isWaiting, type Mark, markOf, orderOf, placeOf } from '../core/case-index.ts';
import { UnreadableRecord } from '../core/ledger.ts';
import { type CaseState, reviewKey, WAITING_STATES } from '../core/records-cases.ts';
import { REASONS, type Reason } from '../core/refusal.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel } from '../stores/in-pages.ts';
import { type ReviewedCase, readCase } from './cases.ts';
import { endedByItself, hasLapsed, hasResumed } from './happened.ts';
import { samePerson } from './principals.ts';

export type CaseQuery = {
  /** All of what waits (oldest first), when left out; or any of what has ended (latest first). Never both. */
  readonly states?: readonly CaseState[];
  readonly reasons?: readonly Reason[];
  readonly tiers?: readonly ('H' | 'M' | 'L')[];
  readonly formats?: readonly string[];
  /** Of what waits: quarantined before or after that, in milliseconds since 1970. */
  readonly openedBeforeMs?: number;
  readonly openedAfterMs?: number;
  /** What the staging key begins with. */
  readonly prefix?: string;
  readonly assignee?: string | null;
  readonly isHeld?: boolean;
  /** Where the page before ended. */
  readonly after?: string;
  readonly max?: number;
};

export type CasePage = {
  readonly rows: readonly ReviewedCase[];
  /** Cases whose record says nothing: it was edited by hand, or is damaged. They would hide the others if a list failed. */
  readonly unreadable: readonly string[];
  /** Of how many it was written down what had happened to them by itself. */
  readonly settled: number;
  /** Undefined at the end. A page can have fewer rows than asked for, even none, and not be the last. */
  readonly next: string | undefined;
};

const MAX_ROWS = 200;
// Enough to fill a page through most filters, few enough to answer at once: a mark in a folder of its own takes a disk
// a third of a millisecond.
const MAX_LOOKED = 600;
const MAX_READ = 200;
// As many as are written at the same time: nobody waits for more.
const MAX_SETTLED = 16;

type Ledger = Pick<ObjectStore, 'get' | 'list'>;

/** For those who may write. */
export type Settling = {
  readonly now: () => Date;
  /** Writes down what happened to the case by itself, and answers it as it is then; undefined where that failed. */
  readonly settle: (caseId: string) => Promise<ReviewedCase | undefined>;
};

/** Rejects for outages; a `next` that is none of ours begins at the start. */
export async function listCases(ledger: Ledger, query: CaseQuery, settling?: Settling): Promise<CasePage> {
  const max = Math.min(query.max ?? 50, MAX_ROWS);
  const states = query.states ?? WAITING_STATES;
  if (new Set(states.map(isWaiting)).size > 1) throw new RangeError('a list of what waits, or of what has ended');
  const rows: ReviewedCase[] = [];
  const unreadable: string[] = [];
  let after = cursorOf(query.after);
  let looked = 0;
  let read = 0;
  const asItIs = inTime(ledger, states, settling);
  const marks = merged(lanesOf(ledger, states, query, after));
  const place = wantedPlace(query);
  const isTouched = typeof query.assignee === 'string' || query.isHeld === true;
  for (let isEnd = false; !isEnd; ) {
    const some: Mark[] = [];
    while (some.length < Math.min(max - rows.length, MAX_READ - read)) {
      const mark = (await marks.next()).value;
      if (!mark || isBeyond(mark, query)) {
        isEnd = true;
        break;
      }
      looked += 1;
      after = { order: orderOf(mark), caseId: mark.caseId };
      if (isMarkWanted(mark, query) && (!place || mark.place === place)) some.push(mark);
      if (looked === MAX_LOOKED) break;
    }
    read += some.length;
    const found = await inParallel(some, async ({ caseId, state }) => {
      // What nobody has touched is assigned to nobody, and held by nobody.
      if (isTouched && !(await ledger.get(reviewKey(caseId)))) return undefined;
      const one = await unlessEdited(readCase(ledger, caseId));
      const isIt = one && one !== UNREADABLE && isSaidBy(state, one) && isWanted(one, query);
      const now = isIt && isWaiting(state) ? await asItIs.now(one) : one;
      if (now === UNREADABLE) unreadable.push(caseId);
      return isIt && now !== UNREADABLE ? now : undefined;
    });
    // What was settled has another mark by now, which may lie ahead.
    for (const one of found)
      if (one && !rows.some((row) => row.evidence.caseId === one.evidence.caseId)) rows.push(one);
    if (rows.length >= max || looked >= MAX_LOOKED || read >= MAX_READ) break;
    if (isEnd) {
      await marks.return(undefined);
      return { rows, unreadable, settled: asItIs.settled(), next: undefined };
    }
  }
  await marks.return(undefined);
  return { rows, unreadable, settled: asItIs.settled(), next: after && `${after.order}.${after.caseId}` };
}

const UNREADABLE = Symbol('edited, or damaged');

/** A mark says where the case stands, or that what seems to have ended is held back again. */
function isSaidBy(state: CaseState, { review }: ReviewedCase): boolean {
  return review.state === state || (state === 'open' && review.state === 'superseded');
}

/** Cases with what happened to them by itself; undefined for what is none of these states, as things are now. */
function inTime(ledger: Ledger, states: readonly CaseState[], settling: Settling | undefined) {
  let settled = 0;
  return {
    settled: () => settled,
    async now(one: ReviewedCase): Promise<ReviewedCase | typeof UNREADABLE | undefined> {
      const isSuperseded = one.review.state === 'superseded';
      if (isSuperseded && (await unlessEdited(hasResumed(ledger, one))) !== true) return undefined;
      const ended = await unlessEdited(endedByItself(ledger, one));
      // A head that was edited ends no case.
      const hasEnded = ended !== undefined && ended !== UNREADABLE;
      const isOver = isSuperseded || hasEnded || (settling && hasLapsed(one.review, settling.now()));
      if (settling && isOver && settled < MAX_SETTLED) {
        settled += 1;
        const after = await unlessEdited(settling.settle(one.evidence.caseId));
        if (after === UNREADABLE) return after;
        if (after) return states.includes(after.review.state) ? after : undefined;
      }
      return hasEnded ? undefined : one;
    },
  };
}

async function unlessEdited<T>(reading: Promise<T>): Promise<T | typeof UNREADABLE> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableRecord) return UNREADABLE;
    throw error;
  }
}

export type Count = {
  readonly state: CaseState;
  readonly reason: Reason;
  readonly count: number;
  /** True where there are more than were counted. */
  readonly isMore: boolean;
  /** Of what waits: since when the oldest does. */
  readonly oldestMs: number | null;
};

/** How many marks there are, by state and reason, up to `upTo` of each: as many as one listing shows, when left out. */
export async function countCases(
  ledger: Pick<ObjectStore, 'list'>,
  { states = WAITING_STATES, upTo = 1000 }: { readonly states?: readonly CaseState[]; readonly upTo?: number } = {},
): Promise<readonly Count[]> {
  const lanes = states.flatMap((state) => REASONS.map((reason) => ({ state, reason })));
  const counts = await inParallel(lanes, async ({ state, reason }): Promise<Count> => {
    let count = 0;
    let oldestMs: number | null = null;
    for await (const { key } of ledger.list(indexPrefix(state, reason))) {
      const mark = markOf(key);
      if (!mark) continue;
      if (count === upTo) return { state, reason, count, isMore: true, oldestMs };
      count += 1;
      if (isWaiting(state)) oldestMs = Math.min(oldestMs ?? mark.openedMs, mark.openedMs);
    }
    return { state, reason, count, isMore: false, oldestMs };
  });
  return counts.filter(({ count }) => count > 0);
}

type Cursor = { readonly order: string; readonly caseId: string };

function cursorOf(text: string | undefined): Cursor | undefined {
  const [, order, caseId] = /^(\d{13})\.([0-9a-f]{32})$/.exec(text ?? '') ?? [];
  return order !== undefined && caseId !== undefined ? { order, caseId } : undefined;
}

function lanesOf(ledger: Ledger, states: readonly CaseState[], query: CaseQuery, after: Cursor | undefined) {
  // Marks of what waits are ordered by when it was quarantined, so that those before are not even listed.
  const from =
    query.openedAfterMs !== undefined && states.every(isWaiting)
      ? { order: String(Math.max(0, query.openedAfterMs - 1)).padStart(13, '0'), caseId: '' }
      : undefined;
  const start = after && from ? (after.order > from.order ? after : from) : (after ?? from);
  return states.flatMap((state) =>
    (query.reasons ?? REASONS).map((reason) =>
      ledger.list(
        indexPrefix(state, reason),
        start ? { after: indexAfter(state, reason, start.order, start.caseId) } : {},
      ),
    ),
  );
}

/** The marks of all listings in their one order. */
async function* merged(lanes: readonly AsyncIterable<{ readonly key: string }>[]): AsyncGenerator<Mark, undefined> {
  const iterators = lanes.map((lane) => lane[Symbol.asyncIterator]());
  const advance = async (iterator: (typeof iterators)[number]): Promise<Mark | undefined> => {
    for (let at = await iterator.next(); !at.done; at = await iterator.next()) {
      const mark = markOf(at.value.key);
      if (mark) return mark;
    }
    return undefined;
  };
  try {
    const heads = await Promise.all(iterators.map(advance));
    for (;;) {
      let first = -1;
      for (const [index, mark] of heads.entries()) {
        const best = heads[first];
        if (mark && (!best || compare(mark, best) < 0)) first = index;
      }
      const mark = heads[first];
      const iterator = iterators[first];
      if (!mark || !iterator) return undefined;
      yield mark;
      heads[first] = await advance(iterator);
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

function compare(a: Mark, b: Mark): number {
  const [one, other] = [orderOf(a) + a.caseId, orderOf(b) + b.caseId];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Where all that is wanted lies in one folder, the marks say which records need not be read. */
function wantedPlace({ prefix = '' }: CaseQuery): string | undefined {
  return prefix.includes('/') ? placeOf(prefix) : undefined;
}

/** Whether this one, and so all that follow it, are too young (of what waits) or ended too long ago. */
function isBeyond({ state, openedMs, sinceMs }: Mark, query: CaseQuery): boolean {
  const { openedBeforeMs = Number.POSITIVE_INFINITY, openedAfterMs = 0 } = query;
  return isWaiting(state) ? openedMs >= openedBeforeMs : sinceMs < openedAfterMs;
}

function isMarkWanted({ tier, format, openedMs }: Mark, query: CaseQuery): boolean {
  const { tiers, formats, openedBeforeMs = Number.POSITIVE_INFINITY, openedAfterMs = 0 } = query;
  if (tiers && (tier === null || !tiers.includes(tier))) return false;
  if (formats && (format === null || !formats.includes(format))) return false;
  return openedMs < openedBeforeMs && openedMs >= openedAfterMs;
}

function isWanted({ evidence, review }: ReviewedCase, { prefix = '', assignee, isHeld }: CaseQuery): boolean {
  if (!evidence.key.startsWith(prefix)) return false;
  if (assignee !== undefined && !isSame(review.assignee, assignee)) return false;
  return isHeld === undefined || (review.hold !== null) === isHeld;
}

function isSame(one: string | null, other: string | null): boolean {
  return one === null || other === null ? one === other : samePerson(one, other);
}
