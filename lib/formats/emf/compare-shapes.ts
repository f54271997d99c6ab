// The bytes of a drawing record that must be the original's: coordinates, letters, pixels, colours. Found by rules of
// their own, coarser than those that rebuild: what they name must be equal, what they do not may have become zero.

import { isZero } from '../shared/blank.ts';
import { isTight, sameRows } from '../shared/same-rows.ts';
import type { Listed } from './compare-list.ts';

// Records of one size are nothing but fields.
const WHOLE = /^(?:9|1[0-35-9]|2\d|3\d|4[0-8]|5[1-57-9]|6[0-8]|98|111|115|120)$/;
const POINTS = new Map([
  ...[2, 3, 4, 5, 6].map((type) => [type, 8] as const),
  ...[85, 86, 87, 88, 89].map((type) => [type, 4] as const),
]);
const POLYGONS = new Map([
  [7, 8],
  [8, 8],
  [90, 4],
  [91, 4],
]);
const BITS = new Map([
  [76, 84],
  [77, 84],
  [78, 84],
  [79, 96],
  [80, 48],
  [81, 48],
  [93, 16],
  [94, 16],
  [95, 12],
  [114, 84],
  [116, 84],
]);

export function sameShapes({ type, bytes: before }: Listed, { bytes: after }: Listed): boolean {
  const u32 = (at: number) => (at + 4 <= before.length ? before.readUInt32LE(at) : 0);
  const same = (from: number, to: number) => before.subarray(from, to).equals(after.subarray(from, to));
  if (WHOLE.test(`${type}`)) return same(0, fixedSize(type, before.length));
  const points = POINTS.get(type);
  if (points) return same(0, 28 + points * u32(24));
  const corners = POLYGONS.get(type);
  if (corners) return same(0, 32 + 4 * u32(24) + corners * u32(28));
  if (type === 56 || type === 92) return same(0, 28 + (type === 56 ? 9 : 5) * u32(24));
  if (type === 83 || type === 84) {
    const letters = u32(44) * (type === 84 ? 2 : 1);
    const advances = u32(44) * (u32(52) & 0x2000 ? 8 : 4);
    return same(0, 56) && same(u32(48), u32(48) + letters) && (u32(72) === 0 || same(u32(72), u32(72) + advances));
  }
  if (type === 82) return sameFont(before, after);
  const bitmap = BITS.get(type);
  if (bitmap) return sameBitmap(before, after, bitmap);
  return same(0, 28);
}

/** The last byte of a record that is longer than its fields may go; none of these is over forty bytes. */
function fixedSize(type: number, length: number): number {
  const sizes: Readonly<Record<string, number>> = {
    15: 20,
    23: 32,
    35: 32,
    36: 36,
    38: 28,
    39: 24,
    41: 28,
    44: 32,
    111: 24,
  };
  const size = sizes[type];
  if (size !== undefined) return size;
  if (/^(?:9|1[0-3]|2[67]|51|54|120)$/.test(`${type}`)) return 16;
  if (/^(?:29|3[0-2]|4[23]|53|6[234])$/.test(`${type}`)) return 24;
  if (/^(?:28|33|52|59|6[01568])$/.test(`${type}`)) return 8;
  if (/^(?:4[5-7]|55)$/.test(`${type}`)) return 40;
  return Math.min(12, length);
}

/** Handle, measures and the face's name; behind the name's zero, and behind its field, nothing but a design's axes. */
function sameFont(before: Buffer, after: Buffer): boolean {
  const field = after.subarray(40, 104);
  const letters = Array.from({ length: 32 }, (_, i) => (i * 2 + 2 <= field.length ? field.readUInt16LE(i * 2) : 0));
  const end = letters.indexOf(0) < 0 ? 104 : 40 + 2 * letters.indexOf(0);
  if (!before.subarray(0, end).equals(after.subarray(0, end))) return false;
  return isZero(after.subarray(end, 360));
}

function sameBitmap(before: Buffer, after: Buffer, at: number): boolean {
  const [infoAt, infoBytes, bitsAt, bitsBytes] = [0, 4, 8, 12].map((by) =>
    at + by + 4 <= before.length ? before.readUInt32LE(at + by) : 0,
  ) as [number, number, number, number];
  if (infoBytes < 16) return true;
  const end = bitsAt + bitsBytes;
  const info = before.subarray(infoAt, infoAt + infoBytes);
  const rows = after.subarray(bitsAt, end);
  return sameRows(info, before.subarray(bitsAt, end), rows) && isTight(info, rows);
}
