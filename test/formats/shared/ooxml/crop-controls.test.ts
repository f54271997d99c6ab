// Controls of the proof that cropped pictures are cut: each answer is one that a broken sanitizer could give.

import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { Format } from '../../../../lib/core/format.ts';
import { readPolicy } from '../../../../lib/core/policy.ts';
import { examine } from '../../../../lib/core/sanitize.ts';
import { formats } from '../../../../lib/formats/registry.ts';
import { cleanProfile } from '../../../../lib/formats/shared/icc.ts';
import { profileChunk } from '../../../../lib/formats/shared/png-chunks.ts';
import { openWorkshop } from '../../../../lib/tools.ts';
import { placedPng } from '../../../support/cropped-picture.ts';
import { image, type Part, picture, wordFile } from '../../../support/docx-file.ts';
import { iccProfile } from '../../../support/picture-metadata.ts';
import { chunk } from '../../../support/png-file.ts';
import { pic, showFile } from '../../../support/pptx-file.ts';
import { drawn, pictureRel, picture as sheetPicture, xlsxFile } from '../../../support/xlsx-file.ts';

const rules = Object.fromEntries(['docx', 'xlsx', 'pptx'].map((id) => [`${id}.picture.crop`, 'remove']));
const workshop = openWorkshop({ policy: readPolicy({ version: 1, rules }) });
afterAll(() => workshop.close());

const PNG = await placedPng();
const cut = (left: number, top: number, width: number, height: number) =>
  sharp(PNG).extract({ left, top, width, height }).png().toBuffer();
const HALF = await cut(20, 0, 20, 24);

/** The picture with a clean profile. */
async function withProfile(png: Buffer, tone: 'gamma' | 'srgb'): Promise<Buffer> {
  const profile = cleanProfile(iccProfile({ description: 'RGB', device: 'RGB' }, tone))?.profile ?? Buffer.alloc(0);
  const { type, data } = profileChunk(profile);
  return Buffer.concat([png.subarray(0, 33), chunk(type, data), png.subarray(33)]);
}
const WIDE = await withProfile(PNG, 'gamma');

const media = (folder: string, content: Uint8Array, name = 'image1.png'): Part => ({
  name: `${folder}/media/${name}`,
  type: 'image/png',
  content,
});
type Shown = { readonly crop?: string; readonly place?: string; readonly bytes?: Uint8Array };
/** A document of each dialect with one picture. */
const MADE: Readonly<Record<string, (shown: Shown) => Uint8Array>> = {
  docx: ({ crop = '', place = '', bytes = PNG }) =>
    wordFile({
      body: `<w:p>${picture('rId5', { crop }).replace('<a:fillRect/>', `<a:fillRect${place}/>`)}</w:p>`,
      rels: [image('rId5', 'image1.png')],
      parts: [media('word', bytes)],
    }),
  pptx: ({ crop = '', place = '', bytes = PNG }) =>
    showFile({
      slides: [
        {
          shapes: pic('rId5', { crop }).replace('<a:fillRect/>', `<a:fillRect${place}/>`),
          rels: [{ ...image('rId5', ''), target: '../media/image1.png' }],
        },
      ],
      parts: [media('ppt', bytes)],
    }),
  xlsx: ({ crop = '', place = '', bytes = PNG }) =>
    xlsxFile(
      drawn(
        sheetPicture('rId5', { crop }).replace('<a:fillRect/>', `<a:fillRect${place}/>`),
        [pictureRel('image1.png')],
        [media('xl', bytes)],
      ),
    ),
};

/** What becomes of a document whose sanitizer finds what there is to find, and answers another document. */
async function detailOf(id: string, original: Uint8Array, answer: Uint8Array): Promise<string> {
  const real = formats.find((format) => format.id === id);
  if (!real) throw new Error(`no format ${id}`);
  const broken: Format = {
    ...real,
    async sanitize(untrusted, context) {
      await real.sanitize(untrusted, context);
      return { body: answer };
    },
  };
  const all = formats.map((format) => (format === real ? broken : format));
  const verdict = await examine(original, `x.${id}`, { ...workshop, formats: all });
  return verdict.outcome === 'published' ? 'published' : `${verdict.reason}: ${verdict.detail}`;
}

const source = (sides: string) => `<a:srcRect ${sides}/>`;
const LEFT: Shown = { crop: source('l="50000"') };
const rows: readonly (readonly [what: string, original: Shown, answer: Shown, passes: boolean])[] = [
  ['the part that is shown', LEFT, { bytes: HALF }, true],
  ['the part with its profile', { ...LEFT, bytes: WIDE }, { bytes: await withProfile(HALF, 'gamma') }, true],
  ['the part without its profile', { ...LEFT, bytes: WIDE }, { bytes: HALF }, false],
  ['the part with another profile', { ...LEFT, bytes: WIDE }, { bytes: await withProfile(HALF, 'srgb') }, false],
  [
    'the part and a rest of less than a pixel',
    { crop: source('l="51000"') },
    { bytes: HALF, crop: source('l="2000"') },
    true,
  ],
  ['the original, cropped as it was', LEFT, LEFT, false],
  ['the original, shown whole', LEFT, {}, false],
  ['a pixel more than is shown', LEFT, { bytes: await cut(19, 0, 21, 24), crop: source('l="4762"') }, false],
  ['a pixel less than is shown', LEFT, { bytes: await cut(21, 0, 19, 24) }, false],
  ['the part beside it', LEFT, { bytes: await cut(0, 0, 20, 24) }, false],
  ['the part, moved by a pixel', LEFT, { bytes: await cut(19, 0, 20, 24) }, false],
  ['the part with another pixel', LEFT, { bytes: await sharp(HALF).negate().png().toBuffer() }, false],
  ['the part without its colours', LEFT, { bytes: await sharp(HALF).toColourspace('b-w').png().toBuffer() }, false],
  ['the part, stretched', LEFT, { bytes: await sharp(HALF).resize(40, 24).png().toBuffer() }, false],
  ['the part without the rest', { crop: source('l="51000"') }, { bytes: HALF }, false],
  ['the part elsewhere in its frame', LEFT, { bytes: HALF, place: ' l="10000"' }, false],
  ['the part beyond its frame', LEFT, { bytes: HALF, place: ' l="-10000"' }, false],
  ['the whole beyond its frame', { place: ' l="-50000"' }, { place: ' l="-50000"' }, false],
  ['another padding', { crop: source('l="-25000"') }, { crop: source('l="-50000"') }, false],
  ['no padding', { crop: source('l="-25000"') }, {}, false],
  ['the same padding', { crop: source('l="-25000"') }, { crop: source('l="-25000"') }, true],
  ['a crop where there was none', {}, LEFT, false],
];

describe.each(['docx', 'pptx', 'xlsx'])('the proof of %s', (id) => {
  const make = MADE[id];
  test.each(rows)('has an eye for %s', async (_, original, answer, passes) => {
    if (!make) throw new Error(`nothing to make ${id} with`);
    const detail = await detailOf(id, make(original), make(answer));
    expect(detail).toMatch(passes ? /^published$/ : /^unverified: .*picture/);
  });
});

describe('the proof of absence', () => {
  const shown = (more: Partial<Parameters<typeof wordFile>[0]>) =>
    wordFile({ body: `<w:p>${picture('rId5')}</w:p>`, ...more });
  const original = (bytes: Uint8Array) => ({ ...LEFT, bytes });

  test('finds the original in a part that nothing shows', async () => {
    let state = 7;
    const noise = Buffer.from(
      Array.from({ length: 40 * 24 * 3 }, () => {
        state = (state * 16_807) % 2_147_483_647;
        return state >> 16;
      }),
    );
    const bytes = await sharp(noise, { raw: { width: 40, height: 24, channels: 3 } })
      .png()
      .toBuffer();
    const half = await sharp(bytes).extract({ left: 20, top: 0, width: 20, height: 24 }).png().toBuffer();
    const kept = shown({
      rels: [image('rId5', 'image1.png'), image('rId6', 'image2.png')],
      parts: [media('word', half), media('word', bytes, 'image2.png')],
    });
    const gone = shown({ rels: [image('rId5', 'image1.png')], parts: [media('word', half)] });
    const make = MADE.docx ?? (() => PNG);
    expect(await detailOf('docx', make(original(bytes)), gone)).toBe('published');
    expect(await detailOf('docx', make(original(bytes)), kept)).toMatch(/^unverified: a removed value is still in/);
  });
});
