import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../lib/core/engines.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { pixels } from '../../../lib/engines/pixels.ts';
import { boxOf, isWhole, restIn, type Sides, windowOf } from '../../../lib/formats/shared/crop-window.ts';
import { pictureFacts } from '../../../lib/formats/shared/picture-facts.ts';
import { writePng } from '../../../lib/formats/shared/png-write.ts';
import { atStart, jpegOf, segment, without } from '../../support/jpeg-file.ts';
import { animated, chunk, pngOf } from '../../support/png-file.ts';

const decode = pixels(LIMITS);
const sides = (left = 0, top = 0, right = 0, bottom = 0): Sides => ({ left, top, right, bottom });
const SIZE = { width: 640, height: 100 };

describe('the pixels of which something is shown', () => {
  const rows: readonly (readonly [string, Sides, Sides, string])[] = [
    ['all of them without a crop', sides(), sides(), '0 0 640 100'],
    ['those between the edges', sides(0.25, 0.1, 0.5, 0.2), sides(), '160 10 160 70'],
    ['a pixel that an edge goes through', sides(0, 0.105, 0, 0.105), sides(), '0 10 640 80'],
    ['no pixel for an edge between two that is written rounded', sides(0.02031, 0, 0.02031), sides(), '13 0 614 100'],
    ['none more for padding', sides(-0.5, 0, -0.5, 0.5), sides(), '0 0 640 50'],
    ['those in the frame where the picture is drawn over it', sides(), sides(-0.5, 0, -0.5), '160 0 320 100'],
    ['those in the frame of a part', sides(0.5), sides(-1), '480 0 160 100'],
    ['all of them where the frame has room', sides(), sides(0.2, 0.2, 0.2, 0.2), '0 0 640 100'],
  ];
  test.each(rows)('are %s', (_, taken, free, expected) => {
    const window = windowOf(taken, free);
    const box = window && boxOf(window, SIZE);
    expect(box && [box.x, box.y, box.width, box.height].join(' ')).toBe(expected);
  });

  test.each([
    ['where as much is taken off as there is', sides(0.5, 0, 0.5), sides()],
    ['where more is taken off', sides(0, 1.5), sides()],
    ['where the place has no width', sides(), sides(0.5, 0, 0.5)],
    ['where it lies beside its frame', sides(), sides(2, 0, -2)],
    ['where only padding is shown', sides(-2, 0, 1.5), sides()],
  ])('are none %s', (_, taken, free) => {
    const window = windowOf(taken, free);
    expect(window && boxOf(window, SIZE)).toBeUndefined();
  });

  test('are all of a picture of one pixel, whatever is taken off', () => {
    const window = windowOf(sides(0.25, 0.25, 0.25, 0.25));
    expect(isWhole(window && boxOf(window, { width: 1, height: 1 }), { width: 1, height: 1 })).toBe(true);
  });

  test('leave a crop of less than one pixel behind', () => {
    const window = windowOf(sides(0.105, 0, 0.02031)) ?? sides();
    const box = boxOf(window, SIZE) ?? { x: 0, y: 0, ...SIZE };
    expect(restIn(box, window, SIZE, 100_000)).toEqual(sides(35, 0, 0, 0));
    expect(box.x).toBe(67);
  });
});

describe('a PNG that is written', () => {
  const rows = [1, 2, 3, 4].flatMap((channels) => [8, 16].map((depth) => [channels, depth] as const));
  test.each(rows)('has the same samples: %i of %i bits', async (channels, depth) => {
    const size = 7 * 5 * channels * (depth / 8);
    const raster: Raster = {
      width: 7,
      height: 5,
      channels,
      depth,
      pixels: Buffer.from(Array.from({ length: size }, (_, i) => (i * 89 + (i >> 3) * 31) % 256)),
    };
    for (const isSmooth of [true, false]) {
      const [read] = await decode(writePng(raster, [], isSmooth));
      expect(read && { ...read, pixels: Buffer.from(read.pixels) }).toEqual(raster);
    }
  });

  test('is the same for the same samples, and small for rows that resemble each other', () => {
    const grey = Buffer.from(Array.from({ length: 200 * 200 }, (_, i) => (i % 200) + Math.floor(i / 2000)));
    const raster: Raster = { width: 200, height: 200, channels: 1, depth: 8, pixels: grey };
    expect(writePng(raster, [])).toEqual(writePng(raster, []));
    expect(writePng(raster, []).length).toBeLessThan(1000);
  });
});

describe('what is known of a picture', () => {
  test('is its size, and its dots in the words of PNG', async () => {
    const jfif = segment(0xe0, Buffer.from('JFIF\0\x01\x02\x01\0\xfe\0\xfe\0\0', 'latin1'));
    const facts = pictureFacts(atStart(without(await jpegOf(), 0xe0), jfif), LIMITS);
    expect(facts).toMatchObject({ width: 40, height: 24, obstacle: undefined });
    const dots = Buffer.from(facts?.said.find(({ type }) => type === 'pHYs')?.data ?? []);
    expect(dots.toString('hex')).toBe('000027100000271001');
  });

  test('is what a PNG says about its colours, and nothing else of it', () => {
    const said = [chunk('gAMA', Buffer.alloc(4, 1)), chunk('tEXt', 'Author\0Wiebe'), chunk('pHYs', Buffer.alloc(9, 1))];
    expect(pictureFacts(pngOf(said), LIMITS)?.said.map(({ type }) => type)).toEqual(['gAMA', 'pHYs']);
  });

  const exif = (orientation: number) =>
    segment(
      0xe1,
      Buffer.concat([
        Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0', 'latin1'),
        Buffer.from([orientation, 0, 0, 0, 0, 0, 0]),
      ]),
    );
  test.each<[string, () => Promise<Buffer> | Buffer, RegExp | undefined]>([
    ['none for a JPEG', () => jpegOf(), undefined],
    ['none for a progressive one', () => jpegOf('progressive'), undefined],
    ['none for a grey one', () => jpegOf('grey'), undefined],
    ['none for one that stands upright', async () => atStart(await jpegOf(), exif(1)), undefined],
    ['one that is to be turned', async () => atStart(await jpegOf(), exif(6)), /turned/],
    ['inks', () => jpegOf('cmyk'), /printer/],
    ['frames that follow each other', () => animated([{}, {}]), /animation/],
    [
      'a profile that nobody can read',
      async () => atStart(await jpegOf(), segment(0xe2, Buffer.from('ICC_PROFILE\0\x01\x01geen profiel', 'latin1'))),
      /profile/,
    ],
  ])('has an obstacle: %s', async (_, bytes, expected) => {
    const facts = pictureFacts(await bytes(), LIMITS);
    if (expected === undefined) expect(facts).toMatchObject({ obstacle: undefined });
    else expect(facts?.obstacle).toMatch(expected);
  });

  test('is nothing of other kinds', async () => {
    expect(
      pictureFacts(
        await sharp(await jpegOf())
          .gif()
          .toBuffer(),
        LIMITS,
      ),
    ).toBeUndefined();
  });
});
