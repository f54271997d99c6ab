// Whether two bitmaps have the same pixels, read by rules of its own: whole rows but for their padding, as far as the
// bytes go. That every other byte is the original's or zero has to be seen by whoever asks.

/** `info` starts with the bitmap's header; the rows stand in `before` and `after`. */
export function sameRows(info: Buffer, before: Buffer, after: Buffer): boolean {
  if (info.length < 12) return false;
  const isCore = info.readUInt32LE(0) === 12;
  if (!isCore && info.length < 16) return false;
  const width = isCore ? info.readUInt16LE(4) : info.readInt32LE(4);
  const height = Math.abs(isCore ? info.readUInt16LE(6) : info.readInt32LE(8));
  const depth = info.readUInt16LE(isCore ? 10 : 14);
  const compression = !isCore && info.length >= 20 && info.readUInt32LE(0) >= 40 ? info.readUInt32LE(16) : 0;
  // Runs end somewhere inside.
  if (![0, 3, 6].includes(compression)) return before.length === after.length;
  const stride = Math.floor((width * depth + 31) / 32) * 4;
  const rowBytes = Math.floor((width * depth) / 8);
  if (stride <= 0) return false;
  for (let row = 0; row < height && row * stride + rowBytes <= before.length; row++) {
    const [start, end] = [row * stride, row * stride + rowBytes];
    if (!before.subarray(start, end).equals(after.subarray(start, end))) return false;
  }
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
