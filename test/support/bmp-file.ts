// Makes BMP files part by part, so that each can be wrong in one way.

import { u16, u32 } from './emf-file.ts';

export type BmpParts = {
  /** Of the file header. */
  readonly reserved?: number;
  readonly depth?: number;
  readonly compression?: number;
  readonly width?: number;
  readonly height?: number;
  readonly palette?: Buffer;
  readonly gap?: Buffer;
  readonly rows?: Buffer;
  readonly after?: Buffer;
  /** Kind and bytes of a profile, which makes the header one of the fifth version. */
  readonly profile?: readonly [kind: number, bytes: Buffer];
};

const NONE = Buffer.alloc(0);

/** Two rows of three pixels; each row has three bytes of padding. */
export const rowsOf = (padding: string | Buffer = Buffer.alloc(3)) =>
  Buffer.concat(
    [1, 2].flatMap((seed) => [
      Buffer.from(Array.from({ length: 9 }, (_, i) => seed + i * 20)),
      Buffer.from(padding as Buffer),
    ]),
  );

export function bmpOf({
  reserved = 0,
  depth = 24,
  compression = 0,
  width = 3,
  height = 2,
  palette = NONE,
  gap = NONE,
  rows = rowsOf(),
  after = NONE,
  profile,
}: BmpParts = {}): Buffer {
  const size = profile ? 124 : 40;
  const info = Buffer.alloc(size);
  Buffer.concat([
    u32(size, width, height),
    u16(1, depth),
    u32(compression, rows.length, 2835, 2835, palette.length / 4, 0),
  ]).copy(info);
  const bitsAt = 14 + size + palette.length + gap.length;
  if (profile) {
    info.writeUInt32LE(profile[0], 56);
    info.writeUInt32LE(bitsAt - 14 + rows.length, 112);
    info.writeUInt32LE(profile[1].length, 116);
  }
  const parts = [info, palette, gap, rows, profile?.[1] ?? NONE, after];
  const total = parts.reduce((sum, { length }) => sum + length, 14);
  return Buffer.concat([Buffer.from('BM'), u32(total, reserved, bitsAt), ...parts]);
}
