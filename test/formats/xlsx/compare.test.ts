import { afterAll, describe, expect, test } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { xlsx } from '../../../lib/formats/xlsx/xlsx.ts';
import { office } from '../../support/docx-file.ts';
import { pictureBench } from '../../support/picture-context.ts';
import {
  type Book,
  DECLARED,
  drawn,
  inline,
  number,
  row,
  SIMPLE_STYLES,
  shape,
  sheetType,
  si,
  xlsxFile,
} from '../../support/xlsx-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());
const { context: bare } = bench.context();
const context: Context = { ...bare, found: collectFindings(xlsx.carriers, readPolicy()).found };
const same = (original: Book, body: Book) => xlsx.compare(xlsxFile(original), xlsxFile(body), context);

const PAINTED =
  '<conditionalFormatting sqref="A1:B9"><cfRule type="expression" priority="1"><formula>1</formula></cfRule></conditionalFormatting>';
const PROMPT =
  '<dataValidations><dataValidation type="whole" sqref="A2" prompt="Vul in"><formula1>1</formula1></dataValidation></dataValidations>';

function hiddenColumn(cells: string): Book {
  return { before: '<cols><col min="2" max="2" width="9" hidden="1"/></cols>', rows: row(1, cells) };
}

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

describe('the second reader where policy removes hidden content', () => {
  const carriers = ['sheet.hidden', 'row.hidden', 'row.filtered', 'column.hidden', 'cell.invisible'];
  const rules = Object.fromEntries(carriers.map((carrier) => [`xlsx.${carrier}`, 'remove' as const]));
  const policy = readPolicy({ version: 1, rules });
  const emptied = (original: Book, body: Book) =>
    xlsx.compare(xlsxFile(original), xlsxFile(body), { ...context, policy });

  const HIDDEN = ' hidden="1"';
  const HIDDEN_SHEET = ' state="hidden"';
  const LOST = '<si><t/></si>';
  const WHITE = SIMPLE_STYLES.replace('<sz val="11"/>', '<sz val="11"/><color rgb="FFFFFFFF"/>');
  const second = { id: 'rId5', type: office('worksheet'), target: 'worksheets/sheet2.xml' };
  const secret = (state: string, more: Book = {}): Book => ({
    strings: si('wie'),
    ...more,
    sheets: `<sheet name="Geheim" sheetId="2"${state} r:id="rId5"/>`,
    rels: [second],
    parts: [
      {
        name: 'xl/worksheets/sheet2.xml',
        type: sheetType('worksheet'),
        content: `<worksheet ${DECLARED}><sheetData>${row(1, '<c r="A1" t="s"><v>0</v></c>')}</sheetData></worksheet>`,
      },
    ],
  });
  const filled = (formula = ''): Book => ({
    rows: row(1, number('A1', 7), HIDDEN) + row(2, `<c r="A2">${formula}<v>8</v></c>`),
  });
  const empty = (formula = ''): Book => ({
    rows: row(1, '<c r="A1"/>', HIDDEN) + row(2, `<c r="A2">${formula}<v>8</v></c>`),
  });

  const passed: readonly (readonly [string, Book, Book])[] = [
    ['a hidden cell that was emptied', filled(), empty()],
    ['a hidden sheet that is gone', secret(HIDDEN_SHEET), { strings: LOST }],
    ['a formula that gave way to its value', filled('<f>A1+1</f>'), empty()],
  ];
  test.each(passed)('passes %s', async (_, original, body) => {
    expect(await emptied(original, body)).toContain('cells');
  });

  const noticed: readonly (readonly [string, string, Book, Book])[] = [
    ['a hidden row that is left', '1 cells of sheet 1 are not shown', filled(), filled()],
    [
      'a hidden column that is left',
      '1 cells of sheet 1 are not shown',
      hiddenColumn(number('B1', 1)),
      hiddenColumn(number('B1', 1)),
    ],
    ['a hidden sheet that is left', '1 sheets became 2', secret(HIDDEN_SHEET), secret(HIDDEN_SHEET)],
    ['a hidden sheet that is shown', '1 sheets became 2', secret(HIDDEN_SHEET), secret('')],
    ['white letters that are left', '1 cells of sheet 1 are not shown', { styles: WHITE }, { styles: WHITE }],
    ['a seen cell that was emptied', 'sheet 1 differs from its row 1', cell(number('A1', 1)), cell('<c r="A1"/>')],
    [
      'letters on a painted ground that were emptied',
      'sheet 1 differs from its row 1',
      { styles: WHITE, after: PAINTED },
      { styles: WHITE, after: PAINTED, rows: row(1, '<c r="A1"/>') },
    ],
    [
      'a value of a formula that is lost',
      'sheet 1 differs from its row 2',
      filled('<f>A1+1</f>'),
      { rows: row(1, '<c r="A1"/>', HIDDEN) + row(2, '<c r="A2"/>') },
    ],
    [
      'a formula that reads an emptied cell',
      'a formula reads a cell that was emptied',
      filled('<f>SUM(A$1:A$1)</f>'),
      empty('<f>SUM(A$1:A$1)</f>'),
    ],
    ['a string of a hidden sheet', 'a shared string is left', secret(HIDDEN_SHEET), { strings: si('wie') }],
    [
      'a name for a sheet that is gone',
      'a sheet that is gone is named in member',
      secret(HIDDEN_SHEET),
      { strings: LOST, names: '<definedNames><definedName name="Loon">Geheim!$A$1</definedName></definedNames>' },
    ],
    [
      'a list of choices from a sheet that is gone',
      'a sheet that is gone is named in member',
      secret(HIDDEN_SHEET),
      {
        strings: LOST,
        after:
          '<dataValidations><dataValidation type="list" sqref="A1"><formula1>Geheim!$A$1</formula1></dataValidation></dataValidations>',
      },
    ],
    ['a prompt on a seen cell that is lost', 'a prompt of sheet 1 differs', { ...filled(), after: PROMPT }, empty()],
  ];
  test.each(noticed)('notices %s', async (_, message, original, body) => {
    await expect(emptied(original, body)).rejects.toThrow(`unverified: ${message}`);
  });

  test('notices an emptied cell where policy does not ask for it', async () => {
    await expect(same(filled(), empty())).rejects.toThrow(/unverified/);
  });
});
