// The entry of a worker process that draws one page of one document: PDF by PDFium, pictures by libvips. Nothing else of
// the document leaves it than pixels, as a PNG made here.

import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';
import { LIMITS } from './core/limits.ts';
import { pdfium } from './engines/pdfium.ts';
import { serveJobs } from './engines/serve-jobs.ts';

const Message = z.strictObject({ page: z.int().positive(), kind: z.enum(['pdf', 'picture']) });

/** Enough to read a page on a screen. */
const DPI = 100;
const MAX_SIDE = 2000;
/** A page of two metres would not fit; it is drawn smaller. */
const MAX_POINTS = 2400;

await serveJobs(async () => {
  const open = pdfium(LIMITS);
  return async (untrusted, message) => {
    const { page, kind } = Message.parse(message);
    if (kind === 'picture') return { answer: { pages: 1 }, output: await png(sharp(untrusted, INPUT)) };
    const { pages, raster } = await open(untrusted, (document) => {
      const number = Math.min(page, document.pageCount) - 1;
      const { width, height } = document.pageSize(number);
      const dpi = DPI * Math.min(1, MAX_POINTS / Math.max(width, height, 1));
      return { pages: document.pageCount, raster: document.render(number, { dpi, annotations: true }) };
    });
    // The fourth byte of each pixel is a filler.
    const raw = { width: raster.width, height: raster.height, channels: 4 } as const;
    return { answer: { pages }, output: await png(sharp(raster.pixels, { raw }).removeAlpha()) };
  };
});

const INPUT = { limitInputPixels: LIMITS.maxPixels, failOn: 'error', sequentialRead: true } as const;

function png(picture: Sharp): Promise<Buffer> {
  // Turned as viewers turn it; what was in the file besides pixels is not written.
  return picture
    .autoOrient()
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}
