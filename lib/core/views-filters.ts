// Decoders for what hides bytes from a plain search: deflate (RFC 1950 to 1952) and the PDF filters of ISO 32000-2 7.4.
// They are readers of last resort: what a damaged stream still yields is looked at, so they are more lenient than a
// viewer. Every byte they make is charged to one budget for the whole document.

import { constants, inflateRawSync } from 'node:zlib';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

export type Budget = {
  /** Bytes that may still be made. */
  left(): number;
  /** Takes bytes off; throws Refusal('limit') when they are more than is left. */
  spend(bytes: number): void;
};

export function budgetOf({ maxExpandedBytes }: Pick<Limits, 'maxExpandedBytes'>): Budget {
  let left = maxExpandedBytes;
  return {
    left: () => left,
    spend(bytes) {
      left -= bytes;
      if (left < 0) throw new Refusal('limit', `byte views larger than ${maxExpandedBytes} bytes`);
    },
  };
}

/** What a decoder made, and how many bytes of its input it read to make it. */
export type Filtered = { readonly bytes: Uint8Array; readonly consumed: number };

/** Inflates raw deflate data; trailing bytes are left alone. Undefined when it does not end as deflate data does. */
export function inflateWhole(untrusted: Uint8Array, budget: Budget): Filtered | undefined {
  return inflated(untrusted, budget, constants.Z_FINISH);
}

/** Inflates as much as there is: cut-off data up to the cut, damaged data up to the damage. */
export function inflateWhatIsThere(untrusted: Uint8Array, budget: Budget): Filtered {
  const all = inflated(untrusted, budget, constants.Z_SYNC_FLUSH);
  if (all) return all;
  // zlib gives nothing back on an error, so the longest prefix without one is looked for.
  let good = 0;
  let bad = untrusted.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (inflated(untrusted.subarray(0, middle), budget, constants.Z_SYNC_FLUSH)) good = middle;
    else bad = middle;
  }
  return inflated(untrusted.subarray(0, good), budget, constants.Z_SYNC_FLUSH) ?? NOTHING;
}

/** How many bytes of zlib header stand at the start, 0 when there is none (or one that asks for a preset dictionary). */
export function zlibHeader(untrusted: Uint8Array, at = 0): 0 | 2 {
  const first = untrusted[at] ?? 0;
  const second = untrusted[at + 1] ?? 0;
  return (first & 0x0f) === 8 && first >>> 4 <= 7 && ((first << 8) | second) % 31 === 0 && (second & 0x20) === 0
    ? 2
    : 0;
}

/** Where the deflate data of a gzip member starts (RFC 1952 2.3), or undefined when it is none. */
export function gzipHeader(untrusted: Uint8Array, at: number): number | undefined {
  if (untrusted[at] !== 0x1f || untrusted[at + 1] !== 0x8b || untrusted[at + 2] !== 8) return undefined;
  const flags = untrusted[at + 3] ?? 0;
  if (flags & 0xe0) return undefined;
  let next = at + 10;
  if (flags & 4) next += 2 + ((untrusted[next] ?? 0) | ((untrusted[next + 1] ?? 0) << 8));
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const end = untrusted.indexOf(0, next);
    if (end < 0) return undefined;
    next = end + 1;
  }
  if (flags & 2) next += 2;
  return next < untrusted.length ? next : undefined;
}

/** Applies one PDF filter; undefined for those that make samples (DCT, JPX, CCITT, JBIG2) and for unknown ones. */
export function applyFilter(name: string, untrusted: Uint8Array, early: boolean, budget: Budget): Filtered | undefined {
  switch (name) {
    case 'FlateDecode':
    case 'Fl': {
      const header = zlibHeader(untrusted);
      const { bytes, consumed } = inflateWhatIsThere(untrusted.subarray(header), budget);
      // The four bytes of checksum belong to the stream.
      return { bytes, consumed: Math.min(untrusted.length, header + consumed + (header ? 4 : 0)) };
    }
    case 'ASCIIHexDecode':
    case 'AHx':
      return charged(asciiHex(untrusted), budget);
    case 'ASCII85Decode':
    case 'A85':
      return charged(ascii85(untrusted), budget);
    case 'RunLengthDecode':
    case 'RL':
      return charged(runLength(untrusted, budget.left()), budget);
    case 'LZWDecode':
    case 'LZW':
      return charged(lzw(untrusted, early, budget.left()), budget);
    default:
      return undefined;
  }
}

const NOTHING: Filtered = { bytes: new Uint8Array(0), consumed: 0 };

function charged(filtered: Filtered, budget: Budget): Filtered {
  budget.spend(filtered.bytes.length);
  return filtered;
}

function inflated(untrusted: Uint8Array, budget: Budget, finishFlush: number): Filtered | undefined {
  // An output limit of zero means none to zlib.
  const maxOutputLength = Math.max(1, budget.left());
  const chunkSize = Math.min(1 << 20, Math.max(1 << 12, untrusted.length * 4));
  let result: unknown;
  try {
    result = inflateRawSync(untrusted, { info: true, finishFlush, maxOutputLength, chunkSize });
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('limit', 'a stream inflates beyond the limit', { cause: error });
    return undefined;
  }
  if (!isInformed(result)) throw new Error('zlib gave no account of what it read');
  budget.spend(result.buffer.length);
  return { bytes: result.buffer, consumed: result.engine.bytesWritten };
}

// With `info` zlib returns the engine beside the bytes, which its types do not say.
function isInformed(result: unknown): result is { buffer: Uint8Array; engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result;
}

function asciiHex(untrusted: Uint8Array): Filtered {
  const bytes = new Uint8Array((untrusted.length >>> 1) + 1);
  let made = 0;
  let high = -1;
  let at = 0;
  for (; at < untrusted.length; at++) {
    const byte = untrusted[at] ?? 0;
    if (byte === 0x3e) {
      at++;
      break;
    }
    const digit = hexDigit(byte);
    if (digit < 0) continue;
    if (high < 0) high = digit;
    else {
      bytes[made++] = (high << 4) | digit;
      high = -1;
    }
  }
  if (high >= 0) bytes[made++] = high << 4;
  return { bytes: bytes.subarray(0, made), consumed: at };
}

/** The value of an ASCII hex digit, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function ascii85(untrusted: Uint8Array): Filtered {
  const bytes = new Uint8Array(untrusted.length * 4 + 4);
  let made = 0;
  let group = 0;
  let digits = 0;
  let at = 0;
  const put = (count: number) => {
    for (let i = 0; i < count; i++) bytes[made++] = Math.floor(group / 256 ** (3 - i)) & 0xff;
  };
  for (; at < untrusted.length; at++) {
    const byte = untrusted[at] ?? 0;
    if (byte === 0x7e) {
      at = Math.min(untrusted.length, at + 2);
      break;
    }
    if (byte === 0x7a && digits === 0) {
      group = 0;
      put(4);
    } else if (byte >= 0x21 && byte <= 0x75) {
      group = group * 85 + byte - 0x21;
      if (++digits < 5) continue;
      put(4);
      group = digits = 0;
    }
  }
  if (digits > 1) {
    for (let i = digits; i < 5; i++) group = group * 85 + 84;
    put(digits - 1);
  }
  return { bytes: bytes.subarray(0, made), consumed: at };
}

function runLength(untrusted: Uint8Array, limit: number): Filtered {
  const parts: Uint8Array[] = [];
  let size = 0;
  let at = 0;
  while (at < untrusted.length && size <= limit) {
    const length = untrusted[at++] ?? 128;
    if (length === 128) break;
    const part =
      length < 128 ? untrusted.subarray(at, at + length + 1) : new Uint8Array(257 - length).fill(untrusted[at] ?? 0);
    at += length < 128 ? length + 1 : 1;
    size += part.length;
    parts.push(part);
  }
  return { bytes: Buffer.concat(parts), consumed: Math.min(at, untrusted.length) };
}

// ISO 32000-2 7.4.4: codes of 9 to 12 bits, 256 clears the table, 257 ends; `early` is /EarlyChange 1, the default.
function lzw(untrusted: Uint8Array, early: boolean, limit: number): Filtered {
  const parts: Uint8Array[] = [];
  let table: Uint8Array[] = [];
  let size = 0;
  let bits = 0;
  let held = 0;
  let width = 9;
  let at = 0;
  let last: Uint8Array | undefined;
  while (size <= limit) {
    while (bits < width && at < untrusted.length) {
      held = ((held << 8) | (untrusted[at++] ?? 0)) & 0xffffff;
      bits += 8;
    }
    if (bits < width) break;
    const code = (held >>> (bits - width)) & ((1 << width) - 1);
    bits -= width;
    if (code === 257) break;
    if (code === 256) {
      table = [];
      width = 9;
      last = undefined;
      continue;
    }
    const known = code < 256 ? Uint8Array.of(code) : table[code - 258];
    const entry: Uint8Array | undefined = known ?? (last && Buffer.concat([last, last.subarray(0, 1)]));
    if (!entry) break;
    if (last && table.length < 4096) table.push(Buffer.concat([last, entry.subarray(0, 1)]));
    parts.push(entry);
    size += entry.length;
    last = entry;
    const next = table.length + 258 + (early ? 1 : 0);
    width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
  }
  return { bytes: Buffer.concat(parts), consumed: at };
}
