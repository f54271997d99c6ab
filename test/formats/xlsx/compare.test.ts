import { afterAll, describe, expect, test } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { xlsx } from '../../../lib/formats/xlsx/xlsx.ts';
import { pictureBench } from '../../support/picture-context.ts';
import { type Book, drawn, inline, number, row, SIMPLE_STYLES, shape, si, xlsxFile } from '../../support/xlsx-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());
const { context: bare } = bench.context();
const context: Context = { ...bare, found: collectFindings(xlsx.carriers, readPolicy()).found };
const same = (original: Book, body: Book) => xlsx.compare(xlsxFile(original), xlsxFile(body), context);

const cell = (inner: string): Book => ({ rows: row(1, inner) });

describe('the second reader of workbooks', () => {
  test('passes a workbook that is its own result', async () => {
    expect(await same({}, {})).toContain('cells');
  });

  test('takes a shared string for the same text in the cell', async () => {
    const shared: Book = { strings: si('Kosten'), rows: row(1, '<c r="A1" t="s"><v>0</v></c>') };
    expect(await same(shared, cell(inline('A1', 'Kosten')))).toContain('cells');
  });

  const noticed: readonly (readonly [string, Book, Book])[] = [
    ['a value that changed', cell(number('A1', 1)), cell(number('A1', 2))],
    ['a text that became a number', cell(inline('A1', '1')), cell(number('A1', 1))],
    ['a cell that moved', cell(number('A1', 1)), cell(number('B1', 1))],
    ['a cell that is lost', cell(number('A1', 1) + number('B1', 1)), cell(number('A1', 1))],
    ['another format', cell(number('A1', 1)), cell(number('A1', 1, ' s="1"'))],
    ['formats that changed', {}, { styles: SIMPLE_STYLES.replace('val="11"', 'val="12"') }],
    ['a merged cell that is lost', { after: '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>' }, {}],
    ['a drawn text that is lost', drawn(shape('Let op')), drawn(shape(' '))],
    [
      'a string that changed behind the same rows',
      { strings: si('een'), rows: row(1, '<c r="A1" t="s"><v>0</v></c>') },
      { strings: si('twee'), rows: row(1, '<c r="A1" t="s"><v>0</v></c>') },
    ],
    ['a string that no cell has', {}, { strings: si('over') }],
    [
      'a hidden row that is left',
      { rows: row(1, number('A1', 1), ' hidden="1"') },
      { rows: row(1, number('A1', 1), ' hidden="1"') },
    ],
    ['a hidden sheet that is left', { state: ' state="hidden"' }, { state: ' state="hidden"' }],
    [
      'a formula that leads out',
      cell('<c r="A1"><f>[1]B!A1</f><v>1</v></c>'),
      cell('<c r="A1"><f>[1]B!A1</f><v>1</v></c>'),
    ],
    ['a user that is left', { workbook: '<fileSharing userName="x"/>' }, { workbook: '<fileSharing userName="x"/>' }],
    ['a code name that is left', { before: '<sheetPr codeName="x"/>' }, { before: '<sheetPr codeName="x"/>' }],
  ];
  test.each(noticed)('notices %s', async (_, original, body) => {
    await expect(same(original, body)).rejects.toThrow(/unverified/);
  });
});
