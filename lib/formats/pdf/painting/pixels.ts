import type { Raster } from '../../../core/engines.ts';

/** Left, top, right, bottom. */
export type PixelBox = readonly [number, number, number, number];

/** What is drawn in a place: paper, one other light or dark colour, or something with contrast. */
export type Ground = 'paper' | 'flat' | 'dark' | 'drawing';

/** In the sum of red, green and blue: less than this nobody sees. */
const SEEN = 24;
/** Of 255: letters of a scan differ more from their paper, an even surface with its noise less. */
const CONTRAST = 64;
const DARK = 110;
const PAPER = 240;

/** Whether two pictures of a page agree in a place. Its rim is left out, where the letters beside it begin. */
export function isSame(one: Raster, other: Raster, box: PixelBox): boolean {
  for (const at of pixelsIn(one, inner(box))) {
    let difference = 0;
    for (let channel = 0; channel < 3; channel++)
      difference += Math.abs((one.pixels[at + channel] ?? 0) - (other.pixels[at + channel] ?? 0));
    if (difference > SEEN) return false;
  }
  return true;
}

export function groundOf(raster: Raster, box: PixelBox): Ground {
  let [darkest, lightest, sum, count] = [255, 0, 0, 0];
  for (const at of pixelsIn(raster, box)) {
    const [red = 0, green = 0, blue = 0] = raster.pixels.subarray(at, at + 3);
    const light = 0.3 * red + 0.59 * green + 0.11 * blue;
    darkest = Math.min(darkest, light);
    lightest = Math.max(lightest, light);
    sum += light;
    count += 1;
  }
  if (count === 0) return 'paper';
  if (lightest - darkest >= CONTRAST) return 'drawing';
  if (sum / count < DARK) return 'dark';
  return darkest >= PAPER ? 'paper' : 'flat';
}

function inner([left, top, right, bottom]: PixelBox): PixelBox {
  const [x, y] = [(right - left) * 0.12, (bottom - top) * 0.12];
  return [Math.floor(left + x), Math.floor(top + y), Math.ceil(right - x), Math.ceil(bottom - y)];
}

function* pixelsIn({ width, height }: Raster, [left, top, right, bottom]: PixelBox): Generator<number> {
  for (let y = Math.max(0, top); y < Math.min(height, Math.max(bottom, top + 1)); y++)
    for (let x = Math.max(0, left); x < Math.min(width, Math.max(right, left + 1)); x++) yield (y * width + x) * 4;
}
