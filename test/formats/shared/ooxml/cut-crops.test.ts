// Cropped pictures where policy has the hidden part removed, in documents of every dialect: which pixels each picture of
// the result still holds, told from their colours.

import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../../lib/core/limits.ts';
import { readPolicy } from '../../../../lib/core/policy.ts';
import { examine } from '../../../../lib/core/sanitize.ts';
import { contentOf, readZip } from '../../../../lib/formats/shared/zip.ts';
import { openWorkshop } from '../../../../lib/tools.ts';
import { decoded, picturesIn, placedPng, placeOf } from '../../../support/cropped-picture.ts';
import { membersOf } from '../../../support/docx-bench.ts';
import { image, office, type Part, p, picture, wordFile } from '../../../support/docx-file.ts';
import { atStart, jpegOf, segment } from '../../../support/jpeg-file.ts';
import { iccProfile } from '../../../support/picture-metadata.ts';
import { animated, header, pngFrom } from '../../../support/png-file.ts';
import { frame, pic, showFile, sp } from '../../../support/pptx-file.ts';
import { charted, drawn, pictureRel, picture as sheetPicture, xlsxFile } from '../../../support/xlsx-file.ts';

const REMOVED = ['docx', 'xlsx', 'pptx'].map((id) => [`${id}.picture.crop`, 'remove'] as const);
const workshop = openWorkshop({ policy: readPolicy({ version: 1, rules: Object.fromEntries(REMOVED) }) });
afterAll(() => workshop.close());

const PNG = await placedPng();
const media = (content: Uint8Array, name = 'image1.png', folder = 'word'): Part => ({
  name: `${folder}/media/${name}`,
  type: name.endsWith('png') ? 'image/png' : name.endsWith('gif') ? 'image/gif' : 'image/jpeg',
  content,
});
const source = (sides: string) => `<a:srcRect ${sides}/>`;

type Inside = { readonly bytes?: Uint8Array; readonly name?: string; readonly parts?: readonly Part[] };
const word = (body: string, { bytes = PNG, name = 'image1.png', parts = [] }: Inside = {}) =>
  wordFile({
    body: `<w:p>${body}</w:p>${p('Tekst')}`,
    rels: [image('rId5', name), ...parts.map((_, i) => image(`rId${6 + i}`, `image${2 + i}.png`))],
    parts: [media(bytes, name), ...parts],
  });
const cropped = (sides: string, id = 'rId5') => picture(id, { crop: source(sides) });
const placed = (sides: string, crop = '') =>
  picture('rId5', { crop }).replace('<a:fillRect/>', `<a:fillRect ${sides}/>`);
const vml = (sides: string) =>
  `<w:r><w:pict><v:shape id="_x0000_i1025" style="width:9pt;height:9pt"><v:imagedata r:id="rId5" ${sides}/></v:shape></w:pict></w:r>`;
const SLIDE_REL = { ...image('rId5', ''), target: '../media/image1.png' };
const slide = (shapes: string) =>
  showFile({
    slides: [{ shapes: sp('Titel') + shapes, rels: [SLIDE_REL] }],
    parts: [media(PNG, 'image1.png', 'ppt')],
  });
/** A slide whose background is a picture that is larger than the slide. */
const behind = (sides: string) => {
  const background = `<p:bg><p:bgPr><a:blipFill><a:blip r:embed="rId5"/><a:srcRect/><a:stretch><a:fillRect ${sides}/></a:stretch></a:blipFill><a:effectLst/></p:bgPr></p:bg>`;
  return showFile({
    slides: [{ shapes: sp('Titel'), rels: [SLIDE_REL] }],
    parts: [media(PNG, 'image1.png', 'ppt')],
    entries: (entries) =>
      entries.map(({ data, ...entry }) => ({
        ...entry,
        data:
          entry.name === 'ppt/slides/slide1.xml' ? `${data}`.replace('<p:spTree>', `${background}<p:spTree>`) : data,
      })),
  });
};
/** An object of PowerPoint 2007, whose picture stands in a drawing of VML. */
const old = (sides: string) =>
  showFile({
    slides: [
      {
        shapes: frame(
          'presentationml/2006/ole',
          '<p:oleObj spid="_x0000_s1026" name="x" r:id="rId6" progId="Word.Document.8"><p:embed/></p:oleObj>',
        ),
        rels: [
          { id: 'rId6', type: office('oleObject'), target: '../embeddings/oleObject1.bin' },
          { id: 'rId7', type: office('vmlDrawing'), target: '../drawings/vmlDrawing1.vml' },
        ],
      },
    ],
    parts: [
      media(PNG, 'image1.png', 'ppt'),
      { name: 'ppt/embeddings/oleObject1.bin', type: 'application/octet-stream', content: Buffer.alloc(99, 7) },
      {
        name: 'ppt/drawings/vmlDrawing1.vml',
        type: 'application/vnd.openxmlformats-officedocument.vmlDrawing',
        content: `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><v:shape id="_x0000_s1026" style="left:1pt;top:1pt"><v:imagedata o:relid="rId1" ${sides}/></v:shape></xml>`,
        rels: [{ id: 'rId1', type: office('image'), target: '../media/image1.png' }],
      },
    ],
  });
const sheet = (anchors: string) =>
  xlsxFile(drawn(anchors, [pictureRel('image1.png')], [media(PNG, 'image1.png', 'xl')]));

const judged = (bytes: Uint8Array, rules?: Readonly<Record<string, string>>) =>
  examine(bytes, 'x.docx', rules ? { ...workshop, policy: readPolicy({ version: 1, rules }) } : workshop);
async function published(bytes: Uint8Array) {
  const verdict = await judged(bytes);
  return verdict.outcome === 'published' ? verdict : expect.fail(`${verdict.reason}: ${verdict.detail}`);
}
const membersNamed = (body: Uint8Array, name: RegExp) =>
  readZip(body, LIMITS).members.flatMap((member) => (name.test(member.name) ? [contentOf(member)] : []));
const crops = ({ findings }: Awaited<ReturnType<typeof judged>>) =>
  findings.filter(({ carrier }) => carrier.endsWith('.picture.crop'));

describe('of a cropped picture', () => {
  const rows: readonly (readonly [what: string, bytes: Uint8Array, places: readonly string[], found: number])[] = [
    ['the part that is shown stays', word(cropped('l="25000"')), ['10 0 40 24'], 1],
    ['pixels that an edge goes through stay', word(cropped('l="26000" b="51000"')), ['10 0 40 12'], 1],
    ['all four sides are cut', word(cropped('l="10000" t="25000" r="10000" b="25000"')), ['4 6 36 18'], 1],
    ['sides in per cents are cut', word(cropped('r="75%"')), ['0 0 10 24'], 1],
    ['nothing is cut for less than a pixel', word(cropped('l="1200" b="2000"')), ['0 0 40 24'], 0],
    ['nothing is cut for padding', word(cropped('l="-25000" b="-10000"')), ['0 0 40 24'], 0],
    ['padding at the other side stays', word(cropped('l="50000" r="-50000"')), ['20 0 40 24'], 1],
    ['what its frame cuts off goes', word(placed('l="-50000" r="-50000"')), ['10 0 30 24'], 1],
    ['what its frame cuts off of a part goes', word(placed('t="-100000"', source('b="50000"'))), ['0 6 40 12'], 1],
    ['a frame without room cuts nothing', word(placed('l="50000" r="50000"')), ['0 0 40 24'], 0],
    ['room in the frame cuts nothing', word(placed('l="20000" t="20000"')), ['0 0 40 24'], 0],
    ['what VML cuts off goes', word(vml('cropleft="16384f" croptop=".5"')), ['10 12 40 24'], 1],
    ['padding of VML cuts nothing', word(vml('cropleft="-16384f"')), ['0 0 40 24'], 0],
    ['each use has its own part', word(cropped('l="50000"') + cropped('r="50000"')), ['20 0 40 24', '0 0 20 24'], 2],
    ['two uses of one part are one picture', word(cropped('l="50000"') + cropped('l="50100"')), ['20 0 40 24'], 2],
    ['the whole stays where it is shown', word(cropped('l="50000"') + picture('rId5')), ['0 0 40 24', '20 0 40 24'], 1],
    [
      'a copy that is shown stays',
      word(cropped('l="50000"') + picture('rId6'), { parts: [media(PNG, 'image2.png')] }),
      ['0 0 40 24', '20 0 40 24'],
      1,
    ],
    [
      'both branches of a choice are cut',
      word(
        `<w:r><mc:AlternateContent><mc:Choice Requires="wps">${cropped('l="50000"').slice(5, -6)}</mc:Choice><mc:Fallback>${vml('cropright=".5"').slice(5, -6)}</mc:Fallback></mc:AlternateContent></w:r>`,
      ),
      ['20 0 40 24', '0 0 20 24'],
      2,
    ],
    [
      'effects on single pixels stay',
      word(
        cropped('l="50000"').replace('r:embed="rId5"/>', 'r:embed="rId5"><a:grayscl/><a:lum bright="20000"/></a:blip>'),
      ),
      ['20 0 40 24'],
      1,
    ],
    ['the part on a slide stays', slide(pic('rId5', { crop: source('t="50000"') })), ['0 12 40 24'], 1],
    ['the part behind a slide stays', behind('t="-50000" b="-50000"'), ['0 6 40 18'], 1],
    ['the part that an old drawing shows stays', old('cropleft="16384f" cropbottom=".25"'), ['10 0 40 18'], 1],
    ['the part on a sheet stays', sheet(sheetPicture('rId5', { crop: source('r="25000"') })), ['0 0 30 24'], 1],
    [
      'the part in a chart stays',
      xlsxFile(
        charted(
          `<c:chart><c:plotArea><c:spPr><a:blipFill><a:blip r:embed="rId5"/>${source('l="75000"')}<a:stretch><a:fillRect/></a:stretch></a:blipFill></c:spPr></c:plotArea></c:chart>`,
          [pictureRel('image1.png')],
          [media(PNG, 'image1.png', 'xl')],
        ),
      ),
      ['30 0 40 24'],
      1,
    ],
  ];
  test.each(rows)('%s', async (_, bytes, places, found) => {
    const verdict = await published(bytes);
    expect((await picturesIn(verdict.body)).map(placeOf)).toEqual(places);
    expect(crops(verdict).reduce((sum, { count }) => sum + count, 0)).toBe(found);
    // What was cut is no cropped picture any more, by a policy that would hold one back.
    const again = await judged(verdict.body, {});
    expect(again.outcome === 'published' && Buffer.compare(again.body, verdict.body)).toBe(0);
  });

  test('what is shown is what the JPEG showed, sample by sample', async () => {
    const bytes = await jpegOf();
    const { body } = await published(word(cropped('l="25000" t="50000"'), { bytes, name: 'image1.jpeg' }));
    const [part] = await picturesIn(body);
    const whole = sharp(bytes).extract({ left: 10, top: 12, width: 30, height: 12 });
    expect(part?.name).toMatch(/\.png$/);
    expect(part?.pixels.equals(await whole.removeAlpha().raw().toBuffer())).toBe(true);
  });

  const kinds: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ['grey', () => jpegOf('grey')],
    ['transparent', () => placedPng(40, 24, 4)],
    [
      'in a palette',
      async () =>
        sharp(await placedPng())
          .png({ palette: true, colours: 16 })
          .toBuffer(),
    ],
    [
      'of sixteen bits',
      async () =>
        sharp(await placedPng())
          .toColourspace('rgb16')
          .png()
          .toBuffer(),
    ],
    [
      'grey and transparent',
      async () =>
        sharp(await placedPng(40, 24, 4))
          .toColourspace('b-w')
          .png({ compressionLevel: 1 })
          .toBuffer(),
    ],
  ];
  test.each(kinds)('the part of a picture that is %s looks as it did', async (_, make) => {
    const bytes = await make();
    const { body } = await published(
      word(cropped('r="50000"'), { bytes, name: bytes[0] === 0xff ? 'image1.jpeg' : 'image1.png' }),
    );
    const [part, ...others] = await picturesIn(body);
    const expected = await decoded(
      await sharp(bytes).extract({ left: 0, top: 0, width: 20, height: 24 }).png().toBuffer(),
    );
    expect(others).toEqual([]);
    expect(part).toMatchObject({ width: 20, height: 24 });
    expect(part?.pixels.equals(expected.pixels)).toBe(true);
  });

  test('the part means the colours of the profile that the picture had', async () => {
    const profile = iccProfile({ description: 'Studio Vossenberg', device: 'ColorBox 7' }, 'gamma');
    const bytes = atStart(
      await jpegOf(),
      segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), profile])),
    );
    const { body } = await published(word(cropped('l="25000"'), { bytes, name: 'image1.jpeg' }));
    const [part] = membersNamed(body, /\.png$/);
    const managed = await sharp(part).raw().toBuffer();
    expect((await sharp(part).metadata()).icc?.includes('Vossenberg')).toBe(false);
    expect(
      managed.equals(await sharp(bytes).extract({ left: 10, top: 0, width: 30, height: 24 }).raw().toBuffer()),
    ).toBe(true);
    expect(managed.equals(await sharp(part, { ignoreIcc: true }).raw().toBuffer())).toBe(false);
  });

  test('nothing is cut for less than a pixel of a picture that loses what its maker wrote in it', async () => {
    const bytes = atStart(await jpegOf(), segment(0xfe, 'Foto van Hiske Wallinga'));
    const { body } = await published(word(cropped('l="1200"'), { bytes, name: 'image1.jpeg' }));
    expect((await picturesIn(body)).map(({ width }) => width)).toEqual([40]);
  });

  test('of one pixel, nothing is cut', async () => {
    const { body, findings } = await published(word(cropped('l="25000" t="25000"'), { bytes: await placedPng(1, 1) }));
    expect(findings).toEqual([]);
    expect(await picturesIn(body)).toMatchObject([{ width: 1, height: 1 }]);
  });

  const rests: readonly (readonly [string, string, string])[] = [
    ['a fraction of a pixel', cropped('l="26250" r="49375"'), '<a:srcRect l="4545" r="6818"/>'],
    ['nothing', cropped('l="25000"'), '<a:srcRect/>'],
    ['padding', cropped('l="50000" r="-50000"'), '<a:srcRect r="-100000"/>'],
    ['a fraction of a pixel in a frame', placed('l="-50000"'), '<a:srcRect l="1234"/>'],
    ['parts of 65536', vml('cropleft=".2625" cropright=".5"'), 'cropleft="3276f"/>'],
  ];
  test.each(rests)('%s is left of the crop, so that nothing moves', async (_, body, expected) => {
    const members = membersOf((await published(word(body))).body);
    const said = /<a:srcRect[^>]*>(?!.*<a:srcRect)|cropleft[^>]*>/.exec(members['word/document.xml'] ?? '')?.[0];
    expect(said).toBe(expected);
    expect(members['word/document.xml']).not.toMatch(/fillRect [^>]*="-/);
  });
});

describe('a document is held back', () => {
  const blurred = cropped('l="50000"').replace('r:embed="rId5"/>', 'r:embed="rId5"><a:blur rad="9525"/></a:blip>');
  const tiled = cropped('l="50000"').replace(
    /<a:stretch>.*<\/a:stretch>/,
    '<a:tile tx="0" ty="0" sx="100000" sy="100000"/>',
  );
  const exif = segment(
    0xe1,
    Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1'),
  );
  const rows: readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array, RegExp])[] = [
    ['where nothing is shown', () => word(cropped('l="60000" r="40000"')), /nothing is shown/],
    ['where more is taken off than there is', () => word(cropped('t="120000"')), /nothing is shown/],
    ['where a side is no number', () => word(cropped('t="1e9"')), /cannot be read/],
    ['where a side of VML is no number', () => word(vml('cropleft="25px"')), /cannot be read/],
    ['where the picture is laid in tiles', () => word(tiled), /tiles/],
    ['where pixels are mixed', () => word(blurred), /mixes/],
    ['where VML has another picture beside it', () => word(vml('cropleft=".5" r:pict="rId5"')), /elsewhere too/],
    [
      'where the picture is of another kind',
      async () => word(cropped('l="50000"'), { bytes: await sharp(PNG).gif().toBuffer(), name: 'image1.gif' }),
      /of this kind/,
    ],
    [
      'where the picture is in inks',
      async () => word(cropped('l="50000"'), { bytes: await jpegOf('cmyk'), name: 'image1.jpeg' }),
      /printer/,
    ],
    [
      'where the picture is to be turned',
      async () => word(cropped('l="50000"'), { bytes: atStart(await jpegOf(), exif), name: 'image1.jpeg' }),
      /turned/,
    ],
    ['where the picture moves', () => word(cropped('l="50000"'), { bytes: animated([{}]) }), /animation/],
  ];
  test.each(rows)('%s', async (_, make, detail) => {
    const verdict = await judged(await make());
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'unsupported' });
    expect(verdict.outcome === 'quarantined' && verdict.detail).toMatch(detail);
    expect(verdict.outcome === 'quarantined' && verdict.detail).toMatch(/^member 3\/paragraph 1: policy removes docx/);
    expect(crops(verdict)).toHaveLength(1);
  });

  test('where the picture has more pixels than it may have', async () => {
    const bytes = pngFrom(header({ width: 60_000, height: 60_000 }));
    expect(await judged(word(cropped('l="50000"'), { bytes }))).toMatchObject({ outcome: 'quarantined' });
  });

  test('where a second version of the picture is kept', async () => {
    const svg =
      '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rId5"/></a:ext></a:extLst>';
    const body = cropped('l="50000"').replace('r:embed="rId5"/>', `r:embed="rId5">${svg}</a:blip>`);
    const rules = { 'docx.picture.crop': 'remove', 'docx.picture.alternate': 'keep', 'docx.xml.unknown': 'keep' };
    const verdict = await judged(word(body), rules);
    expect(verdict.outcome === 'quarantined' && verdict.detail).toMatch(/second version/);
    expect((await judged(word(body))).outcome).toBe('published');
  });

  test('by the policy that we ship, and published as it is by one that keeps crops', async () => {
    const bytes = word(cropped('l="25000"'));
    expect(await judged(bytes, {})).toMatchObject({ outcome: 'quarantined', reason: 'hidden-content' });
    const kept = await judged(bytes, { 'docx.picture.crop': 'keep' });
    expect(kept.outcome === 'published' && (await picturesIn(kept.body)).map(placeOf)).toEqual(['0 0 40 24']);
  });
});
