// What is drawn and not seen, technique by technique. Each row has a control: the same page with the text in sight.

import { afterAll, describe, expect, it } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { carriersOf, examine } from '../../../lib/core/sanitize.ts';
import { pdf } from '../../../lib/formats/pdf/pdf.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import { type Letter, letterPdf } from '../../support/pdf-letter.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

async function carriersIn(bytes: Uint8Array): Promise<readonly string[]> {
  const findings = collectFindings(carriersOf(workshop.formats), workshop.policy);
  const context: Context = { ...workshop, found: findings.found, embedded: async () => ({ outcome: 'refused' }) };
  await pdf.sanitize(bytes, context);
  return findings.list().map(({ carrier }) => carrier);
}

const show = (x = 72, y = 600) => `BT /F1 12 Tf ${x} ${y} Td (Zandkamp) Tj ET`;
const BOX = '70 596 80 16 re f';
const gray = (width: number, height: number, sample: (at: number) => number) => ({
  dict: `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8/ColorSpace/DeviceGray`,
  data: Uint8Array.from({ length: width * height }, (_, at) => sample(at)),
  deflate: true,
});
const form = (data: string, more = '') => ({
  dict: `/Type/XObject/Subtype/Form/BBox[0 0 700 900]/Resources<</Font<</F1{font}>>>>${more}`,
  data,
});
const square = (content: string, more = '') => ({
  annotations: '{over}',
  parts: {
    over: `<</Type/Annot/Subtype/Square/Rect[70 596 150 612]/F 4/AP<</N{look}>>>>`,
    look: { dict: `/Type/XObject/Subtype/Form/BBox[0 0 80 16]${more}`, data: content },
  },
});

type Row = readonly [says: string, letter: Partial<Letter>, control: Partial<Letter>];

const REDACTIONS: readonly Row[] = [
  ['under a black rectangle', { content: `${show()} 0 g ${BOX}` }, { content: `0 g ${BOX} 1 g ${show()}` }],
  [
    'under a coloured rectangle',
    { content: `${show()} 1 0 0 rg ${BOX}` },
    { content: `1 0 0 rg ${BOX} 0 g ${show()}` },
  ],
  [
    'under a rectangle in inks',
    { content: `${show()} 0 0 0 1 k ${BOX}` },
    { content: `0 0 0 1 k ${BOX} 0 0 0 0 k ${show()}` },
  ],
  ['black on a black rectangle', { content: `0 g ${BOX} ${show()}` }, { content: `0 g ${BOX} 1 g ${show()}` }],
  [
    'a part of a line, black on a black rectangle',
    { content: '72 596 30 16 re f BT /F1 12 Tf 72 600 Td (Zandkamp en wat er volgt) Tj ET' },
    { content: '72 496 30 16 re f BT /F1 12 Tf 72 600 Td (Zandkamp en wat er volgt) Tj ET' },
  ],
  [
    'under a thick line',
    { content: `${show()} 18 w 70 604 m 150 604 l S` },
    { content: `${show()} 1 w 70 604 m 150 604 l S` },
  ],
  [
    'under a box with round corners',
    { content: `${show()} 72 594 m 148 594 l 152 594 152 614 148 614 c 72 614 l 68 614 68 594 72 594 c f` },
    { content: `${show()} 72 494 m 148 494 l 152 494 152 514 148 514 c 72 514 l 68 514 68 494 72 494 c f` },
  ],
  [
    'under one of many boxes of a path',
    { content: `${show()} 70 596 80 16 re 300 300 80 16 re f` },
    { content: `${show()} 70 496 80 16 re 300 300 80 16 re f` },
  ],
  [
    'a word within a line',
    { content: 'BT /F1 12 Tf 72 600 Td (Brief aan Zandkamp over zaken) Tj ET 128 596 58 16 re f' },
    { content: '128 596 58 16 re BT /F1 12 Tf 72 600 Td (Brief aan Zandkamp over zaken) Tj ET n' },
  ],
  [
    'turned',
    {
      content:
        'BT /F1 12 Tf 0.7 0.7 -0.7 0.7 72 600 Tm (Zandkamp) Tj ET q 0.7 0.7 -0.7 0.7 72 600 cm -2 -4 80 16 re f Q',
    },
    {
      content:
        'q 0.7 0.7 -0.7 0.7 72 600 cm -2 -4 80 16 re f Q 1 g BT /F1 12 Tf 0.7 0.7 -0.7 0.7 72 600 Tm (Zandkamp) Tj ET',
    },
  ],
  [
    'under a picture',
    {
      content: `${show()} q 80 0 0 16 70 596 cm /Im1 Do Q`,
      resources: '/XObject<</Im1{cover}>>',
      parts: { cover: gray(8, 8, (at) => at * 3) },
    },
    {
      content: `q 80 0 0 16 70 596 cm /Im1 Do Q 1 g ${show()}`,
      resources: '/XObject<</Im1{cover}>>',
      parts: { cover: gray(8, 8, (at) => at * 3) },
    },
  ],
  [
    'under a picture with a mask that lets nothing through',
    {
      content: `${show()} q 80 0 0 16 70 596 cm /Im1 Do Q`,
      resources: '/XObject<</Im1{cover}>>',
      parts: {
        cover: { ...gray(2, 2, () => 0), dict: `${gray(2, 2, () => 0).dict}/SMask{mask}` },
        mask: gray(2, 2, () => 255),
      },
    },
    {
      content: `${show()} q 80 0 0 16 70 596 cm /Im1 Do Q`,
      resources: '/XObject<</Im1{cover}>>',
      parts: {
        cover: { ...gray(2, 2, () => 0), dict: `${gray(2, 2, () => 0).dict}/SMask{mask}` },
        mask: gray(2, 2, () => 90),
      },
    },
  ],
  [
    'under a picture inside the content',
    { content: `${show()} q 80 0 0 16 70 596 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 00> EI Q` },
    { content: `q 80 0 0 16 70 596 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 00> EI Q 1 g ${show()}` },
  ],
  [
    'under a form',
    { content: `${show()} /Fm1 Do`, resources: '/XObject<</Fm1{cover}>>', parts: { cover: form(BOX) } },
    { content: `/Fm1 Do 1 g ${show()}`, resources: '/XObject<</Fm1{cover}>>', parts: { cover: form(BOX) } },
  ],
  [
    'in a form, under a rectangle of the page',
    { content: `/Fm1 Do ${BOX}`, resources: '/XObject<</Fm1{text}>>', parts: { text: form(show()) } },
    { content: `${BOX} /Fm1 Do`, resources: '/XObject<</Fm1{text}>>', parts: { text: form(`1 g ${show()}`) } },
  ],
  [
    'under a pattern',
    {
      content: `${show()} /Pattern cs /P1 scn ${BOX}`,
      resources: '/Pattern<</P1{tiles}>>',
      parts: {
        tiles: {
          dict: '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 4 4]/XStep 4/YStep 4/Resources<<>>',
          data: '0 g 0 0 5 5 re f',
        },
      },
    },
    {
      content: `/Pattern cs /P1 scn ${BOX} 1 g ${show()}`,
      resources: '/Pattern<</P1{tiles}>>',
      parts: {
        tiles: {
          dict: '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 4 4]/XStep 4/YStep 4/Resources<<>>',
          data: '0 g 0 0 5 5 re f',
        },
      },
    },
  ],
  [
    'under a shading',
    {
      content: `${show()} q ${BOX.replace('f', 'W n')} /Sh1 sh Q`,
      resources: `/Shading<</Sh1{shade}>>`,
      parts: { shade: shading() },
    },
    {
      content: `q ${BOX.replace('f', 'W n')} /Sh1 sh Q 1 g ${show()}`,
      resources: `/Shading<</Sh1{shade}>>`,
      parts: { shade: shading() },
    },
  ],
  [
    'under an annotation',
    { content: show(), ...square('0 g 0 0 80 16 re f') },
    { content: show(), ...square('0 G 0 0 80 16 re S') },
  ],
  [
    'under a marker pen that is black',
    { content: `${show()} /Gs1 gs 0 g ${BOX}`, resources: '/ExtGState<</Gs1<</BM/Multiply>>>>' },
    { content: `${show()} /Gs1 gs 1 1 0 rg ${BOX}`, resources: '/ExtGState<</Gs1<</BM/Multiply>>>>' },
  ],
  [
    'without ink, in a place that was blackened in the scan',
    {
      content: `q 400 0 0 300 72 400 cm /Im1 Do Q 3 Tr ${show()}`,
      resources: '/XObject<</Im1{scan}>>',
      parts: { scan: gray(40, 30, () => 0) },
    },
    {
      content: `q 400 0 0 300 72 400 cm /Im1 Do Q 3 Tr ${show()}`,
      resources: '/XObject<</Im1{scan}>>',
      parts: { scan: gray(80, 60, (at) => ((at * 7) % 3 === 0 ? 0 : 255)) },
    },
  ],
];

function shading(): string {
  return '<</ShadingType 2/ColorSpace/DeviceGray/Coords[70 0 150 0]/Extend[true true]/Function<</FunctionType 2/Domain[0 1]/N 1/C0[0]/C1[0.2]>>>>';
}

const CLEAR = '/ExtGState<</Gs1<</ca 0>>/Gs2<</ca 0.5>>>>';

const HIDDEN: readonly Row[] = [
  ['white on white', { content: `1 g ${show()}` }, { content: `0.8 g ${show()}` }],
  [
    'white, running out of a dark band',
    { content: '0.2 g 70 596 110 16 re f 1 g BT /F1 12 Tf 72 600 Td (Overzicht van Zandkamp en anderen) Tj ET' },
    { content: '0.2 g 70 596 310 16 re f 1 g BT /F1 12 Tf 72 600 Td (Overzicht van Zandkamp en anderen) Tj ET' },
  ],
  ['white on white, in inks', { content: `0 0 0 0 k ${show()}` }, { content: `0 0 0 0.2 k ${show()}` }],
  ['without any ink of a spot colour', spot(0), spot(0.5)],
  ['under a white rectangle', { content: `${show()} 1 g ${BOX}` }, { content: `1 g ${BOX} 0 g ${show()}` }],
  ['without ink', { content: `3 Tr ${show()}` }, { content: `1 Tr ${show()}` }],
  ['as a clip of nothing', { content: `q 7 Tr ${show()} Q` }, { content: `q 7 Tr ${show()} ${BOX} Q` }],
  [
    'of a tenth of a point',
    { content: 'BT /F1 .1 Tf 72 600 Td (Zandkamp) Tj ET' },
    { content: 'BT /F1 4 Tf 72 600 Td (Zandkamp) Tj ET' },
  ],
  [
    'made small by a matrix',
    { content: 'q .01 0 0 .01 72 600 cm BT /F1 12 Tf (Zandkamp) Tj ET Q' },
    { content: 'q 12 0 0 12 72 600 cm BT /F1 1 Tf (Zandkamp) Tj ET Q' },
  ],
  ['of no width', { content: `0 Tz ${show()}` }, { content: `60 Tz ${show()}` }],
  [
    'transparent',
    { content: `/Gs1 gs ${show()}`, resources: CLEAR },
    { content: `/Gs2 gs ${show()}`, resources: CLEAR },
  ],
  ['in a transparent group', group('Gs1'), group('Gs2')],
  ['clipped', { content: `q 300 300 9 9 re W n ${show()} Q` }, { content: `q 70 590 100 30 re W n ${show()} Q` }],
  [
    'clipped by a shape',
    { content: `q 300 600 m 309 610 l 320 600 l W n ${show()} Q` },
    { content: `q 0 500 m 200 900 l 400 500 l W n ${show()} Q` },
  ],
  [
    'beyond the box of a form',
    {
      content: '/Fm1 Do',
      resources: '/XObject<</Fm1{text}>>',
      parts: { text: { ...form(show()), dict: form('').dict.replace('700 900', '50 50') } },
    },
    { content: '/Fm1 Do', resources: '/XObject<</Fm1{text}>>', parts: { text: form(show()) } },
  ],
];

function spot(tint: number): Partial<Letter> {
  return {
    content: `/Cs1 cs ${tint} scn ${show()}`,
    resources: '/ColorSpace<</Cs1[/Separation/Spot/DeviceGray<</FunctionType 2/Domain[0 1]/N 1/C0[1]/C1[0]>>]>>',
  };
}

function group(state: string): Partial<Letter> {
  return {
    content: `/${state} gs /Fm1 Do`,
    resources: `${CLEAR}/XObject<</Fm1{text}>>`,
    parts: { text: form(show(), '/Group<</S/Transparency>>') },
  };
}

const NOTHING_IN_IT: readonly (readonly [says: string, letter: Partial<Letter>])[] = [
  ['a marker pen', { content: `${show()} /Gs1 gs 1 1 0 rg ${BOX}`, resources: '/ExtGState<</Gs1<</BM/Multiply>>>>' }],
  ['a box that shines through', { content: `${show()} /Gs2 gs 1 0 0 rg ${BOX}`, resources: CLEAR }],
  ['a shaded cell', { content: `0.9 g ${BOX} 0 g ${show()}` }],
  ['a shadow', { content: `0.7 g ${show(73, 599)} 0 g ${show()}` }],
  ['bold by drawing twice', { content: `${show()} ${show()}` }],
  ['a watermark over it', { content: `${show()} /Gs2 gs BT /F1 90 Tf 30 560 Td (CONCEPT) Tj ET`, resources: CLEAR }],
  ['light grey', { content: `0.85 g ${show()}` }],
  ['white in a dark band', { content: `0.1 0.1 0.4 rg 0 560 595 80 re f 1 g ${show()}` }],
  ['underlined', { content: `${show()} 72 597 60 1 re f` }],
  ['struck through', { content: `${show()} 72 603.5 60 1 re f` }],
  ['white spaces, and one white figure', { content: '1 g BT /F1 12 Tf 72 600 Td (    7   ) Tj ET' }],
  ['leaders under a box', { content: `BT /F1 12 Tf 72 600 Td (..........) Tj ET ${BOX}` }],
  ['a frame around it', { content: `${show()} 0 G 2 w 68 592 90 24 re S` }],
  [
    'a picture beside it',
    {
      content: `${show()} q 80 0 0 80 170 596 cm /Im1 Do Q`,
      resources: '/XObject<</Im1{side}>>',
      parts: { side: gray(4, 4, (at) => at * 9) },
    },
  ],
  [
    'a picture with a bleed',
    {
      content: 'q 620 0 0 60 -12 790 cm /Im1 Do Q',
      resources: '/XObject<</Im1{side}>>',
      parts: { side: gray(4, 4, (at) => at * 9) },
    },
  ],
];

const OURS = /^pdf\.(?:redaction\.failed|text\.hidden|page\.outside|image\.cropped)$/;

describe('a failed redaction', () => {
  it.each(REDACTIONS)('%s', async (_, letter, control) => {
    expect(await carriersIn(letterPdf(letter))).toContain('pdf.redaction.failed');
    expect((await carriersIn(letterPdf(control))).filter((carrier) => OURS.test(carrier))).toEqual([]);
  });
});

describe('a hidden text', () => {
  it.each(HIDDEN)('%s', async (_, letter, control) => {
    expect(await carriersIn(letterPdf(letter))).toContain('pdf.text.hidden');
    expect((await carriersIn(letterPdf(control))).filter((carrier) => OURS.test(carrier))).toEqual([]);
  });
});

describe('nothing is hidden by', () => {
  it.each(NOTHING_IN_IT)('%s', async (_, letter) => {
    expect((await carriersIn(letterPdf(letter))).filter((carrier) => OURS.test(carrier))).toEqual([]);
  });
});

describe('policy', () => {
  const covered = () => letterPdf({ content: `${show()} ${BOX}` });
  const beside = () => letterPdf({ content: show(-300) });
  const under = (rules: Readonly<Record<string, string>>) => ({
    ...workshop,
    policy: policyFor({ version: 1, rules }),
  });

  it('may publish a document with what is not seen in it', async () => {
    const kept = under({ 'pdf.redaction.failed': 'keep', 'pdf.page.outside': 'keep' });
    expect(await examine(covered(), 'brief.pdf', kept)).toMatchObject({ outcome: 'published' });
    expect(await examine(beside(), 'brief.pdf', kept)).toMatchObject({ outcome: 'published' });
  });

  it('cannot have a text cut out from under a box', async () => {
    const verdict = await examine(covered(), 'brief.pdf', under({ 'pdf.redaction.failed': 'remove' }));
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'failed-redaction' });
  });

  it('says where, never what', async () => {
    const { findings } = await examine(covered(), 'brief.pdf', workshop);
    expect(findings).toContainEqual(
      expect.objectContaining({ carrier: 'pdf.redaction.failed', at: 'page 1/text 2 at 72 600', count: 8 }),
    );
  });
});
