import type { Range } from '../../core/format.ts';

// A run is two bytes; zero as its first is an escape (end of line, end of bitmap, move, or a count of literal pixels).
const END_OF_BITMAP = 1;
const MOVE = 2;

/** What run-length coded pixels use of the bytes, to the end mark; padding of literal runs is left out. */
export function rleEnd(bits: Buffer, isHalfBytes: boolean): readonly Range[] {
  const used: Range[] = [];
  let start = 0;
  let at = 0;
  while (at + 2 <= bits.length) {
    const [count = 0, code = 0] = bits.subarray(at, at + 2);
    at += 2;
    if (count > 0 || code === 0) continue;
    if (code === END_OF_BITMAP) break;
    if (code === MOVE) at += 2;
    else {
      const bytes = isHalfBytes ? Math.ceil(code / 2) : code;
      at += bytes;
      if (bytes % 2 === 1) {
        used.push([start, Math.min(at, bits.length)]);
        start = ++at;
      }
    }
  }
  const end = Math.min(at, bits.length);
  if (end > start) used.push([start, end]);
  return used;
}
