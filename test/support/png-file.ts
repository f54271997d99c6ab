// Makes PNG files chunk by chunk, so that each can be wrong in one way.

import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export function chunk(type: string, data: Uint8Array | string = ''): Buffer {
  const inner = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(data as Uint8Array)]);
  const whole = Buffer.alloc(inner.length + 8);
  whole.writeUInt32BE(inner.length - 4, 0);
  inner.copy(whole, 4);
  whole.writeUInt32BE(crc32(inner), whole.length - 4);
  return whole;
}

export type Header = {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colour?: number;
};

export function header({ width, height, depth = 8, colour = 2 }: Header): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = depth;
  data[9] = colour;
  return chunk('IHDR', data);
}

/** Unfiltered rows with some variety. */
export function rows(lines: number, bytesPerLine: number, seed = 1, most = 251): Buffer {
  return Buffer.concat(
    Array.from({ length: lines }, (_, y) =>
      Buffer.from([0, ...Array.from({ length: bytesPerLine }, (_, x) => ((x * 29 + y * 53) * seed) % most)]),
    ),
  );
}

export const WIDTH = 16;
export const HEIGHT = 10;
export const ROWS = rows(HEIGHT, WIDTH * 3);
export const PICTURE = chunk('IDAT', deflateSync(ROWS));
export const END = chunk('IEND');

/** A true-colour picture with chunks before its rows and bytes after its end. */
export function pngOf(
  before: readonly Buffer[] = [],
  picture: readonly Buffer[] = [PICTURE],
  after: readonly Buffer[] = [],
): Buffer {
  return Buffer.concat([SIGNATURE, header({ width: WIDTH, height: HEIGHT }), ...before, ...picture, END, ...after]);
}

/** Any chunks behind a signature. */
export function pngFrom(...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks]);
}

export function compressedText(keyword: string, text: string): Buffer {
  return chunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(Buffer.from(text))]));
}

export function internationalText(keyword: string, text: Buffer | string, isCompressed = false): Buffer {
  const data = Buffer.from(text as Buffer);
  const head = Buffer.from(`${keyword}\0${isCompressed ? '\x01' : '\0'}\0nl\0\0`, 'latin1');
  return chunk('iTXt', Buffer.concat([head, isCompressed ? deflateSync(data) : data]));
}

export function profileChunk(name: string, profile: Buffer, tail: Buffer = Buffer.alloc(0)): Buffer {
  return chunk('iCCP', Buffer.concat([Buffer.from(`${name}\0\0`, 'latin1'), deflateSync(profile), tail]));
}

export type FrameParts = { readonly width?: number; readonly x?: number; readonly tail?: Buffer };

/** An animation: the still picture is its first frame, the others are given. */
export function animated(frames: readonly FrameParts[], announced = frames.length + 1): Buffer {
  let sequence = 0;
  const numbered = (type: string, data: Buffer) => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(sequence++);
    return chunk(type, Buffer.concat([number, data]));
  };
  const control = ({ width = WIDTH, x = 0 }: FrameParts) => {
    const data = Buffer.alloc(22);
    for (const [i, value] of [width, HEIGHT, x, 0].entries()) data.writeUInt32BE(value, 4 * i);
    data.set([0, 1, 0, 10, 0, 0], 16);
    return numbered('fcTL', data);
  };
  const count = Buffer.alloc(8);
  count.writeUInt32BE(announced, 0);
  const still = control({});
  const moving = frames.flatMap((frame, i) => {
    const stream = deflateSync(rows(HEIGHT, (frame.width ?? WIDTH) * 3, i + 2));
    return [control(frame), numbered('fdAT', Buffer.concat([stream, frame.tail ?? Buffer.alloc(0)]))];
  });
  return pngOf([chunk('acTL', count), still], [PICTURE, ...moving]);
}
