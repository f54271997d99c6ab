// PNG chunks (PNG third edition, 5.3 and 11) and the entropy-coded parts of JPEG (T.81 B.1) and JPEG 2000 (T.800 A.4).
// Samples are compressed noise to a text search: they are named as such, all the rest of a picture is read as it stands.

import type { Part } from './byte-views.ts';
import type { Range } from './format.ts';
import { type Budget, inflateWhatIsThere, zlibHeader } from './views-filters.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export function isPng(untrusted: Uint8Array): boolean {
  return PNG.equals(untrusted.subarray(0, 8));
}

export function* pngParts(untrusted: Uint8Array, budget: Budget): Generator<Part> {
  const file = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  let samples: Range[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const start = at + 8;
    const end = Math.min(file.length, start + file.readUInt32BE(at));
    const type = file.toString('latin1', at + 4, start);
    at = end + 4;
    if (type === 'IDAT' || type === 'fdAT') {
      samples.push([type === 'IDAT' ? start : Math.min(start + 4, end), end]);
      continue;
    }
    yield* imageData(file, samples, budget);
    samples = [];
    const text = compressedText(file.subarray(start, end), type);
    if (text !== undefined) {
      const { bytes, consumed } = inflateZlib(file.subarray(start + text, end), budget);
      yield { kind: 'chunk', bytes, spent: [start + text, start + text + consumed] };
    }
  }
  yield* imageData(file, samples, budget);
}

/** Where the compressed data of a zTXt, iTXt or iCCP chunk starts; undefined when it holds none. */
function compressedText(chunk: Buffer, type: string): number | undefined {
  const keyword = chunk.indexOf(0);
  if (keyword < 0) return undefined;
  if (type === 'zTXt' || type === 'iCCP') return keyword + 2;
  if (type !== 'iTXt' || chunk[keyword + 1] !== 1) return undefined;
  const language = chunk.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : chunk.indexOf(0, language + 1);
  return translated < 0 ? undefined : translated + 1;
}

/** One zlib stream over consecutive chunks. What follows its end is not spent, so hidden data there is searched plainly. */
function* imageData(file: Buffer, chunks: readonly Range[], budget: Budget): Generator<Part> {
  if (chunks.length === 0) return;
  const { bytes, consumed } = inflateZlib(
    Buffer.concat(chunks.map(([start, end]) => file.subarray(start, end))),
    budget,
  );
  let left = consumed;
  for (const [start, end] of chunks) {
    const length = Math.min(left, end - start);
    left -= length;
    yield { kind: 'samples', spent: [start, start + length] };
  }
  yield { kind: 'samples', bytes, samples: true };
}

function inflateZlib(untrusted: Uint8Array, budget: Budget): { bytes: Uint8Array; consumed: number } {
  const header = zlibHeader(untrusted);
  const { bytes, consumed } = inflateWhatIsThere(untrusted.subarray(header), budget);
  return { bytes, consumed: Math.min(untrusted.length, header + consumed + (header ? 4 : 0)) };
}

export function isJpeg(untrusted: Uint8Array): boolean {
  return untrusted[0] === 0xff && untrusted[1] === 0xd8 && untrusted[2] === 0xff;
}

/** Names the entropy-coded ranges of every scan; segments, and what follows the end, stay plain. */
export function* jpegParts(untrusted: Uint8Array): Generator<Part> {
  let at = 2;
  while (at + 4 <= untrusted.length) {
    if (untrusted[at] !== 0xff) return;
    const marker = untrusted[at + 1] ?? 0;
    if (marker === 0xd9) return;
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    at += 2 + (((untrusted[at + 2] ?? 0) << 8) | (untrusted[at + 3] ?? 0));
    if (marker !== 0xda) continue;
    const end = scanEnd(untrusted, at);
    yield { kind: 'scan', noise: [at, end] };
    at = end;
  }
}

/** Where a picture that starts at `at` ends, or undefined when none starts there. It is a view of its own. */
export function pictureEnd(untrusted: Uint8Array, at: number): number | undefined {
  const rest = untrusted.subarray(at);
  if (isPng(rest)) {
    const trailer = Buffer.from(rest.buffer, rest.byteOffset, rest.length).indexOf('IEND');
    return trailer < 0 ? undefined : Math.min(untrusted.length, at + trailer + 8);
  }
  if (!isJpeg(rest)) return undefined;
  let end: number | undefined;
  for (const { noise } of jpegParts(rest)) end = noise?.[1];
  return end === undefined ? undefined : Math.min(untrusted.length, at + end + 2);
}

/** The next marker that is no stuffed byte, fill byte or restart. */
function scanEnd(untrusted: Uint8Array, from: number): number {
  for (let at = untrusted.indexOf(0xff, from); at >= 0; at = untrusted.indexOf(0xff, at + 1)) {
    const next = untrusted[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return untrusted.length;
}

const CODESTREAM = Buffer.from([0xff, 0x4f, 0xff, 0x51]);

/** The codestream of a JPEG 2000 picture, whether in boxes or bare. */
export function* jpeg2000Parts(untrusted: Uint8Array): Generator<Part> {
  const start = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length).indexOf(CODESTREAM);
  if (start >= 0) yield { kind: 'codestream', noise: [start, untrusted.length] };
}

export function isJpeg2000(untrusted: Uint8Array): boolean {
  const start = Buffer.from(untrusted.buffer, untrusted.byteOffset, Math.min(12, untrusted.length));
  return start.subarray(0, 4).equals(CODESTREAM) || start.toString('latin1', 4, 8) === 'jP  ';
}
