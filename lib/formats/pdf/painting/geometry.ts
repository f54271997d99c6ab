// Coordinates (ISO 32000-2 8.3): matrices of six numbers, and boxes with their sides along the axes.

export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
/** Left, bottom, right, top. One that is empty has its sides the wrong way round. */
export type Box = readonly [left: number, bottom: number, right: number, top: number];

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
export const EMPTY: Box = [1, 1, 0, 0];
export const UNIT: Box = [0, 0, 1, 1];

/** First `inner`, then `outer` (8.3.4). */
export function times(inner: Matrix, outer: Matrix): Matrix {
  const [a, b, c, d, e, f] = inner;
  const [g, h, i, j, k, l] = outer;
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

export function place([a, b, c, d, e, f]: Matrix, x: number, y: number): readonly [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** The smallest box around what becomes of a box. */
export function boxThrough([a, b, c, d, e, f]: Matrix, [x0, y0, x1, y1]: Box): Box {
  return [
    e + Math.min(a * x0, a * x1) + Math.min(c * y0, c * y1),
    f + Math.min(b * x0, b * x1) + Math.min(d * y0, d * y1),
    e + Math.max(a * x0, a * x1) + Math.max(c * y0, c * y1),
    f + Math.max(b * x0, b * x1) + Math.max(d * y0, d * y1),
  ];
}

export function common(one: Box, other: Box): Box {
  return [
    Math.max(one[0], other[0]),
    Math.max(one[1], other[1]),
    Math.min(one[2], other[2]),
    Math.min(one[3], other[3]),
  ];
}

export function isEmpty([left, bottom, right, top]: Box): boolean {
  return !(right > left && top > bottom);
}

export function meet(one: Box, other: Box): boolean {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

export function holds(outer: Box, inner: Box, margin = 0): boolean {
  return (
    inner[0] >= outer[0] - margin &&
    inner[1] >= outer[1] - margin &&
    inner[2] <= outer[2] + margin &&
    inner[3] <= outer[3] + margin
  );
}

export function grown([left, bottom, right, top]: Box, by: number): Box {
  return [left - by, bottom - by, right + by, top + by];
}

export function area(box: Box): number {
  return isEmpty(box) ? 0 : (box[2] - box[0]) * (box[3] - box[1]);
}

/** Corners in any order, as rectangles are written (7.9.5). */
export function boxOf(corners: readonly number[]): Box {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = corners;
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}
