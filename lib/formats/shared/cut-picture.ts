import type { Engines } from '../../core/engines.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Box } from './crop-window.ts';
import type { PictureFacts } from './picture-facts.ts';
import { writePng } from './png-write.ts';

/** A PNG of the pixels in the box, with the same samples and the same colours. Rejects with the decoder's Refusal. */
export async function cutPicture(
  cleaned: Uint8Array,
  facts: PictureFacts,
  box: Box,
  { pixels }: Engines,
): Promise<Buffer> {
  const [raster, ...more] = await pixels(cleaned);
  // JPEG is written anew without loss: packed once more as JPEG, it would be another picture.
  if (!raster || more.length > 0 || raster.width !== facts.width || raster.height !== facts.height)
    throw new Refusal('unsupported', 'a picture that is decoded otherwise than it says');
  const { channels, depth } = raster;
  const step = (channels * depth) / 8;
  const shown = Buffer.alloc(box.width * box.height * step);
  for (let y = 0; y < box.height; y++) {
    const start = ((box.y + y) * raster.width + box.x) * step;
    shown.set(raster.pixels.subarray(start, start + box.width * step), y * box.width * step);
  }
  return writePng({ width: box.width, height: box.height, channels, depth, pixels: shown }, facts.said, facts.isSmooth);
}
