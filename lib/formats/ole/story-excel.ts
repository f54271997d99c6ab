// What the cells of a workbook show, read from its records ([MS-XLS] 2.4): numbers as numbers, texts as texts, of formulas
// the results. It judges conversions and shares nothing with what makes them.

import { Refusal } from '../../core/refusal.ts';
import { textAt, u8, u16, u32 } from './bytes.ts';

export type Cell = string | number | boolean;
/** By row and column, from 0: '4,2'. */
export type Cells = ReadonlyMap<string, Cell>;

const HEAD = 4;
const [BOF, EOF, CONTINUE, BOUNDSHEET, SST] = [0x809, 0x0a, 0x3c, 0x85, 0xfc];
const [LABEL_SST, LABEL, RICH_LABEL, NUMBER, RK, MULTIPLE_RK, FORMULA, STRING, BOOL_OR_ERROR] = [
  ...[0xfd, 0x204, 0xd6, 0x203, 0x27e, 0xbd, 0x06, 0x207, 0x205],
];
const MAX_CELLS = 5_000_000;
const WORKSHEET = 0;

type Record = { readonly at: number; readonly type: number; readonly data: Buffer };

/** Cells of the sheets in their order; of charts there are none. `isWide`: of Excel 97 and later. */
export function readExcel(stream: Buffer, isWide: boolean): readonly Cells[] {
  const records = [...recordsOf(stream)];
  let read = 0;
  const strings = isWide ? stringsOf(records) : [];
  const byPlace = new Map(records.map((record, i) => [record.at, i]));
  return records
    .filter(({ type }) => type === BOUNDSHEET)
    .map(({ data }) => {
      if (u8(data, 5) !== WORKSHEET) return new Map();
      const start = byPlace.get(u32(data, 0)) ?? records.length;
      const { cells, end } = readSheet(records, start, strings, isWide);
      // Sheets may lead to one place as often as somebody likes.
      read += end - start;
      if (read > records.length * 2) throw new Refusal('limit', 'sheets that lead to the same records');
      return cells;
    });
}

function* recordsOf(stream: Buffer): Generator<Record> {
  for (let at = 0; at + HEAD <= stream.length; ) {
    const end = at + HEAD + u16(stream, at + 2);
    yield { at, type: u16(stream, at), data: stream.subarray(at + HEAD, end) };
    at = end;
  }
}

function readSheet(
  records: readonly Record[],
  start: number,
  strings: readonly string[],
  isWide: boolean,
): { readonly cells: Cells; readonly end: number } {
  const cells = new Map<string, Cell>();
  let depth = 0;
  let asked: string | undefined;
  let i = start;
  for (; i < records.length && cells.size < MAX_CELLS; i++) {
    const { type, data } = records[i] ?? { type: EOF, data: Buffer.alloc(0) };
    if (type === BOF) depth++;
    if (type === EOF && --depth <= 0) break;
    if (depth > 1) continue;
    const place = `${u16(data, 0)},${u16(data, 2)}`;
    if (type === LABEL_SST) cells.set(place, strings[u32(data, 6)] ?? '');
    else if (type === LABEL || type === RICH_LABEL) cells.set(place, textAt(data, 6, isWide));
    else if (type === NUMBER) cells.set(place, doubleAt(data, 6));
    else if (type === RK) cells.set(place, rk(u32(data, 6)));
    else if (type === MULTIPLE_RK)
      for (let at = 4; at + 6 <= data.length - 2; at += 6)
        cells.set(`${u16(data, 0)},${u16(data, 2) + (at - 4) / 6}`, rk(u32(data, at + 2)));
    else if (type === BOOL_OR_ERROR && u8(data, 7) === 0) cells.set(place, u8(data, 6) !== 0);
    else if (type === FORMULA) {
      const result = resultOf(data);
      if (result !== undefined) cells.set(place, result);
      asked = u16(data, 12) === 0xffff && u8(data, 6) === 0 ? place : undefined;
    } else if (type === STRING && asked !== undefined) cells.set(asked, textAt(data, 0, isWide));
  }
  return { cells, end: i };
}

/** Of a formula what it came to; undefined where that is a text, which follows, an error or nothing. */
function resultOf(data: Buffer): Cell | undefined {
  if (u16(data, 12) !== 0xffff) return doubleAt(data, 6);
  return u8(data, 6) === 1 ? u8(data, 8) !== 0 : undefined;
}

function doubleAt(data: Buffer, at: number): number {
  return at + 8 <= data.length ? data.readDoubleLE(at) : 0;
}

/** [MS-XLS] 2.5.217: an integer or the upper half of a double, in hundredths or not. */
function rk(value: number): number {
  const half = Buffer.alloc(8);
  half.writeUInt32LE((value & 0xfffffffc) >>> 0, 4);
  const number = (value & 2) !== 0 ? value >> 2 : half.readDoubleLE(0);
  return (value & 1) !== 0 ? number / 100 : number;
}

/** The table of texts, [MS-XLS] 2.4.265: where a text is cut by the end of a record, its width is said anew. */
function stringsOf(records: readonly Record[]): string[] {
  const first = records.findIndex(({ type }) => type === SST);
  if (first < 0) return [];
  const parts: Buffer[] = [];
  for (let i = first; i === first || records[i]?.type === CONTINUE; i++)
    parts.push(records[i]?.data ?? Buffer.alloc(0));
  const reader = readerOf(parts);
  reader.skip(4);
  const count = reader.u32();
  const strings: string[] = [];
  while (strings.length < count && !reader.isAtEnd()) strings.push(reader.text());
  return strings;
}

type Reader = { skip(bytes: number): void; u32(): number; text(): string; isAtEnd(): boolean };

function readerOf(parts: readonly Buffer[]): Reader {
  let [part, at] = [0, 0];
  const settle = () => {
    while (part < parts.length && at >= (parts[part]?.length ?? 0)) [part, at] = [part + 1, 0];
  };
  const byte = (): number => {
    settle();
    return u8(parts[part] ?? Buffer.alloc(0), at++);
  };
  const u16Here = () => byte() | (byte() << 8);
  const u32Here = () => (u16Here() | (u16Here() << 16)) >>> 0;
  const skip = (bytes: number) => {
    for (let left = bytes; left > 0 && part < parts.length; ) {
      settle();
      const step = Math.min(left, (parts[part]?.length ?? 0) - at);
      at += step;
      left -= step;
    }
  };
  return {
    skip,
    u32: u32Here,
    isAtEnd() {
      settle();
      return part >= parts.length;
    },
    text() {
      const length = u16Here();
      let flags = byte();
      const runs = (flags & 8) !== 0 ? u16Here() : 0;
      const phonetic = (flags & 4) !== 0 ? u32Here() : 0;
      let text = '';
      while (text.length < length) {
        const before = part;
        settle();
        if (part >= parts.length) break;
        if (part !== before && text.length > 0) flags = byte();
        const here = parts[part] ?? Buffer.alloc(0);
        const width = (flags & 1) === 0 ? 1 : 2;
        const count = Math.max(1, Math.min(length - text.length, Math.floor((here.length - at) / width)));
        text += here.toString(width === 1 ? 'latin1' : 'utf16le', at, at + count * width).padEnd(count, '\ufffd');
        at += count * width;
      }
      skip(runs * 4 + phonetic);
      return text;
    },
  };
}
