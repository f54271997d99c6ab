// Enhanced metafiles, [MS-EMF] 2.3: a row of records, each a type, a size and fields, from the header to EMR_EOF.

import type { Range } from '../../core/format.ts';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export const HEADER = 1;
export const EOF = 14;
export const COMMENT = 70;
export const CREATE_FONT = 82;

export type Record = {
  readonly type: number;
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly bytes: Buffer;
};

/** Where every EMF has its signature, and the least that its header is. */
export const SIGNATURE_AT = 40;
export const SIGNATURE = Buffer.from(' EMF', 'latin1');
const LEAST_HEADER = 88;

// A map of a town has a hundred thousand; each costs us a few dozen bytes of memory.
const MAX_RECORDS = 1_000_000;

/** All records to EMR_EOF, and where that ends. Rejects with Refusal 'malformed' or 'limit'. */
export function walk(
  untrusted: Uint8Array,
  limits: Limits,
): { readonly records: readonly Record[]; readonly end: number } {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (bytes.length > limits.maxInputBytes) throw new Refusal('limit', `${bytes.length} bytes`);
  const records: Record[] = [];
  let at = 0;
  for (;;) {
    if (at + 8 > bytes.length) throw new Refusal('malformed', `no end record before byte ${bytes.length}`);
    const [type, size] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    const least = at === 0 ? LEAST_HEADER : 8;
    if (size < least || at + size > bytes.length || (at === 0) !== (type === HEADER))
      throw new Refusal('malformed', `record of ${size} bytes at byte ${at}`);
    if (records.length >= MAX_RECORDS) throw new Refusal('limit', `more than ${MAX_RECORDS} records`);
    records.push({ type, number: records.length + 1, offset: at, bytes: bytes.subarray(at, at + size) });
    at += size;
    if (type === EOF) return { records, end: at };
  }
}

/** A number in a record. Rejects with Refusal 'malformed' where the record ends before it. */
export function u32({ bytes, number }: Record, at: number): number {
  if (at + 4 > bytes.length) throw new Refusal('malformed', `record ${number} is cut off`);
  return bytes.readUInt32LE(at);
}

/** A range by its start and length. */
export function span(start: number, length: number): Range {
  return [start, start + length];
}
