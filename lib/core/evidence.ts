// What people who review see besides a finding: where on a page it is, and what it looks like without being said. It
// stands in an object of its own, which reviewers alone read; never in a finding, an event or a log.

import type { Finding, FindingCode } from './finding.ts';

/** In thousandths of the page as it is drawn: left, top, right, bottom. */
export type Thousandths = readonly [left: number, top: number, right: number, bottom: number];
export type OnPage = { readonly page: number; readonly box: Thousandths };

/** Of the finding with that carrier, place and action. */
export type EvidenceRow = Pick<Finding, 'carrier' | 'at' | 'action'> & {
  readonly on: readonly OnPage[];
  readonly masked: readonly string[];
};

export const MAX_EVIDENCE_ROWS = 500;
export const MAX_ON_PAGES = 20;
export const MAX_MASKED = 3;
export const MAX_MASKED_LENGTH = 120;

/** What lies under a cover, or was hidden, is not even hinted at. */
const MAY_BE_HINTED: Readonly<Record<FindingCode, boolean>> = {
  metadata: true,
  'personal-data': true,
  'active-content': false,
  'hidden-content': false,
  'trailing-data': false,
  'failed-redaction': false,
  malware: false,
};

export const mayBeHinted = (code: FindingCode): boolean => MAY_BE_HINTED[code];

const MAX_WORDS = 6;
const READ = 300;
const DOTS = '•••';

/**
 * First letters of words of three letters and more, as `j•••@•••.nl` and `J••• d••• V•••`. Numbers, short words and words in
 * scripts in which one letter is half a name show nothing, and neither does any word its length.
 */
export function masked(value: string): string {
  const [local = '', ...domain] = value.slice(0, READ).split('@');
  const shown = maskedWords(local);
  if (domain.length === 0) return shown;
  const [, ending = ''] = /\.([a-z]{2,3})$/i.exec(domain.join('@').trim()) ?? [];
  return `${shown}@${DOTS}${ending && `.${ending}`}`;
}

function maskedWords(text: string): string {
  const parts = text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+/gu) ?? [];
  const words = parts.map((part) => {
    if (!/^[\p{L}\p{M}\p{N}]/u.test(part)) return /[/\\:.]/.exec(part)?.[0] ?? ' ';
    return /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]{3}/u.test(part) ? `${[...part][0]}${DOTS}` : DOTS;
  });
  return words.length > MAX_WORDS * 2
    ? `${words
        .slice(0, MAX_WORDS * 2)
        .join('')
        .trim()} …`
    : words.join('').trim();
}

/** Undefined for what lies beside the page. */
export function thousandths(
  [left, top, right, bottom]: readonly [number, number, number, number],
  { width, height }: { readonly width: number; readonly height: number },
): Thousandths | undefined {
  const part = (at: number, of: number, round: (value: number) => number) =>
    Math.min(1000, Math.max(0, round((at / of) * 1000)));
  if (!(width > 0 && height > 0)) return undefined;
  const box = [
    part(left, width, Math.floor),
    part(top, height, Math.floor),
    part(right, width, Math.ceil),
    part(bottom, height, Math.ceil),
  ] as const;
  return box.every(Number.isFinite) && box[2] > box[0] && box[3] > box[1] ? box : undefined;
}
