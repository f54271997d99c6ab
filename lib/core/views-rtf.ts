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
    const behind = endOfWord(untrusted, at);
    if (behind > at) at = behind - 1;
    else if (hexDigit(untrusted[at] ?? 0) >= 0) {
      const { end, digits } = runAt(untrusted, at);
      if (digits >= MIN_BYTES * 2) {
        budget.spend(digits >> 1);
        yield { kind: 'digits', bytes: bytesOf(untrusted.subarray(at, end), digits), spent: [at, end] };
      }
      at = end - 1;
    }
  }
}

function runAt(untrusted: Uint8Array, start: number): { readonly end: number; readonly digits: number } {
  let digits = 0;
  for (let end = start; end < untrusted.length; end++) {
    const byte = untrusted[end] ?? 0;
    if (hexDigit(byte) >= 0) digits++;
    else if (byte > 0x20) return { end, digits };
  }
  return { end: untrusted.length, digits };
}

/** Behind a control word with its number, whose letters may be digits of this base; or behind the end of a longer word. */
function endOfWord(untrusted: Uint8Array, start: number): number {
  const isControl = untrusted[start] === 0x5c;
  let at = isControl ? start + 1 : start;
  if (!isControl && !isWord(untrusted[at - 1])) return start;
  while (isLetter(untrusted[at])) at++;
  if (untrusted[at] === 0x2d && isControl) at++;
  while (isWord(untrusted[at])) at++;
  return at;
}

function isLetter(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

function isWord(byte: number | undefined): boolean {
  return isLetter(byte) || (byte !== undefined && byte >= 0x30 && byte <= 0x39);
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
