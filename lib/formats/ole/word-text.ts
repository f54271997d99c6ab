// The text of a Word document as its piece table puts it together ([MS-DOC] 2.8.35), and the pages of 512 bytes that say
// how runs of it look ([MS-DOC] 2.9.33). Text between pieces was deleted, and is still there.

import type { Range } from '../../core/format.ts';
import { holdsText, u8, u16, u32 } from './bytes.ts';

type Tables = (index: number) => Buffer;
const [CHARACTER_PAGES, PIECES] = [12, 33];
const PAGE = 512;
const IN_ONE_BYTE = 0x40000000;

/** Ranges between the pieces of the text in which somebody could read something. */
export function deletedText(main: Buffer, tables: Tables): Range[] {
  const pieces = piecesOf(tables(PIECES))
    .map(({ range }) => range)
    .sort(([a], [b]) => a - b);
  const gaps: Range[] = [];
  let end = pieces[0]?.[0] ?? 0;
  for (const [start, stop] of pieces) {
    if (start > end) gaps.push([end, start]);
    end = Math.max(end, stop);
  }
  return gaps.filter(([start, stop]) => holdsText(main.subarray(start, stop)));
}

export type Piece = {
  /** Where it stands in the main stream. */
  readonly range: Range;
  /** Whether characters have one byte or two. */
  readonly isOneByte: boolean;
};

/** The pieces in the order of the text. */
export function piecesOf(complex: Buffer): Piece[] {
  let at = 0;
  // Lists of properties come first, each with its size.
  while (u8(complex, at) === 1) at += 3 + u16(complex, at + 1);
  if (u8(complex, at) !== 2) return [];
  const plc = complex.subarray(at + 5, at + 5 + u32(complex, at + 1));
  const count = Math.max(0, Math.floor((plc.length - 4) / 12));
  return Array.from({ length: count }, (_, i) => {
    const letters = Math.max(0, u32(plc, (i + 1) * 4) - u32(plc, i * 4));
    const place = u32(plc, (count + 1) * 4 + i * 8 + 2);
    const isOneByte = (place & IN_ONE_BYTE) !== 0;
    const start = isOneByte ? (place & ~IN_ONE_BYTE) >>> 1 : place;
    return { range: [start, start + letters * (isOneByte ? 1 : 2)], isOneByte };
  });
}

type Page = { readonly page: number; readonly hides: boolean; readonly revises: boolean };
const isOn = (modifiers: readonly Modifier[], wanted: readonly number[]) =>
  modifiers.some(([code, value]) => wanted.includes(code) && value !== 0);
// sprmCFVanish, sprmCFRMarkDel, sprmCFRMark ([MS-DOC] 2.6.1), and their forerunners.
const [HIDDEN, DELETED, INSERTED] = [0x083c, 0x0800, 0x0801];
const [OLD_HIDDEN, OLD_DELETED, OLD_INSERTED] = [92, 65, 66];

/** What the formatting of characters says of each page: whether text is hidden, whether it is a change. */
export function* characterFormatting(main: Buffer, tables: Tables, isOld: boolean): Generator<Page> {
  for (const [page, bytes] of formattingPages(main, tables, isOld)) {
    const all = runsOf(bytes).flatMap(({ list }) => (isOld ? oldModifiers(list) : modifiers(list)));
    const hides = isOn(all, isOld ? [OLD_HIDDEN] : [HIDDEN]);
    yield { page, hides, revises: isOn(all, isOld ? [OLD_DELETED, OLD_INSERTED] : [DELETED, INSERTED]) };
  }
}

/** Where in the main stream text stands that is hidden, or deleted with tracking, by what is said of the text itself. */
export function unseenRuns(main: Buffer, tables: Tables, isOld: boolean): Range[] {
  const unseen = isOld ? [OLD_HIDDEN, OLD_DELETED] : [HIDDEN, DELETED];
  return [...formattingPages(main, tables, isOld)].flatMap(([, bytes]) =>
    runsOf(bytes)
      .filter(({ list }) => isOn(isOld ? oldModifiers(list) : modifiers(list), unseen))
      .map(({ range }) => range),
  );
}

function* formattingPages(main: Buffer, tables: Tables, isOld: boolean): Generator<[page: number, bytes: Buffer]> {
  const plc = tables(CHARACTER_PAGES);
  const width = isOld ? 2 : 4;
  const count = Math.max(0, Math.floor((plc.length - 4) / (4 + width)));
  const seen = new Set<number>();
  for (let i = 0; i < count; i += 1) {
    const at = (count + 1) * 4 + i * width;
    const page = isOld ? u16(plc, at) : u32(plc, at) & 0x3fffff;
    if (seen.has(page)) continue;
    seen.add(page);
    yield [page, main.subarray(page * PAGE, (page + 1) * PAGE)];
  }
}

type Run = { readonly range: Range; readonly list: Buffer };

/** The runs of a page that have a list of modifiers; its last byte counts them, and each has the place of its list. */
function runsOf(page: Buffer): Run[] {
  const count = Math.min(u8(page, PAGE - 1), 101);
  const places = [...page.subarray((count + 1) * 4, (count + 1) * 4 + count)];
  return places.flatMap((place, i) => {
    const list = page.subarray(place * 2 + 1, place * 2 + 1 + u8(page, place * 2));
    return place > 0 ? [{ range: [u32(page, i * 4), u32(page, i * 4 + 4)], list }] : [];
  });
}

type Modifier = readonly [code: number, value: number];
const SIZES = [1, 1, 2, 4, 2, 2, 0, 3];

/** Codes and their first byte, [MS-DOC] 2.2.5.1: the size stands in the code. */
function modifiers(list: Buffer): Modifier[] {
  const all: Modifier[] = [];
  for (let at = 0; at + 3 <= list.length; ) {
    const code = u16(list, at);
    all.push([code, u8(list, at + 2)]);
    const size = SIZES[code >> 13] ?? 0;
    at += 2 + (size || 1 + u8(list, at + 2));
  }
  return all;
}

// Word 6 has codes of one byte and a table of sizes; those up to the ones that matter have one byte where they are
// switches, and the list is given up at the first of another kind.
const OLD_SWITCHES = new Set([65, 66, 85, 86, 87, 88, 89, 90, 91, 92, 94, 98]);
const OLD_WORDS = new Set([69, 80, 93, 96, 97, 99, 107]);

function oldModifiers(list: Buffer): Modifier[] {
  const all: Modifier[] = [];
  for (let at = 0; at + 2 <= list.length; ) {
    const code = u8(list, at);
    const size = OLD_SWITCHES.has(code) ? 1 : OLD_WORDS.has(code) ? 2 : 0;
    if (size === 0) break;
    all.push([code, u8(list, at + 1)]);
    at += 1 + size;
  }
  return all;
}
