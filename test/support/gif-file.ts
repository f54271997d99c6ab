// Makes GIF files block by block, so that each can be wrong in one way.

import { u16 } from './emf-file.ts';

export const WIDTH = 6;
export const HEIGHT = 4;
const PALETTE = Buffer.from([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
const SCREEN = Buffer.concat([u16(WIDTH, HEIGHT), Buffer.from([0x91, 0, 0]), PALETTE]);

export const END = Buffer.from([0x3b]);

export function subBlocks(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255)
    parts.push(Buffer.from([Math.min(255, data.length - at)]), data.subarray(at, at + 255));
  return Buffer.concat([...parts, Buffer.from([0])]);
}

export const extension = (label: number, ...blocks: readonly (Buffer | string)[]) =>
  Buffer.concat([
    Buffer.from([0x21, label]),
    ...blocks.map((block) => subBlocks(Buffer.from(block as Buffer)).subarray(0, -1)),
    Buffer.from([0]),
  ]);

export const control = (delay: number, reserved = 0) => extension(0xf9, Buffer.from([0x04 | reserved, delay, 0, 0]));
export const loop = (times: number) => extension(0xff, 'NETSCAPE2.0', Buffer.from([1, times, 0]));

/** Pixels of two bits as codes of three: cleared after every second one, so that codes never grow. */
function codes(pixels: readonly number[], hasEnd: boolean): Buffer {
  const all = pixels.flatMap((pixel, i) => (i % 2 === 0 ? [4, pixel] : [pixel]));
  if (hasEnd) all.push(5);
  const bytes = Buffer.alloc(Math.ceil((all.length * 3) / 8));
  for (const [i, code] of all.entries())
    for (let bit = 0; bit < 3; bit++)
      if (code & (1 << bit)) bytes[(i * 3 + bit) >> 3] = (bytes[(i * 3 + bit) >> 3] ?? 0) | (1 << ((i * 3 + bit) & 7));
  return bytes;
}

export type ImageParts = {
  readonly seed?: number;
  readonly tail?: Buffer;
  readonly reserved?: number;
  readonly hasEnd?: boolean;
};

export function image({ seed = 1, tail = Buffer.alloc(0), reserved = 0, hasEnd = true }: ImageParts = {}): Buffer {
  const pixels = Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 3 + seed) % 4);
  const data = Buffer.concat([codes(pixels, hasEnd), tail]);
  return Buffer.concat([Buffer.from([0x2c]), u16(0, 0, WIDTH, HEIGHT), Buffer.from([reserved, 2]), subBlocks(data)]);
}

export function gifOf(blocks: readonly Buffer[], after: readonly Buffer[] = []): Buffer {
  return Buffer.concat([Buffer.from('GIF89a'), SCREEN, ...blocks, END, ...after]);
}

/** An XMP packet is not cut into sub-blocks; 256 bytes that count down end it. */
export function xmp(packet: Buffer): Buffer {
  const countdown = Buffer.from(Array.from({ length: 257 }, (_, i) => (i === 0 ? 1 : 256 - i)));
  return Buffer.concat([
    Buffer.from([0x21, 0xff, 11]),
    Buffer.from('XMP DataXMP'),
    packet,
    countdown,
    Buffer.from([0]),
  ]);
}
