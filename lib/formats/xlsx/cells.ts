// The rows of a sheet: formulas that lead out of the workbook give way to their values, and content that nobody is shown
// is named, cell by cell.

import { Refusal } from '../../core/refusal.ts';
import { type Job, tally } from '../shared/ooxml/job.ts';
import { unescaped } from '../shared/xml-scan.ts';
import { carrierOfFormula } from './formulas.ts';
import { type Names, type Pass, passOver } from './markup-pass.ts';
import { type Area, columnOf, isIn, isTrue, lettersOf } from './spreadsheet.ts';
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
  /** Names that go, in small letters. */
  readonly lost: ReadonlySet<string>;
};

export type Cells = {
  readonly xml: string;
  readonly strings: ReadonlySet<number>;
  readonly references: number;
  /** Texts that stand in the cells themselves. */
  readonly texts: ReadonlySet<string>;
  readonly hasPhonetic: boolean;
};

const MAX_NAMED = 50;

export function cleanCells(xml: string, sheet: Sheet, job: Job): Cells {
  const gone = new Set<string>();
  let cells = pass(xml, sheet, job, gone);
  // Formulas that share one which goes stand after it, save in files that no program of ours has seen.
  for (let i = 0; i < 2 && cells.late; i++) cells = pass(cells.xml, sheet, job, gone);
  return cells;
}

type Cell = { start: number; reference: string; row: number; column: number; type: string; style: number };

function pass(xml: string, sheet: Sheet, job: Job, gone: Set<string>): Cells & { readonly late: boolean } {
  const counts = tally(job);
  const strings = new Set<number>();
  const texts = new Set<string>();
  const shared = new Set<string>();
  const unseen = new Map<string, string[]>();
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
    hasPhonetic ||= isTrue(plainValue('ph'));
    column = 0;
  };
  const openCell = ({ plainValue, scanner }: Pass) => {
    const reference = plainValue('r');
    column = reference === undefined ? column + 1 : columnOf(reference);
    hasPhonetic ||= isTrue(plainValue('ph'));
    cell = {
      start: scanner.start,
      reference: `${lettersOf(column)}${row.number}`,
      row: row.number,
      column,
      type: plainValue('t') ?? 'n',
      style: Number(plainValue('s') ?? 0),
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
    if (type === 's' && value.trim() !== '') {
      const index = Number(value.trim());
      if (!Number.isInteger(index) || index < 0)
        throw new Refusal('malformed', `sheet ${sheet.ordinal}/${cell.reference}: not a shared string`);
      strings.add(index);
      references++;
    } else if (type === 'str') texts.add(value);
    else if (type === 'inlineStr') texts.add(inline);
    else checkValue(cell, value, sheet);
    if (value !== '' || inline !== '') judge(cell);
    cell = undefined;
  };
  const judge = (one: Cell) => {
    const isText = one.type === 's' || one.type === 'str' || one.type === 'inlineStr';
    const carrier = row.hidden
      ? isIn(sheet.filtered, one.row, one.column)
        ? 'row.filtered'
        : 'row.hidden'
      : sheet.hiddenColumns(one.column)
        ? 'column.hidden'
        : sheet.invisible(one.style, isText, !isIn(sheet.painted, one.row, one.column))
          ? 'cell.invisible'
          : undefined;
    if (!carrier) return;
    const named = unseen.get(carrier) ?? [];
    unseen.set(carrier, named);
    named.push(one.reference);
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
  for (const [carrier, named] of unseen) report(carrier, named, sheet, job);
  return { xml: cleaned, strings, references, texts, hasPhonetic, late };
}

const VALUE =
  /^\s*(?:[-+]?(?:\d[\d.]*|\.\d+)(?:[eE][-+]?\d{1,4})?|\d{4}-\d\d-\d\d[\dT:.Z+-]*|#[A-Z0-9/_!?]{1,20}|true|false|INF|-INF|NaN)?\s*$/i;

/** A cell that says it holds a number holds one; anything else would be a text that no rule has seen. */
function checkValue({ reference }: Cell, value: string, { ordinal }: Sheet): void {
  if (!VALUE.test(value))
    throw new Refusal('malformed', `sheet ${ordinal}/${reference}: not a value of the type that the cell has`);
}

/** Names the first cells one by one. Taking the content away would change what formulas and readers of the rest see. */
function report(carrier: string, cells: readonly string[], { ordinal }: Sheet, job: Job): void {
  const first = cells.slice(0, MAX_NAMED);
  const rest = cells.length - first.length;
  for (const cell of first.slice(0, -1)) job.drop(carrier, `sheet ${ordinal}/${cell}`);
  job.drop(carrier, `sheet ${ordinal}/${first.at(-1) ?? ''}`, [], 1 + rest);
  if (job.context.policy.actionFor(`xlsx.${carrier}`) === 'remove')
    throw new Refusal('hidden-content', `sheet ${ordinal}/${first[0] ?? ''}: content that cannot be taken away alone`);
}

/** What a formula that goes says about places, without the rest, which may stand in other formulas. */
function pathsIn(formula: string): string[] {
  return [...formula.matchAll(/[^"'()[\],]{4,}[\\/][^"'()[\],]+/g)].map(([path]) => unescaped(path));
}
