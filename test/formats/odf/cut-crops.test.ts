// Cropped pictures of OpenDocument where policy has the hidden part removed, told from the colours of what is left, and
// the proof of it, told from results that a broken sanitizer could give.

import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { Format } from '../../../lib/core/format.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { examine } from '../../../lib/core/sanitize.ts';
import { odf } from '../../../lib/formats/odf/odf.ts';
import { formats } from '../../../lib/formats/registry.ts';
import { contentOf, readZip } from '../../../lib/formats/shared/zip.ts';
import { openWorkshop } from '../../../lib/tools.ts';
import { picturesIn, placedPng, placeOf } from '../../support/cropped-picture.ts';
import { atStart, jpegOf, segment, without } from '../../support/jpeg-file.ts';
import { flatFile, frameOf, type OdfFile, odfFile, p, styleOf } from '../../support/odf-file.ts';
import { chunk } from '../../support/png-file.ts';

const REMOVE = readPolicy({ version: 1, rules: { 'odf.picture.crop': 'remove' } });
const workshop = openWorkshop({ policy: REMOVE });
afterAll(() => workshop.close());

/** Two dots a millimetre, so that 40 by 24 dots are 20 by 12 millimetres. */
const sized = (png: Buffer) =>
  Buffer.concat([
    png.subarray(0, 33),
    chunk('pHYs', Buffer.from('000007d0000007d001', 'hex')),
    png.subarray(33).subarray(png.subarray(37, 41).toString('latin1') === 'pHYs' ? 21 : 0),
  ]);
const PNG = sized(await placedPng());
const clipped = (clip: string, name = 'fr1') =>
  styleOf(name, 'graphic', `<style:graphic-properties fo:clip="${clip}" fo:margin-top="0cm"/>`);
const frame = (style = 'fr1', more = '') => frameOf('Pictures/image1.png', { style, more });
const withClip = (clip: string, bytes: Uint8Array = PNG, body = p(frame())): OdfFile => ({
  automatic: clipped(clip),
  body,
  members: [{ name: 'Pictures/image1.png', data: bytes }],
});

const judged = (bytes: Uint8Array, policy = REMOVE) => examine(bytes, 'x.odt', { ...workshop, policy });
const contentIn = (body: Uint8Array) =>
  readZip(body, LIMITS).members.flatMap((member) => (member.name === 'content.xml' ? [`${contentOf(member)}`] : []))[0];

describe('of a cropped picture', () => {
  const rows: readonly (readonly [what: string, file: OdfFile, places: readonly string[], clip: string])[] = [
    [
      'the part that is shown stays',
      withClip('rect(0cm, 0cm, 0cm, 0.5cm)'),
      ['10 0 40 24'],
      'rect(0cm, 0cm, 0cm, 0cm)',
    ],
    ['all sides are cut', withClip('rect(2mm, 0.5cm, 2mm, 5mm)'), ['10 4 30 20'], 'rect(0cm, 0cm, 0cm, 0cm)'],
    ['inches are understood', withClip('rect(0in, 0.5in, 0in, 0in)'), ['0 0 15 24'], 'rect(0cm, 0.02cm, 0cm, 0cm)'],
    [
      'a fraction of a dot is left',
      withClip('rect(0cm, 0cm, 0cm, 0.52cm)'),
      ['10 0 40 24'],
      'rect(0cm, 0cm, 0cm, 0.02cm)',
    ],
    ['padding stays', withClip('rect(-0.5cm, 0cm, 0.6cm, 0cm)'), ['0 0 40 12'], 'rect(-0.5cm, 0cm, 0cm, 0cm)'],
    [
      'nothing is cut for padding',
      withClip('rect(-0.5cm, 0cm, 0cm, -1cm)'),
      ['0 0 40 24'],
      'rect(-0.5cm, 0cm, 0cm, -1cm)',
    ],
    [
      'the whole stays where it is shown',
      withClip('rect(0cm, 0cm, 0cm, 1cm)', PNG, p(frame()) + p(frame(''))),
      ['20 0 40 24', '0 0 40 24'],
      'rect(0cm, 0cm, 0cm, 0cm)',
    ],
  ];
  test.each(rows)('%s', async (_, file, places, clip) => {
    const verdict = await judged(odfFile(file));
    if (verdict.outcome === 'quarantined') return expect.fail(`${verdict.reason}: ${verdict.detail}`);
    expect((await picturesIn(verdict.body)).map(placeOf)).toEqual(places);
    expect(/fo:clip="([^"]*)"/.exec(contentIn(verdict.body) ?? '')?.[1]).toBe(clip);
    const again = await judged(verdict.body, readPolicy());
    expect(again.outcome === 'published' && Buffer.compare(again.body, verdict.body)).toBe(0);
  });

  test('the part stays in a flat document', async () => {
    const image = `<draw:image><office:binary-data>${PNG.toString('base64')}</office:binary-data></draw:image>`;
    const body = p(`<draw:frame draw:style-name="fr1" svg:width="2cm" svg:height="2cm">${image}</draw:frame>`);
    const verdict = await judged(flatFile({ automatic: clipped('rect(0cm, 1cm, 0cm, 0cm)'), body }));
    expect(verdict.outcome === 'published' && (await picturesIn(verdict.body)).map(placeOf)).toEqual(['0 0 20 24']);
  });

  test('the part of a JPEG has the size that it had', async () => {
    const jfif = segment(0xe0, Buffer.from('JFIF\0\x01\x02\x02\0\x14\0\x14\0\0', 'latin1'));
    const bytes = atStart(without(await jpegOf(), 0xe0), jfif);
    const verdict = await judged(odfFile(withClip('rect(0cm, 0cm, 0cm, 1cm)', bytes)));
    const [part] = verdict.outcome === 'published' ? await picturesIn(verdict.body) : [];
    expect(
      part?.pixels.equals(await sharp(bytes).extract({ left: 20, top: 0, width: 20, height: 24 }).raw().toBuffer()),
    ).toBe(true);
  });
});

describe('a document is held back', () => {
  const rows: readonly (readonly [string, () => Promise<OdfFile> | OdfFile, RegExp])[] = [
    ['where nothing is shown', () => withClip('rect(0cm, 1cm, 0cm, 1cm)'), /nothing is shown/],
    ['where a side cannot be read', () => withClip('rect(0cm, 1px, 0cm, 0cm)'), /cannot be read/],
    [
      'where the picture does not say how large it is',
      async () => withClip('rect(0cm, 0cm, 0cm, 1cm)', await jpegOf()),
      /how large it is/,
    ],
    [
      'where frames share the crop',
      () => withClip('rect(0cm, 0cm, 0cm, 1cm)', PNG, p(frame()) + p(frame())),
      /other frames share/,
    ],
    [
      'where a second picture is in the frame',
      () =>
        withClip('rect(0cm, 0cm, 0cm, 1cm)', PNG, p(frame('fr1', '<draw:image xlink:href="Pictures/image1.png"/>'))),
      /beside another/,
    ],
    [
      'where the picture is of another kind',
      async () => withClip('rect(0cm, 0cm, 0cm, 1cm)', await sharp(PNG).gif().toBuffer()),
      /of this kind/,
    ],
  ];
  test.each(rows)('%s', async (_, make, detail) => {
    const verdict = await judged(odfFile(await make()));
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'unsupported' });
    expect(verdict.outcome === 'quarantined' && verdict.detail).toMatch(detail);
    expect(verdict.findings.map(({ carrier }) => carrier)).toContain('odf.picture.crop');
  });

  test('by the policy that we ship', async () => {
    const verdict = await judged(odfFile(withClip('rect(0cm, 0cm, 0cm, 1cm)')), readPolicy());
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'hidden-content' });
  });
});

describe('the proof', () => {
  const CLIP = 'rect(0cm, 0cm, 0cm, 1cm)';
  const cut = async (left: number, width: number) =>
    sized(await sharp(PNG).extract({ left, top: 0, width, height: 24 }).png().toBuffer());
  /** What becomes of a document whose sanitizer finds what there is, and answers the clean form of another document. */
  async function detailOf(original: OdfFile, answer: OdfFile): Promise<string> {
    const broken: Format = {
      ...odf,
      async sanitize(untrusted, context) {
        await odf.sanitize(untrusted, context);
        const policy = readPolicy({ version: 1, rules: { 'odf.picture.crop': 'keep' } });
        return odf.sanitize(odfFile(answer), { ...context, policy, found: (id) => policy.actionFor(id) });
      },
    };
    const all = formats.map((format) => (format === odf ? broken : format));
    const verdict = await examine(odfFile(original), 'x.odt', { ...workshop, formats: all });
    return verdict.outcome === 'published' ? 'published' : `${verdict.reason}: ${verdict.detail}`;
  }

  test.each<[string, () => Promise<OdfFile>, boolean]>([
    ['passes the part', async () => withClip('rect(0cm, 0cm, 0cm, 0cm)', await cut(20, 20)), true],
    ['finds the original, cropped as it was', async () => withClip(CLIP), false],
    ['finds the original, shown whole', async () => withClip('rect(0cm, 0cm, 0cm, 0cm)'), false],
    ['finds a dot more than is shown', async () => withClip('rect(0cm, 0cm, 0cm, 0.05cm)', await cut(19, 21)), false],
    ['finds a dot less than is shown', async () => withClip('rect(0cm, 0cm, 0cm, 0cm)', await cut(21, 19)), false],
    ['finds another part', async () => withClip('rect(0cm, 0cm, 0cm, 0cm)', await cut(0, 20)), false],
  ])('%s', async (_, answer, passes) => {
    expect(await detailOf(withClip(CLIP), await answer())).toMatch(passes ? /^published$/ : /^unverified: /);
  });
});
