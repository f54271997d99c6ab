// What a list of cases is asked for by, in words: those of a command's options and of an address.

import { CASE_STATES, type CaseState, ENDED_STATES } from '../core/records-cases.ts';
import { REASONS } from '../core/refusal.ts';
import type { CaseQuery } from './list.ts';

export const CASE_FILTERS = [
  'state',
  'ended',
  'reason',
  'tier',
  'format',
  'older-than',
  'newer-than',
  'prefix',
  'assignee',
  'held',
] as const;
export type CaseFilter = (typeof CASE_FILTERS)[number];

/** A word that is none of this filter's; the message goes on where its name ends. */
export class WrongFilter extends Error {
  override readonly name = 'WrongFilter';
  readonly filter: CaseFilter;
  constructor(filter: CaseFilter, says: string) {
    super(says);
    this.filter = filter;
  }
}

/** All but the assignee, whom each edge names in its own way. `yes` is what a flag is. Throws WrongFilter. */
export function caseQuery(given: (filter: CaseFilter) => string | undefined, now: Date): CaseQuery {
  const among = <T extends string>(known: readonly T[], filter: CaseFilter): readonly T[] | undefined =>
    given(filter)
      ?.split(',')
      .map((text) => {
        const one = known.find((each) => each === text);
        if (one === undefined) throw new WrongFilter(filter, `is some of ${known.join(', ')}`);
        return one;
      });
  const flag = (filter: CaseFilter) => {
    const text = given(filter);
    if (text !== undefined && text !== 'yes') throw new WrongFilter(filter, 'is yes, or left out');
    return text === 'yes';
  };
  const before = (filter: CaseFilter) => {
    const text = given(filter);
    if (text === undefined) return undefined;
    const age = ageMs(text);
    if (age === undefined) throw new WrongFilter(filter, 'is a number of days or hours: 7d, 12h');
    return now.getTime() - age;
  };
  const states = among(CASE_STATES, 'state') ?? (flag('ended') ? ENDED_STATES : undefined);
  if (states && new Set(states.map(isEnded)).size > 1)
    throw new WrongFilter('state', 'is of what waits or of what has ended: ask for the two one after the other');
  const [reasons, tiers] = [among(REASONS, 'reason'), among(['H', 'M', 'L'] as const, 'tier')];
  const formats = given('format')?.toLowerCase().split(',');
  const [openedBeforeMs, openedAfterMs] = [before('older-than'), before('newer-than')];
  const prefix = given('prefix');
  return {
    ...(states && { states }),
    ...(reasons && { reasons }),
    ...(tiers && { tiers }),
    ...(formats && { formats }),
    ...(openedBeforeMs !== undefined && { openedBeforeMs }),
    ...(openedAfterMs !== undefined && { openedAfterMs }),
    ...(prefix !== undefined && { prefix }),
    ...(flag('held') && { isHeld: true }),
  };
}

const HOUR_MS = 3_600_000;

/** Of `7d` or `12h`, in milliseconds; undefined for what is neither. */
export function ageMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'd' ? 24 * HOUR_MS : HOUR_MS);
}

const isEnded = (state: CaseState) => ENDED_STATES.some((one) => one === state);
