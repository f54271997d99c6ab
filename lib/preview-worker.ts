// The entry of a worker process that draws one page of one document: PDF by PDFium, pictures by libvips. Nothing else of
// the document leaves it than pixels, as a PNG made here.

import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';
import type { Raster } from './core/engines.ts';
import type { Thousandths } from './core/evidence.ts';
import { LIMITS } from './core/limits.ts';
import { pdfium } from './engines/pdfium.ts';
import { serveJobs } from './engines/serve-jobs.ts';

const Thousandth = z.int().min(0).max(1000);
const Message = z.strictObject({
  page: z.int().positive(),
  kind: z.enum(['pdf', 'picture']),
  covered: z.array(z.tuple([Thousandth, Thousandth, Thousandth, Thousandth])),
});

/** Enough to read a page on a screen. */
const DPI = 100;
const MAX_SIDE = 2000;
/** A page of two metres would not fit; it is drawn smaller. */
const MAX_POINTS = 2400;

await serveJobs(async () => {
  const open = pdfium(LIMITS);
  return async (untrusted, message) => {
    const { page, kind, covered } = Message.parse(message);
    if (kind === 'picture') return { answer: { pages: 1 }, output: await png(sharp(untrusted, INPUT)) };
    const { pages, raster } = await open(untrusted, (document) => {
      const number = Math.min(page, document.pageCount) - 1;
      const { width, height } = document.pageSize(number);
      const dpi = DPI * Math.min(1, MAX_POINTS / Math.max(width, height, 1));
      return { pages: document.pageCount, raster: document.render(number, { dpi, annotations: true }) };
    });
    for (const box of covered) paintOver(raster, box);
    // The fourth byte of each pixel is a filler.
    const raw = { width: raster.width, height: raster.height, channels: 4 } as const;
    return { answer: { pages }, output: await png(sharp(raster.pixels, { raw }).removeAlpha()) };
  };
});

/** What stands there must not be read in the picture either. */
function paintOver({ pixels, width, height }: Raster, [left, top, right, bottom]: Thousandths): void {
  const at = (part: number, of: number, round: (value: number) => number) => round((part / 1000) * of);
  const [from, to] = [at(left, width, Math.floor), at(right, width, Math.ceil)];
  for (let y = at(top, height, Math.floor); y < at(bottom, height, Math.ceil); y += 1)
    pixels.fill(0, (y * width + from) * 4, (y * width + to) * 4);
}

const INPUT = { limitInputPixels: LIMITS.maxPixels, failOn: 'error', sequentialRead: true } as const;

function png(picture: Sharp): Promise<Buffer> {
  // Turned as viewers turn it; what was in the file besides pixels is not written.
  return picture
    .autoOrient()
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}
