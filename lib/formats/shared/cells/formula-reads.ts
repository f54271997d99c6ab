// What a formula reads (ISO/IEC 29500-1 18.17.2): cells, names, texts. Rows and columns as a whole are areas too. Where it
// cannot be told from the formula alone which cells it reads, the formula is unclear.

import { type Area, columnOf } from './area.ts';

export type Reference = {
  /** The sheet in small letters; undefined for the formula's own. */
  readonly sheet: string | undefined;
  readonly area: Area;
  /** Whether rows and columns stay as they are where the formula is another cell's. */
  readonly fixedRows: boolean;
  readonly fixedColumns: boolean;
};

export type Reading = {
  readonly references: readonly Reference[];
  /** Every sheet that is named, in small letters. */
  readonly sheets: readonly string[];
  /** Names, tables and functions, in small letters. */
  readonly words: readonly string[];
  readonly literals: readonly string[];
  readonly isUnclear: boolean;
};

export const LAST_COLUMN = 16_384;
export const LAST_ROW = 1_048_576;

/** Functions that say more of the workbook than of their arguments, or find cells by what they compute. */
const UNCLEAR = new Set(
  'indirect offset cell getpivotdata sheet sheets formulatext formula isformula anchorarray info evaluate areas multiple.operations'.split(
    ' ',
  ),
);

const WORD = '[\\p{L}_\\\\][\\p{L}\\p{N}_.\\\\?]*';
const CELL = '\\$?[A-Z]{1,3}\\$?[1-9]\\d{0,6}';
const COLUMN = '\\$?[A-Z]{1,3}';
const ROW = '\\$?[1-9]\\d{0,6}';
const TOKEN = new RegExp(
  [
    '"(?<literal>(?:[^"]|"")*)"',
    `(?:'(?<quoted>(?:[^']|'')+)'|(?<sheet>[\\p{L}\\p{N}_.\\\\]+))!`,
    `(?:(?<cells>${CELL}(?::${CELL})?)|(?<columns>${COLUMN}:${COLUMN})|(?<rows>${ROW}:${ROW}))(?![\\p{L}\\p{N}_.(\\[!])`,
    `(?<word>${WORD})`,
    // Columns of a table, in brackets behind its name.
    '\\[(?:[^[\\]]|\\[[^[\\]]*\\])*\\]',
    '#(?:REF|VALUE|NAME|DIV/0|NULL|NUM|N/A|SPILL|CALC|FIELD|BLOCKED|CONNECT|GETTING_DATA)[!?]?',
    '\\d+(?:\\.\\d*)?(?:E[-+]?\\d+)?',
    '(?<other>[^])',
  ].join('|'),
  'iuy',
);

export function readFormula(formula: string): Reading {
  const references: Reference[] = [];
  const sheets: string[] = [];
  const words: string[] = [];
  const literals: string[] = [];
  let isUnclear = false;
  let sheet: string | undefined;
  for (const { groups = {} } of formula.matchAll(new RegExp(TOKEN, 'iuyg'))) {
    const { literal, quoted, cells, columns, rows, word, other } = groups;
    const named = quoted?.replaceAll("''", "'") ?? groups.sheet;
    if (literal !== undefined) literals.push(literal.replaceAll('""', '"'));
    if (named !== undefined) {
      sheets.push(named.toLowerCase());
      // A colon between two sheets is for all that are between them.
      if (named.includes(':')) isUnclear = true;
    }
    const area = cells ?? columns ?? rows;
    if (area !== undefined) references.push({ sheet, ...areaOfReference(area) });
    if (word !== undefined) {
      words.push(word.toLowerCase());
      if (UNCLEAR.has(word.toLowerCase().replace(/^_xlfn\.(?:_xlws\.)?/, ''))) isUnclear = true;
    }
    // A range whose ends are computed; an area that a formula has spilled over; the label of a column.
    if (other === ':' || other === '#' || other === "'") isUnclear = true;
    sheet = named?.toLowerCase();
  }
  return { references, sheets, words, literals, isUnclear };
}

function areaOfReference(text: string): Omit<Reference, 'sheet'> {
  const [from = '', to = from] = text.toUpperCase().split(':');
  const [one, two] = [endOf(from), endOf(to)];
  const columns = [one.column ?? 1, two.column ?? LAST_COLUMN];
  const rows = [one.row ?? 1, two.row ?? LAST_ROW];
  return {
    area: {
      left: Math.min(...columns),
      right: Math.max(...columns),
      top: Math.min(...rows),
      bottom: Math.max(...rows),
    },
    fixedColumns: one.column === undefined || (/^\$[A-Z]/.test(from) && /^\$[A-Z]/.test(to)),
    fixedRows: one.row === undefined || (/\$\d/.test(from) && /\$\d/.test(to)),
  };
}

function endOf(text: string): { readonly column: number | undefined; readonly row: number | undefined } {
  const letters = /[A-Z]+/.exec(text)?.[0];
  const digits = /\d+/.exec(text)?.[0];
  return {
    column: letters === undefined ? undefined : columnOf(letters),
    row: digits === undefined ? undefined : Number(digits),
  };
}
