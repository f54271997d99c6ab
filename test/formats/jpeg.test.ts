import sharp, { type JpegOptions } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { jpeg } from '../../lib/formats/jpeg.ts';
import { atStart, beforeEnd, jpegOf, restarting, segment } from '../support/jpeg-file.ts';
import { pictureBench } from '../support/picture-context.ts';
import { ascii, exifBlock, fullExif, iccProfile, short } from '../support/picture-metadata.ts';

const bench = pictureBench();
afterAll(() => bench.close());

const TAIL = Buffer.from('sixty bytes behind the last block, in letters and in digits 0');
const exif = (block: Buffer) => segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]));
const profile = (data: Buffer) => segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), data]));
const TEXTS = { description: 'Studio Vossenberg', device: 'ColorBox' };

type Shape = {
  readonly width: number;
  readonly height: number;
  readonly options: JpegOptions;
  readonly grey?: boolean;
};

function picture({ width, height, options, grey = false }: Shape): Promise<Buffer> {
  const samples = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * i * 13 + (i >> 5) * 7) % 256));
  const image = sharp(samples, { raw: { width, height, channels: 3 } });
  return (grey ? image.toColourspace('b-w') : image).jpeg(options).toBuffer();
}

const SHAPES: readonly (readonly [string, Shape])[] = [
  ['one pixel', { width: 1, height: 1, options: {} }],
  ['odd sizes, colour at half size', { width: 37, height: 53, options: { chromaSubsampling: '4:2:0' } }],
  ['colour at full size', { width: 65, height: 9, options: { chromaSubsampling: '4:4:4', quality: 98 } }],
  ['grey', { width: 33, height: 31, options: { quality: 30 }, grey: true }],
  ['tables made for the picture', { width: 50, height: 50, options: { optimiseCoding: true, quality: 95 } }],
  ['progressive', { width: 71, height: 45, options: { progressive: true, quality: 92 } }],
  [
    'progressive, colour at full size',
    { width: 71, height: 45, options: { progressive: true, chromaSubsampling: '4:4:4' } },
  ],
  ['progressive grey', { width: 40, height: 80, options: { progressive: true, quality: 97 }, grey: true }],
  ['many small scans', { width: 64, height: 64, options: { progressive: true, optimiseScans: true, mozjpeg: true } }],
];

describe('the end of entropy-coded data', () => {
  it.each(SHAPES)('is found to the byte: %s', async (_name, shape) => {
    const original = await picture(shape);
    const run = bench.context();
    expect((await run.rebuild(jpeg, original)).equals(original)).toBe(true);
    expect((await run.rebuild(jpeg, beforeEnd(original, TAIL))).equals(original)).toBe(true);
    expect(run.carriers()).toEqual(['jpeg.scan.tail']);
  });

  it('is found in every scan of a progressive picture', async () => {
    const original = await picture({ width: 64, height: 40, options: { progressive: true, quality: 95 } });
    // Every start of scan but the first follows the data of another one, with its tables between.
    const starts = [...original.keys()].filter((at) => original[at] === 0xff && original[at + 1] === 0xc4);
    const afterScan = starts.filter((at) => at > original.indexOf(Buffer.from([0xff, 0xda])));
    expect(afterScan.length).toBeGreaterThan(2);
    for (const at of afterScan) {
      const spoilt = Buffer.concat([original.subarray(0, at), TAIL, original.subarray(at)]);
      expect((await bench.context().rebuild(jpeg, spoilt)).equals(original)).toBe(true);
    }
  });

  it('is found in every restart interval', async () => {
    const run = bench.context();
    expect((await run.rebuild(jpeg, restarting(TAIL))).equals(restarting())).toBe(true);
    expect(run.findings()).toMatchObject([{ carrier: 'jpeg.scan.tail', count: 1 }]);
  });

  it.each([
    [
      'a restart marker out of turn',
      () => Buffer.from(restarting()).fill(0xd3, restarting().length - 4, restarting().length - 3),
    ],
    [
      'fewer restart intervals than the picture has',
      () => Buffer.concat([restarting().subarray(0, -5), Buffer.from([0xff, 0xd9])]),
    ],
  ])('refuses %s', async (_name, bytes) => {
    await expect(bench.context().rebuild(jpeg, bytes())).rejects.toMatchObject({ reason: 'malformed' });
  });
});

describe('orientation', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('keeps %i and nothing else of the block', async (orientation) => {
    const run = bench.context();
    const original = atStart(await jpegOf(), exif(fullExif(orientation)));
    const body = await run.rebuild(jpeg, original);
    expect((await sharp(body).metadata()).orientation).toBe(orientation);
    await expect(jpeg.compare(original, body, run.context)).resolves.toContain('orientation');
    expect(body.length).toBe((await jpegOf()).length + 36);
  });

  it.each([0, 1, 9, 300])('writes no block for %i', async (orientation) => {
    const body = await bench.context().rebuild(jpeg, atStart(await jpegOf(), exif(fullExif(orientation))));
    expect(body.equals(await jpegOf())).toBe(true);
  });
});

describe('colour profiles', () => {
  it('keeps curves and primaries of every profile, and calls them all the same', async () => {
    const run = bench.context();
    const one = await run.rebuild(jpeg, atStart(await jpegOf(), profile(iccProfile(TEXTS, 'gamma'))));
    const other = await run.rebuild(
      jpeg,
      atStart(await jpegOf(), profile(iccProfile({ description: 'Other', device: 'Else' }, 'gamma'))),
    );
    expect(one.equals(other)).toBe(true);
    const tags = await run.context.engines.exiftool(one, 'jpg');
    expect(tags.get('ICC_Profile:RedMatrixColumn')).toContain('0.6097');
    expect(tags.get('ICC_Profile:ProfileDescription')).toBe('RGB');
  });
});

describe('colour profiles of thumbnails', () => {
  it('are not taken for that of the picture', async () => {
    const run = bench.context();
    const thumbnail = atStart(await jpegOf('grey'), profile(iccProfile(TEXTS, 'srgb')));
    const original = atStart(await jpegOf(), exif(fullExif(1, thumbnail)), profile(iccProfile(TEXTS, 'gamma')));
    const body = await run.rebuild(jpeg, original);
    await expect(jpeg.compare(original, body, run.context)).resolves.toContain('colours');
    expect((await run.context.engines.exiftool(body, 'jpg')).get('ICC_Profile:RedMatrixColumn')).toContain('0.6097');
  });
});

describe('comparing', () => {
  const swap = (from: Buffer, to: Buffer) => (body: Buffer) => {
    const at = body.indexOf(from);
    if (at < 0) throw new Error('nothing to swap');
    return Buffer.concat([body.subarray(0, at), to, body.subarray(at + from.length)]);
  };
  const original = async () =>
    atStart(
      await jpegOf(),
      exif(exifBlock({ main: [short(0x0112, 6), ascii(0x013b, 'Truus')] })),
      profile(iccProfile(TEXTS, 'gamma')),
    );

  it('accepts what was rebuilt', async () => {
    const run = bench.context();
    const body = await run.rebuild(jpeg, await original());
    const checks = await jpeg.compare(await original(), body, run.context);
    expect(checks).toEqual(['samples', 'segments', 'colours', 'orientation']);
  });

  it.each<readonly [string, (body: Buffer) => Buffer | Promise<Buffer>]>([
    ['other samples', () => picture({ width: 40, height: 24, options: {} })],
    ['another size', () => picture({ width: 41, height: 24, options: {} })],
    ['a comment', (body) => atStart(body, segment(0xfe, 'left behind'))],
    ['a full Exif block', (body) => atStart(body, exif(fullExif(6)))],
    ['an unknown segment', (body) => atStart(body, segment(0xe7, 'left behind'))],
    ['a comment between scans', (body) => beforeEnd(body, segment(0xfe, 'left behind'))],
    ['bytes after the end', (body) => Buffer.concat([body, Buffer.from('left behind')])],
    ['garbage between segments', (body) => Buffer.concat([body.subarray(0, 2), Buffer.from('xx'), body.subarray(2)])],
    ['another orientation', swap(Buffer.from([0, 1, 0, 6, 0, 0]), Buffer.from([0, 1, 0, 3, 0, 0]))],
    [
      'another tone curve',
      swap(
        Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33', 'latin1'),
        Buffer.from('curv\0\0\0\0\0\0\0\x01\x01\x33', 'latin1'),
      ),
    ],
  ])('refuses %s', async (_name, spoil) => {
    const run = bench.context();
    const body = await run.rebuild(jpeg, await original());
    const spoilt = await spoil(body);
    await expect(jpeg.compare(await original(), spoilt, run.context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});

describe('policy', () => {
  it('keeps a comment when it says so, and nothing else', async () => {
    const run = bench.context({ rules: { 'jpeg.comment': 'keep' } });
    const comment = segment(0xfe, 'kept on purpose');
    const original = atStart(await jpegOf(), comment, segment(0xe7, 'dropped as ever'));
    const body = await run.rebuild(jpeg, original);
    expect(body.equals(atStart(await jpegOf(), comment))).toBe(true);
    expect(run.removed()).toEqual(['dropped as ever']);
    expect(await jpeg.compare(original, body, run.context)).not.toContain('segments');
  });

  it('drops an Exif block unless everything in it may stay', async () => {
    const original = atStart(await jpegOf(), exif(fullExif(1)));
    const partly = await bench
      .context({ rules: { 'jpeg.exif': 'keep', 'jpeg.exif.person': 'keep' } })
      .rebuild(jpeg, original);
    expect(partly.equals(await jpegOf())).toBe(true);
    const wholly = await bench.context({ rules: { 'jpeg.exif*': 'keep' } }).rebuild(jpeg, original);
    expect(wholly.equals(original)).toBe(true);
  });
});

describe('limits', () => {
  it('refuses more segments than allowed', async () => {
    const many = atStart(await jpegOf(), ...Array.from({ length: 40 }, () => segment(0xfe, 'x')));
    await expect(bench.context({ limits: { maxMembers: 40 } }).rebuild(jpeg, many)).rejects.toMatchObject({
      reason: 'limit',
    });
    expect((await bench.context({ limits: { maxMembers: 60 } }).rebuild(jpeg, many)).length).toBeGreaterThan(0);
  });
});
