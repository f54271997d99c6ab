// Writes samples as a PNG, https://www.w3.org/TR/png-3/: the same samples give the same bytes. Each row gets the filter
// whose differences are smallest (section 12.7), as other writers choose it.

import { constants, deflateSync } from 'node:zlib';
import type { Raster } from '../../core/engines.ts';
import { chunkBytes, type Said, SIGNATURE } from './png-chunks.ts';

/** Grey, grey with transparency, colours, colours with transparency; by the number of samples of a pixel. */
const COLOUR_TYPES = [undefined, 0, 4, 2, 6];

// What came from a JPEG hardly repeats itself: looking for repetitions takes ten times as long, and finds worse codes.
const SMOOTH = { strategy: constants.Z_RLE };
const REPEATING = { level: 4 };

/** `said` are chunks between the header and the rows. Samples of 16 bits are those of this machine, low byte first. */
export function writePng(raster: Raster, said: readonly Said[], isSmooth = false): Buffer {
  const { width, height, channels, depth } = raster;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = COLOUR_TYPES[channels] ?? 0;
  return Buffer.concat([
    SIGNATURE,
    chunkBytes('IHDR', header),
    ...said.map(({ type, data }) => chunkBytes(type, data)),
    chunkBytes('IDAT', deflateSync(filtered(raster), isSmooth ? SMOOTH : REPEATING)),
    chunkBytes('IEND', Buffer.alloc(0)),
  ]);
}

function filtered({ width, height, channels, depth, pixels }: Raster): Uint8Array {
  const step = (channels * depth) / 8;
  const size = width * step;
  const rows = new Uint8Array(height * (size + 1));
  // Left of the first pixel and above the first row everything is zero.
  let [row, above] = [new Uint8Array(step + size), new Uint8Array(step + size)];
  let [best, other] = [new Uint8Array(size), new Uint8Array(size)];
  for (let y = 0; y < height; y++) {
    row.set(pixels.subarray(y * size, (y + 1) * size), step);
    if (depth === 16) Buffer.from(row.buffer).swap16();
    let [chosen, least] = [0, Number.POSITIVE_INFINITY];
    for (const [number, differences] of FILTERS.entries()) {
      const sum = differences(row, above, step, other, least);
      if (sum >= least) continue;
      [chosen, least] = [number, sum];
      [best, other] = [other, best];
    }
    rows[y * (size + 1)] = chosen;
    rows.set(best, y * (size + 1) + 1);
    [row, above] = [above, row];
  }
  return rows;
}

/** Fills `into` and answers the sum of what is in it, taken as signed; any sum from `most` on once it is too large. */
type Filter = (row: Uint8Array, above: Uint8Array, step: number, into: Uint8Array, most: number) => number;

/** By their numbers. Each has a loop of its own: one for all of them takes ten times as long. */
const FILTERS: readonly Filter[] = [
  (row, _above, step, into, most) => {
    let sum = 0;
    for (let i = step; i < row.length && sum < most; i++) {
      const byte = row[i] ?? 0;
      into[i - step] = byte;
      sum += byte < 128 ? byte : 256 - byte;
    }
    return sum;
  },
  (row, _above, step, into, most) => {
    let sum = 0;
    for (let i = step; i < row.length && sum < most; i++) {
      const byte = ((row[i] ?? 0) - (row[i - step] ?? 0)) & 0xff;
      into[i - step] = byte;
      sum += byte < 128 ? byte : 256 - byte;
    }
    return sum;
  },
  (row, above, step, into, most) => {
    let sum = 0;
    for (let i = step; i < row.length && sum < most; i++) {
      const byte = ((row[i] ?? 0) - (above[i] ?? 0)) & 0xff;
      into[i - step] = byte;
      sum += byte < 128 ? byte : 256 - byte;
    }
    return sum;
  },
  (row, above, step, into, most) => {
    let sum = 0;
    for (let i = step; i < row.length && sum < most; i++) {
      const byte = ((row[i] ?? 0) - (((row[i - step] ?? 0) + (above[i] ?? 0)) >> 1)) & 0xff;
      into[i - step] = byte;
      sum += byte < 128 ? byte : 256 - byte;
    }
    return sum;
  },
  (row, above, step, into, most) => {
    let sum = 0;
    for (let i = step; i < row.length && sum < most; i++) {
      const byte = ((row[i] ?? 0) - nearest(row[i - step] ?? 0, above[i] ?? 0, above[i - step] ?? 0)) & 0xff;
      into[i - step] = byte;
      sum += byte < 128 ? byte : 256 - byte;
    }
    return sum;
  },
];

function nearest(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const a = Math.abs(guess - left);
  const b = Math.abs(guess - above);
  const c = Math.abs(guess - corner);
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
