// Writes samples as a PNG, https://www.w3.org/TR/png-3/: the same samples give the same bytes. Each row gets the filter
// whose differences are smallest (section 12.7), as other writers choose it.

import { deflateSync } from 'node:zlib';
import type { Raster } from '../../core/engines.ts';
import { chunkBytes, type Said, SIGNATURE } from './png-chunks.ts';

/** Grey, grey with transparency, colours, colours with transparency; by the number of samples of a pixel. */
const COLOUR_TYPES = [undefined, 0, 4, 2, 6];
const FILTERS = 5;

/** `said` are chunks between the header and the rows. Samples of 16 bits are those of this machine, low byte first. */
export function writePng(raster: Raster, said: readonly Said[]): Buffer {
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
    chunkBytes('IDAT', deflateSync(filtered(raster), { level: 6 })),
    chunkBytes('IEND', Buffer.alloc(0)),
  ]);
}

function filtered({ width, height, channels, depth, pixels }: Raster): Buffer {
  const step = (channels * depth) / 8;
  const size = width * step;
  const rows = Buffer.alloc(height * (size + 1));
  const tries = Array.from({ length: FILTERS }, () => Buffer.alloc(size));
  let above: Uint8Array = Buffer.alloc(size);
  for (let y = 0; y < height; y++) {
    const row = Buffer.from(pixels.subarray(y * size, (y + 1) * size));
    if (depth === 16) row.swap16();
    const filter = smallest(row, above, step, tries);
    rows[y * (size + 1)] = filter;
    rows.set(tries[filter] ?? row, y * (size + 1) + 1);
    above = row;
  }
  return rows;
}

/** Fills in what each filter makes of the row, and answers the number of the best. */
function smallest(row: Uint8Array, above: Uint8Array, step: number, tries: readonly Uint8Array[]): number {
  const sums = new Float64Array(FILTERS);
  const [none, sub, up, average, paeth] = tries;
  if (!none || !sub || !up || !average || !paeth) throw new Error('a filter without room for its row');
  const distance = (byte: number) => (byte < 128 ? byte : 256 - byte);
  for (let i = 0; i < row.length; i++) {
    const byte = row[i] ?? 0;
    const left = i < step ? 0 : (row[i - step] ?? 0);
    const over = above[i] ?? 0;
    const corner = i < step ? 0 : (above[i - step] ?? 0);
    none[i] = byte;
    sub[i] = byte - left;
    up[i] = byte - over;
    average[i] = byte - ((left + over) >> 1);
    paeth[i] = byte - nearest(left, over, corner);
    for (let filter = 0; filter < FILTERS; filter++)
      sums[filter] = (sums[filter] ?? 0) + distance(tries[filter]?.[i] ?? 0);
  }
  return sums.indexOf(Math.min(...sums));
}

function nearest(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
