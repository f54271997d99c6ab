import { afterAll, describe, expect, it } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { carriersOf } from '../../../lib/core/sanitize.ts';
import { comparePdf } from '../../../lib/formats/pdf/compare.ts';
import { pdf } from '../../../lib/formats/pdf/pdf.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import type { PdfObject } from '../../support/pdf-file.ts';
import { appearance, type Letter, letterPdf } from '../../support/pdf-letter.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

function contextFor(rules: Readonly<Record<string, string>>) {
  const policy = policyFor({ version: 1, rules });
  const findings = collectFindings(carriersOf(workshop.formats), policy);
  const context: Context = {
    ...workshop,
    policy,
    limits: LIMITS,
    found: findings.found,
    embedded: async () => ({ outcome: 'refused' }),
  };
  return { context, findings };
}

/** Cleans the letter, proves the result, and answers the colours (red, green, blue) at places of the page, in points from its upper left corner. */
async function shown(
  letter: Partial<Letter>,
  places: readonly (readonly [number, number])[],
  rules: Readonly<Record<string, string>> = {},
) {
  const bytes = letterPdf(letter);
  const { context, findings } = contextFor(rules);
  const { body } = await pdf.sanitize(bytes, context);
  await comparePdf(bytes, body, context);
  const colours = await workshop.engines.pdfium(body, (document) => {
    const { width, pixels } = document.render(0, { dpi: 72, annotations: true });
    return places.map(([x, y]) => [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)].join(' '));
  });
  return { body: Buffer.from(body), colours, findings: findings.list() };
}

const RED = '255 0 0';
const GREEN = '0 255 0';
const WHITE = '255 255 255';

/** A red field with a green left half, and an annotation that shows it. */
const flag = (more = '', box = '0 0 100 40') => ({
  dict: `/Type/XObject/Subtype/Form/BBox[${box}]${more}`,
  data: '1 0 0 rg 0 0 100 40 re f 0 1 0 rg 0 0 50 40 re f',
});
type Placed = { readonly rect?: string; readonly flags?: number; readonly more?: string; readonly subtype?: string };
const annotation = ({ rect = '100 500 300 580', flags = 4, more = '', subtype = 'Stamp' }: Placed = {}) =>
  `<</Type/Annot/Subtype/${subtype}/Rect[${rect}]/F ${flags}/AP<</N{look}>>${more}>>`;
const stamped = (placed: Placed = {}, look: PdfObject = flag()): Partial<Letter> => ({
  annotations: '{stamp}',
  parts: { stamp: annotation(placed), look },
});

describe('an appearance is drawn into the page', () => {
  // Places are from the upper left; the page is 842 points high.
  it.each<[string, Partial<Letter>, readonly (readonly [number, number])[], readonly string[]]>([
    [
      'stretched onto its rectangle',
      stamped(),
      [
        [150, 302],
        [250, 302],
        [90, 302],
      ],
      [GREEN, RED, WHITE],
    ],
    [
      'from a box that does not begin at zero',
      stamped({}, flag('', '25 0 75 40')),
      [
        [150, 302],
        [250, 302],
      ],
      [GREEN, RED],
    ],
    [
      'through a matrix of its own, upside down',
      stamped({}, flag('/Matrix[-1 0 0 -1 7 9]')),
      [
        [150, 302],
        [250, 302],
      ],
      [RED, GREEN],
    ],
    [
      'through a matrix that lays it on its side',
      stamped({}, flag('/Matrix[0 1 -1 0 0 0]')),
      [
        [200, 270],
        [200, 335],
      ],
      [RED, GREEN],
    ],
    [
      'with corners given the other way round',
      stamped({ rect: '300 580 100 500' }),
      [
        [150, 302],
        [250, 302],
      ],
      [GREEN, RED],
    ],
    [
      'on a page that is turned',
      { ...stamped(), page: '/Rotate 90' },
      [
        [540, 150],
        [540, 250],
      ],
      [GREEN, RED],
    ],
    [
      'on a page that is upside down',
      { ...stamped(), page: '/Rotate 180' },
      [
        [445, 540],
        [345, 540],
      ],
      [GREEN, RED],
    ],
    [
      'upright on a page that is turned',
      { ...stamped({ flags: 20 }), page: '/Rotate 90' },
      [
        [630, 140],
        [730, 140],
        [540, 250],
      ],
      [GREEN, RED, WHITE],
    ],
    [
      'upright on a page that is upside down',
      { ...stamped({ flags: 20 }), page: '/Rotate 180' },
      [
        [510, 600],
        [590, 640],
        [480, 600],
      ],
      [GREEN, GREEN, WHITE],
    ],
    [
      'upright on a page that is turned back',
      { ...stamped({ flags: 20 }), page: '/Rotate 270' },
      [
        [300, 530],
        [400, 530],
        [250, 530],
      ],
      [GREEN, RED, WHITE],
    ],
    [
      // PDFium draws such a page in the usual units.
      'on a page in larger units',
      { ...stamped(), page: '/UserUnit 2' },
      [
        [150, 302],
        [250, 302],
      ],
      [GREEN, RED],
    ],
    [
      'on a page that is cropped',
      { ...stamped(), page: '/CropBox[90 400 400 690]' },
      [
        [60, 160],
        [160, 160],
      ],
      [GREEN, RED],
    ],
    [
      'behind content that leaves a state open',
      { ...stamped(), content: 'q 0.1 0 0 0.1 9 9 cm' },
      [[150, 302]],
      [GREEN],
    ],
    ['also when its kind is not to be shown by those who do not know it', stamped({ flags: 5 }), [[150, 302]], [GREEN]],
  ])('%s', async (_, letter, places, colours) => {
    expect((await shown(letter, places)).colours).toEqual(colours);
  });

  it('and blends with what it covers', async () => {
    const look = {
      dict: '/Type/XObject/Subtype/Form/BBox[0 0 200 80]/Group<</S/Transparency>>/Resources<</ExtGState<</G<</BM/Multiply/ca 1>>>>>>',
      data: '/G gs 1 1 0 rg 0 0 200 80 re f',
    };
    const letter = { ...stamped({}, look), content: '0 1 1 rg 150 500 50 80 re f' };
    expect(
      (
        await shown(letter, [
          [120, 302],
          [170, 302],
        ])
      ).colours,
    ).toEqual(['255 255 0', GREEN]);
  });

  it.each<[string, Placed]>([
    ['has no area', { rect: '100 500 100 580' }],
    ['lies off the page', { rect: '700 500 900 580' }],
    ['is hidden', { flags: 6 }],
    ['is not shown on a screen', { flags: 36 }],
  ])('but not where it %s', async (_, placed) => {
    const look = appearance('Verstopt door Zandkamp');
    const { body } = await shown({ annotations: '{stamp}', parts: { stamp: annotation(placed), look } }, []);
    expect(body.includes('Drawn1')).toBe(false);
  });
});

describe('a field shows', () => {
  const states = (more: string): Partial<Letter> => ({
    annotations: '{box}',
    catalog: '/AcroForm<</Fields[{box}]>>',
    parts: {
      box: `<</Type/Annot/Subtype/Widget/FT/Btn/T(keuze)/F 4/Rect[100 500 300 580]/AP<</N<</Ja{look}/Off{off}>>>>${more}>>`,
      look: flag(),
      off: { dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]', data: '0 0 1 rg 0 0 9 9 re f' },
    },
  });
  it.each([
    ['the state that AS names', '/AS/Ja', GREEN],
    ['its other state', '/AS/Off/V/Ja', '0 0 255'],
    ['the state of its value where AS is missing', '/V/Ja', GREEN],
    ['that it is off where nothing is said', '', '0 0 255'],
    ['nothing in a state that has no appearance', '/AS/Nee', WHITE],
  ])('%s', async (_, more, colour) => {
    expect((await shown(states(more), [[150, 302]])).colours).toEqual([colour]);
  });

  it('in each of its places', async () => {
    const place = (left: number) =>
      `<</Type/Annot/Subtype/Widget/Parent{field}/F 4/Rect[${left} 500 ${left + 100} 580]/AP<</N{look}>>>>`;
    const letter = {
      annotations: '{one}{two}',
      catalog: '/AcroForm<</Fields[{field}]>>',
      parts: { field: '<</FT/Tx/T(naam)/Kids[{one}{two}]>>', one: place(100), two: place(300), look: flag() },
    };
    const { colours } = await shown(letter, [
      [120, 302],
      [180, 302],
      [320, 302],
      [380, 302],
    ]);
    expect(colours).toEqual([GREEN, RED, GREEN, RED]);
  });
});

describe('policy decides what stays of', () => {
  const field = (type: string): Partial<Letter> => ({
    annotations: '{field}',
    catalog: '/AcroForm<</Fields[{field}]>>',
    parts: { field: annotation({ more: `/FT/${type}/T(veld)`, subtype: 'Widget' }), look: flag() },
  });
  it.each<[string, Partial<Letter>, string]>([
    ['markup', stamped(), 'pdf.annotation.markup'],
    ['a field', field('Tx'), 'pdf.form.field'],
    ['a signature', field('Sig'), 'pdf.signature'],
  ])('%s', async (_, letter, carrier) => {
    const flattened = await shown(letter, [[150, 302]], { [carrier]: 'flatten' });
    expect(flattened.colours).toEqual([GREEN]);
    const removed = await shown(letter, [[150, 302]], { [carrier]: 'remove' });
    expect(removed.colours).toEqual([WHITE]);
    expect(removed.findings).toMatchObject([{ carrier, at: 'page 1/annotation 2', action: 'removed' }]);
    const held = contextFor({ [carrier]: 'quarantine' });
    await pdf.sanitize(letterPdf(letter), held.context);
    expect(() => held.findings.refuseQuarantined()).toThrow(carrier);
    await expect(pdf.sanitize(letterPdf(letter), contextFor({ [carrier]: 'keep' }).context)).rejects.toMatchObject({
      reason: 'unsupported',
      detail: expect.stringContaining('cannot be kept'),
    });
    // A control: the proof knows what policy asked for.
    const bytes = letterPdf(letter);
    await expect(comparePdf(bytes, removed.body, contextFor({}).context)).rejects.toMatchObject({
      reason: 'unverified',
    });
    await expect(comparePdf(bytes, flattened.body, contextFor({ [carrier]: 'remove' }).context)).rejects.toMatchObject({
      reason: 'unverified',
    });
  });
});

describe('a value that is not what its field shows', () => {
  const field = (more: string, words: string): Partial<Letter> => ({
    annotations: '{field}',
    catalog: '/AcroForm<</Fields[{field}]>>',
    parts: {
      field: `<</Type/Annot/Subtype/Widget/T(veld)/F 4/Rect[100 500 300 520]/AP<</N{look}>>${more}>>`,
      look: appearance(words),
    },
  });
  const carriersIn = async (letter: Partial<Letter>) =>
    (await shown(letter, [])).findings.map(({ carrier, at }) => `${carrier} at ${at}`);
  const HIDDEN = 'pdf.form.value at page 1/annotation 2';

  it.each([
    ['a password behind asterisks', '/FT/Tx/Ff 8192/V(Geheim van Zandkamp)', '*******************'],
    ['an answer that was replaced', '/FT/Tx/V(Ids Hoekzema)', 'Wietske Zandkamp'],
    ['an answer that was wiped from the picture', '/FT/Tx/V(Ids Hoekzema)', ' '],
    ['a choice that was changed', '/FT/Ch/Opt[[(1)(Amsterdam)][(2)(Utrecht)]]/V(2)', 'Amsterdam'],
  ])('is reported: %s', async (_, more, words) => {
    expect(await carriersIn(field(more, words))).toContain(HIDDEN);
  });

  it.each([
    ['the same words', '/FT/Tx/V(Ids Hoekzema)', 'Ids Hoekzema'],
    ['spaced letters', '/FT/Tx/Ff 16777216/V(1234AB)', '1 2 3 4 A B'],
    ['the word for what is sent', '/FT/Ch/Opt[[(1)(Amsterdam)][(2)(Utrecht)]]/V(2)', 'Utrecht'],
    ['a state', '/FT/Btn/V/Ja', 'Ja'],
  ])('is not: %s', async (_, more, words) => {
    expect(await carriersIn(field(more, words))).not.toContain(HIDDEN);
  });

  const redrawn = (more: string, words: string): Partial<Letter> => ({
    ...field(more, words),
    catalog: '/AcroForm<</Fields[{field}]/NeedAppearances true>>',
  });

  it.each([
    ['an empty picture', '/FT/Tx/V(abc)', ' '],
    ['other words', '/FT/Tx/V(Ids Hoekzema)', 'Wietske Zandkamp'],
    ['another choice', '/FT/Ch/Opt[[(1)(Amsterdam)][(2)(Utrecht)]]/V(2)', 'Amsterdam'],
  ])('is refused where viewers are asked to draw it: %s', async (_, more, words) => {
    await expect(carriersIn(redrawn(more, words))).rejects.toMatchObject({ reason: 'unsupported' });
  });

  it.each([
    ['a password', '/FT/Tx/Ff 8192/V(Geheim van Zandkamp)', '*******'],
    ['more words than there is room for', '/FT/Tx/V(Een lang antwoord)', 'Een lang'],
  ])('is reported even then: %s', async (_, more, words) => {
    expect(await carriersIn(redrawn(more, words))).toContain(HIDDEN);
  });

  it('is gone from the result', async () => {
    const { body } = await shown(field('/FT/Tx/V(Ids Hoekzema)', 'Wietske Zandkamp'), []);
    const plain = await workshop.engines.qpdf(body, ['--qdf', '--object-streams=disable']);
    expect(Buffer.from(plain).includes('Hoekzema')).toBe(false);
    expect(Buffer.from(plain).includes('Wietske Zandkamp')).toBe(true);
  });
});
