// TIFF 6.0 section 2, and BigTIFF: a header, then directories of entries, each a tag, a type, a count and the value or
// where it stands. Directories form a chain; a pointer back into it is refused.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';

export type Entry = {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Undefined where the value lies outside the file. */
  readonly value: Buffer | undefined;
};

export type Directory = { readonly offset: number; readonly entries: ReadonlyMap<number, Entry> };

export type Tiff = {
  readonly bytes: Buffer;
  readonly isLittle: boolean;
  readonly isBig: boolean;
  readonly first: number;
};

export const SIZE_OF_TYPE: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

const MAX_ENTRIES = 4096;

/** The header; undefined when it is none. */
export function readHeader(untrusted: Uint8Array): Tiff | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const order = bytes.toString('latin1', 0, 2);
  if (bytes.length < 8 || (order !== 'II' && order !== 'MM')) return undefined;
  const isLittle = order === 'II';
  const version = isLittle ? bytes.readUInt16LE(2) : bytes.readUInt16BE(2);
  if (version === 42) return { bytes, isLittle, isBig: false, first: u32(bytes, 4, isLittle) };
  if (version !== 43 || bytes.length < 16 || u16(bytes, 4, isLittle) !== 8 || u16(bytes, 6, isLittle) !== 0)
    return undefined;
  return { bytes, isLittle, isBig: true, first: u64(bytes, 8, isLittle) };
}

export function u16(bytes: Buffer, at: number, isLittle: boolean): number {
  return isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

export function u32(bytes: Buffer, at: number, isLittle: boolean): number {
  return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

export function u64(bytes: Buffer, at: number, isLittle: boolean): number {
  return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}

/** Reads a directory and where the next one is, noting what it takes. Rejects with Refusal 'malformed' or 'limit'. */
export function readDirectory(
  { bytes, isLittle, isBig }: Tiff,
  offset: number,
  covered: Range[],
): { readonly directory: Directory; readonly next: number } {
  const [countBytes, entryBytes, word] = isBig ? [8, 20, 8] : [2, 12, 4];
  if (offset < 8 || offset + countBytes > bytes.length)
    throw new Refusal('malformed', `directory at byte ${offset} of ${bytes.length}`);
  const count = isBig ? u64(bytes, offset, isLittle) : u16(bytes, offset, isLittle);
  if (count > MAX_ENTRIES) throw new Refusal('limit', `${count} entries in a directory`);
  const end = offset + countBytes + count * entryBytes;
  if (end + word > bytes.length) throw new Refusal('malformed', `directory cut off at byte ${offset}`);
  covered.push([offset, end + word]);
  const number = (at: number) => (isBig ? u64(bytes, at, isLittle) : u32(bytes, at, isLittle));
  const entries = new Map<number, Entry>();
  for (let at = offset + countBytes; at < end; at += entryBytes) {
    const [tag, type] = [u16(bytes, at, isLittle), u16(bytes, at + 2, isLittle)];
    const values = number(at + 4);
    const length = (SIZE_OF_TYPE[type] ?? 0) * values;
    const start = length <= word ? at + 4 + word : number(at + 4 + word);
    const isInside = Number.isSafeInteger(length) && start + length <= bytes.length;
    if (isInside && length > word) covered.push([start, start + length]);
    // Readers take the first of two equal tags.
    if (!entries.has(tag))
      entries.set(tag, {
        tag,
        type,
        count: values,
        value: isInside ? bytes.subarray(start, start + length) : undefined,
      });
  }
  return { directory: { offset, entries }, next: number(end) };
}

/** The chain of directories. Rejects with Refusal 'malformed' where it turns back, 'limit' where it does not end. */
export function readChain(tiff: Tiff, covered: Range[], maxDirectories: number): readonly Directory[] {
  const chain: Directory[] = [];
  const seen = new Set<number>();
  for (let at = tiff.first; at !== 0; ) {
    if (seen.has(at)) throw new Refusal('malformed', `directories in a circle at byte ${at}`);
    seen.add(at);
    if (chain.length >= maxDirectories) throw new Refusal('limit', `more than ${maxDirectories} directories`);
    const { directory, next } = readDirectory(tiff, at, covered);
    chain.push(directory);
    at = next;
  }
  if (chain.length === 0) throw new Refusal('malformed', 'no directory');
  return chain;
}

/** Unsigned numbers of an entry, undefined when it has another type or its value is not there. */
export function numbersOf({ isLittle }: Tiff, entry: Entry | undefined): readonly number[] | undefined {
  const value = entry?.value;
  if (!value) return undefined;
  const read = { 1: (at: number) => value[at] ?? 0, 3: at16, 4: at32, 13: at32, 16: at64, 18: at64 }[entry.type];
  const size = SIZE_OF_TYPE[entry.type] ?? 1;
  function at16(at: number) {
    return u16(value as Buffer, at, isLittle);
  }
  function at32(at: number) {
    return u32(value as Buffer, at, isLittle);
  }
  function at64(at: number) {
    return u64(value as Buffer, at, isLittle);
  }
  return read && Array.from({ length: entry.count }, (_, i) => read(i * size));
}
