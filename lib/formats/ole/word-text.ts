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
  const pieces = [...piecesOf(tables(PIECES))].sort(([a], [b]) => a - b);
  const gaps: Range[] = [];
  let end = pieces[0]?.[0] ?? 0;
  for (const [start, stop] of pieces) {
    if (start > end) gaps.push([end, start]);
    end = Math.max(end, stop);
  }
  return gaps.filter(([start, stop]) => holdsText(main.subarray(start, stop)));
}

/** Where the pieces stand in the main stream. */
function piecesOf(complex: Buffer): Range[] {
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
    return [start, start + letters * (isOneByte ? 1 : 2)];
  });
}

type Page = { readonly page: number; readonly hides: boolean; readonly revises: boolean };

/** What the formatting of characters says of each page: whether text is hidden, whether it is a change. */
export function* characterFormatting(main: Buffer, tables: Tables, isOld: boolean): Generator<Page> {
  const plc = tables(CHARACTER_PAGES);
  const width = isOld ? 2 : 4;
  const count = Math.max(0, Math.floor((plc.length - 4) / (4 + width)));
  const seen = new Set<number>();
  for (let i = 0; i < count; i += 1) {
    const at = (count + 1) * 4 + i * width;
    const page = isOld ? u16(plc, at) : u32(plc, at) & 0x3fffff;
    if (seen.has(page)) continue;
    seen.add(page);
    const sprms = runsOf(main.subarray(page * PAGE, (page + 1) * PAGE)).flatMap((run) =>
      isOld ? oldModifiers(run) : modifiers(run),
    );
    const isOn = (wanted: readonly number[]) => sprms.some(([code, value]) => wanted.includes(code) && value !== 0);
    yield { page, hides: isOn(isOld ? [92] : [0x083c]), revises: isOn(isOld ? [65, 66] : [0x0800, 0x0801]) };
  }
}

/** The lists of modifiers of a page; its last byte counts the runs, and each has the place of its list. */
function runsOf(page: Buffer): Buffer[] {
  const count = Math.min(u8(page, PAGE - 1), 101);
  const places = page.subarray((count + 1) * 4, (count + 1) * 4 + count);
  return [...places]
    .filter((place) => place > 0)
    .map((place) => page.subarray(place * 2 + 1, place * 2 + 1 + u8(page, place * 2)));
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
