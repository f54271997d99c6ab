import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { pixels } from '../../lib/engines/pixels.ts';
import { atStart, jpegOf, segment } from '../support/jpeg-file.ts';
import { exifBlock, iccProfile, short } from '../support/picture-metadata.ts';
import { chunk, END, header, PICTURE, pngFrom, pngOf, profileChunk, rows } from '../support/png-file.ts';

const decode = pixels(LIMITS);
const TEXTS = { description: 'a profile', device: 'a device' };

async function only(picture: Uint8Array) {
  const [first, ...more] = await decode(picture);
  expect(more).toEqual([]);
  if (!first) throw new Error('no frame');
  return first;
}

describe('pixels', () => {
  it('gives the samples of the file without turning them upright', async () => {
    const plain = await jpegOf();
    const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock({ main: [short(0x0112, 6)] })]);
    const turned = atStart(plain, segment(0xe1, exif));
    expect((await sharp(turned).metadata()).orientation).toBe(6);
    expect(await only(turned)).toEqual(await only(plain));
  });

  it('applies no colour profile', async () => {
    const tagged = pngOf([profileChunk('wide', iccProfile(TEXTS, 'gamma'))]);
    const managed = await sharp(tagged).raw().toBuffer();
    const plain = await only(pngOf());
    expect(await only(tagged)).toEqual(plain);
    expect(managed.equals(Buffer.from(plain.pixels))).toBe(false);
  });

  it('keeps the inks of a picture in four inks', async () => {
    expect(await only(await jpegOf('cmyk'))).toMatchObject({ channels: 4, depth: 8 });
  });

  it('keeps sixteen bits a sample, to the last bit', async () => {
    const samples = rows(3, 12);
    const deep = (data: Buffer) =>
      pngFrom(header({ width: 6, height: 3, depth: 16, colour: 0 }), chunk('IDAT', deflateSync(data)), END);
    const changed = Buffer.from(samples);
    changed[2] = (changed[2] ?? 0) ^ 1;
    expect(await only(deep(samples))).toMatchObject({ width: 6, height: 3, channels: 1, depth: 16 });
    expect(await only(deep(changed))).not.toEqual(await only(deep(samples)));
  });

  it.each([8, 16])('sees the transparency of grey pictures of %i bits', async (depth) => {
    const samples = rows(3, (6 * 2 * depth) / 8);
    const sheer = (data: Buffer) =>
      pngFrom(header({ width: 6, height: 3, depth, colour: 4 }), chunk('IDAT', deflateSync(data)), END);
    const changed = Buffer.from(samples);
    changed[1 + depth / 8] = (changed[1 + depth / 8] ?? 0) ^ 1;
    expect(await only(sheer(samples))).toMatchObject({ width: 6, height: 3, channels: 2, depth });
    expect(await only(sheer(changed))).not.toEqual(await only(sheer(samples)));
  });

  it('gives every frame', async () => {
    const samples = Buffer.from(Array.from({ length: 8 * 24 * 3 }, (_, i) => (i * 7) % 256));
    const raw = { width: 8, height: 24, channels: 3, pageHeight: 8 } as const;
    const gif = await sharp(samples, { raw }).gif().toBuffer();
    const frames = await decode(gif);
    expect(frames).toHaveLength(3);
    expect(frames.every(({ height }) => height === 8)).toBe(true);
    expect(frames[0]).not.toEqual(frames[2]);
  });

  it.each([
    ['a picture cut off', async () => (await jpegOf()).subarray(0, -200), 'malformed'],
    ['bytes that are no picture', async () => Buffer.from('nothing that draws'), 'unsupported'],
    ['more pixels than allowed', async () => pngFrom(header({ width: 60_000, height: 60_000 }), PICTURE, END), 'limit'],
  ])('refuses %s', async (_what, bytes, reason) => {
    await expect(decode(await bytes())).rejects.toMatchObject({ name: 'Refusal', reason });
  });

  it('counts the pixels of all frames together', async () => {
    const samples = Buffer.alloc(8 * 24 * 3, 9).fill(200, 100, 300);
    const gif = await sharp(samples, { raw: { width: 8, height: 24, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer();
    await expect(pixels({ ...LIMITS, maxPixels: 191 })(gif)).rejects.toMatchObject({ reason: 'limit' });
    expect(await pixels({ ...LIMITS, maxPixels: 192 })(gif)).not.toEqual([]);
  });
});
