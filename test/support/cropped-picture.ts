// Pictures of which every pixel says where it stands, so that a test can tell from the colours which pixels of the
// original a result still holds.

import sharp from 'sharp';
import { LIMITS } from '../../lib/core/limits.ts';
import { contentOf, readZip } from '../../lib/formats/shared/zip.ts';

export const WIDE = 40;
export const HIGH = 24;

/** Red is the column, green the row, blue the same everywhere, and transparency the sum where there is some. */
export function placedPixels(width = WIDE, height = HIGH, channels: 3 | 4 = 3): Buffer {
  return Buffer.from(
    Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return channels === 3 ? [x * 6, y * 10, 77] : [x * 6, y * 10, 77, 255 - x - y];
    }).flat(),
  );
}

export function placedPng(width = WIDE, height = HIGH, channels: 3 | 4 = 3): Promise<Buffer> {
  return sharp(placedPixels(width, height, channels), { raw: { width, height, channels } })
    .png()
    .toBuffer();
}

export type Decoded = {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
  readonly name: string;
};

/** Every picture in an archive, decoded to red, green and blue. */
export async function picturesIn(body: Uint8Array): Promise<readonly Decoded[]> {
  const pictures: Decoded[] = [];
  for (const member of readZip(body, LIMITS).members) {
    if (!/\.(?:png|jpe?g|gif|tiff?)$/i.test(member.name)) continue;
    pictures.push({ name: member.name, ...(await decoded(contentOf(member))) });
  }
  return pictures;
}

export async function decoded(bytes: Uint8Array): Promise<Omit<Decoded, 'name'>> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** From which column and row to which the picture holds pixels of a placed one, as 'x0 y0 x1 y1'. */
export function placeOf({ pixels }: Pick<Decoded, 'pixels'>): string {
  const columns: number[] = [];
  const rows: number[] = [];
  for (let at = 0; at < pixels.length; at += 3) {
    columns.push((pixels[at] ?? 0) / 6);
    rows.push((pixels[at + 1] ?? 0) / 10);
  }
  return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1].join(' ');
}
