import { RUN_OUTCOMES, type RunResult, type Tally } from '../core/records-runs.ts';

export const NOTHING: Tally = {
  reported: 0,
  bytes: 0,
  outcomes: {},
  reasons: {},
  formats: {},
  carriers: {},
  judged: 0,
};

/**
 * One result for each n, whatever the order in which duplicates came: what was judged goes before what was found done
 * by the second delivery, and that before a failure that another delivery did not have.
 */
export function distinct(results: readonly RunResult[]): ReadonlyMap<number, RunResult> {
  const chosen = new Map<number, RunResult>();
  for (const result of results) {
    const other = chosen.get(result.n);
    if (!other || compare(result, other) < 0) chosen.set(result.n, result);
  }
  return chosen;
}

function compare(a: RunResult, b: RunResult): number {
  const rank = ({ outcome }: RunResult) => RUN_OUTCOMES.indexOf(outcome);
  const [text, other] = [JSON.stringify(a), JSON.stringify(b)];
  return rank(a) - rank(b) || (text < other ? -1 : text > other ? 1 : 0);
}

export function tallyOf(results: Iterable<RunResult>): Tally {
  const tally = { reported: 0, bytes: 0, judged: 0, outcomes: {}, reasons: {}, formats: {}, carriers: {} };
  const count = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { outcome, reason, format, carriers, bytes, by } of results) {
    tally.reported += 1;
    tally.bytes += bytes ?? 0;
    tally.judged += by === 'judge' || by === 'scan' ? 1 : 0;
    count(tally.outcomes, outcome);
    if (reason !== null) count(tally.reasons, reason);
    if (format !== null) count(tally.formats, format);
    for (const { carrier, action } of carriers) count(tally.carriers, `${carrier} ${action}`);
  }
  return tally;
}

export function sumOf(a: Tally, b: Tally): Tally {
  const sum = (one: Record<string, number>, other: Record<string, number>) => {
    const both = { ...one };
    for (const [name, count] of Object.entries(other)) both[name] = (both[name] ?? 0) + count;
    return both;
  };
  return {
    reported: a.reported + b.reported,
    bytes: a.bytes + b.bytes,
    judged: a.judged + b.judged,
    outcomes: sum(a.outcomes, b.outcomes),
    reasons: sum(a.reasons, b.reasons),
    formats: sum(a.formats, b.formats),
    carriers: sum(a.carriers, b.carriers),
  };
}
