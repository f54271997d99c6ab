// Reminding people of what waits too long, and once a day of how much there is. The index says what may be due, the
// records whether it is: a case whose document was replaced, removed or published since waits for nobody, though nobody
// has looked at it yet to write that down. Told first and noted then, so that a crash tells twice rather than never.

import { indexPrefix, isWaiting, MARK, type Mark, markOf } from '../core/case-index.ts';
import { putOnce, toJson, UnreadableRecord } from '../core/ledger.ts';
import { ENDED_STATES, WAITING_STATES } from '../core/records-cases.ts';
import {
  CaseWaiting,
  digestKey,
  type Limit,
  MAX_ENDING,
  type Reminders,
  ReviewDigest,
  remindedKey,
  remindedPrefix,
} from '../core/records-reminders.ts';
import { REASONS } from '../core/refusal.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';
import { allowList } from './allow-list.ts';
import { type ReviewedCase, readCase } from './cases.ts';
import { endedByItself } from './happened.ts';

export type RemindPlaces = {
  readonly ledger: Pick<ObjectStore, 'get' | 'list' | 'put' | 'head'>;
  readonly notify: (event: CaseWaiting | ReviewDigest) => Promise<void>;
  readonly now: () => Date;
};

export type RemindOptions = {
  readonly reminders: Reminders;
  /** Test documents wait for nobody. */
  readonly isTest: (key: string) => boolean;
  /** Asked between pages; true stops there, and the next step goes over it again. */
  readonly isOver?: () => boolean;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SOON_MS = 14 * DAY_MS;
const MAX_ENTRIES = 5000;
// A thousand messages are read by nobody; what is left is told by the next step.
const MAX_TOLD = 1000;
// Of a digest: enough to be right about any queue that people can work through.
const MAX_COUNTED = 20_000;

/** Resolves with how many cases were told of, and whether the day's digest was. Rejects for outages. */
export async function remindStep(
  places: RemindPlaces,
  options: RemindOptions,
): Promise<{ readonly told: number; readonly digest: boolean }> {
  const told = await remind(places, options);
  return { told, digest: await digest(places, options) };
}

async function remind(places: RemindPlaces, { reminders, isTest, isOver = () => false }: RemindOptions) {
  const { limits } = reminders;
  const now = places.now();
  const noted = notedOn(places.ledger);
  let told = 0;
  for (const state of WAITING_STATES)
    for (const reason of REASONS) {
      const own = limits.filter(({ reasons }) => reasons?.includes(reason) ?? true);
      const dueMs = now.getTime() - Math.min(...own.map(({ hours }) => hours)) * HOUR_MS;
      if (own.length === 0) continue;
      for await (const page of pagesOf(waitingUntil(places.ledger, state, reason, dueMs))) {
        if (isOver() || told >= MAX_TOLD) return told;
        const due: (readonly [Mark, readonly Limit[]])[] = [];
        for (const mark of page) {
          const passed = own.filter((limit) => isPassed(mark, limit, now));
          const known = passed.length > 0 ? await noted(mark.openedMs) : new Set<string>();
          const fresh = passed.filter((limit) => !known.has(remindedKey(mark.openedMs, mark.caseId, limit)));
          if (fresh.length > 0) due.push([mark, fresh]);
        }
        const some = due.slice(0, MAX_TOLD - told);
        const each = await inParallel(some, ([mark, fresh]) => tellOf(places, mark, fresh, isTest, now));
        told += each.filter((isTold) => isTold).length;
      }
    }
  return told;
}

/** Of several limits that were passed since the last look the longest is told, and all are noted. */
async function tellOf(
  places: RemindPlaces,
  mark: Mark,
  passed: readonly Limit[],
  isTest: RemindOptions['isTest'],
  now: Date,
): Promise<boolean> {
  const { ledger } = places;
  const seen = await stillWaiting(places, mark, isTest);
  const [limit] = [...passed].sort((one, other) => other.hours - one.hours || (one.to === 'leads' ? -1 : 1));
  if (!limit || seen === 'elsewhere') return false;
  if (seen)
    await places.notify(
      CaseWaiting.parse({
        ...{ type: 'Case Waiting', caseId: mark.caseId, state: seen.review.state, reason: mark.reason },
        ...{ tier: mark.tier, since: seen.evidence.at, limitHours: limit.hours, to: limit.to, at: now.toISOString() },
      }),
    );
  for (const one of passed) await putOnce(ledger, remindedKey(mark.openedMs, mark.caseId, one), MARK);
  return seen !== undefined;
}

function isPassed({ openedMs, tier }: Mark, { hours, tiers }: Limit, now: Date): boolean {
  if (tiers && (tier === null || !tiers.includes(tier))) return false;
  return now.getTime() - openedMs >= hours * HOUR_MS;
}

/** The case, where it waits for somebody; 'elsewhere' where its mark is not the one that counts, or its record was edited. */
async function stillWaiting(
  { ledger }: Pick<RemindPlaces, 'ledger'>,
  { caseId, state }: Mark,
  isTest: RemindOptions['isTest'],
): Promise<ReviewedCase | 'elsewhere' | undefined> {
  try {
    const seen = await readCase(ledger, caseId);
    if (!seen || seen.review.state !== state) return 'elsewhere';
    if (isTest(seen.evidence.key)) return undefined;
    return (await endedByItself(ledger, seen)) ? undefined : seen;
  } catch (error) {
    if (error instanceof UnreadableRecord) return 'elsewhere';
    throw error;
  }
}

/** What was told of the cases of a day, read once a step. */
function notedOn(ledger: Pick<ObjectStore, 'list'>): (openedMs: number) => Promise<ReadonlySet<string>> {
  const days = new Map<string, ReadonlySet<string>>();
  return async (openedMs) => {
    const prefix = remindedPrefix(openedMs);
    const known = days.get(prefix) ?? new Set(await keysOf(ledger.list(prefix)));
    days.set(prefix, known);
    return known;
  };
}

async function keysOf(listing: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listing) keys.push(key);
  return keys;
}

/** Oldest first, until one that was quarantined later. */
async function* waitingUntil(
  ledger: Pick<ObjectStore, 'list'>,
  state: Mark['state'],
  reason: Mark['reason'],
  untilMs: number,
): AsyncGenerator<Mark> {
  for await (const { key } of ledger.list(indexPrefix(state, reason))) {
    const mark = markOf(key);
    if (mark && mark.openedMs > untilMs) return;
    if (mark) yield mark;
  }
}

async function digest(places: RemindPlaces, { reminders, isTest }: RemindOptions): Promise<boolean> {
  const at = places.now();
  const { digestHour } = reminders;
  if (digestHour === null || at.getUTCHours() < digestHour) return false;
  if (await places.ledger.head(digestKey(at))) return false;
  const event = await countDay(places, isTest, at);
  await places.notify(event);
  await putOnce(places.ledger, digestKey(at), toJson(event));
  return true;
}

async function countDay(places: RemindPlaces, isTest: RemindOptions['isTest'], at: Date): Promise<ReviewDigest> {
  const fromMs = at.getTime() - DAY_MS;
  const waiting = new Map<string, number>();
  const ended = new Map<string, number>();
  let [opened, counted, oldestMs] = [0, 0, Number.POSITIVE_INFINITY];
  let isMore = false;
  for (const state of [...WAITING_STATES, ...ENDED_STATES])
    for (const reason of REASONS) {
      const lane = isWaiting(state)
        ? waitingUntil(places.ledger, state, reason, at.getTime())
        : endedSince(places.ledger, state, reason, fromMs);
      for await (const page of pagesOf(lane)) {
        if (counted >= MAX_COUNTED) {
          isMore = true;
          break;
        }
        counted += page.length;
        const real = await inParallel(page, (mark) => isReal(places, mark, isTest));
        for (const [index, mark] of page.entries()) {
          if (!real[index]) continue;
          if (mark.openedMs >= fromMs) opened += 1;
          const [of, tally] = isWaiting(state) ? [reason, waiting] : [state, ended];
          tally.set(of, (tally.get(of) ?? 0) + 1);
          if (isWaiting(state)) oldestMs = Math.min(oldestMs, mark.openedMs);
        }
      }
    }
  return ReviewDigest.parse({
    ...{ type: 'Review Digest', from: new Date(fromMs).toISOString(), opened, isMore, at: at.toISOString() },
    ...{ ended: Object.fromEntries(ended), waiting: Object.fromEntries(waiting) },
    ending: await endingSoon(places, at),
    oldest: oldestMs === Number.POSITIVE_INFINITY ? null : new Date(oldestMs).toISOString(),
  });
}

/** What is published by them today would be held back then, unless somebody asks anew. */
async function endingSoon({ ledger }: RemindPlaces, at: Date): Promise<ReviewDigest['ending']> {
  const { entries } = await allowList(ledger, MAX_ENTRIES);
  const ends = entries.map(({ waiver: { caseId, expiresAt } }) => ({ caseId, expiresAt }));
  const left = ({ expiresAt }: (typeof ends)[number]) => Date.parse(expiresAt) - at.getTime();
  return ends.filter((one) => left(one) > 0 && left(one) <= SOON_MS).slice(0, MAX_ENDING);
}

async function isReal(places: RemindPlaces, mark: Mark, isTest: RemindOptions['isTest']): Promise<boolean> {
  if (isWaiting(mark.state)) return typeof (await stillWaiting(places, mark, isTest)) === 'object';
  try {
    const seen = await readCase(places.ledger, mark.caseId);
    return seen?.review.state === mark.state && !isTest(seen.evidence.key);
  } catch (error) {
    if (error instanceof UnreadableRecord) return false;
    throw error;
  }
}

/** Latest first, until one that ended before. */
async function* endedSince(
  ledger: Pick<ObjectStore, 'list'>,
  state: Mark['state'],
  reason: Mark['reason'],
  sinceMs: number,
): AsyncGenerator<Mark> {
  for await (const { key } of ledger.list(indexPrefix(state, reason))) {
    const mark = markOf(key);
    if (mark && mark.sinceMs < sinceMs) return;
    if (mark) yield mark;
  }
}
