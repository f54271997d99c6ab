import { Refusal } from '../../core/refusal.ts';
import { withoutPaths } from './texts.ts';

/** The refusal for a difference between original and body: which, and where; never what. */
export function differs(what: string, page?: number): Refusal {
  return new Refusal('unverified', page === undefined ? `${what} differs` : `${what} on page ${page + 1} differs`);
}

/** Equal but for what may not stand in a kept text: paths, and the white space where they stood. */
export function equalTexts(before: string, after: string): boolean {
  return before === after || plain(before) === plain(after);
}

function plain(text: string): string {
  return withoutPaths(text)
    .replace(/[\s\0]+/g, ' ')
    .trim();
}
