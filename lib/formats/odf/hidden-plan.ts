// What of a spreadsheet policy takes away because nobody is shown it: hidden sheets, scenarios, and what hidden rows and
// columns hold.

import { Refusal } from '../../core/refusal.ts';
import { cellSet } from '../shared/cells/cell-set.ts';
import { readFormula } from '../shared/cells/formula-reads.ts';
import { type Gone, namesGoneSheet, type Removal, readsGone } from '../shared/cells/removal.ts';
import { type Element, elementsOf, textOf } from '../shared/xml.ts';
import {
  cellsOf,
  type GridCell,
  hasContent,
  hiddenColumnsOf,
  hiddenRowsOf,
  inSpans,
  parted,
  type Span,
  singles,
} from './grid.ts';
import type { Styles } from './hidden.ts';
import type { Job } from './job.ts';
import { formulaOfAddresses, plainFormula } from './open-formula.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

export type Sheet = {
  readonly table: Element;
  readonly ordinal: number;
  /** In small letters. */
  readonly name: string;
  readonly hiddenColumns: readonly Span[];
  /** Cells that lose what they hold, all or some of those they stand for. */
  readonly going: readonly GridCell[];
};

export type Plan = Removal & {
  readonly lostSheets: readonly { readonly table: Element; readonly ordinal: number; readonly carrier: string }[];
  readonly staying: readonly Sheet[];
  /** Names that go, in small letters. */
  readonly lost: ReadonlySet<string>;
};

export function removes({ context }: Job, carrier: string): boolean {
  const action = context.policy.actionFor(`odf.${carrier}`);
  return action === 'remove' || action === 'flatten';
}

export const sheetName = (table: Element): string => (attributeNamed(table, 'table:name') ?? '').toLowerCase();

/** Undefined where nothing goes. */
export function planRemoval(spreadsheet: Element, styles: Styles, job: Job): Plan | undefined {
  const tables = spreadsheet.children.filter((child) => nameOf(child) === 'table:table');
  const judged = tables.map((table, i) => ({ table, ordinal: i + 1, carrier: lostBy(table, styles, job) }));
  const lostSheets = judged.flatMap(({ carrier, ...sheet }) => (carrier ? [{ ...sheet, carrier }] : []));
  if (lostSheets.length > 0 && lostSheets.length === tables.length)
    throw new Refusal('hidden-content', `${job.what}: all sheets are hidden`);
  const staying = judged.flatMap(({ carrier, table, ordinal }) => (carrier ? [] : [sheetOf(table, ordinal, job)]));
  if (lostSheets.length === 0 && staying.every(({ going }) => going.length === 0)) return undefined;
  const gone = new Map(
    staying.filter(({ going }) => going.length > 0).map((sheet) => [sheet.name, goneOf(sheet)] as const),
  );
  const lostNames = new Set(lostSheets.map(({ table }) => sheetName(table)));
  const ranges = [...elementsOf(spreadsheet)].filter((element) => nameOf(element) === 'table:database-range');
  const nothing: Removal = { sheets: lostNames, gone, names: new Set(), texts: new Set(), isShownIn: () => false };
  const reading = ranges.filter((range) => readsGone(addressesOf(range), '', nothing));
  const removal = {
    ...nothing,
    names: new Set(reading.map((range) => (attributeNamed(range, 'table:name') ?? '').toLowerCase())),
    ...textsOfGone(
      lostSheets.map(({ table }) => table),
      staying,
    ),
  };
  const { lost, names } = namesOfGone(spreadsheet, removal);
  return { ...removal, names, lost, lostSheets, staying };
}

export const addressesOf = (range: Element): string =>
  formulaOfAddresses(attributeNamed(range, 'table:target-range-address') ?? '');

function lostBy(table: Element, styles: Styles, job: Job): string | undefined {
  const isScenario = table.children.some((child) => nameOf(child) === 'table:scenario');
  if (isScenario) return removes(job, 'sheet.scenario') ? 'sheet.scenario' : undefined;
  const isHidden = styles('table', attributeNamed(table, 'table:style-name')) === true;
  return isHidden && removes(job, 'sheet.hidden') ? 'sheet.hidden' : undefined;
}

function sheetOf(table: Element, ordinal: number, job: Job): Sheet {
  const hiddenColumns = hiddenColumnsOf(table);
  const isGoing = ({ element, isHiddenRow, columns }: GridCell) =>
    (isHiddenRow || hiddenColumns.some(([from, to]) => from < columns[1] && to > columns[0])) && hasContent(element);
  const going = removes(job, 'sheet.cells') ? [...cellsOf(table)].filter(isGoing) : [];
  return { table, ordinal, name: sheetName(table), hiddenColumns, going };
}

const MAX_CELLS = 2_000_000;

function goneOf({ table, ordinal, hiddenColumns, going }: Sheet): Gone {
  const [isHiddenRow, isHiddenColumn] = [inSpans(hiddenRowsOf(table)), inSpans(hiddenColumns)];
  const cells: { row: number; column: number }[] = [];
  for (const cell of going) {
    checkGoing(cell, ordinal, isHiddenRow, isHiddenColumn);
    const inside = parted(cell.columns, hiddenColumns).flatMap(({ span, isIn }) => (isIn ? [span] : []));
    for (const one of singles(cell.rows, cell.isHiddenRow ? [cell.columns] : inside)) cells.push(one);
    if (cells.length > MAX_CELLS) throw new Refusal('limit', `more than ${MAX_CELLS} hidden cells`);
  }
  return { cells: cellSet(cells), isHiddenRow, isHiddenColumn };
}

/** What a merged cell shows beyond its hidden part, and drawings, which may reach out of it. */
function checkGoing(
  { element, rows, columns, isHiddenRow }: GridCell,
  ordinal: number,
  hidesRow: (row: number) => boolean,
  hidesColumn: (column: number) => boolean,
): void {
  const place = `sheet ${ordinal}/row ${rows[0]}/column ${columns[0]}`;
  const spanned = (what: string) => Number(attributeNamed(element, `table:number-${what}-spanned`) ?? 1);
  const [width, height] = [spanned('columns'), spanned('rows')];
  const reaches = (from: number, count: number, hides: (one: number) => boolean) => {
    for (let one = from; one < from + count; one++) if (!hides(one)) return true;
    return false;
  };
  const isMerged = width > 1 || height > 1;
  if (isMerged && (isHiddenRow ? reaches(rows[0], height, hidesRow) : reaches(columns[0], width, hidesColumn)))
    throw new Refusal('hidden-content', `${place}: hidden content that a merged cell may show`);
  if ([...elementsOf(element)].some((inner) => nameOf(inner).startsWith('draw:')))
    throw new Refusal('hidden-content', `${place}: a drawing on a hidden cell`);
}

const folded = (text: string) => text.trim().toLowerCase();
const isTelling = (text: string) => text.length >= 4 && /\p{L}/u.test(text);

/** Texts that are only in what goes, and what is in the rest. */
function textsOfGone(lost: readonly Element[], sheets: readonly Sheet[]): Pick<Removal, 'texts' | 'isShownIn'> {
  const going = new Set(sheets.flatMap((sheet) => sheet.going.map(({ element }) => element)));
  const shown = new Set<string>();
  const gone: string[] = [];
  for (const { table } of sheets)
    for (const { element } of cellsOf(table)) {
      const text = folded(textOf(element));
      if (going.has(element)) gone.push(text);
      else shown.add(text);
    }
  for (const table of lost) for (const { element } of cellsOf(table)) gone.push(folded(textOf(element)));
  return {
    texts: new Set(gone.filter((text) => isTelling(text) && !shown.has(text))),
    isShownIn: (text) => shown.values().some((one) => one.includes(text)),
  };
}

const MAX_ROUNDS = 64;

/** What a name stands for, in the form that formulas are read in. */
export function formulaOfName(name: Element): string {
  const address = attributeNamed(name, 'table:cell-range-address');
  return address === undefined
    ? plainFormula(attributeNamed(name, 'table:expression') ?? '')
    : formulaOfAddresses(address);
}

export const isName = (element: Element): boolean =>
  nameOf(element) === 'table:named-range' || nameOf(element) === 'table:named-expression';

function namesOfGone(spreadsheet: Element, removal: Removal) {
  const defined = [...elementsOf(spreadsheet)].filter(isName);
  const lost = new Set<string>();
  const names = new Set(removal.names);
  for (let i = 0, size = -1; i < MAX_ROUNDS && size !== lost.size + names.size; i++) {
    size = lost.size + names.size;
    for (const name of defined) {
      const own = (attributeNamed(name, 'table:name') ?? '').toLowerCase();
      if (isLostName(name, { ...removal, names: lost })) lost.add(own);
      if (lost.has(own) || readsGone(formulaOfName(name), '', { ...removal, names })) names.add(own);
    }
  }
  return { lost, names };
}

/** Whether a name has nothing to stand for any more. `removal.names` are the names that are lost themselves. */
export function isLostName(name: Element, removal: Removal): boolean {
  const reading = readFormula(formulaOfName(name));
  return (
    namesGoneSheet(reading, removal) ||
    reading.words.some((word) => removal.names.has(word)) ||
    reading.literals.some((literal) => removal.texts.has(folded(literal)))
  );
}
