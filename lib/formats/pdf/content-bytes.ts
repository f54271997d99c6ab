// The bytes of content streams (ISO 32000-2 7.2, 7.8.2): where tokens end, and cutting pieces out. Unlike tokens.ts it
// never refuses: content that cannot be read is cut off, as readers stop there too.

import { PDFHexString, PDFString } from 'pdf-lib';
import { decodeText, stringBytes } from './objects.ts';

/** A piece that goes, and what takes its place. */
export type Cut = { readonly start: number; readonly end: number; readonly instead: string };

export const WHITE = table('\0\t\n\f\r ');
export const DELIMITER = table('()<>[]{}/%');
export const NUMERIC = table('+-.0123456789');

export function endOfString(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at += 1;
    else if (byte === 0x28) depth += 1;
    else if (byte === 0x29) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

export function endOfRegular(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !WHITE[bytes[at] ?? 0] && !DELIMITER[bytes[at] ?? 0]) at += 1;
  return at;
}

export function endOfLine(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at += 1;
  return at;
}

export function skipWhite(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && WHITE[bytes[at] ?? 0]) at += 1;
  return at;
}

export function endOfValue(bytes: Uint8Array, start: number, stop: number): number {
  let depth = 0;
  let at = start;
  while (at < stop) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x28) at = endOfString(bytes, at);
    else if (byte === 0x3c && bytes[at + 1] !== 0x3c) at = bytes.indexOf(0x3e, at) + 1 || -1;
    else if (byte === 0x5b || byte === 0x3c) {
      depth += 1;
      at += byte === 0x3c ? 2 : 1;
    } else if (byte === 0x5d || byte === 0x3e) {
      depth -= 1;
      at += byte === 0x3e ? 2 : 1;
    } else if (WHITE[byte]) at += 1;
    else at = Math.max(endOfRegular(bytes, at + 1), at + 1);
    if (at < 0) return stop;
    if (depth <= 0) break;
    at = skipWhite(bytes, at);
  }
  return Math.min(at, stop);
}

export function bytesOf(literal: string): Uint8Array {
  const inner = literal.slice(1, -1);
  return stringBytes(literal.startsWith('(') ? PDFString.of(inner) : PDFHexString.of(inner)) ?? new Uint8Array();
}

/** Literal and hexadecimal strings in a piece of content, decoded. */
export function stringsIn(bytes: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length && found.length < 200; at++) {
    const isString = bytes[at] === 0x28 || (bytes[at] === 0x3c && bytes[at + 1] !== 0x3c && bytes[at - 1] !== 0x3c);
    if (!isString) continue;
    const end = bytes[at] === 0x28 ? endOfString(bytes, at) : bytes.indexOf(0x3e, at) + 1 || -1;
    if (end < 0) break;
    found.push(decodeText(bytesOf(latin1(bytes, at, end))));
    at = end - 1;
  }
  return found;
}

export function apply(bytes: Uint8Array, cuts: readonly Cut[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  // A comment inside something that is cut as a whole lies within that cut.
  for (const { start, end, instead } of [...cuts].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < from) continue;
    parts.push(bytes.subarray(from, start), Buffer.from(instead, 'latin1'));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString('latin1');
}

function table(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of Buffer.from(characters, 'latin1')) set[byte] = 1;
  return set;
}
