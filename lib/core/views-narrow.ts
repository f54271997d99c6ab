import type { Decoded } from './views-decoded.ts';
import { type Writer, writerFor } from './views-writer.ts';

const MIN_UNITS = 6;
const NEWLINE = Uint8Array.of(0x0a);

/** The ASCII text that stands in the bytes as UTF-16 of either order, a line for each run; undefined when there is none. */
export function narrowed(bytes: Uint8Array): Decoded | undefined {
  let writer: Writer | undefined;
  for (let zero = bytes.indexOf(0); zero >= 0; ) {
    // Letters before their zeros, or behind them: the run starts at whichever letter belongs to the first zero.
    const first = isPrintable(bytes[zero - 1]) && isPrintable(bytes[zero + 1]) ? zero - 1 : zero;
    const offset = first === zero ? 1 : 0;
    let units = 0;
    while (isPrintable(bytes[first + units * 2 + offset]) && bytes[first + units * 2 + 1 - offset] === 0) units++;
    const end = first + units * 2;
    if (units >= MIN_UNITS) {
      writer ??= writerFor(bytes);
      for (let at = first; at < end; at += 2) writer.put(bytes.subarray(at + offset, at + offset + 1), at, at + 2);
      // A letter before big-endian text looks like the first of a run; the run's own last letter then stands alone.
      if (offset === 0 && isPrintable(bytes[end])) writer.copy(end, end + 1);
      writer.put(NEWLINE, end, end);
    }
    zero = bytes.indexOf(0, Math.max(end, zero + 1));
  }
  return writer?.done('utf-16');
}

function isPrintable(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x7f;
}
