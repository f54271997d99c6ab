// The header of a PNG, https://www.w3.org/TR/png-3/ section 11.2.1, and how many bytes of rows it asks for.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Chunk } from '../shared/png-chunks.ts';

export type Header = {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly isInterlaced: boolean;
};

const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);

/** The header, which has to be the first chunk. */
export function readHeader(chunk: Chunk | undefined, limits: Limits): Header {
  if (chunk?.type === 'CgBI') throw new Refusal('unsupported', "Apple's own form of PNG");
  if (chunk?.type !== 'IHDR' || chunk.data.length !== 13)
    throw new Refusal('malformed', 'no header where it has to be');
  const [depth = 0, colourType = 0, compression, filter, interlace] = chunk.data.subarray(8);
  const [width, height] = [chunk.data.readUInt32BE(0), chunk.data.readUInt32BE(4)];
  if (
    !DEPTHS.get(colourType)?.includes(depth) ||
    compression !== 0 ||
    filter !== 0 ||
    (interlace !== 0 && interlace !== 1)
  )
    throw new Refusal('malformed', 'a header with a value that has no meaning');
  if (width === 0 || height === 0) throw new Refusal('malformed', 'a picture without pixels');
  if (width * height > limits.maxPixels) throw new Refusal('limit', `${width * height} pixels`);
  return { width, height, depth, colourType, isInterlaced: interlace === 1 };
}

const SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

// Adam7: first column, first row, column step, row step of each pass.
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** How many bytes the rows of a picture of this size have, each with its filter byte. */
export function bytesOfRows({ width, height, depth, colourType, isInterlaced }: Header): number {
  const bits = depth * (SAMPLES.get(colourType) ?? 0);
  const rows = (columns: number, lines: number) => (columns === 0 ? 0 : lines * (1 + Math.ceil((columns * bits) / 8)));
  if (!isInterlaced) return rows(width, height);
  return PASSES.reduce(
    (sum, [x, y, across, down]) =>
      sum + rows(Math.max(0, Math.ceil((width - x) / across)), Math.max(0, Math.ceil((height - y) / down))),
    0,
  );
}
