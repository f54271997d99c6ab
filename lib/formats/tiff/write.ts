// A TIFF file anew: the header, then for each picture its directory, the values that do not fit in it, and its strips or
// tiles, without a byte between them but the one that makes a directory start at an even place.

import type { Tiff } from './directories.ts';

export type Value = { readonly tag: number; readonly type: number; readonly count: number; readonly value: Buffer };

export type Page = {
  readonly values: readonly Value[];
  readonly pieces: readonly Buffer[];
  /** Tags for where the pieces are and how long they are. */
  readonly tags: readonly [offsets: number, counts: number];
};

const LONG = 4;
const LONG8 = 16;

export function writeTiff({ isLittle, isBig }: Pick<Tiff, 'isLittle' | 'isBig'>, pages: readonly Page[]): Buffer {
  const word = isBig ? 8 : 4;
  const parts: Buffer[] = [];
  let at = 0;
  const put = (bytes: Buffer) => {
    parts.push(bytes);
    at += bytes.length;
  };
  put(Buffer.alloc(isBig ? 16 : 8));
  const starts: number[] = [];
  const directories: Buffer[] = [];
  for (const { values, pieces, tags } of pages) {
    put(Buffer.alloc(at % 2));
    starts.push(at);
    const type = isBig ? LONG8 : LONG;
    const numbers = (of: readonly number[]) => Buffer.concat(of.map((number) => numberOf(number, word, isLittle)));
    const blank = { type, count: pieces.length, value: Buffer.alloc(pieces.length * word) };
    const all = [
      ...values,
      { tag: tags[0], ...blank },
      { tag: tags[1], ...blank, value: numbers(pieces.map(({ length }) => length)) },
    ];
    all.sort((a, b) => a.tag - b.tag);
    const directory = Buffer.alloc((isBig ? 16 : 6) + all.length * (isBig ? 20 : 12));
    const outside = all.filter(({ value }) => value.length > word);
    const valuesAt = at + directory.length;
    const piecesAt = outside.reduce((end, { value }) => even(end) + value.length, valuesAt);
    const offsets = numbers(startsOf(pieces, piecesAt));
    const written = all.map((one) => (one.tag === tags[0] ? { ...one, value: offsets } : one));
    put(directory);
    directories.push(directory);
    fill(directory, written, valuesAt, isLittle, isBig);
    for (const { value } of written.filter(({ value }) => value.length > word)) {
      put(Buffer.alloc(at % 2));
      put(value);
    }
    for (const piece of pieces) put(piece);
  }
  for (const [i, directory] of directories.entries())
    numberOf(starts[i + 1] ?? 0, word, isLittle).copy(directory, directory.length - word);
  headerOf(starts[0] ?? 0, isLittle, isBig).copy(parts[0] ?? Buffer.alloc(0));
  return Buffer.concat(parts);
}

function startsOf(pieces: readonly Buffer[], from: number): readonly number[] {
  let next = from;
  return pieces.map(({ length }) => {
    const start = next;
    next += length;
    return start;
  });
}

function even(number: number): number {
  return number + (number % 2);
}

function fill(directory: Buffer, values: readonly Value[], valuesAt: number, isLittle: boolean, isBig: boolean): void {
  const word = isBig ? 8 : 4;
  numberOf(values.length, isBig ? 8 : 2, isLittle).copy(directory);
  let outside = valuesAt;
  let at = isBig ? 8 : 2;
  for (const { tag, type, count, value } of values) {
    numberOf(tag, 2, isLittle).copy(directory, at);
    numberOf(type, 2, isLittle).copy(directory, at + 2);
    numberOf(count, word, isLittle).copy(directory, at + 4);
    if (value.length > word) {
      outside = even(outside);
      numberOf(outside, word, isLittle).copy(directory, at + 4 + word);
      outside += value.length;
    } else value.copy(directory, at + 4 + word);
    at += 4 + 2 * word;
  }
}

function headerOf(first: number, isLittle: boolean, isBig: boolean): Buffer {
  return Buffer.concat([
    Buffer.from(isLittle ? 'II' : 'MM'),
    numberOf(isBig ? 43 : 42, 2, isLittle),
    ...(isBig ? [numberOf(8, 2, isLittle), numberOf(0, 2, isLittle)] : []),
    numberOf(first, isBig ? 8 : 4, isLittle),
  ]);
}

function numberOf(number: number, size: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 8) {
    if (isLittle) bytes.writeBigUInt64LE(BigInt(number));
    else bytes.writeBigUInt64BE(BigInt(number));
  } else if (isLittle) bytes.writeUIntLE(number, 0, size);
  else bytes.writeUIntBE(number, 0, size);
  return bytes;
}
