import type { Range } from './format.ts';

/** In order of their starts, those that overlap made one. Ranges that only touch stay apart: what spans both is in neither. */
export function inOrder(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** Whether one of the ordered ranges holds all of it. */
export function isInside(ordered: readonly Range[], start: number, end: number): boolean {
  const range = ordered[firstAfter(ordered, start) - 1];
  return range !== undefined && end <= range[1];
}

/** Whether one of the ordered ranges holds any of it. */
export function touches(ordered: readonly Range[], start: number, end: number): boolean {
  const before = ordered[firstAfter(ordered, end - 1) - 1];
  return before !== undefined && start < before[1];
}

/** The first of the ordered ranges that starts after a place. */
function firstAfter(ordered: readonly Range[], at: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordered[middle]?.[0] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What no range covers, in order. */
export function gaps(length: number, covered: readonly Range[]): readonly Range[] {
  const free: Range[] = [];
  let at = 0;
  for (const [start, end] of inOrder(covered)) {
    if (start > at) free.push([at, start]);
    at = Math.max(at, end);
  }
  if (at < length) free.push([at, length]);
  return free;
}

export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}
