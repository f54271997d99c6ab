// Which bytes of an EMF+ record its fields use ([MS-EMFPLUS] 2.3), from the start of its data. A type that is not in
// the table is not copied. Objects are in a file of their own.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';

export type PlusRecord = { readonly type: number; readonly flags: number; readonly data: Buffer };

export type PlusLayout = (record: PlusRecord) => readonly Range[];

const COMPRESSED = 0x4000;
const RELATIVE = 0x0800;

function u32(data: Buffer, at: number): number {
  if (at + 4 > data.length) throw new Refusal('malformed', 'an EMF+ record is cut off');
  return data.readUInt32LE(at);
}

const fixed =
  (size: number): PlusLayout =>
  () => [[0, size]];

/** A count, then rectangles of eight or sixteen bytes. */
const rectangles =
  (countAt: number): PlusLayout =>
  ({ flags, data }) => [[0, countAt + 4 + u32(data, countAt) * (flags & COMPRESSED ? 8 : 16)]];

const rectangle =
  (at: number): PlusLayout =>
  ({ flags }) => [[0, at + (flags & COMPRESSED ? 8 : 16)]];

/** A count, then points: of four or eight bytes, or relative ones of two to four. */
const points =
  (countAt: number): PlusLayout =>
  ({ flags, data }) => {
    const count = u32(data, countAt);
    const start = countAt + 4;
    if (flags & RELATIVE) return [[0, relativeEnd(data, start, count)]];
    return [[0, start + count * (flags & COMPRESSED ? 4 : 8)]];
  };

/** Relative coordinates are one byte, or two where the high bit of the first is set ([MS-EMFPLUS] 2.2.2.22). */
export function relativeEnd(data: Buffer, start: number, count: number): number {
  let at = start;
  for (let i = 0; i < count * 2; i++) {
    const byte = data[at];
    if (byte === undefined) throw new Refusal('malformed', 'an EMF+ record is cut off');
    at += byte & 0x80 ? 2 : 1;
  }
  return at;
}

const text: PlusLayout = ({ data }) => [[0, 28 + u32(data, 8) * 2]];

/** Glyphs, their places, and a matrix where there is one. */
const driverString: PlusLayout = ({ data }) => {
  const [hasMatrix, count] = [u32(data, 8), u32(data, 12)];
  const glyphs = 16 + count * 2;
  // Places begin where the glyphs end, without padding.
  return [[0, glyphs + count * 8 + (hasMatrix ? 24 : 0)]];
};

const terminalClip: PlusLayout = ({ flags, data }) => {
  const count = flags & 0x7fff;
  return [[0, flags & 0x8000 ? data.length : count * 8]];
};

const rows = (types: readonly number[], layout: PlusLayout) => types.map((type) => [type, layout] as const);

export const DRAW_STRING = 0x401c;

export const PLUS_LAYOUTS: ReadonlyMap<number, PlusLayout> = new Map<number, PlusLayout>([
  // Header, then records without data: end, modes, resets, clipping by an object.
  ...rows([0x4001], fixed(16)),
  ...rows([0x4002, 0x4004], fixed(0)),
  ...rows([0x401e, 0x401f, 0x4020, 0x4021, 0x4022, 0x4023, 0x4024], fixed(0)),
  ...rows([0x402b, 0x4031, 0x4033, 0x4034], fixed(0)),
  ...rows([0x4009, 0x4013, 0x4014, 0x4015, 0x4025, 0x4026, 0x4028, 0x4029, 0x402f, 0x4030, 0x4037], fixed(4)),
  ...rows([0x401d, 0x402d, 0x402e, 0x4035], fixed(8)),
  ...rows([0x402a, 0x402c], fixed(24)),
  ...rows([0x4027], fixed(36)),
  ...rows([0x4032], fixed(16)),
  ...rows([0x400a], rectangles(4)),
  ...rows([0x400b], rectangles(0)),
  ...rows([0x400c], points(4)),
  ...rows([0x400d, 0x4019], points(0)),
  ...rows([0x400e], rectangle(4)),
  ...rows([0x400f], rectangle(0)),
  ...rows([0x4010], rectangle(12)),
  ...rows([0x4011, 0x4012], rectangle(8)),
  ...rows([0x4016], points(8)),
  ...rows([0x4017], points(4)),
  ...rows([0x4018], points(12)),
  ...rows([0x401a], rectangle(24)),
  ...rows([0x401b], points(24)),
  ...rows([DRAW_STRING], text),
  ...rows([0x4036], driverString),
  ...rows([0x403a], terminalClip),
]);
