import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { png } from '../../lib/formats/png.ts';
import { pictureBench } from '../support/picture-context.ts';
import { iccProfile } from '../support/picture-metadata.ts';
import {
  animated,
  chunk,
  END,
  HEIGHT,
  header,
  PICTURE,
  pngFrom,
  pngOf,
  profileChunk,
  ROWS,
  rows,
  WIDTH,
} from '../support/png-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());

const TEXTS = { description: 'Studio Vossenberg', device: 'ColorBox' };
const GAMMA = chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f]));

function types(file: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    found.push(file.toString('latin1', at + 4, at + 8));
  return found;
}

describe('rows', () => {
  it('are copied as they were cut into chunks', async () => {
    const stream = deflateSync(ROWS);
    const original = pngOf(
      [],
      [chunk('IDAT', stream.subarray(0, 50)), chunk('IDAT'), chunk('IDAT', stream.subarray(50))],
    );
    expect((await bench.context().rebuild(png, original)).equals(original)).toBe(true);
  });

  it('end where their stream ends', async () => {
    const stream = deflateSync(ROWS);
    const spoilt = pngOf([], [chunk('IDAT', Buffer.concat([stream, Buffer.from('more')]))]);
    expect((await bench.context().rebuild(png, spoilt)).equals(pngOf())).toBe(true);
  });

  it('hold no more than the picture', async () => {
    const spoilt = pngOf([], [chunk('IDAT', deflateSync(Buffer.concat([ROWS, rows(400, 48)])))]);
    const run = bench.context();
    const body = await run.rebuild(png, spoilt);
    expect(run.carriers()).toEqual(['png.rows.surplus']);
    expect(body.length).toBeLessThanOrEqual(pngOf().length);
    await expect(png.compare(spoilt, body, run.context)).resolves.toContain('samples');
  });

  it('are not inflated further than the picture needs', async () => {
    const bomb = pngOf([], [chunk('IDAT', deflateSync(Buffer.alloc(20_000_000)))]);
    const body = await bench.context().rebuild(png, bomb);
    expect(body.length).toBeLessThan(200);
  });

  it.each([
    ['interrupted', () => pngOf([], [PICTURE, GAMMA, PICTURE])],
    ['missing', () => pngOf([], [])],
    ['not compressed', () => pngOf([], [chunk('IDAT', ROWS)])],
    [
      'with a wrong checksum',
      () => pngOf([], [chunk('IDAT', Buffer.concat([deflateSync(ROWS).subarray(0, -1), Buffer.from([1])]))]),
    ],
  ])('are refused when %s', async (_name, bytes) => {
    await expect(bench.context().rebuild(png, bytes())).rejects.toMatchObject({ reason: 'malformed' });
  });
});

describe('animations', () => {
  it('keep every frame, renumbered where chunks were joined', async () => {
    const spoilt = animated([{ tail: Buffer.from('behind the rows') }, { width: 5, x: 3 }]);
    const clean = animated([{}, { width: 5, x: 3 }]);
    const run = bench.context();
    const body = await run.rebuild(png, spoilt);
    expect(body.equals(clean)).toBe(true);
    await expect(png.compare(spoilt, body, run.context)).resolves.toContain('frames');
  });

  it('are still pictures without their control', async () => {
    const run = bench.context();
    const lost = pngFrom(
      header({ width: WIDTH, height: HEIGHT }),
      PICTURE,
      chunk('fcTL', Buffer.alloc(26)),
      chunk('fdAT', 'no frame'),
      END,
    );
    expect(types(await run.rebuild(png, lost))).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect(run.carriers()).toEqual(['png.chunk.invalid']);
  });
});

describe('colour profiles', () => {
  it('that say sRGB become the chunk that says so', async () => {
    const body = await bench.context().rebuild(png, pngOf([GAMMA, profileChunk('mine', iccProfile(TEXTS, 'srgb'))]));
    expect(types(body)).toEqual(['IHDR', 'gAMA', 'sRGB', 'IDAT', 'IEND']);
  });

  it('that say anything else stay, under a name of ours', async () => {
    const run = bench.context();
    const original = pngOf([profileChunk('mine', iccProfile(TEXTS, 'gamma')), chunk('sRGB', Buffer.from([0]))]);
    const body = await run.rebuild(png, original);
    expect(types(body)).toEqual(['IHDR', 'iCCP', 'IDAT', 'IEND']);
    expect((await run.context.engines.exiftool(body, 'png')).get('PNG:ProfileName')).toBe('icc');
    await expect(png.compare(original, body, run.context)).resolves.toContain('colours');
  });
});

describe('comparing', () => {
  const original = () => animated([{}]);
  const between = (body: Buffer, extra: Buffer) => Buffer.concat([body.subarray(0, 33), extra, body.subarray(33)]);

  it.each<readonly [string, (body: Buffer) => Buffer]>([
    ['other samples', () => pngOf([], [chunk('IDAT', deflateSync(rows(HEIGHT, WIDTH * 3, 5)))])],
    ['a lost frame', () => pngOf()],
    ['another second frame', () => animated([{ width: WIDTH - 1 }])],
    ['a text', (body) => between(body, chunk('tEXt', 'Author\0left behind'))],
    ['another gamma', (body) => between(body, GAMMA)],
    ['bytes after the end', (body) => Buffer.concat([body, Buffer.from('left behind')])],
  ])('refuses %s', async (_name, spoil) => {
    const run = bench.context();
    const body = await run.rebuild(png, original());
    await expect(png.compare(original(), body, run.context)).resolves.toContain('frames');
    await expect(png.compare(original(), spoil(body), run.context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});

describe('limits', () => {
  it('refuses more chunks than allowed', async () => {
    const many = pngOf(Array.from({ length: 40 }, () => chunk('tEXt', 'a\0b')));
    await expect(bench.context({ limits: { maxMembers: 40 } }).rebuild(png, many)).rejects.toMatchObject({
      reason: 'limit',
    });
    expect((await bench.context({ limits: { maxMembers: 60 } }).rebuild(png, many)).equals(pngOf())).toBe(true);
  });
});
