// Which bytes of a record its fields use ([MS-EMF] 2.3), for the records that draw or say how to. A type that is not in
// the table is not copied. Records with bitmaps and texts are in files of their own.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Record, span, u32 } from './records.ts';

export type Layout = (record: Record) => readonly Range[];

const fixed =
  (size: number): Layout =>
  () => [[0, size]];

/** A fixed part, then as many elements as the number at `countAt` says. */
const array =
  (countAt: number, start: number, size: number): Layout =>
  (record) => [[0, start], span(start, u32(record, countAt) * size)];

/** Polygons: counts for each of them, then all their points. */
const polygons =
  (size: number): Layout =>
  (record) => {
    const counts = u32(record, 24) * 4;
    return [[0, 32 + counts], span(32 + counts, u32(record, 28) * size)];
  };

/** Points, then a byte for each that says what it is for. */
const typedPoints =
  (size: number): Layout =>
  (record) => [[0, 28], span(28, u32(record, 24) * (size + 1))];

const REGION_HEADER = 32;

/** Region data: a header and rectangles ([MS-EMF] 2.2.24, 2.2.25). */
const region =
  (sizeAt: number, start: number): Layout =>
  (record) => {
    const size = u32(record, sizeAt);
    if (size === 0) return [[0, start]];
    const rectangles = u32(record, start + 8);
    if (REGION_HEADER + rectangles * 16 > size) throw new Refusal('malformed', `region of record ${record.number}`);
    return [[0, start + REGION_HEADER + rectangles * 16]];
  };

const VERTEX = 16;

const gradient: Layout = (record) => {
  const isTriangles = u32(record, 32) === 2;
  return [[0, 36], span(36, u32(record, 24) * VERTEX + u32(record, 28) * (isTriangles ? 12 : 8))];
};

const palette: Layout = (record) => [[0, 16], span(16, (u32(record, 12) >>> 16) * 4)];

const rows = (types: readonly number[], layout: Layout) => types.map((type) => [type, layout] as const);

export const LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  // Window, viewport and brush origins; offsets, scales and clipping.
  ...rows([9, 10, 11, 12, 13, 26, 27, 54], fixed(16)),
  ...rows([29, 30, 31, 32], fixed(24)),
  // Modes and colours of one number.
  ...rows([16, 17, 18, 19, 20, 21, 22, 24, 25, 34, 57, 58, 67, 98, 115], fixed(12)),
  ...rows([28, 33, 52, 59, 60, 61, 65, 66, 68], fixed(8)),
  ...rows([15, 111], (record) => [[0, record.type === 15 ? 20 : 24]]),
  ...rows([23, 35], fixed(32)),
  ...rows([36], fixed(36)),
  ...rows([120, 51], fixed(16)),
  // Objects: select, delete, pen, brush, palettes.
  ...rows([37, 40, 48], fixed(12)),
  ...rows([38], fixed(28)),
  ...rows([39], fixed(24)),
  ...rows([49], palette),
  ...rows([50], array(16, 20, 4)),
  // Shapes.
  ...rows([41], fixed(28)),
  ...rows([42, 43, 53, 62, 63, 64], fixed(24)),
  ...rows([44], fixed(32)),
  ...rows([45, 46, 47, 55], fixed(40)),
  ...rows([2, 3, 4, 5, 6], array(24, 28, 8)),
  ...rows([85, 86, 87, 88, 89], array(24, 28, 4)),
  ...rows([7, 8], polygons(8)),
  ...rows([90, 91], polygons(4)),
  ...rows([56], typedPoints(8)),
  ...rows([92], typedPoints(4)),
  ...rows([118], gradient),
  // Regions.
  ...rows([71], region(24, 32)),
  ...rows([72], region(24, 40)),
  ...rows([73, 74], region(24, 28)),
  ...rows([75], region(8, 16)),
]);

/** Records that are not copied although we know them, by their carrier. */
export const DROPPED: ReadonlyMap<number, string> = new Map([
  ...[99, 100, 101, 112, 113, 121, 122].map((type) => [type, 'emf.profile'] as const),
  ...[102, 103, 104].map((type) => [type, 'emf.opengl'] as const),
  ...[105, 106, 110].map((type) => [type, 'emf.escape'] as const),
  ...[109, 119].map((type) => [type, 'emf.font.link'] as const),
]);

/** Records that make an object; its index is their first field. */
export const CREATING: ReadonlySet<number> = new Set([38, 39, 49, 82, 93, 94, 95]);
