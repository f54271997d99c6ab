// The entry of a worker process that draws one page of one document: PDF by PDFium, pictures by libvips. Nothing else of
// the document leaves it than pixels, as a PNG made here.

import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';
import type { Raster } from './core/engines.ts';
import type { Thousandths } from './core/evidence.ts';
import { LIMITS } from './core/limits.ts';
import { Place } from './core/records-evidence.ts';
import { Refusal } from './core/refusal.ts';
import { pdfium } from './engines/pdfium.ts';
import { serveJobs } from './engines/serve-jobs.ts';

const Message = z.strictObject({
  page: z.int().positive(),
  kind: z.enum(['pdf', 'picture']),
  covered: z.array(Place),
  maxBytes: z.int().positive(),
});

/** Enough to read a page on a screen. */
const DPI = 100;
/** A picture that is too many bytes so is drawn smaller, until whatever is in it fits. */
const MAX_SIDES = [2000, 1400, 1000];
/** A page of two metres would not fit; it is drawn smaller. */
const MAX_POINTS = 2400;
const INPUT = { limitInputPixels: LIMITS.maxPixels, failOn: 'error', sequentialRead: true } as const;

await serveJobs(async () => {
  const open = pdfium(LIMITS);
  return async (untrusted, message) => {
    const { page, kind, covered, maxBytes } = Message.parse(message);
    // Nothing is found by its place in a picture. Were it, the picture could not be shown.
    if (kind === 'picture' && covered.length > 0) throw new Refusal('unsupported', 'a picture with something to cover');
    if (kind === 'picture') return { answer: { pages: 1 }, output: await png(() => sharp(untrusted, INPUT), maxBytes) };
    const { pages, shown, raster } = await open(untrusted, (document) => {
      const shown = Math.min(page, document.pageCount);
      const number = shown - 1;
      const { width, height } = document.pageSize(number);
      const dpi = DPI * Math.min(1, MAX_POINTS / Math.max(width, height, 1));
      return { pages: document.pageCount, shown, raster: document.render(number, { dpi, annotations: true }) };
    });
    for (const { page: on, box } of covered) if (on === shown) paintOver(raster, box);
    // The fourth byte of each pixel is a filler.
    const raw = { width: raster.width, height: raster.height, channels: 4 } as const;
    const output = await png(() => sharp(raster.pixels, { raw }).removeAlpha(), maxBytes);
    return { answer: { pages }, output };
  };
});

/** What stands there must not be read in the picture either. */
function paintOver({ pixels, width, height }: Raster, [left, top, right, bottom]: Thousandths): void {
  const at = (part: number, of: number, round: (value: number) => number) => round((part / 1000) * of);
  const [from, to] = [at(left, width, Math.floor), at(right, width, Math.ceil)];
  for (let y = at(top, height, Math.floor); y < at(bottom, height, Math.ceil); y += 1)
    pixels.fill(0, (y * width + from) * 4, (y * width + to) * 4);
}

async function png(picture: () => Sharp, maxBytes: number): Promise<Buffer> {
  for (const side of MAX_SIDES) {
    // Turned as viewers turn it; what was in the file besides pixels is not written.
    const drawn = await picture()
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .png()
      .toBuffer();
    if (drawn.length <= maxBytes) return drawn;
  }
  throw new Refusal('limit', 'a picture of too many bytes');
}
