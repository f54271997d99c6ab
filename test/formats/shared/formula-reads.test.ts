import { describe, expect, test } from 'vitest';
import { cellSet } from '../../../lib/formats/shared/cells/cell-set.ts';
import { readFormula } from '../../../lib/formats/shared/cells/formula-reads.ts';
import { type Readers, type Removal, readsGone } from '../../../lib/formats/shared/cells/removal.ts';

const areas = (formula: string) =>
  readFormula(formula).references.map(
    ({ sheet, area: { left, top, right, bottom } }) => `${sheet ?? ''}!${left},${top}:${right},${bottom}`,
  );

describe('what a formula reads', () => {
  test.each([
    ['A1+$B$2', ['!1,1:1,1', '!2,2:2,2']],
    ['SUM(C3:A1)', ['!1,1:3,3']],
    ["'Blad van mij'!B2*Blad2!$C:$D", ['blad van mij!2,2:2,2', 'blad2!3,1:4,1048576']],
    ["'It''s'!2:3", ["it's!1,2:16384,3"]],
    ['LOG10(A2)&"B7"', ['!1,2:1,2']],
    ['Tabel1[[#This Row],[A1]]', []],
    ['_xlfn.XLOOKUP(A1,B:B,1.5E3)', ['!1,1:1,1', '!2,1:2,1048576']],
  ])('%s', (formula, expected) => expect(areas(formula)).toEqual(expected));

  test.each(['INDIRECT("A1")', 'OFFSET(A1,1,1)', 'SUM(Blad1:Blad3!A1)', 'A1:INDEX(B:B,3)', 'A1#', 'SHEETS()'])(
    '%s cannot be told',
    (formula) => expect(readFormula(formula).isUnclear).toBe(true),
  );
  test.each(['A1:B2', '#REF!+#N/A', 'IF(A1,"a:b#",1)', "'a#b'!A1"])('%s can be told', (formula) =>
    expect(readFormula(formula).isUnclear).toBe(false),
  );
});

/** Row 5 of the sheet is hidden and loses A5 and B5; column D is hidden and loses D2. */
const removal: Removal = {
  sheets: new Set(['geheim']),
  gone: new Map([
    [
      'blad1',
      {
        cells: cellSet([
          { row: 5, column: 1 },
          { row: 5, column: 2 },
          { row: 2, column: 4 },
        ]),
        isHiddenRow: (row) => row === 5,
        isHiddenColumn: (column) => column === 4,
      },
    ],
  ]),
  names: new Set(['tarief']),
  texts: new Set(['wietske']),
  isShownIn: () => false,
};

describe('a formula and what goes', () => {
  test.each([
    ['A4', undefined],
    ['A5', 'cells'],
    ['SUM(A1:A9)', 'cells'],
    ['Blad2!A5', undefined],
    ['Geheim!A1', 'sheet'],
    ['Tarief*2', 'cells'],
    ['IF(A1="Wietske",1,2)', 'cells'],
    ['"Tarief"', undefined],
  ])('%s reads %s', (formula, expected) => expect(readsGone(formula, 'blad1', removal)).toBe(expected));

  const rows = (from: number, to: number, column: number): Readers => ({
    areas: [{ left: column, right: column, top: from, bottom: to }],
    row: from,
    column,
  });
  test.each<readonly [string, string, Readers, string | undefined]>([
    ['the cells beside each of them', 'A2*2', rows(2, 9, 3), undefined],
    ['the cells above each of them', 'A1*2', rows(2, 9, 3), 'cells'],
    ['the hidden column beside each of them', 'D2', rows(2, 9, 3), 'cells'],
    ['themselves, one of them hidden', 'A2', rows(2, 9, 1), undefined],
    ['one cell that goes', '$A$5', rows(2, 9, 3), 'cells'],
    ['a column, from the same row', '$B2', rows(2, 9, 3), undefined],
  ])('that many cells share reads %s', (_, formula, readers, expected) =>
    expect(readsGone(formula, 'blad1', removal, readers)).toBe(expected),
  );
});
