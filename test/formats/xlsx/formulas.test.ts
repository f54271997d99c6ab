import { describe, expect, test } from 'vitest';
import { carrierOfFormula } from '../../../lib/formats/xlsx/formulas.ts';
import { withoutFileCodes } from '../../../lib/formats/xlsx/rules.ts';

describe('a formula', () => {
  const stays = [
    'SUM(A1:B2)*1.5E-2',
    '\'Blad van mij\'!$A$1&" [1]! "',
    'Tabel1[[#This Row],[2024]]+Tabel1[Kolom 1]',
    'HYPERLINK("https://www.example.org/wet","De wet")',
    'HYPERLINK("#Blad2!A1")',
    'IF(A1="a|b",1,{1,2;3,4})',
    'INFORMATIE!A1',
  ];
  test.each(stays)('%s stays', (formula) => expect(carrierOfFormula(formula)).toBeUndefined());

  const goes: readonly (readonly [string, string])[] = [
    ['[1]Lonen!$B$2', 'formula.external'],
    ["'[2]Lonen 2024'!B2", 'formula.external'],
    ["'C:\\map\\[x.xlsx]Blad1'!A1", 'formula.external'],
    ["'https://x.example.org/[x.xlsx]Blad1'!A1", 'formula.external'],
    ['SUM([1]!Uurloon)', 'formula.external'],
    ["cmd|'/c calc'!A0", 'formula.external'],
    ['_xlfn.WEBSERVICE("https://www.example.org")', 'formula.external'],
    ['RTD("x",,"y")', 'formula.external'],
    ['INDIRECT("\\\\fs01\\map\\x")', 'formula.path'],
    ['HYPERLINK("mailto:a@b.example")', 'link.mail'],
    ['HYPERLINK("\\\\fs01\\map\\x.docx")', 'link.file'],
  ];
  test.each(goes)('%s goes', (formula, carrier) => expect(carrierOfFormula(formula)).toBe(carrier));

  test('that uses a name that goes, goes with it', () => {
    expect(carrierOfFormula('Uurloon*2', new Set(['uurloon']))).toBe('formula.external');
    expect(carrierOfFormula('"Uurloon"', new Set(['uurloon']))).toBeUndefined();
  });
});

test('codes for file and folder are told from ampersands and names of fonts', () => {
  expect(withoutFileCodes('&L&Z&F &&F &"F&F,Bold"x&P')).toBe('&L &&F &"F&F,Bold"x&P');
});
