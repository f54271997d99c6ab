// The strips or tiles of a picture: how many there are, how many bytes each takes when unpacked, and where its own
// compression ends. What stands behind that end is not the picture.

import { createInflate } from 'node:zlib';
import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Directory, numbersOf, type Tiff } from './directories.ts';
import { lzwEnd, packBitsEnd } from './packed.ts';
import {
  BITS,
  COMPRESSION,
  HEIGHT,
  PLANES,
  ROWS_PER_STRIP,
  SAMPLES,
  STRIPS,
  TILE_HEIGHT,
  TILE_WIDTH,
  TILES,
  WIDTH,
  YCBCR_SUBSAMPLING,
} from './tags.ts';

export type Layout = {
  readonly isTiled: boolean;
  readonly compression: number;
  readonly pieces: readonly Buffer[];
  /** Bytes of each piece when unpacked; undefined where that is not known. */
  readonly unpacked: readonly (number | undefined)[];
  readonly pixels: number;
  readonly ranges: readonly Range[];
};

const MAX_PIECES = 1_000_000;
const OLD_JPEG = 6;

/** Reads where the pixels are. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export function layoutOf(tiff: Tiff, { entries, offset }: Directory, maxPixels: number): Layout {
  const one = (tag: number, otherwise: number) => numbersOf(tiff, entries.get(tag))?.[0] ?? otherwise;
  const [width, height, compression, samples] = [one(WIDTH, 0), one(HEIGHT, 0), one(COMPRESSION, 1), one(SAMPLES, 1)];
  if (width === 0 || height === 0) throw new Refusal('malformed', `a picture without pixels at byte ${offset}`);
  if (width * height > maxPixels) throw new Refusal('limit', `${width * height} pixels`);
  if (compression === OLD_JPEG) throw new Refusal('unsupported', 'the withdrawn form of JPEG in TIFF');
  if (samples === 0 || samples > 64) throw new Refusal('malformed', `${samples} samples a pixel`);
  const isTiled = entries.has(TILE_WIDTH);
  const planes = one(PLANES, 1) === 2 ? samples : 1;
  const bits = numbersOf(tiff, entries.get(BITS)) ?? [1];
  const perPixel = planes > 1 ? (bits[0] ?? 1) : bits.length === samples ? sum(bits) : (bits[0] ?? 1) * samples;
  const rows = isTiled ? one(TILE_HEIGHT, 0) : Math.min(one(ROWS_PER_STRIP, height) || height, height);
  const across = isTiled ? one(TILE_WIDTH, 0) : width;
  if (rows === 0 || across === 0) throw new Refusal('malformed', `tiles without pixels at byte ${offset}`);
  const down = Math.ceil(height / rows);
  const count = down * (isTiled ? Math.ceil(width / across) : 1) * planes;
  if (count > MAX_PIECES) throw new Refusal('limit', `${count} strips or tiles`);
  const isSubsampled = (numbersOf(tiff, entries.get(YCBCR_SUBSAMPLING)) ?? [1, 1]).some((step) => step > 1);
  const rowBytes = Math.ceil((across * perPixel) / 8);
  const unpacked = Array.from({ length: count }, (_, i) => {
    const isLast = !isTiled && i % down === down - 1;
    return isSubsampled ? undefined : rowBytes * (isLast ? height - rows * (down - 1) : rows);
  });
  const ranges = rangesOf(tiff, entries, isTiled, count, compression === 1 ? unpacked : []);
  const pieces = ranges.map(([start, end]) => tiff.bytes.subarray(start, end));
  return { isTiled, compression, pieces, unpacked, pixels: width * height, ranges };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The strips' places. Without byte counts, uncompressed ones are as long as their rows. */
function rangesOf(
  tiff: Tiff,
  entries: Directory['entries'],
  isTiled: boolean,
  count: number,
  plain: readonly (number | undefined)[],
): readonly Range[] {
  const [offsetsTag, countsTag] = isTiled ? TILES : STRIPS;
  const offsets = numbersOf(tiff, entries.get(offsetsTag) ?? entries.get(STRIPS[0]));
  const counts = numbersOf(tiff, entries.get(countsTag) ?? entries.get(STRIPS[1])) ?? plain;
  if (!offsets || offsets.length < count || counts.length < count)
    throw new Refusal('malformed', `${offsets?.length ?? 0} of ${count} strips or tiles`);
  return Array.from({ length: count }, (_, i): Range => {
    const [start, length] = [offsets[i] ?? 0, counts[i]];
    if (length === undefined || start + length > tiff.bytes.length || start < 8)
      throw new Refusal('malformed', `strip or tile ${i + 1} lies outside the file`);
    return [start, start + length];
  });
}

/** Where a piece's own data ends; its length where that cannot be told. */
export async function endOf(piece: Buffer, compression: number, unpacked: number | undefined): Promise<number> {
  if (unpacked === undefined) return piece.length;
  switch (compression) {
    case 1:
      return Math.min(piece.length, unpacked);
    case 5:
      return lzwEnd(piece, unpacked);
    case 8:
    case 32946:
      return deflateEnd(piece);
    case 32773:
      return packBitsEnd(piece, unpacked);
    default:
      return piece.length;
  }
}

/** Where a zlib stream ends. A broken one is the decoder's to refuse. */
function deflateEnd(piece: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const inflate = createInflate({ chunkSize: 256 * 1024 });
    inflate.on('data', () => undefined);
    inflate.on('end', () => resolve(inflate.bytesWritten));
    inflate.on('error', () => resolve(piece.length));
    inflate.end(piece);
  });
}
