import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { OnPage } from '../lib/core/evidence.ts';
import { MAX_PICTURE_BYTES, NO_PICTURE, type PictureOrder, pictureIn, saidOf } from '../lib/picture-orders.ts';
import { openPictures } from '../lib/pictures.ts';
import { openPreviewer, type Previewer } from '../lib/preview.ts';
import { cases } from './fixtures/pdf/cases.ts';
import { chunk, END, header, pngFrom } from './support/png-file.ts';

const COVERED = 'holds back a text under a black rectangle';
const bytesOf = async (shown: string) =>
  (await cases.find(({ shows }) => shows === shown)?.bytes()) ?? new Uint8Array();

async function pngOf(drawing: ReturnType<Previewer['draw']>): Promise<Uint8Array> {
  const drawn = await drawing;
  if (drawn.is !== 'picture') throw new Error(`there is no picture: ${drawn.is}`);
  return drawn.png;
}

test('what is covered is painted over in the picture itself, on the page that is drawn, and nothing else is', async () => {
  const bytes = await bytesOf(COVERED);
  const previewer = openPreviewer();
  try {
    const light = async (covered: readonly OnPage[], left: number, page = 1) => {
      const png = await pngOf(previewer.draw(bytes, 'pdf', page, covered));
      const { width, height } = await sharp(png).metadata();
      const half = { left: Math.round(width * left), top: 0, width: Math.floor(width / 2), height };
      const { channels } = await sharp(await sharp(png).extract(half).png().toBuffer()).stats();
      return channels.map(({ mean }) => mean > 0);
    };
    const half = (page: number): OnPage => ({ page, box: [0, 0, 500, 1000] });
    expect(await light([half(1)], 0)).toEqual([false, false, false]);
    expect(await light([half(1)], 0.5)).toEqual([true, true, true]);
    expect(await light([], 0)).toEqual([true, true, true]);
    expect(await light([half(2)], 0)).toEqual([true, true, true]);
    // One behind the last is the last.
    expect(await light([half(1)], 0, 99)).toEqual([false, false, false]);
  } finally {
    await previewer.close();
  }
});

test('a picture that would be too many bytes to hand on is drawn smaller', async () => {
  const [width, height, channels] = [1900, 1900, 3] as const;
  const noise = await sharp(randomBytes(width * height * channels), { raw: { width, height, channels } })
    .png()
    .toBuffer();
  expect(noise.length).toBeGreaterThan(MAX_PICTURE_BYTES);
  const previewer = openPreviewer();
  try {
    const png = await pngOf(previewer.draw(noise, 'png', 1));
    expect(png.length).toBeLessThanOrEqual(MAX_PICTURE_BYTES);
    expect((await sharp(png).metadata()).width).toBe(1000);
    const covered: OnPage[] = [{ page: 1, box: [0, 0, 10, 10] }];
    expect(await previewer.draw(noise, 'png', 1, covered), 'what would have to be covered').toEqual(NO_PICTURE);
  } finally {
    await previewer.close();
  }
});

test('a document is drawn as it is and as it would become, and what is hostile has no picture', async () => {
  const pictures = openPictures(undefined);
  const order: PictureOrder = {
    ...{ caseId: 'a'.repeat(32), what: 'before', page: 1, format: 'pdf', extension: 'pdf', covered: [], rules: [] },
  };
  const rules = ['pdf.redaction.failed'];
  try {
    const bytes = await bytesOf(COVERED);
    for (const what of ['before', 'after'] as const)
      expect(await pictures.make({ ...order, what, rules }, bytes), what).toMatchObject({ is: 'picture', pages: 1 });
    expect(await pictures.make({ ...order, what: 'after' }, bytes)).toEqual({ is: 'none', reason: 'failed-redaction' });
    const none = { is: 'none', reason: null };
    const blank = (side: number) =>
      pngFrom(
        header({ width: side, height: side, depth: 1, colour: 0 }),
        chunk('IDAT', deflateSync(Buffer.alloc(side * (side / 8 + 1)))),
        END,
      );
    expect(await pictures.make({ ...order, format: 'png' }, blank(16_000)), 'a bomb').toEqual(none);
    expect(await pictures.make({ ...order, format: 'png' }, blank(800)), 'a control').toMatchObject({ is: 'picture' });
    expect(await pictures.make(order, randomBytes(10_000)), 'garbage').toEqual(none);
    expect(await pictures.make({ ...order, format: 'svg' }, bytes), 'what nobody draws').toEqual(none);
    expect(await pictures.make(order, undefined), 'what is gone').toEqual(none);
    expect(await pictures.make({ ...order, what: 'after' }, Buffer.from('%PDF-1.7 garbage'))).toEqual({
      ...{ is: 'none', reason: 'malformed' },
    });
  } finally {
    await pictures.close();
  }
}, 60_000);

test('what a function answers is a picture only where it is one', () => {
  const png = Buffer.from('89504e470d0a1a0a00', 'hex');
  const said = saidOf({ is: 'picture', png, pages: 3 });
  expect(pictureIn(JSON.parse(JSON.stringify(said)))).toEqual({ is: 'picture', png, pages: 3 });
  for (const other of [{ is: 'none', reason: 'limit' }, { is: 'no-converter' }, { is: 'waiting' }])
    expect(pictureIn(other)).toEqual(other);
  const large = Buffer.concat([png, Buffer.alloc(MAX_PICTURE_BYTES)]).toString('base64');
  for (const other of [
    ...[
      undefined,
      null,
      '',
      [],
      {},
      { is: 'drawn' },
      { is: 'waiting', more: 1 },
      { ...said, more: 1 },
      { ...said, pages: 0 },
    ],
    ...[
      { ...said, png: Buffer.from('<svg/>').toString('base64') },
      { ...said, png: '%%%' },
      { ...said, png: large },
    ],
    ...[{ is: 'none', reason: 'J. Voorbeeld' }],
  ])
    expect(pictureIn(other)).toBeUndefined();
});
