// Whether the rebuilt picture is the same one, by a second reading of both: the same measures, palette and rows. libvips
// does not decode BMP; the rows are the samples, so that nothing is lost by comparing them as they are.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameColours } from '../shared/same-colours.ts';
import { isTight, sameRows } from '../shared/same-rows.ts';
import { BMP_CARRIERS } from './carriers.ts';

/** Same measures, colours and rows; nothing else. Rejects with Refusal 'unverified' otherwise. */
export async function compareBmp(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const keepsMore = BMP_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  const [before, after] = [bufferOf(original), bufferOf(body)];
  const fail = (what: string) => new Refusal('unverified', what);
  const [was, is] = [before.subarray(14), after.subarray(14)];
  // The size of the header, and in it width, height, planes, depth and compression.
  const fixed = Math.min(was.readUInt32LE(0), 40);
  if (!was.subarray(0, fixed).equals(is.subarray(0, fixed))) throw fail('the header is another one');
  const [from, to] = [before.readUInt32LE(10), after.readUInt32LE(10)];
  samePalette(was.subarray(0, from - 14), is.subarray(0, to - 14), keepsMore);
  const profile = profileOf(is);
  const end = profile ? after.length - profile.length : after.length;
  const rows = after.subarray(to, end);
  if (!sameRows(was, before.subarray(from, from + rows.length), rows)) throw fail('a row is another one');
  if (rows.some((byte, at) => byte !== 0 && byte !== before[from + at]))
    throw fail('a byte of the pixels is another one');
  sameColours(profileOf(was), profile);
  if (!keepsMore) checkEnd(is, after, rows);
  return ['header', 'rows', 'colours'];
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Masks and colours; the fourth byte of a colour is nothing. */
function samePalette(was: Buffer, is: Buffer, keepsMore: boolean): void {
  const size = is.readUInt32LE(0);
  for (let at = size; at < is.length; at++) {
    const isReserved = !keepsMore && size > 12 && is.readUInt16LE(14) <= 8 && (at - size) % 4 === 3;
    if (is[at] !== (isReserved ? 0 : was[at])) throw new Refusal('unverified', 'the palette is another one');
  }
}

function profileOf(info: Buffer): Buffer | undefined {
  if (info.readUInt32LE(0) !== 124 || info.toString('latin1', 56, 60) !== 'DEBM') return undefined;
  const start = info.readUInt32LE(112);
  return info.subarray(start, start + info.readUInt32LE(116));
}

/** No path to a profile, nothing reserved, and as many bytes as the picture has. */
function checkEnd(info: Buffer, after: Buffer, rows: Buffer): void {
  const size = info.readUInt32LE(0);
  const [width, height, depth] =
    size === 12
      ? [info.readUInt16LE(4), info.readUInt16LE(6), info.readUInt16LE(10)]
      : [info.readInt32LE(4), Math.abs(info.readInt32LE(8)), info.readUInt16LE(14)];
  const isCoded = size >= 40 && [1, 2].includes(info.readUInt32LE(16));
  const expected = Math.floor((width * depth + 31) / 32) * 4 * height;
  if (!isCoded && rows.length !== expected) throw new Refusal('unverified', 'bytes behind the pixels');
  if (!isTight(info, rows)) throw new Refusal('unverified', 'bytes between the rows');
  if (after.readUInt32LE(6) !== 0 || after.readUInt32LE(2) !== after.length)
    throw new Refusal('unverified', 'the file header is wrong');
  if (size === 124 && info.toString('latin1', 56, 60) === 'KNIL')
    throw new Refusal('unverified', 'a path to a profile');
}
