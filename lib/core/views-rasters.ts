// Where samples stand uncompressed in TIFF, BMP and both kinds of metafile. A photograph has every letter in it, and
// among a hundred thousand of them now and then an address: these ranges are named as noise, in which a short match is
// chance and a long one still counts. Never throws; what cannot be read is not noise.

import type { Part } from './byte-views.ts';

export function isRaster(untrusted: Uint8Array): boolean {
  return kindOf(bufferOf(untrusted)) !== undefined;
}

export function* rasterParts(untrusted: Uint8Array): Generator<Part> {
  const bytes = bufferOf(untrusted);
  const kind = kindOf(bytes);
  const ranges = kind === 'tiff' ? strips(bytes) : kind === 'bmp' ? pixelArray(bytes) : bitmaps(bytes, kind === 'emf');
  for (const [start, end] of ranges)
    if (start > 0 && end > start && end <= bytes.length) yield { kind: 'samples', noise: [start, end] };
}

type Ranges = Generator<readonly [start: number, end: number]>;

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function kindOf(bytes: Buffer): 'tiff' | 'bmp' | 'emf' | 'wmf' | undefined {
  const start = bytes.toString('latin1', 0, 6);
  if (/^(?:II[*+]\0|MM\0[*+])/.test(start)) return 'tiff';
  if (/^BM/.test(start) && bytes.length > 26 && bytes.readUInt32LE(10) < bytes.length) return 'bmp';
  if (bytes.toString('latin1', 40, 44) === ' EMF') return 'emf';
  return /^(?:\xd7\xcd\xc6\x9a|[\x01\x02]\0\x09\0\0[\x01\x03])/.test(start) ? 'wmf' : undefined;
}

function* pixelArray(bytes: Buffer): Ranges {
  yield [bytes.readUInt32LE(10), bytes.length];
}

// The places of the offset and length of pixels in a record ([MS-EMF] 2.3.1), by its type.
const BITS_AT: ReadonlyMap<number, number> = new Map([
  ...[76, 77, 78, 114, 116].map((type) => [type, 92] as const),
  [79, 104],
  [80, 56],
  [81, 56],
]);
// What stands before a packed bitmap's header, by the function of a record of [MS-WMF] 2.3.1.
const BITMAP_AT: ReadonlyMap<number, number> = new Map([
  [0x0940, 22],
  [0x0b41, 26],
  [0x0d33, 24],
  [0x0f43, 28],
]);
const BITMAP_HEADER = 40;

function* bitmaps(bytes: Buffer, isEnhanced: boolean): Ranges {
  const placeable = bytes.readUInt32LE(0) === 0x9ac6cdd7 ? 22 : 0;
  for (let at = isEnhanced ? 0 : placeable + 18; at + 8 <= bytes.length; ) {
    const size = isEnhanced ? bytes.readUInt32LE(at + 4) : bytes.readUInt32LE(at) * 2;
    if (size < 6) return;
    const type = isEnhanced ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at + 4);
    const place = (isEnhanced ? BITS_AT : BITMAP_AT).get(type);
    if (place !== undefined && isEnhanced && size >= place + 8 && at + place + 8 <= bytes.length) {
      const start = at + bytes.readUInt32LE(at + place);
      yield [start, Math.min(start + bytes.readUInt32LE(at + place + 4), at + size)];
    } else if (place !== undefined && !isEnhanced) yield [at + place + BITMAP_HEADER, at + size];
    at += size;
  }
}

const MAX_DIRECTORIES = 20_000;
const MAX_STRIPS = 1_000_000;

/** Strips and tiles of the directories in the chain (TIFF 6.0 section 2 and 3). */
function* strips(bytes: Buffer): Ranges {
  const little = bytes[0] === 0x49;
  const big = bytes[2] === 43 || bytes[3] === 43;
  const word = big ? 8 : 4;
  const number = (at: number, size: number): number => {
    if (at < 0 || at + size > bytes.length) return 0;
    if (size === 8) return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  };
  const seen = new Set<number>();
  let left = MAX_STRIPS;
  for (let at = number(big ? 8 : 4, word); at > 0 && !seen.has(at) && seen.size < MAX_DIRECTORIES; ) {
    seen.add(at);
    const first = at + (big ? 8 : 2);
    const end = first + Math.min(number(at, big ? 8 : 2), 4096) * (4 + 2 * word);
    const lists = new Map<number, readonly number[]>();
    for (let entry = first; entry < end; entry += 4 + 2 * word) {
      const tag = number(entry, 2);
      if (![273, 279, 324, 325].includes(tag)) continue;
      const size = { 3: 2, 4: 4, 16: 8 }[number(entry + 2, 2)] ?? 4;
      const count = Math.min(number(entry + 4, word), left);
      left -= count;
      const start = size * count <= word ? entry + 4 + word : number(entry + 4 + word, word);
      if (start + size * count <= bytes.length)
        lists.set(
          tag,
          Array.from({ length: count }, (_, i) => number(start + i * size, size)),
        );
    }
    const lengths = lists.get(325) ?? lists.get(279) ?? [];
    for (const [i, offset] of (lists.get(324) ?? lists.get(273) ?? []).entries())
      yield [offset, offset + (lengths[i] ?? 0)];
    at = number(end, word);
  }
}
