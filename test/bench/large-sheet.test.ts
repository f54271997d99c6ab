// The large sheet of the Office bench, made small: what it measures is a workbook that is really cleaned and published.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUTHOR, FOLDER, largeSheet } from '../../bench/office/large-sheet.ts';
import { inByteViews } from '../../bench/pdf/marks.ts';
import { type Staged, staged } from '../../bench/pdf/stages.ts';
import { examine } from '../../lib/core/sanitize.ts';
import { type OpenWorkshop, openWorkshop } from '../../lib/tools.ts';

const MIN_BYTES = 60_000;
const planted = [AUTHOR, FOLDER];
const { bytes, sheetBytes } = largeSheet(MIN_BYTES);

let workshop: OpenWorkshop;
beforeAll(() => {
  workshop = openWorkshop();
});
afterAll(() => workshop.close());

describe('the large sheet', () => {
  test('is as large as asked and the same every time', () => {
    expect(sheetBytes).toBeGreaterThanOrEqual(MIN_BYTES);
    expect(largeSheet(MIN_BYTES).bytes.equals(bytes)).toBe(true);
  });

  test('holds its author and its folder before it is cleaned, and neither afterwards', async () => {
    expect(await inByteViews(bytes, planted)).toEqual(planted);
    const examined = await examine(bytes, 'large.xlsx', workshop);
    if (examined.outcome !== 'published') throw new Error(`${examined.reason}: ${examined.detail}`);
    expect(await inByteViews(examined.body, planted)).toEqual([]);
  });

  test('is measured in the stages of its own format', async () => {
    const measured: Staged = await staged(bytes, workshop, true, 'large.xlsx');
    expect(measured.outcome).toBe('published');
    const names = measured.stages.map(({ name }) => name);
    expect(names).toContain('reading, copying, writing');
    expect(names).toContain('reading the result as bytes');
  });
});
