// GIF, the specification of version 89a: a screen with perhaps a palette, then extensions and images, to the trailer.
// What is longer than a few bytes stands in sub-blocks of at most 255.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export const EXTENSION = 0x21;
export const IMAGE = 0x2c;
export const TRAILER = 0x3b;
export const CONTROL = 0xf9;
export const COMMENT = 0xfe;
export const APPLICATION = 0xff;
export const PLAIN_TEXT = 0x01;

export type Extension = {
  readonly kind: 'extension';
  readonly offset: number;
  readonly label: number;
  /** The first sub-block, and the rest joined. */
  readonly head: Buffer;
  readonly data: Buffer;
  readonly bytes: Buffer;
};

export type Image = {
  readonly kind: 'image';
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  /** Descriptor, palette and the size of the first code. */
  readonly front: Buffer;
  readonly codeBits: number;
  readonly subBlocks: Buffer;
  readonly data: Buffer;
};

export type Gif = {
  /** Signature, screen and palette. */
  readonly front: Buffer;
  readonly blocks: readonly (Extension | Image)[];
  readonly gaps: readonly Buffer[];
  readonly end: number;
};

/** All blocks to the trailer. Rejects with Refusal 'malformed' or 'limit'. */
export function readGif(untrusted: Uint8Array, limits: Limits): Gif {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (bytes.length < 14) throw new Refusal('malformed', 'a screen that is cut off');
  const [screenWidth, screenHeight] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  const start = 13 + paletteBytes(bytes[10] ?? 0);
  const blocks: (Extension | Image)[] = [];
  const gaps: Buffer[] = [];
  let frames = 0;
  let at = start;
  for (;;) {
    if (at >= bytes.length) throw new Refusal('malformed', `no trailer before byte ${bytes.length}`);
    if (blocks.length >= limits.maxMembers) throw new Refusal('limit', `more than ${limits.maxMembers} blocks`);
    const first = bytes[at];
    if (first === TRAILER) return { front: bytes.subarray(0, start), blocks, gaps, end: at + 1 };
    if (first === EXTENSION) {
      const { block, end } = readExtension(bytes, at);
      blocks.push(block);
      at = end;
    } else if (first === IMAGE) {
      const { block, end } = readImage(bytes, at);
      frames++;
      // Viewers keep a whole screen for every frame.
      const pixels = Math.max(screenWidth * screenHeight, block.width * block.height) * frames;
      if (pixels > limits.maxPixels) throw new Refusal('limit', `${pixels} pixels in ${frames} frames`);
      blocks.push(block);
      at = end;
    } else if (first === 0) {
      // Some writers end a block once too often; anything else has no meaning.
      gaps.push(bytes.subarray(at, at + 1));
      at++;
    } else throw new Refusal('malformed', `no block at byte ${at}`);
  }
}

function paletteBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

function readExtension(bytes: Buffer, offset: number): { block: Extension; end: number } {
  const { pieces, end } = readSubBlocks(bytes, offset + 2);
  const [head = Buffer.alloc(0), ...rest] = pieces;
  const label = bytes[offset + 1] ?? 0;
  return {
    block: { kind: 'extension', offset, label, head, data: Buffer.concat(rest), bytes: bytes.subarray(offset, end) },
    end,
  };
}

function readImage(bytes: Buffer, offset: number): { block: Image; end: number } {
  if (offset + 11 > bytes.length) throw new Refusal('malformed', `image cut off at byte ${offset}`);
  const codesAt = offset + 10 + paletteBytes(bytes[offset + 9] ?? 0);
  const [width, height] = [bytes.readUInt16LE(offset + 5), bytes.readUInt16LE(offset + 7)];
  const codeBits = bytes[codesAt] ?? 0;
  // Up to 8 by the specification; the code for clearing has to fit twelve bits.
  if (width === 0 || height === 0 || codeBits < 1 || codeBits > 11)
    throw new Refusal('malformed', `image of ${width} by ${height} at byte ${offset}`);
  const { pieces, end } = readSubBlocks(bytes, codesAt + 1);
  const front = bytes.subarray(offset, codesAt + 1);
  return {
    block: {
      kind: 'image',
      offset,
      width,
      height,
      front,
      codeBits,
      subBlocks: bytes.subarray(codesAt + 1, end),
      data: Buffer.concat(pieces),
    },
    end,
  };
}

function readSubBlocks(bytes: Buffer, from: number): { pieces: readonly Buffer[]; end: number } {
  const pieces: Buffer[] = [];
  let at = from;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || at + 1 + length > bytes.length)
      throw new Refusal('malformed', `sub-block cut off at byte ${at}`);
    if (length === 0) return { pieces, end: at + 1 };
    pieces.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** Data in sub-blocks of the largest size, with their end. */
export function subBlocksOf(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const piece = data.subarray(at, at + 255);
    parts.push(Buffer.from([piece.length]), piece);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}
