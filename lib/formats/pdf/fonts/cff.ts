// Compact font programs (Adobe Technical Note 5176), written anew from what draws: character strings, subroutines,
// encoding, private dictionaries, and of the top dictionary the operators that glyphs depend on. Notices, names of
// families, identifiers and bytes that nothing leads to are not copied. Strings keep their numbers: those that no glyph
// and no character collection is called by become empty.

import { collectionName } from '../cmaps.ts';
import { type Dict, dictFrom, type Entry, type Index, indexAt, indexOf, integer, numbersOf } from './cff-data.ts';
import { fontName } from './names.ts';
import type { CleanProgram } from './program.ts';

const STANDARD_STRINGS = 391;
const MAX_GLYPHS = 65_535;

// Operators by number; those after an escape (12) are 1200 and more (tables 9, 10, 23).
const OP = {
  ...{ charset: 15, encoding: 16, charStrings: 17, private: 18, subrs: 19 },
  ...{ collection: 1230, fontDicts: 1236, fontSelect: 1237, synthetic: 1220, type: 1206 },
};
const KEPT_IN_TOP = new Set([
  // Fixed pitch, angle, underline, paint, type, matrix, box, stroke.
  ...[1201, 1202, 1203, 1204, 1205, 1206, 1207, 5, 1208],
  ...[OP.charset, OP.encoding, OP.charStrings, OP.private],
  // Collection, kind and count of glyphs by number.
  ...[OP.collection, 1233, 1234, OP.fontDicts, OP.fontSelect],
]);
const KEPT_IN_FONT = new Set([1205, 1207, 5, 1208, OP.private]);
const KEPT_IN_PRIVATE = new Set([6, 7, 8, 9, 10, 11, 19, 20, 21, 1209, 1210, 1211, 1212, 1213, 1214, 1217, 1218, 1219]);
// Operators that hold nothing but numbers that other fonts have as well.
const SILENT = new Set([1231, 1232, 1235]);

export function isCff(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes[0] === 1 && (bytes[2] ?? 0) >= 4 && (bytes[3] ?? 0) >= 1 && (bytes[3] ?? 9) <= 4;
}

/** The program without what does not draw; undefined when it cannot be followed. */
export function cleanCff(bytes: Buffer): CleanProgram | undefined {
  try {
    return rebuilt(bytes);
  } catch (error) {
    // Reading beyond the end: the program is cut off or is none.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function rebuilt(bytes: Buffer): CleanProgram | undefined {
  const names = indexAt(bytes, bytes[2] ?? 4);
  const tops = indexAt(bytes, names.end);
  const strings = indexAt(bytes, tops.end);
  const globals = indexAt(bytes, strings.end);
  const top = dictFrom(tops.items[0] ?? Buffer.alloc(0));
  if (names.items.length !== 1 || tops.items.length !== 1 || top.has(OP.synthetic)) return undefined;
  const [glyphsAt] = numbersOf(top.get(OP.charStrings));
  if (glyphsAt === undefined) return undefined;
  const glyphs = indexAt(bytes, glyphsAt);
  const count = glyphs.items.length;
  if (count === 0 || count > MAX_GLYPHS) return undefined;

  const collection = new Set(numbersOf(top.get(OP.collection)).slice(0, 2));
  const used = new Set(collection);
  const blocks: Block[] = [{ operator: OP.charStrings, bytes: glyphs.bytes }];
  const charset = numbersOf(top.get(OP.charset))[0] ?? 0;
  if (charset > 2) {
    const read = charsetAt(bytes, charset, count);
    if (!read) return undefined;
    if (!top.has(OP.collection)) for (const string of read.strings) used.add(string);
    blocks.push({ operator: OP.charset, bytes: read.bytes });
  }
  const encoding = numbersOf(top.get(OP.encoding))[0] ?? 0;
  if (encoding > 1) {
    const read = encodingAt(bytes, encoding);
    if (!read) return undefined;
    for (const string of read.strings) used.add(string);
    blocks.push({ operator: OP.encoding, bytes: read.bytes });
  }
  const select = numbersOf(top.get(OP.fontSelect))[0];
  if (select !== undefined) {
    const read = selectAt(bytes, select, count);
    if (!read) return undefined;
    blocks.push({ operator: OP.fontSelect, bytes: read });
  }
  const dictsAt = numbersOf(top.get(OP.fontDicts))[0];
  const fonts = dictsAt === undefined ? undefined : indexAt(bytes, dictsAt).items.map(dictFrom);

  const kept = keptStrings(strings, used, collection);
  const name = fontName((names.items[0] ?? Buffer.alloc(0)).toString('latin1'));
  const layout: Layout = { source: bytes, top, blocks, fonts, globals, strings: kept.index, name };
  const dropped = [top, ...(fonts ?? [])].flatMap((dict) => [...dict.keys()]).filter((op) => isTelling(op));
  return { bytes: assemble(layout), texts: kept.dropped, count: dropped.length + kept.dropped.length };
}

function isTelling(operator: number): boolean {
  return ![KEPT_IN_TOP, KEPT_IN_FONT, KEPT_IN_PRIVATE, SILENT].some((known) => known.has(operator));
}

function keptStrings(strings: Index, used: ReadonlySet<number>, collection: ReadonlySet<number>) {
  const last = Math.max(-1, ...[...used].map((string) => string - STANDARD_STRINGS));
  const dropped: string[] = [];
  const items = strings.items.flatMap((item, i) => {
    const called = item.toString('latin1');
    const kept = collection.has(i + STANDARD_STRINGS) ? collectionName(called) : called;
    if (used.has(i + STANDARD_STRINGS)) {
      if (kept !== called) dropped.push(called);
      return [Buffer.from(kept, 'latin1')];
    }
    if (item.length > 0) dropped.push(called);
    return i < last ? [Buffer.alloc(0)] : [];
  });
  return { index: indexOf(items), dropped };
}

type Coded = { readonly bytes: Buffer; readonly strings: readonly number[] };

/** Names of glyphs (section 13), or their numbers in a collection. */
function charsetAt(bytes: Buffer, start: number, glyphs: number): Coded | undefined {
  const format = bytes.readUInt8(start);
  const strings: number[] = [];
  let at = start + 1;
  if (format === 0) {
    for (let i = 1; i < glyphs; i++, at += 2) strings.push(bytes.readUInt16BE(at));
  } else if (format === 1 || format === 2) {
    for (let covered = 1; covered < glyphs; ) {
      const first = bytes.readUInt16BE(at);
      const left = format === 1 ? bytes.readUInt8(at + 2) : bytes.readUInt16BE(at + 2);
      for (let i = 0; i <= left && covered + i < glyphs; i++) strings.push(first + i);
      covered += left + 1;
      at += format + 2;
    }
  } else return undefined;
  return { bytes: bytes.subarray(start, at), strings };
}

/** Codes of glyphs (section 12), with further codes for glyphs by name. */
function encodingAt(bytes: Buffer, start: number): Coded | undefined {
  const format = bytes.readUInt8(start);
  const count = bytes.readUInt8(start + 1);
  const kind = format & 0x7f;
  if (kind > 1) return undefined;
  let at = start + 2 + count * (kind + 1);
  const strings: number[] = [];
  if (format & 0x80) {
    const supplements = bytes.readUInt8(at);
    for (let i = 0; i < supplements; i++) strings.push(bytes.readUInt16BE(at + 2 + i * 3));
    at += 1 + supplements * 3;
  }
  if (at > bytes.length) return undefined;
  return { bytes: bytes.subarray(start, at), strings };
}

/** Which font dictionary each glyph takes (section 19). */
function selectAt(bytes: Buffer, start: number, glyphs: number): Buffer | undefined {
  const format = bytes.readUInt8(start);
  if (format !== 0 && format !== 3) return undefined;
  const length = format === 0 ? 1 + glyphs : 5 + bytes.readUInt16BE(start + 1) * 3;
  return start + length <= bytes.length ? bytes.subarray(start, start + length) : undefined;
}

type Block = { readonly operator: number; readonly bytes: Buffer };
type Layout = {
  readonly source: Buffer;
  readonly top: Dict;
  readonly blocks: readonly Block[];
  readonly fonts: readonly Dict[] | undefined;
  readonly globals: Index;
  readonly strings: Buffer;
  readonly name: string;
};

/** Offsets take five bytes wherever they lead, so that dictionaries have their length before anything has its place. */
function assemble({ source, top, blocks, fonts, globals, strings, name }: Layout): Buffer {
  const offsets = new Map<number, readonly number[]>();
  const topBytes = () => indexOf([dictBytes(top, KEPT_IN_TOP, offsets)]);
  for (const { operator } of blocks) offsets.set(operator, [0]);
  const own = privateOf(source, top);
  if (own) offsets.set(OP.private, [own.size, 0]);
  if (fonts) offsets.set(OP.fontDicts, [0]);

  const start = Buffer.concat([Buffer.from([1, 0, 4, 4]), indexOf([Buffer.from(name, 'latin1')])]);
  const before = [start, strings, globals.bytes];
  let end = before.reduce((sum, { length }) => sum + length, 0) + topBytes().length;
  const after: Buffer[] = [];
  const place = (bytes: Buffer): number => {
    after.push(bytes);
    end += bytes.length;
    return end - bytes.length;
  };
  for (const { operator, bytes } of blocks) offsets.set(operator, [place(bytes)]);
  if (own) offsets.set(OP.private, [own.size, place(own.bytes)]);
  if (fonts) {
    const dicts = fonts.map((font) => {
      const inner = privateOf(source, font);
      const placed = new Map(inner ? [[OP.private, [inner.size, place(inner.bytes)]]] : []);
      return dictBytes(font, KEPT_IN_FONT, placed);
    });
    offsets.set(OP.fontDicts, [place(indexOf(dicts))]);
  }
  return Buffer.concat([start, topBytes(), strings, globals.bytes, ...after]);
}

/** A private dictionary (section 15) with its subroutines right behind it. */
function privateOf(source: Buffer, font: Dict): { readonly size: number; readonly bytes: Buffer } | undefined {
  const [size, at] = numbersOf(font.get(OP.private));
  if (size === undefined || at === undefined) return undefined;
  if (size < 0 || at < 0 || at + size > source.length) throw new RangeError('a private dictionary outside the program');
  const dict = dictFrom(source.subarray(at, at + size));
  const [subrsAt] = numbersOf(dict.get(OP.subrs));
  const subrs = subrsAt ? indexAt(source, at + subrsAt).bytes : undefined;
  const offsets = new Map<number, readonly number[]>(subrs ? [[OP.subrs, [0]]] : []);
  const length = dictBytes(dict, KEPT_IN_PRIVATE, offsets).length;
  if (subrs) offsets.set(OP.subrs, [length]);
  const bytes = dictBytes(dict, KEPT_IN_PRIVATE, offsets);
  return { size: length, bytes: subrs ? Buffer.concat([bytes, subrs]) : bytes };
}

/** The dictionary's kept operators in their order, with the operands that they had unless they are offsets. */
function dictBytes(dict: Dict, kept: ReadonlySet<number>, offsets: ReadonlyMap<number, readonly number[]>): Buffer {
  const parts: Buffer[] = [];
  for (const [operator, entry] of dict) {
    if (!kept.has(operator)) continue;
    const placed = offsets.get(operator);
    // One that led nowhere, as to no subroutines, is left out.
    if (!placed && isOffset(operator, entry)) continue;
    parts.push(placed ? Buffer.concat(placed.map(integer)) : entry.operands, entry.operator);
  }
  return Buffer.concat(parts);
}

/** Small numbers of a charset and an encoding are those that every reader knows. */
function isOffset(operator: number, entry: Entry): boolean {
  if (operator === OP.charset) return (numbersOf(entry)[0] ?? 0) > 2;
  if (operator === OP.encoding) return (numbersOf(entry)[0] ?? 0) > 1;
  return [OP.charStrings, OP.private, OP.subrs, OP.fontDicts, OP.fontSelect].includes(operator);
}
