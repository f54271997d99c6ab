// Controls of the second reader: each is a result that a broken sanitizer could make, and has to be found out.

import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { Format } from '../../../lib/core/format.ts';
import { examine } from '../../../lib/core/sanitize.ts';
import { pptx } from '../../../lib/formats/pptx/pptx.ts';
import { formats } from '../../../lib/formats/registry.ts';
import { openWorkshop } from '../../../lib/tools.ts';
import { image } from '../../support/docx-file.ts';
import { pngOf } from '../../support/png-file.ts';
import { pic, type Slide, showFile, sp } from '../../support/pptx-file.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

/** What becomes of a presentation whose sanitizer answers another one. */
async function detailOf(original: Uint8Array, answer: Uint8Array): Promise<string> {
  const broken: Format = { ...pptx, sanitize: async () => ({ body: answer }) };
  const others = formats.filter(({ id }) => id !== 'pptx');
  const verdict = await examine(original, 'x.pptx', { ...workshop, formats: [broken, ...others] });
  return verdict.outcome === 'published' ? 'published' : `${verdict.reason}: ${verdict.detail}`;
}

const show = (...texts: readonly string[]) => showFile({ slides: texts.map((text) => ({ shapes: sp(text) })) });
const PICTURE = { ...image('rId5', ''), target: '../media/image1.png' };
const OTHER = { ...image('rId5', ''), target: '../media/image2.png' };
const OTHER_PNG = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#123456' } })
  .png()
  .toBuffer();
const pictured = (slide: Slide) =>
  showFile({
    slides: [slide],
    parts: [
      { name: 'ppt/media/image1.png', type: 'image/png', content: pngOf([]) },
      { name: 'ppt/media/image2.png', type: 'image/png', content: OTHER_PNG },
    ],
  });

describe('the second reader of presentations', () => {
  it('passes the same presentation', async () => {
    expect(await detailOf(show('Een', 'Twee'), show('Een', 'Twee'))).toBe('published');
  });

  it.each([
    ['a slide that is gone', show('Een', 'Twee'), show('Een'), /2 slides became 1/],
    ['slides in another order', show('Een', 'Twee'), show('Twee', 'Een'), /text of part 1/],
    ['a text that is another', show('Een'), show('Eén'), /text of part 1/],
    [
      'a slide in no list',
      show('Een'),
      showFile({ slides: [{ shapes: sp('Een') }, {}], unlisted: 1 }),
      /parts are slides/,
    ],
    [
      'a layout with another text',
      show('Een'),
      showFile({ slides: [{ shapes: sp('Een') }], layout: { shapes: sp('Iets') } }),
      /text of part 2/,
    ],
    [
      'a hidden slide that is still there',
      show('Een'),
      showFile({ slides: [{ shapes: sp('Een') }, { attributes: ' show="0"' }] }),
      /1 slides became 2/,
    ],
  ])('finds %s', async (_, original, answer, detail) => {
    expect(await detailOf(original, answer)).toMatch(detail);
  });

  it('finds a picture that is another, and one that is gone', async () => {
    const original = pictured({ shapes: pic('rId5'), rels: [PICTURE] });
    expect(await detailOf(original, pictured({ shapes: pic('rId5'), rels: [OTHER] }))).toMatch(
      /^unverified: .*picture/,
    );
    expect(await detailOf(original, showFile({ slides: [{ shapes: '' }] }))).toMatch(/^unverified: /);
  });
});
