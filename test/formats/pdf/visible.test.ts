import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../lib/core/limits.ts';
import { qpdf } from '../../../lib/engines/qpdf.ts';
import { visiblePdf } from '../../../lib/formats/pdf/visible.ts';
import { policyFor } from '../../../lib/tools.ts';
import { type PdfObject, pdfFile } from '../../support/pdf-file.ts';
import { reportPdf } from '../../support/pdf-report.ts';

const context = { limits: LIMITS, policy: policyFor({ version: 1, rules: {} }) };

/** The file, and every stream in it, as it is and inflated. */
function viewsOf(file: Buffer): readonly Buffer[] {
  const streams = [...file.toString('latin1').matchAll(/stream\r?\n(.*?)\r?\n?endstream/gs)].map(([, data = '']) =>
    Buffer.from(data, 'latin1'),
  );
  const inflated = streams.flatMap((data) => {
    try {
      return [inflateSync(data)];
    } catch {
      return [];
    }
  });
  return [file, ...streams, ...inflated];
}

/** What stands in the ranges, per view in the file's order; a range of a view that nobody sees is an error. */
async function visibleTexts(file: Buffer): Promise<readonly string[]> {
  const views = new Map(viewsOf(file).map((view) => [createHash('sha256').update(view).digest('hex'), view]));
  const ranges = await visiblePdf(file, context);
  return [...ranges].flatMap(([hash, found]) => {
    const view = views.get(hash);
    if (!view) throw new Error('ranges of a view that is not there');
    return found.map(([start, end]) => view.toString('latin1', start, end));
  });
}

/** One page with this content, and objects from 5 on. */
function pageWith(
  content: string,
  more: { objects?: readonly PdfObject[]; page?: string; catalog?: string; trailer?: string } = {},
): Buffer {
  return pdfFile(
    [
      `<</Type/Catalog/Pages 2 0 R${more.catalog ?? ''}>>`,
      '<</Type/Pages/Count 1/Kids[3 0 R]>>',
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R${more.page ?? ''}>>`,
      { data: content, deflate: true },
      ...(more.objects ?? []),
    ],
    `/Root 1 0 R${more.trailer ?? ''}`,
  );
}

describe('content streams', () => {
  it.each([
    ['a shown string', 'BT (Water) Tj ET', ['(Water)']],
    ['strings of an array, without what stands between', 'BT [(Wa)-20(ter)<41>]TJ ET', ['(Wa)', '(ter)<41>']],
    ['strings on a new line', 'BT (one)\' 1 2 (two)" ET', ['(one)', '(two)']],
    ['escapes and nested parentheses', 'BT (a\\)b(c)\\\\) Tj ET', ['(a\\)b(c)\\\\)']],
    ['replacement text', '/Span<</ActualText(spoken)/Lang(nl)/X(private)>>BDC EMC', ['(spoken)']],
  ])('%s', async (_, content, expected) => {
    expect(await visibleTexts(pageWith(content))).toEqual(expected);
  });

  it.each([
    ['a string that no operator shows', '(Jansen) BT ET'],
    ['a comment', 'BT % (Jansen) Tj\n ET'],
    ['a comment within an array', 'BT [% (Jansen)\n] TJ ET'],
    ['a property list', '/Private<</Author(Jansen)>>BDC EMC'],
    ['a name', 'BT /Jansen 9 Tf ET'],
    ['an inline image', 'BI /W 9 /H 1 /BPC 8 /CS /G ID (Jansen) Tj\x80 EI Q'],
    ['text that does not end', 'BT (Jansen Tj ET'],
    ['what follows something unreadable', 'BT ) (Jansen) Tj ET'],
  ])('%s is not visible', async (_, content) => {
    expect(await visibleTexts(pageWith(content))).toEqual([]);
  });

  it('shows text after an inline image', async () => {
    const image = 'BI /W 4 /H 1 /BPC 8 /CS /G ID \x01EI\x02 EI\nBT (after) Tj ET';
    expect(await visibleTexts(pageWith(image))).toEqual(['(after)']);
  });

  it('joins the streams of a page, for an operator in the next', async () => {
    const parts = pdfFile(
      [
        '<</Type/Catalog/Pages 2 0 R>>',
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents[4 0 R 5 0 R]>>',
        { data: 'BT [(one)', deflate: true },
        { data: '(two)] TJ ET', deflate: true },
      ],
      '/Root 1 0 R',
    );
    expect(await visibleTexts(parts)).toEqual(['(one)', '(two)']);
  });

  it('sees an unfiltered stream by itself and in the file', async () => {
    const plain = pdfFile(
      [
        '<</Type/Catalog/Pages 2 0 R>>',
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>',
        { data: 'BT (Water) Tj ET' },
      ],
      '/Root 1 0 R',
    );
    expect(await visibleTexts(plain)).toEqual(['(Water)', '(Water)']);
  });

  it.each([
    ['forms', '/X1 Do', '/Type/XObject/Subtype/Form', ['(form)']],
    ['forms that nothing draws', '/X2 Do', '/Type/XObject/Subtype/Form', []],
    ['tiling patterns', '/P1 scn', '/Type/Pattern/PatternType 1', ['(form)']],
    ['glyphs of Type 3 fonts', '/X1 Do', '', []],
    ['pictures', '/X1 Do', '/Type/XObject/Subtype/Image', []],
  ])('of %s', async (_, content, dict, expected) => {
    const stream = { dict, data: 'BT (form) Tj ET', deflate: true };
    const page = '/Resources<</Any 5 0 R/XObject<</X1 5 0 R>>/Pattern<</P1 5 0 R>>>>';
    expect(await visibleTexts(pageWith(content, { page, objects: [stream] }))).toEqual(expected);
  });

  it('of replacement texts, but of none that names a path or a person', async () => {
    const said = (text: string) => `/Span <</ActualText (${text})>> BDC EMC`;
    const content = ['een woord', 'H:\\\\map\\\\stuk', 'w.zandkamp@proefwerken.nl'].map(said).join(' ');
    expect(await visibleTexts(pageWith(content))).toEqual(['(een woord)']);
  });
});

describe('strings of objects', () => {
  it('titles, bookmarks, alternative texts and link addresses', async () => {
    const texts = await visibleTexts(reportPdf());
    const expected = [
      '(Annual report)',
      '(Chapter one)',
      '(A chart of levels)',
      '(https://www.example.org/levels)',
      '(Water levels rose)',
    ];
    expect(texts).toEqual(expect.arrayContaining(expected));
    expect(texts).toHaveLength(expected.length + 2);
  });

  it('in object streams too', async () => {
    const packed = Buffer.from(await qpdf(LIMITS)(reportPdf(), ['--object-streams=generate']));
    expect(packed.includes('Chapter one')).toBe(false);
    expect([...(await visibleTexts(packed))].sort()).toEqual([...(await visibleTexts(reportPdf()))].sort());
  });

  it.each([
    [
      'other entries of the information dictionary',
      { trailer: '/Info 5 0 R', objects: ['<</Author(Jansen)/Producer(Jansen)>>'] },
    ],
    ['a title that is no bookmark', { page: '/PieceInfo 5 0 R', objects: ['<</Title(Jansen)>>'] }],
    ['an address that is no link', { page: '/A<</S/Launch/URI(Jansen)/F(Jansen)>>' }],
    ['a name that is no layer', { page: '/A<</Name(Jansen)>>' }],
    ['unknown entries', { catalog: '/Jansen(Jansen)' }],
  ])('%s are not visible', async (_, more) => {
    expect(await visibleTexts(pageWith('', more))).toEqual([]);
  });

  it('the title of a metadata packet, and nothing else in it', async () => {
    const data = '<x><dc:creator>Jansen</dc:creator><dc:title><rdf:li>Annual report</rdf:li></dc:title></x>';
    const packet = { dict: '/Type/Metadata/Subtype/XML', data };
    const texts = await visibleTexts(pageWith('', { catalog: '/Metadata 5 0 R', objects: [packet] }));
    expect(texts).toEqual(Array.from({ length: 2 }, () => '<dc:title><rdf:li>Annual report</rdf:li>'));
  });

  it('ends at bookmarks that go in a circle', async () => {
    const objects = ['<</First 6 0 R>>', '<</Title(one)/Next 7 0 R>>', '<</Title(two)/Next 6 0 R/First 7 0 R>>'];
    expect(await visibleTexts(pageWith('', { catalog: '/Outlines 5 0 R', objects }))).toEqual(['(one)', '(two)']);
  });
});

it('refuses bytes that are not one revision of objects in a row', async () => {
  await expect(visiblePdf(Buffer.concat([reportPdf(), Buffer.from('more')]), context)).rejects.toMatchObject({
    reason: 'unverified',
  });
});

it.each(Array.from({ length: 40 }, (_, at) => at))(
  'neither hangs nor throws anything but a refusal on bytes that were changed, %i',
  async (seed) => {
    const bytes = Buffer.from(reportPdf({ deflate: false }));
    for (let change = 0; change < 6; change++)
      bytes[(seed * 7919 + change * 104729) % bytes.length] = (seed * 31 + change * 17) & 0xff;
    const outcome = await visiblePdf(bytes, context).catch((error: unknown) => error);
    expect(outcome instanceof Map || (outcome instanceof Error && outcome.name === 'Refusal')).toBe(true);
  },
);
