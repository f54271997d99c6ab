// Whether two bitmaps have the same pixels, read by rules of its own: whole rows but for their padding, as far as the
// bytes go. That every other byte is the original's or zero has to be seen by whoever asks.

import { isZero } from './blank.ts';

type Measures = { readonly height: number; readonly bits: number; readonly stride: number };

/** Undefined where rows are coded, or the header says nothing. */
function measuresOf(info: Buffer): Measures | undefined {
  if (info.length < 16) return undefined;
  const isCore = info.readUInt32LE(0) === 12;
  const width = isCore ? info.readUInt16LE(4) : info.readInt32LE(4);
  const height = Math.abs(isCore ? info.readUInt16LE(6) : info.readInt32LE(8));
  const bits = width * info.readUInt16LE(isCore ? 10 : 14);
  const compression = !isCore && info.length >= 20 && info.readUInt32LE(0) >= 40 ? info.readUInt32LE(16) : 0;
  const stride = Math.floor((bits + 31) / 32) * 4;
  return [0, 3, 6].includes(compression) && stride > 0 ? { height, bits, stride } : undefined;
}

/** `info` starts with the bitmap's header; the rows stand in `before` and `after`. */
export function sameRows(info: Buffer, before: Buffer, after: Buffer): boolean {
  const measures = measuresOf(info);
  // Runs end somewhere inside.
  if (!measures) return before.length === after.length;
  const { height, bits, stride } = measures;
  const rowBytes = Math.floor(bits / 8);
  for (let row = 0; row < height && row * stride + rowBytes <= before.length; row++) {
    const [start, end] = [row * stride, row * stride + rowBytes];
    if (!before.subarray(start, end).equals(after.subarray(start, end))) return false;
  }
  return true;
}

/** Whether nothing stands between the rows and behind them. */
export function isTight(info: Buffer, rows: Buffer): boolean {
  const measures = measuresOf(info);
  if (!measures) return true;
  const { height, bits, stride } = measures;
  const rowBytes = Math.ceil(bits / 8);
  if (!isZero(rows.subarray(height * stride))) return false;
  if (rowBytes === stride) return true;
  for (let row = 0; row < height && row * stride < rows.length; row++)
    if (!isZero(rows.subarray(row * stride + rowBytes, (row + 1) * stride))) return false;
  return true;
}

/** Where the rows of a packed bitmap start: behind header, masks and palette. */
export function packedRows(info: Buffer, hasIndexes: boolean): number {
  const size = info.readUInt32LE(0);
  if (size === 12) {
    const depth = info.readUInt16LE(10);
    return 12 + (depth <= 8 ? 2 ** depth * (hasIndexes ? 2 : 3) : 0);
  }
  const depth = info.readUInt16LE(14);
  const [compression, used] = size >= 40 ? [info.readUInt32LE(16), info.readUInt32LE(32)] : [0, 0];
  const masks = size === 40 ? (compression === 3 ? 12 : compression === 6 ? 16 : 0) : 0;
  const most = depth > 0 && depth <= 8 ? 2 ** depth : 256;
  const colours = depth > 0 && depth <= 8 && used === 0 ? most : Math.min(used, most);
  return size + masks + colours * (hasIndexes ? 2 : 4);
}
