import { Refusal } from '../../core/refusal.ts';
import { withoutPeople } from '../shared/personal.ts';
import { withoutPaths } from './texts.ts';

/** The refusal for a difference between original and body: which, where, and how much in numbers; never what. */
export function differs(what: string, page?: number, howMuch?: string): Refusal {
  const where = page === undefined ? '' : ` on page ${page + 1}`;
  return new Refusal('unverified', `${what}${where} differs${howMuch ? ` (${howMuch})` : ''}`);
}

/** Equal but for what may not stand in a kept text: paths, identifiers of people, the white space where they stood. */
export function equalTexts(before: string, after: string): boolean {
  return before === after || plain(before) === plain(after);
}

function plain(text: string): string {
  return withoutPeople(withoutPaths(text))
    .replace(/[\s\0]+/g, ' ')
    .trim();
}
