/** Where PackBits data ends (TIFF 6.0 section 9) once it has given so many bytes. */
export function packBitsEnd(piece: Buffer, unpacked: number): number {
  let at = 0;
  let left = unpacked;
  while (left > 0 && at < piece.length) {
    const count = piece.readInt8(at++);
    if (count === -128) continue;
    at += count >= 0 ? count + 1 : 1;
    left -= count >= 0 ? count + 1 : 1 - count;
  }
  return Math.min(at, piece.length);
}

const CLEAR = 256;
const END = 257;

/** Where LZW data ends (TIFF 6.0 section 13): with its end code, or with the last byte that is asked for. */
export function lzwEnd(piece: Buffer, unpacked: number): number {
  // The reversed order of early writers starts with a one in the lowest bit; its end is not looked for.
  if (piece[0] === 0 && (piece[1] ?? 0) & 1) return piece.length;
  const lengths = new Uint32Array(4096);
  let [next, bits, previous, left, at] = [END + 1, 9, 0, unpacked, 0];
  const total = piece.length * 8;
  while (at + bits <= total) {
    const byte = at >> 3;
    const three = ((piece[byte] ?? 0) << 16) | ((piece[byte + 1] ?? 0) << 8) | (piece[byte + 2] ?? 0);
    const code = (three >> (24 - bits - (at & 7))) & (2 ** bits - 1);
    if (left <= 0) return Math.ceil((code === END ? at + bits : at) / 8);
    at += bits;
    if (code === END) return Math.ceil(at / 8);
    if (code === CLEAR) {
      [next, bits, previous] = [END + 1, 9, 0];
      continue;
    }
    const length =
      code < CLEAR ? 1 : code < next ? (lengths[code] ?? 0) : code === next && previous > 0 ? previous + 1 : 0;
    if (length === 0) return piece.length;
    left -= length;
    if (previous > 0 && next < 4096) {
      lengths[next++] = previous + 1;
      // Widths grow one code early.
      if (next >= 2 ** bits - 1 && bits < 12) bits++;
    }
    previous = length;
  }
  return left <= 0 ? Math.ceil(at / 8) : piece.length;
}
