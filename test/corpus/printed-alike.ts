// Whether two PDFs that were printed from two documents show the same: number of pages, words and pixels. Annotations,
// which is what comments become, are not drawn.

import type { PdfiumDocument, Raster } from '../../lib/core/engines.ts';

export type Page = { readonly text: string; readonly raster: Raster | undefined };

export type Alike = {
  /** 'moved': the same words, on other pages or lines. */
  readonly text: 'same' | 'moved' | 'differs';
  readonly lostWords: number;
  readonly newWords: number;
  readonly pages: readonly [before: number, after: number];
  /** Counted from 1; those that only one of the two has are among them. */
  readonly differingPages: readonly number[];
};

const DPI = 50;
// Pages of a large sheet are thousands. Text is compared of all of them.
export const MAX_DRAWN_PAGES = 150;
// Steps of 256 that a sample may be off, and pixels of a page that may be off by more: about one letter at 50 dpi.
const MAX_STEPS = 24;
const MAX_PIXELS = 20;

export function pagesOf(document: PdfiumDocument): readonly Page[] {
  return Array.from({ length: document.pageCount }, (_, page) => ({
    text: document.text(page),
    raster: page < MAX_DRAWN_PAGES ? document.render(page, { dpi: DPI, annotations: false }) : undefined,
  }));
}

export function alike(before: readonly Page[], after: readonly Page[]): Alike {
  const [was, is] = [before.map(({ text }) => wordsOf(text)), after.map(({ text }) => wordsOf(text))];
  const isSame = was.length === is.length && was.every((words, page) => words.join(' ') === is[page]?.join(' '));
  // Only where there are more pages or fewer can numbers be those of pages, with leaders before them.
  const counted = (words: readonly string[]) =>
    was.length === is.length ? words : words.filter((word) => LETTER.test(word));
  const [had, has] = [counted(was.flat()), counted(is.flat())];
  const [lostWords, newWords] = isSame ? [0, 0] : [surplus(had, has), surplus(has, had)];
  const hasMoved = !isSame && (lostWords + newWords === 0 || lettersOf(had) === lettersOf(has));
  const most = Math.max(before.length, after.length);
  return {
    text: isSame ? 'same' : hasMoved ? 'moved' : 'differs',
    lostWords: hasMoved ? 0 : lostWords,
    newWords: hasMoved ? 0 : newWords,
    pages: [before.length, after.length],
    differingPages: Array.from({ length: most }, (_, page) => page + 1).filter(
      (page) => !isDrawnAlike(before[page - 1], after[page - 1]),
    ),
  };
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/u).filter(Boolean);
}

const LETTER = /\p{L}/u;

/** A word may be hyphenated otherwise where lines break otherwise. */
function lettersOf(words: readonly string[]): string {
  return words.join('').replace(/[-\u{ad}\u{2}\u{fffe}]/gu, '');
}

/** How many words of one are not in the other, as often as they are there. */
function surplus(words: readonly string[], others: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of others) counts.set(word, (counts.get(word) ?? 0) + 1);
  let more = 0;
  for (const word of words) {
    const left = counts.get(word) ?? 0;
    if (left > 0) counts.set(word, left - 1);
    else more++;
  }
  return more;
}

function isDrawnAlike(before: Page | undefined, after: Page | undefined): boolean {
  if (!before || !after) return false;
  const [was, is] = [before.raster, after.raster];
  if (!was || !is) return was === is;
  if (was.width !== is.width || was.height !== is.height || was.channels !== is.channels) return false;
  let off = 0;
  for (let pixel = 0; pixel < was.width * was.height && off <= MAX_PIXELS; pixel++) {
    const start = pixel * was.channels;
    // The fourth is a filler.
    const isOff = [0, 1, 2].some(
      (sample) => Math.abs((was.pixels[start + sample] ?? 0) - (is.pixels[start + sample] ?? 0)) > MAX_STEPS,
    );
    if (isOff) off++;
  }
  return off <= MAX_PIXELS;
}
