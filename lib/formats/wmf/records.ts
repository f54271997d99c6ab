// Windows metafiles, [MS-WMF] 2.3: perhaps a placeable header, a header, then records, each a size in words of two
// bytes, a function and parameters, to META_EOF.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';

export const EOF = 0;
export const ESCAPE = 0x0626;
export const CREATE_FONT = 0x02fb;
/** What stands before the parameters of a record. */
export const HEAD = 6;
export const HEADER = 18;
const PLACEABLE = 22;
const PLACEABLE_KEY = 0x9ac6cdd7;

export type Record = {
  readonly type: number;
  readonly number: number;
  readonly offset: number;
  readonly bytes: Buffer;
};

export type Metafile = {
  readonly placeable: Buffer | undefined;
  readonly header: Buffer;
  readonly records: readonly Record[];
  readonly end: number;
};

export function isPlaceable(bytes: Buffer): boolean {
  return bytes.length >= PLACEABLE + HEADER && bytes.readUInt32LE(0) === PLACEABLE_KEY;
}

/** In memory or on disk, a header of nine words, version 1 or 3. */
export function isHeader(bytes: Buffer): boolean {
  return bytes.length >= HEADER && /^[\x01\x02]\0\x09\0\0[\x01\x03]$/.test(bytes.toString('latin1', 0, 6));
}

const MAX_RECORDS = 1_000_000;

/** All records to META_EOF, and where that ends. Rejects with Refusal 'malformed' or 'limit'. */
export function walk(untrusted: Uint8Array): Metafile {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const start = isPlaceable(bytes) ? PLACEABLE : 0;
  const header = bytes.subarray(start, start + HEADER);
  if (!isHeader(header)) throw new Refusal('malformed', 'no header where it has to be');
  const records: Record[] = [];
  let at = start + HEADER;
  for (;;) {
    if (at + HEAD > bytes.length) throw new Refusal('malformed', `no end record before byte ${bytes.length}`);
    const [size, type] = [bytes.readUInt32LE(at) * 2, bytes.readUInt16LE(at + 4)];
    if (size < HEAD || at + size > bytes.length)
      throw new Refusal('malformed', `record of ${size} bytes at byte ${at}`);
    if (records.length >= MAX_RECORDS) throw new Refusal('limit', `more than ${MAX_RECORDS} records`);
    records.push({ type, number: records.length + 1, offset: at, bytes: bytes.subarray(at, at + size) });
    at += size;
    if (type === EOF) return { placeable: start > 0 ? bytes.subarray(0, start) : undefined, header, records, end: at };
  }
}

/** A word of a record's parameters. Rejects with Refusal 'malformed' where the record ends before it. */
export function word({ bytes, number }: Record, at: number): number {
  if (at + 2 > bytes.length) throw new Refusal('malformed', `record ${number} is cut off`);
  return bytes.readUInt16LE(at);
}

/** A range by its start and length. */
export function span(start: number, length: number): Range {
  return [start, start + length];
}
