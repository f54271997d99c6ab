// Reading for inspection. What lies beyond the end reads as zero: nothing of a compound file is ever published, so a
// record that is cut off needs no verdict of its own, it only must not throw.

import { decoderOf } from '../shared/code-pages.ts';

export function u8(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}

export function u16(bytes: Buffer, at: number): number {
  return at >= 0 && at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0;
}

export function u32(bytes: Buffer, at: number): number {
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
}

export function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

// Letters of a language, in one byte or two each. Ten of the former stand in random bytes once in half a megabyte; with
// the letters beyond ASCII among them it would be once in each kilobyte.
const SINGLE = /[A-Za-z][A-Za-z0-9 .,'@\\/_-]{9,}/;
const WIDE = /(?:[\x20-\x7e\xa0-\xff]\0){4,}/;

// A string of half a gigabyte is more than the engine makes.
const PIECE = 1024 * 1024;
const OVERLAP = 512;

/** Whether any piece of long bytes fulfils a test; neighbours share a few hundred bytes. */
export function inPieces(bytes: Buffer, test: (piece: Buffer) => boolean): boolean {
  for (let at = 0; at < bytes.length; at += PIECE) if (test(bytes.subarray(at, at + PIECE + OVERLAP))) return true;
  return false;
}

/** Whether somebody could read something in bytes that nothing uses. */
export function holdsText(bytes: Buffer): boolean {
  return inPieces(bytes, (piece) => {
    const text = piece.toString('latin1');
    return SINGLE.test(text) || WIDE.test(text);
  });
}

/** Whether something other than blanks stands in a string of either width. */
export function saysSomething(bytes: Buffer): boolean {
  return bytes.some((byte) => byte !== 0 && byte !== 0x20);
}

/** A text of a workbook with its length in front, [MS-XLS] 2.5.294; in older files of one byte a character. */
export function textAt(data: Buffer, at: number, isWide: boolean): string {
  const length = u16(data, at);
  if (!isWide) return decoderOf(1252).decode(data.subarray(at + 2, at + 2 + length));
  const isOneByte = (u8(data, at + 2) & 1) === 0;
  return data.toString(isOneByte ? 'latin1' : 'utf16le', at + 3, at + 3 + length * (isOneByte ? 1 : 2));
}
