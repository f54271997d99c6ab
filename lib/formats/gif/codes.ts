// The compression of GIF (appendix F): codes of a growing number of bits, each a run of pixels. Only lengths are kept
// here, which is enough to see where the last pixel is.

const MOST_BITS = 12;
const MOST_CODES = 2 ** MOST_BITS;

/** How many bits of the data the pixels use, with the end code behind them; all of them where pixels are missing. */
export function usedBits(data: Buffer, codeBits: number, pixels: number): number {
  const clear = 2 ** codeBits;
  const end = clear + 1;
  const lengths = new Uint32Array(MOST_CODES);
  let next = end + 1;
  let bits = codeBits + 1;
  let previous = 0;
  let left = pixels;
  let at = 0;
  const codeAt = (from: number) => {
    const byte = from >> 3;
    const three = (data[byte] ?? 0) | ((data[byte + 1] ?? 0) << 8) | ((data[byte + 2] ?? 0) << 16);
    return (three >> (from & 7)) & (2 ** bits - 1);
  };
  const total = data.length * 8;
  while (at + bits <= total) {
    const code = codeAt(at);
    if (left <= 0) return code === end ? at + bits : at;
    at += bits;
    if (code === end) return at;
    if (code === clear) {
      next = end + 1;
      bits = codeBits + 1;
      previous = 0;
      continue;
    }
    const isNew = code === next && previous > 0;
    const length = code < clear ? 1 : isNew ? previous + 1 : code < next ? (lengths[code] ?? 0) : 0;
    // A code that nobody has defined: what follows cannot be told apart from pixels.
    if (length === 0) return total;
    left -= length;
    if (previous > 0 && next < MOST_CODES) {
      lengths[next] = previous + 1;
      next++;
      if (next === 2 ** bits && bits < MOST_BITS) bits++;
    }
    previous = length;
  }
  return left <= 0 ? at : total;
}
