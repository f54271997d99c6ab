// Where on a page a finding is: of a text under a cover, and of rectangles on pages that are turned or cropped.

import { PDFDocument, PDFName } from 'pdf-lib';
import { afterAll, describe, expect, test } from 'vitest';
import { examine } from '../../../lib/core/sanitize.ts';
import { onPage } from '../../../lib/formats/pdf/on-page.ts';
import { openWorkshop } from '../../../lib/tools.ts';
import { cases } from '../../fixtures/pdf/cases.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

test.each([
  { shows: 'holds back a text under a black rectangle', carrier: 'pdf.redaction.failed' },
  { shows: 'quarantines a redaction that was never applied', carrier: 'pdf.annotation.redact' },
])('a document that $shows says where', async ({ shows, carrier }) => {
  const bytes = await cases.find((one) => one.shows === shows)?.bytes();
  const examined = await examine(bytes ?? new Uint8Array(), 'a.pdf', workshop);
  if (examined.outcome !== 'quarantined') throw new Error('it is not held back');
  const row = examined.evidence?.find((one) => one.carrier === carrier);
  const [place] = row?.on ?? [];
  expect([place?.page, row?.masked]).toEqual([1, []]);
  const [left = 0, top = 0, right = 0, bottom = 0] = place?.box ?? [];
  expect(right - left).toBeGreaterThan(0);
  expect(bottom - top).toBeGreaterThan(0);
  // A line or a rectangle, not the page.
  expect((right - left) * (bottom - top)).toBeLessThan(500_000);
});

describe('a rectangle', () => {
  // In the lower left corner of the page, 100 by 50 points of 400 by 200.
  const RECT = [0, 0, 100, 50];
  test.each([
    { rotate: 0, is: [0, 750, 250, 1000] },
    { rotate: 90, is: [0, 0, 250, 250] },
    { rotate: 180, is: [750, 0, 1000, 250] },
    { rotate: 270, is: [750, 750, 1000, 1000] },
    { rotate: -90, is: [750, 750, 1000, 1000] },
  ])('of a page that is turned by $rotate is at $is', async ({ rotate, is }) => {
    const document = await PDFDocument.create();
    const { node } = document.addPage([400, 200]);
    node.set(PDFName.of('Rotate'), document.context.obj(rotate));
    expect(onPage(node, 3, RECT)).toEqual({ page: 3, box: is });
  });

  test('is measured from the part that is shown', async () => {
    const document = await PDFDocument.create();
    const { node } = document.addPage([400, 200]);
    node.set(PDFName.of('CropBox'), document.context.obj([0, 0, 200, 100]));
    expect(onPage(node, 1, RECT)?.box).toEqual([0, 500, 500, 1000]);
    expect(onPage(node, 1, [300, 150, 350, 180])).toBeUndefined();
    expect(onPage(node, 1, undefined)).toBeUndefined();
  });
});
