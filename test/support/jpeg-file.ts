// Makes JPEG files: pictures from sharp, with segments of any kind put between.

import sharp from 'sharp';

const WIDTH = 40;
const HEIGHT = 24;

type Kind = 'baseline' | 'progressive' | 'grey' | 'cmyk';

const made = new Map<Kind, Promise<Buffer>>();

/** A small picture with enough variety that every table is used. The same bytes each time. */
export async function jpegOf(kind: Kind = 'baseline'): Promise<Buffer> {
  const known = made.get(kind) ?? encode(kind);
  made.set(kind, known);
  return Buffer.from(await known);
}

function encode(kind: Kind): Promise<Buffer> {
  const samples = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37 + (i >> 7) * 11) % 251));
  const picture = sharp(samples, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  if (kind === 'grey') return picture.toColourspace('b-w').jpeg().toBuffer();
  if (kind === 'cmyk') return picture.toColourspace('cmyk').jpeg().toBuffer();
  return picture.jpeg({ progressive: kind === 'progressive', chromaSubsampling: '4:2:0' }).toBuffer();
}

export function segment(marker: number, payload: Buffer | string): Buffer {
  const data = Buffer.from(payload as Buffer);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** The file with bytes put right after the start of image. */
export function atStart(jpeg: Buffer, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
}

/** The file with bytes put right before the end of image. */
export function beforeEnd(jpeg: Buffer, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, -2), ...parts, jpeg.subarray(-2)]);
}

export function afterEnd(jpeg: Buffer, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg, ...parts]);
}

/** The file without the segments of one marker before its first scan. */
export function without(jpeg: Buffer, marker: number): Buffer {
  const kept: Buffer[] = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== marker) kept.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...kept, jpeg.subarray(at)]);
}

/** The file with one byte of its frame header changed, counted from the marker. */
export function withFrameByte(jpeg: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(jpeg);
  for (let at = 2; at < copy.length; at += 2 + copy.readUInt16BE(at + 2)) {
    const marker = copy[at + 1] ?? 0;
    if (marker < 0xc0 || marker > 0xc2) continue;
    copy[at + offset] = value;
    return copy;
  }
  throw new Error('no frame header');
}

/** A picture whose scan is cut into restart intervals, each of one row of blocks, all grey. */
export function restarting(afterFirst: Buffer = Buffer.alloc(0)): Buffer {
  const table = (slot: number, lengths: readonly number[], symbols: readonly number[]) =>
    segment(0xc4, Buffer.from([slot, ...lengths, ...Array(16 - lengths.length).fill(0), ...symbols]));
  // One code each: difference 0, and end of block.
  const scan = [Buffer.from([0x00 | 0x0f]), afterFirst, Buffer.from([0xff, 0xd0]), Buffer.from([0x0f])];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, Buffer.from([0, ...Array(64).fill(16)])),
    segment(0xc0, Buffer.from([8, 0, 16, 0, 16, 1, 1, 0x11, 0])),
    table(0x00, [1], [0]),
    table(0x10, [1], [0]),
    segment(0xdd, Buffer.from([0, 2])),
    segment(0xda, Buffer.from([1, 1, 0x00, 0, 63, 0])),
    ...scan,
    Buffer.from([0xff, 0xd9]),
  ]);
}
