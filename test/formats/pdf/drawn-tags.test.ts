import { afterAll, describe, expect, it } from 'vitest';
import { readObjects } from '../../../bench/pdf/objects.ts';
import { tagsOf } from '../../../bench/pdf/tags.ts';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { carriersOf } from '../../../lib/core/sanitize.ts';
import { comparePdf } from '../../../lib/formats/pdf/compare.ts';
import { pdf } from '../../../lib/formats/pdf/pdf.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import { appearance, type Letter, letterPdf, type Parts } from '../../support/pdf-letter.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

function context(): Context {
  const policy = policyFor();
  const { found } = collectFindings(carriersOf(workshop.formats), policy);
  return { ...workshop, policy, limits: LIMITS, found, embedded: async () => ({ outcome: 'refused' }) };
}

async function cleaned(bytes: Uint8Array): Promise<Uint8Array> {
  const { body } = await pdf.sanitize(bytes, context());
  await comparePdf(bytes, body, context());
  return body;
}

/** Elements with their content, as another reader has them. */
const lines = async (body: Uint8Array) =>
  tagsOf(await readObjects(body)).map(({ says, field, content }) =>
    [says, field, ...content].filter((part) => part !== '').join(' '),
  );

const FIELD =
  '<</Type/Annot/Subtype/Widget/FT/Tx/T(naam)/TU(Uw naam)/V(Ids)/F 4/StructParent 1/Rect[72 500 272 520]/AP<</N{look}>>>>';

/** The letter with a tagged text field, and what is changed in that. */
const form = (changes: Parts = {}, letter: Partial<Letter> = {}): Buffer =>
  letterPdf({
    annotations: '{field}',
    catalog: '/AcroForm<</Fields[{field}]>>',
    ...letter,
    parts: {
      field: FIELD,
      look: appearance('Ids'),
      tree: '<</Type/StructTreeRoot/K[{element}{entry}]/ParentTree<</Nums[0[{element}]1{entry}]>>/ParentTreeNextKey 2>>',
      entry: '<</Type/StructElem/S/Form/P{tree}/Pg{page}/K<</Type/OBJR/Obj{field}>>>>',
      ...changes,
    },
  });

const TEXT = 'Form PrintField.Desc="Uw naam" PrintField.Role=tv page 1:1';
const button = (more: string) =>
  `<</Type/Annot/Subtype/Widget/FT/Btn/T(keuze)/F 4/StructParent 1/Rect[72 500 272 520]/AP<</N<</Ja{look}/Off{look}>>>>${more}>>`;

const WORD = 'BT /F1 10 Tf 2 5 Td (Ids) Tj ET';
const LOOK = { dict: '/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1{font}>>>>' };
const TWIN = '<</Type/Page/Parent{pages}/MediaBox[0 0 9 9]/StructParents 0>>';

describe('what a tagged field shows', () => {
  it('is content of its element', async () => {
    const body = await cleaned(form());
    expect(await lines(body)).toEqual(['P page 1:0', TEXT]);
    // Controls: PDFium, which had no part in it, finds the element on the page and the words in its content.
    const [tags, ids] = await workshop.engines.pdfium(body, (document) => [
      document.structure(0),
      document.contentIds(0),
    ]);
    expect(tags.map(({ type, contentIds }) => [type, ...contentIds])).toEqual([
      ['P', 0],
      ['Form', 1],
    ]);
    expect(ids).toEqual({ forms: [1], others: [0] });
  });

  it('is given the same bytes when it is cleaned again', async () => {
    const once = await cleaned(form());
    expect(Buffer.compare(await cleaned(once), once)).toBe(0);
  });

  it.each<[string, Buffer, string]>([
    [
      'a box that is checked',
      form({ field: button('/AS/Ja') }),
      'Form PrintField.Role=cb PrintField.checked=on page 1:1',
    ],
    [
      'a box that is not',
      form({ field: button('/AS/Off') }),
      'Form PrintField.Role=cb PrintField.checked=off page 1:1',
    ],
    [
      'a radio button',
      form({ field: button('/Ff 32768/AS/Ja') }),
      'Form PrintField.Role=rb PrintField.checked=on page 1:1',
    ],
    ['a push button', form({ field: button('/Ff 65536') }), 'Form PrintField.Role=pb page 1:1'],
    [
      'a box in PDF 2.0',
      form({ field: button('/AS/Ja') }, { version: '2.0' }),
      'Form PrintField.Checked=on PrintField.Role=cb page 1:1',
    ],
    [
      'a field whose element has an alternative text',
      form({ entry: '<</Type/StructElem/S/Form/P{tree}/Pg{page}/Alt(Uw naam)/K<</Type/OBJR/Obj{field}>>>>' }),
      'Form Alt="Uw naam" PrintField.Role=tv page 1:1',
    ],
    [
      'a field of which too much is told',
      form({ field: FIELD.replace('Uw naam', 'naar zandkamp@proefwerken.test') }),
      'Form PrintField.Role=tv page 1:1',
    ],
    [
      'a field that its element leads to by the page that it says itself',
      form({ entry: '<</Type/StructElem/S/Form/P{tree}/K[<</Type/OBJR/Pg{page}/Obj{field}>>]>>' }),
      TEXT,
    ],
    [
      'a field among other content',
      form(
        {
          tree: '<</Type/StructTreeRoot/K[{element}{entry}]/ParentTree<</Nums[0[{element}{entry}]1{entry}]>>>>',
          entry: '<</Type/StructElem/S/Form/P{tree}/Pg{page}/K[1<</Type/OBJR/Obj{field}>>]>>',
        },
        { content: '/Form <</MCID 1>> BDC BT /F1 9 Tf 72 525 Td (Naam:) Tj ET EMC' },
      ),
      'Form PrintField.Desc="Uw naam" PrintField.Role=tv page 1:1 page 1:2',
    ],
    [
      'markup',
      form({
        field: '<</Type/Annot/Subtype/Stamp/F 4/Rect[72 500 272 520]/AP<</N{look}>>>>',
        entry: '<</Type/StructElem/S/Annot/P{tree}/Pg{page}/K<</Type/OBJR/Obj{field}>>>>',
      }),
      'Annot page 1:1',
    ],
    [
      'a field on a page that had no place in the structure tree',
      form({
        page: '<</Type/Page/Parent{pages}/MediaBox[0 0 595 842]/Contents{content}/Resources<</Font<</F1{font}>>>>/Annots[{field}]>>',
        tree: '<</Type/StructTreeRoot/K{entry}>>',
      }),
      TEXT,
    ],
  ])('is told apart: %s', async (_, bytes, line) => {
    const body = await cleaned(bytes);
    expect((await lines(body)).at(-1)).toBe(line);
    expect(Buffer.compare(await cleaned(body), body)).toBe(0);
  });

  it.each<readonly [string, Buffer]>([
    [
      'no element leads to it',
      form({ tree: '<</Type/StructTreeRoot/K[{element}]/ParentTree<</Nums[0[{element}]]>>>>' }),
    ],
    [
      'its appearance has numbered content of its own',
      form({ look: { ...LOOK, data: `/P <</MCID 0>> BDC ${WORD} EMC` } }),
    ],
    [
      'two pages have the same place in the structure',
      form({ pages: '<</Type/Pages/Kids[{page}{twin}]/Count 2>>', twin: TWIN }),
    ],
  ])('is an artifact where %s', async (_, bytes) => {
    const body = await cleaned(bytes);
    expect((await lines(body)).filter((line) => line.includes('page 1:1'))).toEqual([]);
    const ids = await workshop.engines.pdfium(body, (document) => document.contentIds(0));
    expect(ids).toEqual({ forms: [], others: [0] });
  });
});

describe('the proof', () => {
  const DRAWN = '/Form <</MCID 1>> BDC q 1 0 0 1 72 500 cm /Drawn1 Do Q EMC';
  /** The form as it should come out, made by hand, and what is changed in that. */
  const result = (changes: Parts = {}, content = DRAWN) =>
    letterPdf({
      content,
      resources: '/XObject<</Drawn1{look}>>',
      parts: {
        look: appearance('Ids'),
        tree: '<</Type/StructTreeRoot/K[{element}{entry}]/ParentTree<</Nums[0[{element}{entry}]]>>>>',
        entry: '<</Type/StructElem/S/Form/P{tree}/Pg{page}/K 1>>',
        ...changes,
      },
    });
  const compared = (body: Uint8Array, original = form()) => comparePdf(original, body, context());

  it('accepts the drawing in the place of the field, and as an artifact', async () => {
    await compared(result());
    const tree = '<</Type/StructTreeRoot/K[{element}{entry}]/ParentTree<</Nums[0[{element}]]>>>>';
    const untagged = { tree, entry: '<</Type/StructElem/S/Form/P{tree}/Pg{page}>>' };
    await compared(result(untagged, DRAWN.replace('/Form <</MCID 1>> BDC', '/Artifact BMC')));
  });

  const further = (entry: string) => ({
    tree: '<</Type/StructTreeRoot/K[{element}{entry}{more}]/ParentTree<</Nums[0[{element}{entry}{more}]]>>>>',
    more: `<</Type/StructElem/S/Form/P{tree}/Pg{page}${entry}>>`,
  });
  it.each<[string, Uint8Array, string]>([
    ['an element without a drawing', result(further('/K 7')), 'the number of structure elements'],
    [
      'an element that takes the words of another',
      result({ entry: '<</Type/StructElem/S/Form/P{tree}/Pg{page}/K[0 1]>>' }),
      'the number of structure elements',
    ],
    [
      'a drawing under an element that had no annotation',
      result({ element: '<</Type/StructElem/S/P/P{tree}/Pg{page}/K[0 1]>>' }),
      'content of structure element 1',
    ],
    [
      'marked content that is no drawing',
      result({}, '/Form <</MCID 1>> BDC EMC /Form <</MCID 2>> BDC q 1 0 0 1 72 500 cm /Drawn1 Do Q EMC'),
      'the number of structure elements',
    ],
    [
      'more drawings than there were annotations',
      result(further('/K 2'), `${DRAWN} /Form <</MCID 2>> BDC q 1 0 0 1 900 900 cm /Drawn1 Do Q EMC`),
      '1 drawings in the structure',
    ],
  ])('refuses %s', async (_, body, detail) => {
    await expect(compared(body)).rejects.toMatchObject({
      reason: 'unverified',
      detail: expect.stringContaining(detail),
    });
  });

  it('refuses an element that is there no more', async () => {
    const gone = letterPdf({ parts: { tree: '<</Type/StructTreeRoot/K[]/ParentTree<</Nums[]>>>>' } });
    await expect(compared(gone, letterPdf())).rejects.toMatchObject({ reason: 'unverified' });
  });
});
