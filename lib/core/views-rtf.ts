// RTF writes pictures and objects as hexadecimal digits, in lines (Rich Text Format 1.9.1, "Pictures").

import type { Part } from './byte-views.ts';
import { type Budget, hexDigit } from './views-filters.ts';

const MAX_LEADING = 64;
// Shorter runs are identifiers, which are searched for as they are written.
const MIN_BYTES = 32;

export function isRtf(untrusted: Uint8Array): boolean {
  const start = Buffer.from(untrusted.buffer, untrusted.byteOffset, Math.min(untrusted.length, MAX_LEADING + 6));
  return /^(?:\xef\xbb\xbf)?[\s\0]*\{\\rt/.test(start.toString('latin1'));
}

/** The bytes of every long run of digits. */
export function* rtfParts(untrusted: Uint8Array, budget: Budget): Generator<Part> {
  for (let at = 0; at < untrusted.length; at++) {
    // The end of a control word is no digit.
    if (isWord(untrusted[at])) while (isWord(untrusted[at - 1]) && isWord(untrusted[at])) at++;
    if (hexDigit(untrusted[at] ?? 0) < 0) continue;
    let end = at;
    let digits = 0;
    for (; end < untrusted.length; end++) {
      const byte = untrusted[end] ?? 0;
      if (hexDigit(byte) >= 0) digits++;
      else if (byte > 0x20) break;
    }
    if (digits >= MIN_BYTES * 2) {
      budget.spend(digits >> 1);
      yield { kind: 'digits', bytes: bytesOf(untrusted.subarray(at, end), digits), spent: [at, end] };
    }
    at = end;
  }
}

function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}

function bytesOf(run: Uint8Array, digits: number): Uint8Array {
  const made = new Uint8Array(digits >> 1);
  let count = 0;
  for (const byte of run) {
    const digit = hexDigit(byte);
    if (digit < 0) continue;
    if (count >> 1 < made.length) made[count >> 1] = ((made[count >> 1] ?? 0) << 4) | digit;
    count++;
  }
  return made;
}
