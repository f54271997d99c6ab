// How many cases were opened and ended on each of the last days, from the marks of the index: a bounded number of
// listings, each cut at as many marks as one page of it has. Where one was cut, the numbers say that they are too small.

import { indexAfter, indexPrefix, isWaiting, markOf } from '../core/case-index.ts';
import { CASE_STATES, type CaseState } from '../core/records-cases.ts';
import { REASONS, type Reason } from '../core/refusal.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel } from '../stores/in-pages.ts';

export type Day = {
  /** 2026-11-26, in UTC. */
  readonly day: string;
  readonly opened: number;
  readonly ended: number;
  /** At its end, or now; undefined where it is not known how many wait. */
  readonly waiting: number | undefined;
};
export type Trend = {
  /** The latest first. */
  readonly days: readonly Day[];
  readonly isCut: boolean;
};

export const TREND_DAYS = 14;
const DAY_MS = 24 * 3_600_000;
const MAX_MARKS = 1000;

/** `waiting`: how many wait now, where that was counted. Rejects for outages. */
export async function trendOf(
  ledger: Pick<ObjectStore, 'list'>,
  now: Date,
  waiting: number | undefined,
  maxMarks: number = MAX_MARKS,
): Promise<Trend> {
  const today = Math.floor(now.getTime() / DAY_MS);
  const first = today - TREND_DAYS + 1;
  const lanes = CASE_STATES.flatMap((state) => REASONS.map((reason) => ({ state, reason })));
  const sums = await inParallel(lanes, (lane) => sumOf(ledger, lane, first, maxMarks));
  const isCut = sums.some((sum) => sum.isCut);
  const total = (of: 'opened' | 'ended', day: number) => sums.reduce((all, sum) => all + (sum[of].get(day) ?? 0), 0);
  const days: Day[] = [];
  let left = isCut ? undefined : waiting;
  for (let day = today; day >= first; day -= 1) {
    const [opened, ended] = [total('opened', day), total('ended', day)];
    days.push({ day: new Date(day * DAY_MS).toISOString().slice(0, 10), opened, ended, waiting: left });
    // As many as waited the evening before; what changes while it is counted must not make it less than none.
    left = left === undefined ? undefined : Math.max(0, left - opened + ended);
  }
  return { days, isCut };
}

type Lane = { readonly state: CaseState; readonly reason: Reason };

async function sumOf(ledger: Pick<ObjectStore, 'list'>, { state, reason }: Lane, first: number, maxMarks: number) {
  const [opened, ended] = [new Map<number, number>(), new Map<number, number>()];
  const add = (to: Map<number, number>, ms: number) => {
    const day = Math.floor(ms / DAY_MS);
    to.set(day, (to.get(day) ?? 0) + 1);
  };
  // What waits is marked oldest first: what is older is passed over. What has ended is marked latest first.
  const before = String(first * DAY_MS - 1).padStart(13, '0');
  const from = isWaiting(state) ? { after: indexAfter(state, reason, before, '') } : {};
  let looked = 0;
  for await (const { key } of ledger.list(indexPrefix(state, reason), from)) {
    const mark = markOf(key);
    if (!mark) continue;
    if (!isWaiting(state) && mark.sinceMs < first * DAY_MS) break;
    if (looked === maxMarks) return { opened, ended, isCut: true };
    looked += 1;
    add(opened, mark.openedMs);
    if (!isWaiting(state)) add(ended, mark.sinceMs);
  }
  return { opened, ended, isCut: false };
}
