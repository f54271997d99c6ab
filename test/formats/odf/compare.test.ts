import { afterAll, describe, expect, test } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { odf } from '../../../lib/formats/odf/odf.ts';
import { frameOf, type OdfFile, odfFile, p, styleOf } from '../../support/odf-file.ts';
import { pictureBench } from '../../support/picture-context.ts';
import { pngOf } from '../../support/png-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());

const { context: bare } = bench.context();
const context: Context = {
  ...bare,
  found: collectFindings(odf.carriers, readPolicy()).found,
  embedded: async (body) => ({ outcome: 'published', body, mediaType: 'image/png', extension: 'png' }),
};
/** A result as the sanitizer writes containers, with whatever it should not hold. */
const result = async (file: OdfFile) => (await odf.sanitize(odfFile(file), context)).body;
const same = async (before: OdfFile, after: OdfFile) => odf.compare(odfFile(before), await result(after), context);

const HIDDEN = styleOf('T9', 'text', '<style:text-properties text:display="none"/>');
const table = (cells: string) =>
  `<table:table table:name="Blad1"><table:table-column/><table:table-row>${cells}</table:table-row></table:table>`;
const cell = (value: number) =>
  `<table:table-cell office:value-type="float" office:value="${value}">${p('x')}</table:table-cell>`;
const pictures = { members: [{ name: 'Pictures/image1.png', data: pngOf([]) }] };

describe('the second reader', () => {
  test('passes a document that is its own result', async () => {
    const checks = ['text', 'pictures', 'manifest', 'xml', 'leftovers'];
    expect(await same({ body: p('a') }, { body: p('a') })).toEqual(checks);
  });

  const seen: readonly (readonly [string, OdfFile, OdfFile])[] = [
    [
      'leaves out hidden text',
      { automatic: HIDDEN, body: p('a<text:span text:style-name="T9">b</text:span>') },
      { body: p('a') },
    ],
    [
      'leaves out annotations',
      { body: p('a<office:annotation><text:p>b</text:p></office:annotation>') },
      { body: p('a') },
    ],
    ['reads fields as text', { body: p('a <text:author-name>b</text:author-name>') }, { body: p('a b') }],
    [
      'leaves out hidden sections',
      { body: `<text:section text:name="s" text:display="none">${p('b')}</text:section>${p('a')}` },
      { body: p('a') },
    ],
  ];
  test.each(seen)('%s', async (_, before, after) => {
    await expect(same(before, after)).resolves.toContain('text');
  });

  const differing: readonly (readonly [string, OdfFile, OdfFile])[] = [
    ['text that is gone', { body: p('a') + p('b') }, { body: p('a') }],
    ['paragraphs in another order', { body: p('a') + p('b') }, { body: p('b') + p('a') }],
    ['text that is new', { body: p('a') }, { body: p('ab') }],
    [
      'another value under the same text',
      { kind: 'spreadsheet', body: table(cell(1)) },
      { kind: 'spreadsheet', body: table(cell(2)) },
    ],
    [
      'a header that is gone',
      {
        styles: `<office:master-styles><style:master-page style:name="S"><style:header>${p('kop')}</style:header></style:master-page></office:master-styles>`,
      },
      {},
    ],
    ['a picture that is gone', { body: p(frameOf('Pictures/image1.png')), ...pictures }, { body: p('') }],
    ['a picture that is new', { body: p('') }, { body: p(frameOf('Pictures/image1.png')), ...pictures }],
  ];
  test.each(differing)('sees %s', async (_, before, after) => {
    await expect(same(before, after)).rejects.toMatchObject({ reason: 'unverified' });
  });

  const left: readonly (readonly [string, string])[] = [
    ['an annotation', p('a<office:annotation/>')],
    ['a save id', `<text:p officeooo:rsid="0012">a</text:p>`],
    ['a link to a file', p('<text:a xlink:href="file:///C:/x">a</text:a>')],
    ['an XML comment', `<!-- x -->${p('a')}`],
  ];
  test.each(left)('sees %s that is left', async (_, body) => {
    const { body: clean } = await odf.sanitize(odfFile({ body: p('a') }), context);
    await expect(odf.compare(odfFile({ body }), clean, context)).resolves.toContain('leftovers');
    await expect(odf.compare(odfFile({ body }), odfFile({ body }), context)).rejects.toMatchObject({
      reason: 'unverified',
    });
  });

  test('sees a manifest that names what is not there, and a mimetype that is not first', async () => {
    const idle = '<manifest:file-entry manifest:full-path="Pictures/image9.png" manifest:media-type="image/png"/>';
    await expect(odf.compare(odfFile(), odfFile({ manifest: idle }), context)).rejects.toMatchObject({
      reason: 'unverified',
    });
    const late = odfFile({ entries: (entries) => [...entries.slice(1), ...entries.slice(0, 1)] });
    await expect(odf.compare(odfFile(), late, context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});

const twice = (body: string) => [body, body] as const;

describe('the second reader where policy removes hidden content', () => {
  const policyOf = (action: 'remove' | 'keep') =>
    readPolicy({
      version: 1,
      rules: { 'odf.sheet.hidden': action, 'odf.sheet.cells': action, 'odf.sheet.scenario': action },
    });
  /** The result is written by a sanitizer that leaves what is hidden. */
  const without = async (before: string, after: string) => {
    const keeping = { ...context, policy: policyOf('keep') };
    const { found } = collectFindings(odf.carriers, keeping.policy);
    const { body } = await odf.sanitize(fileOf(after), { ...keeping, found });
    return odf.compare(fileOf(before), body, { ...context, policy: policyOf('remove') });
  };
  const fileOf = (body: string) =>
    odfFile({
      kind: 'spreadsheet',
      body,
      automatic: styleOf('ta2', 'table', '<style:table-properties table:display="false"/>'),
    });
  const rows = (inner: string, more = '') =>
    `<table:table table:name="Blad1"${more}><table:table-column/>${inner}</table:table>`;
  const line = (cells: string, more = '') => `<table:table-row${more}>${cells}</table:table-row>`;
  const HIDES = ' table:visibility="collapse"';
  const EMPTY = '<table:table-cell/>';
  const summed = (formula: string) =>
    `<table:table-cell office:value-type="float" office:value="3"${formula}>${p('3')}</table:table-cell>`;
  const SUM = ' table:formula="of:=SUM([.A1:.A1])"';
  const filled = rows(line(cell(1), HIDES) + line(summed(SUM)));
  const secret = `<table:table table:name="Geheim" table:style-name="ta2"><table:table-column/>${line(cell(9))}</table:table>`;
  const scenario = `<table:table table:name="Geheim"><table:scenario table:scenario-ranges="Blad1.A1" table:is-active="false"/><table:table-column/>${line(cell(9))}</table:table>`;
  const open = rows(line(cell(1)));
  const named = (address: string) =>
    `<table:named-expressions><table:named-range table:name="Loon" table:cell-range-address="${address}"/></table:named-expressions>`;
  const columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>';
  const several = (cells: string) => `<table:table table:name="Blad1">${columns}${line(cells)}</table:table>`;
  const three = `<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="3">${p('x')}</table:table-cell>`;

  test.each([
    ['a hidden row that was emptied', filled, rows(line(EMPTY, HIDES) + line(summed('')))],
    ['a hidden sheet that is gone', open + secret, open],
    ['a scenario that is gone', open + scenario, open],
    ['a cell that stood for hidden ones too', several(three), several(cell(1) + EMPTY + cell(1))],
  ])('passes %s', async (_, before, after) => {
    expect(await without(before, after)).toContain('text');
  });

  test.each([
    ['a hidden row that is left', filled, filled, 'the text of content.xml differs'],
    [
      'a hidden cell that holds a formula alone',
      ...twice(rows(line('<table:table-cell table:formula="of:=[.A9]"/>', HIDES) + line(cell(1)))),
      'a hidden cell is left',
    ],
    ['a hidden sheet that is left', open + secret, open + secret, 'the text of content.xml differs'],
    ['a scenario that is left', open + scenario, open + scenario, 'the text of content.xml differs'],
    ['a seen cell that was emptied', filled, rows(line(EMPTY, HIDES) + line(EMPTY)), 'the text of content.xml differs'],
    [
      'a seen part that was emptied',
      several(three),
      several(cell(1) + EMPTY + EMPTY),
      'the text of content.xml differs',
    ],
    [
      'a formula over an emptied cell',
      filled,
      rows(line(EMPTY, HIDES) + line(summed(SUM))),
      'a formula over an emptied cell is left',
    ],
    [
      'a name for a sheet that is gone',
      open + secret,
      open + named('$Geheim.$A$1'),
      'the name of a sheet that is gone is left',
    ],
  ])('notices %s', async (_, before, after, message) => {
    await expect(without(before, after)).rejects.toThrow(`unverified: ${message}`);
  });
});
