// Frames of an animated PNG (PNG section 11.3.6): acTL counts them, fcTL places each, fdAT holds its rows behind a
// sequence number that fcTL and fdAT share.

import { Refusal } from '../../core/refusal.ts';
import type { Chunk } from '../shared/png-chunks.ts';
import type { Header } from './header.ts';

/** The size of a frame. Rejects with Refusal 'malformed' when it lies outside the picture. */
export function frameHeader({ data, offset }: Chunk, header: Header): Header {
  if (data.length !== 26) throw new Refusal('malformed', `frame control at byte ${offset}`);
  const [width, height, x, y] = [4, 8, 12, 16].map((at) => data.readUInt32BE(at)) as [number, number, number, number];
  if (width === 0 || height === 0 || x + width > header.width || y + height > header.height)
    throw new Refusal('malformed', `frame outside the picture at byte ${offset}`);
  return { ...header, width, height };
}

/** The same chunk data with another sequence number. */
export function renumbered(data: Uint8Array, sequence: number): Buffer {
  const copy = Buffer.from(data);
  copy.writeUInt32BE(sequence, 0);
  return copy;
}

/** Checks that the numbers of frame chunks count up from zero. */
export function sequenceCheck(): (chunk: Chunk) => void {
  let expected = 0;
  return ({ data, offset }) => {
    if (data.length < 4 || data.readUInt32BE(0) !== expected)
      throw new Refusal('malformed', `frame chunk out of turn at byte ${offset}`);
    expected++;
  };
}
