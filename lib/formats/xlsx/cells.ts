// The rows of a sheet: formulas that lead out of the workbook give way to their values, and content that nobody is shown
// is found, cell by cell.

import { Refusal } from '../../core/refusal.ts';
import { type Area, columnOf, isIn, lettersOf } from '../shared/cells/area.ts';
import { type Job, tally } from '../shared/ooxml/job.ts';
import { unescaped } from '../shared/xml-scan.ts';
import { carrierOfFormula } from './formulas.ts';
import { type Names, type Pass, passOver } from './markup-pass.ts';
import { isTrue } from './spreadsheet.ts';
import type { Invisible } from './styles.ts';

/** What a sheet says about its cells before they are read. */
export type Sheet = {
  /** Its place among the sheets: names of sheets may be names of people. */
  readonly ordinal: number;
  readonly names: Names;
  readonly hiddenColumns: (column: number) => boolean;
  readonly filtered: readonly Area[];
  /** Where a table or a condition gives cells a ground of their own. */
  readonly painted: readonly Area[];
  readonly invisible: Invisible;
  /** Whether policy takes away what is of that carrier. */
  readonly removes: (carrier: string) => boolean;
  /** The name that a hidden column of a table got when its own went. */
  readonly neutral: (row: number, column: number) => string | undefined;
  /** Names that go, in small letters. */
  readonly lost: ReadonlySet<string>;
};

export type Cells = {
  readonly xml: string;
  /** Strings that cells have which stay, and how often they have one. */
  readonly strings: ReadonlySet<number>;
  readonly references: number;
  /** Texts that stand in the cells themselves. */
  readonly texts: ReadonlySet<string>;
  readonly hasPhonetic: boolean;
  /** Cells with content that nobody is shown, by their carrier. */
  readonly unseen: ReadonlyMap<string, readonly Unseen[]>;
  readonly hiddenRows: ReadonlySet<number>;
};

/** A cell and what it holds: a text of its own, or a shared one by its number. */
export type Unseen = {
  readonly row: number;
  readonly column: number;
  readonly text: string | undefined;
  readonly string: number | undefined;
};

export function cleanCells(xml: string, sheet: Sheet, job: Job): Cells {
  const gone = new Set<string>();
  let cells = pass(xml, sheet, job, gone);
  // Formulas that share one which goes stand after it, save in files that no program of ours has seen.
  for (let i = 0; i < 2 && cells.late; i++) cells = pass(cells.xml, sheet, job, gone);
  return cells;
}

type Cell = {
  readonly reference: string;
  readonly row: number;
  readonly column: number;
  readonly type: string;
  readonly style: number;
  hasFormula: boolean;
};

function pass(xml: string, sheet: Sheet, job: Job, gone: Set<string>): Cells & { readonly late: boolean } {
  const counts = tally(job);
  const strings = new Set<number>();
  const texts = new Set<string>();
  const shared = new Set<string>();
  const unseen = new Map<string, Unseen[]>();
  const hiddenRows = new Set<number>();
  let references = 0;
  let hasPhonetic = false;
  let late = false;
  let row = { number: 0, hidden: false, style: 0 };
  let column = 0;
  let cell: Cell | undefined;
  let formula: { start: number; text: string; si: string | undefined; isShared: boolean; isGone: boolean } | undefined;
  let value = '';
  let inline = '';
  let isPhonetic = false;

  const openRow = ({ plainValue }: Pass) => {
    const number = Number(plainValue('r') ?? row.number + 1);
    const height = plainValue('ht');
    row = {
      number,
      hidden: isTrue(plainValue('hidden')) || (height !== undefined && Number(height) === 0),
      style: 0,
    };
    if (row.hidden) hiddenRows.add(number);
    hasPhonetic ||= isTrue(plainValue('ph'));
    column = 0;
  };
  const openCell = ({ plainValue }: Pass) => {
    const reference = plainValue('r');
    column = reference === undefined ? column + 1 : columnOf(reference);
    hasPhonetic ||= isTrue(plainValue('ph'));
    cell = {
      reference: `${lettersOf(column)}${row.number}`,
      row: row.number,
      column,
      type: plainValue('t') ?? 'n',
      style: Number(plainValue('s') ?? 0),
      hasFormula: false,
    };
    value = '';
    inline = '';
  };
  const openFormula = ({ plainValue, scanner }: Pass) => {
    const si = plainValue('t') === 'shared' ? plainValue('si') : undefined;
    formula = { start: scanner.start, text: '', si, isShared: si !== undefined, isGone: false };
  };
  const closeFormula = ({ scanner, splices }: Pass) => {
    if (!formula) return;
    if (cell) cell.hasFormula = true;
    const { si, text, start } = formula;
    const follows = si !== undefined && gone.has(si);
    const carrier = follows ? 'formula.external' : carrierOfFormula(text, sheet.lost);
    if (carrier && counts.drop(carrier, ...(text.includes('/') || text.includes('\\') ? pathsIn(text) : []))) {
      splices.replace(start, scanner.end, '');
      if (si !== undefined && !follows) {
        gone.add(si);
        late ||= shared.has(si);
      }
    } else if (si !== undefined) shared.add(si);
    formula = undefined;
  };
  const closeCell = () => {
    if (!cell) return;
    const { type } = cell;
    const carrier = carrierOf(cell);
    const goes = carrier !== undefined && sheet.removes(carrier);
    if (type === 's' && value.trim() !== '') {
      const index = Number(value.trim());
      if (!Number.isInteger(index) || index < 0)
        throw new Refusal('malformed', `sheet ${sheet.ordinal}/${cell.reference}: not a shared string`);
      if (!goes) {
        strings.add(index);
        references++;
      }
    } else if (type === 'str' || type === 'inlineStr') {
      if (!goes) texts.add(type === 'str' ? value : inline);
    } else checkValue(cell, value, sheet);
    const holds = value !== '' || inline !== '' || (cell.hasFormula && goes);
    if (carrier && holds) note(carrier, cell);
    cell = undefined;
  };
  const carrierOf = (one: Cell): string | undefined => {
    const isText = one.type === 's' || one.type === 'str' || one.type === 'inlineStr';
    if (row.hidden) return isIn(sheet.filtered, one.row, one.column) ? 'row.filtered' : 'row.hidden';
    if (sheet.hiddenColumns(one.column)) return 'column.hidden';
    const isInvisible = sheet.invisible(one.style, isText, !isIn(sheet.painted, one.row, one.column));
    return isInvisible ? 'cell.invisible' : undefined;
  };
  const note = (carrier: string, one: Cell) => {
    const text = one.type === 'str' ? value : one.type === 'inlineStr' ? inline : undefined;
    if (text !== undefined && text === sheet.neutral(one.row, one.column)) return;
    const string = one.type === 's' && value.trim() !== '' ? Number(value.trim()) : undefined;
    const cells = unseen.get(carrier) ?? [];
    unseen.set(carrier, cells);
    cells.push({ row: one.row, column: one.column, text, string });
  };

  const cleaned = passOver(xml, 'sheetData', sheet.names, job, counts, {
    open(local, at) {
      if (local === 'row') openRow(at);
      else if (local === 'c') openCell(at);
      else if (local === 'f') openFormula(at);
      else if (local === 'rPh') isPhonetic = true;
    },
    text(local, text) {
      if (local === 'v') value += text;
      else if (local === 'f' && formula) formula.text += text;
      else if (local === 't' && !isPhonetic) inline += text;
    },
    close(local, at) {
      if (local === 'f') closeFormula(at);
      else if (local === 'c') closeCell();
      else if (local === 'rPh') isPhonetic = false;
    },
  });
  counts.report();
  return { xml: cleaned, strings, references, texts, hasPhonetic, unseen, hiddenRows, late };
}

const VALUE =
  /^\s*(?:[-+]?(?:\d[\d.]*|\.\d+)(?:[eE][-+]?\d{1,4})?|\d{4}-\d\d-\d\d[\dT:.Z+-]*|#[A-Z0-9/_!?]{1,20}|true|false|INF|-INF|NaN)?\s*$/i;

/** A cell that says it holds a number holds one; anything else would be a text that no rule has seen. */
function checkValue({ reference }: Cell, value: string, { ordinal }: Sheet): void {
  if (!VALUE.test(value))
    throw new Refusal('malformed', `sheet ${ordinal}/${reference}: not a value of the type that the cell has`);
}

/** What a formula that goes says about places, without the rest, which may stand in other formulas. */
function pathsIn(formula: string): string[] {
  return [...formula.matchAll(/[^"'()[\],]{4,}[\\/][^"'()[\],]+/g)].map(([path]) => unescaped(path));
}
