// Shows that a text cannot be seen, by drawing the page with it and without it: letters that leave every pixel as it was
// are not seen. Texts without ink are seen when something else is drawn where they stand: then they are words of a scan.

import type { PdfiumChar, PdfiumDocument, PdfiumTexts, Raster } from '../../../core/engines.ts';
import { type Thousandths, thousandths } from '../../../core/evidence.ts';
import { area, type Box, common, grown } from './geometry.ts';
import type { PageLook } from './look.ts';
import { type Ground, groundOf, isSame, type PixelBox } from './pixels.ts';
import { around, type Suspect } from './suspects.ts';

export type UnseenKind =
  /** Under or in something that is not paper. */
  | 'redaction'
  | 'hidden'
  /** Beyond the edge of the page, of a text that begins on it. */
  | 'edge'
  /** The words of a scan, which they make searchable and audible. */
  | 'scan';

export type Unseen = {
  readonly kind: UnseenKind;
  /** Which text of the page, from 1. */
  readonly text: number;
  /** Left and bottom of its first letter, in whole points. */
  readonly left: number;
  readonly bottom: number;
  readonly letters: number;
  /** Where its letters are drawn, a box for each line. */
  readonly boxes: readonly Thousandths[];
};

const DPI = 144;
// A poster is drawn smaller, so that one page does not take the memory of a book.
const MAX_PIXELS = 8_000_000;
const MAX_APART = 400;
const MAX_GROUPS = 4;

type Found = {
  readonly kind: UnseenKind;
  readonly index: number;
  readonly suspect: Suspect;
  readonly pixels: PixelBox;
};

/** The texts of a page that are not seen, of those that the gate suspects. Rejects as PDFium does. */
export function unseenOn(document: PdfiumDocument, page: number, look: PageLook): readonly Unseen[] {
  const texts = document.texts(page);
  const chars = document.chars(page);
  const lettersOf = lettersBySuspect(chars, texts, look);
  const dpi = dpiFor(document, page);
  const drawn = document.render(page, { dpi, annotations: false });
  const found = new Map<number, Found>();

  const judge = (suspect: Suspect, without: Raster | undefined) => {
    for (const index of lettersOf.get(suspect) ?? []) {
      const char = chars[index];
      if (!char) continue;
      const pixels = document.toPixels(page, dpi, placeOf(char, suspect));
      const kind = kindOf(suspect, drawn, without, pixels);
      if (kind) found.set(index, { kind, index, suspect, pixels });
    }
  };

  const suspects = look.suspects.filter((suspect) => lettersOf.has(suspect));
  const [certain, uncertain] = [suspects.filter(needsNoProof), suspects.filter((suspect) => !needsNoProof(suspect))];
  for (const suspect of certain) judge(suspect, undefined);
  for (const group of apart(uncertain)) {
    const off = new Set(
      group.flatMap((suspect) => (lettersOf.get(suspect) ?? []).map((at) => texts.ofChars[at] ?? -1)),
    );
    const without = document.render(page, { dpi, annotations: false, without: [...off] });
    for (const suspect of group) judge(suspect, without);
  }
  return runsOf(found, chars, drawn);
}

/** By number where PDFium counts as many texts as we do, else by place. */
function lettersBySuspect(chars: readonly PdfiumChar[], texts: PdfiumTexts, look: PageLook): Map<Suspect, number[]> {
  const byOrdinal = new Map(look.suspects.map((suspect) => [suspect.ordinal, suspect]));
  const owner = (index: number, char: PdfiumChar): Suspect | undefined => {
    if (texts.count === look.texts) return byOrdinal.get(texts.ofChars[index] ?? -1);
    const [x, y] = [(char.box[0] + char.box[2]) / 2, (char.box[1] + char.box[3]) / 2];
    return look.suspects.find((suspect) => {
      const box = around(suspect);
      return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
    });
  };
  const letters = new Map<Suspect, number[]>();
  for (const [index, char] of chars.entries()) {
    if (!isLetter(char)) continue;
    const suspect = owner(index, char);
    // Fonts that are not in the file PDFium draws with its own, which know Latin letters only.
    const isDrawn = char.codePoint < 0x250 || texts.embedded[texts.ofChars[index] ?? -1] === true;
    if (!suspect || !(isDrawn || suspect.why.has('inkless'))) continue;
    letters.set(suspect, [...(letters.get(suspect) ?? []), index]);
  }
  return letters;
}

/** Fonts made for scans may have letters without a height; then the line's is taken, and something around it. */
function placeOf({ box }: PdfiumChar, suspect: Suspect): Box {
  if (!suspect.why.has('inkless')) return box;
  const height = suspect.box[3] - suspect.box[1];
  const [bottom, top] = box[3] - box[1] < height / 4 ? [suspect.box[1], suspect.box[3]] : [box[1], box[3]];
  return grown([box[0], bottom, box[2], top], 1);
}

function isLetter({ codePoint, generated }: PdfiumChar): boolean {
  return !generated && /[\p{L}\p{N}]/u.test(String.fromCodePoint(codePoint));
}

/** What is too small for eyes may still colour a pixel, and what has no ink never does. */
function needsNoProof({ why }: Suspect): boolean {
  return why.has('tiny') || why.has('inkless');
}

function kindOf(
  { why, onScan }: Suspect,
  drawn: Raster,
  without: Raster | undefined,
  pixels: PixelBox,
): UnseenKind | undefined {
  if (isBeyond(drawn, pixels)) return 'edge';
  if (without && !isSame(drawn, without, pixels)) return undefined;
  const ground = groundOf(drawn, pixels);
  if (why.has('inkless')) return ofInkless(ground, why.has('covered') && !onScan, onScan);
  if (why.has('covered') && onScan && ground === 'drawing') return 'scan';
  if (why.has('covered')) return ground === 'paper' ? 'hidden' : 'redaction';
  if (why.has('alike')) return ground === 'paper' ? 'hidden' : 'redaction';
  return 'hidden';
}

function ofInkless(ground: Ground, isCovered: boolean, onScan: boolean): UnseenKind {
  if (ground === 'drawing') return 'scan';
  if (ground === 'dark' || (isCovered && ground === 'flat')) return 'redaction';
  // Words that a reader of scans saw in specks.
  return onScan ? 'scan' : 'hidden';
}

function isBeyond({ width, height }: Raster, [left, top, right, bottom]: PixelBox): boolean {
  return right <= 0 || bottom <= 0 || left >= width || top >= height;
}

/** Groups in which no text lies on another: without the upper one the lower one would be seen. */
function apart(suspects: readonly Suspect[]): readonly (readonly Suspect[])[] {
  if (suspects.length > MAX_APART) return [suspects];
  const groups: Suspect[][] = [];
  for (const suspect of suspects) {
    const free = groups.find((group) => !group.some((other) => areStacked(other, suspect)));
    if (free) free.push(suspect);
    else if (groups.length < MAX_GROUPS) groups.push([suspect]);
    else groups.at(-1)?.push(suspect);
  }
  return groups;
}

function areStacked(one: Suspect, other: Suspect): boolean {
  return area(common(one.box, other.box)) > 0.4 * Math.min(area(one.box), area(other.box));
}

/** Different letters: of what was blackened two already tell something, of what else is not seen specks of two are common. */
const LEAST: Readonly<Record<UnseenKind, number>> = { redaction: 2, hidden: 3, edge: 3, scan: 2 };
/** Letters that a program puts on every last page, without ink. They say nothing of anybody. */
const MARKS_OF_PROGRAMS = new Set(['PoweredbyTCPDFwwwtcpdforg']);

/** Letters of one kind in a row, with no seen letter between them. One letter, or the same again and again, says nothing. */
function runsOf(
  found: ReadonlyMap<number, Found>,
  chars: readonly PdfiumChar[],
  drawn: Pick<Raster, 'width' | 'height'>,
): readonly Unseen[] {
  const runs: Unseen[] = [];
  let run: Found[] = [];
  const close = () => {
    const [first] = run;
    const char = first && chars[first.index];
    const distinct = new Set(run.map(({ index }) => chars[index]?.codePoint)).size;
    const words = String.fromCodePoint(...run.slice(0, 64).map(({ index }) => chars[index]?.codePoint ?? 0));
    if (first && char && distinct >= LEAST[first.kind] && !MARKS_OF_PROGRAMS.has(words))
      runs.push({
        kind: first.kind,
        text: first.suspect.ordinal + 1,
        left: whole(char.box[0]),
        bottom: whole(char.box[1]),
        letters: run.length,
        boxes: linesOf(run)
          .map((box) => thousandths(box, drawn))
          .filter((box) => box !== undefined),
      });
    run = [];
  };
  for (const [index, char] of chars.entries()) {
    if (!isLetter(char)) continue;
    const letter = found.get(index);
    if (!letter || (run[0] && run[0].kind !== letter.kind)) close();
    if (letter) run.push(letter);
  }
  close();
  return runs;
}

/** Around the letters of each line. */
function linesOf(run: readonly Found[]): readonly PixelBox[] {
  const lines: PixelBox[] = [];
  for (const { pixels } of run) {
    const line = lines.at(-1);
    if (line && pixels[1] < line[3] && line[1] < pixels[3])
      lines[lines.length - 1] = [
        Math.min(line[0], pixels[0]),
        Math.min(line[1], pixels[1]),
        Math.max(line[2], pixels[2]),
        Math.max(line[3], pixels[3]),
      ];
    else lines.push(pixels);
  }
  return lines;
}

/** Places are named by numbers without a sign. */
function whole(points: number): number {
  return Math.max(0, Math.round(points)) || 0;
}

function dpiFor(document: PdfiumDocument, page: number): number {
  const { width, height } = document.pageSize(page);
  const pixels = width * height * (DPI / 72) ** 2;
  return pixels > MAX_PIXELS ? DPI * Math.sqrt(MAX_PIXELS / pixels) : DPI;
}
