// What policy takes away from a workbook because nobody is shown it, and what of the rest reads it: a formula that reads
// an emptied cell would come to another value than the one that is shown.

import type { Area } from './area.ts';
import type { CellSet } from './cell-set.ts';
import { LAST_COLUMN, LAST_ROW, type Reading, type Reference, readFormula } from './formula-reads.ts';

/** What goes from a sheet that stays. */
export type Gone = {
  readonly cells: CellSet;
  readonly isHiddenRow: (row: number) => boolean;
  readonly isHiddenColumn: (column: number) => boolean;
};

export type Removal = {
  /** Sheets that go, by their names in small letters. */
  readonly sheets: ReadonlySet<string>;
  /** By the sheet's name in small letters. */
  readonly gone: ReadonlyMap<string, Gone>;
  /** Names that go, and names and tables that read what goes, in small letters. */
  readonly names: ReadonlySet<string>;
  /** Texts that only cells which go had, in small letters. */
  readonly texts: ReadonlySet<string>;
  /** Whether a text, in small letters, is a part of what a cell that stays holds. */
  isShownIn(text: string): boolean;
};

/** Cells that share a formula or a rule, and the one that it is written for. */
export type Readers = { readonly areas: readonly Area[]; readonly row: number; readonly column: number };

/** Whether the formula reads what goes: a sheet, cells, or that cannot be told. `sheet` is the formula's own. */
export function readsGone(
  formula: string,
  sheet: string,
  removal: Removal,
  readers?: Readers,
): 'sheet' | 'cells' | undefined {
  const reading = readFormula(formula);
  if (namesGoneSheet(reading, removal)) return 'sheet';
  const isReading =
    reading.isUnclear ||
    reading.words.some((word) => removal.names.has(word)) ||
    reading.literals.some((literal) => removal.texts.has(literal.trim().toLowerCase())) ||
    reading.references.some((reference) => readsCells(reference, sheet, removal, readers));
  return isReading ? 'cells' : undefined;
}

export function namesGoneSheet({ sheets }: Reading, removal: Removal): boolean {
  return sheets.some((sheet) => removal.sheets.has(sheet));
}

function readsCells(reference: Reference, own: string, { gone }: Removal, readers: Readers | undefined): boolean {
  const there = gone.get(reference.sheet ?? own);
  if (!there) return false;
  if (!readers) return there.cells.meets(reference.area);
  const isOwn = reference.sheet === undefined || reference.sheet === own;
  return readers.areas.some((target) => {
    for (const cell of there.cells.within(seenBy(reference, target, readers)))
      if (!isOwn || !isReadUnseen(cell, reference, target, readers, there)) return true;
    return false;
  });
}

/** Everything that the cells of the target read. */
function seenBy({ area, fixedRows, fixedColumns }: Reference, target: Area, { row, column }: Readers): Area {
  const rows = fixedRows ? [0, 0] : [target.top - row, target.bottom - row];
  const columns = fixedColumns ? [0, 0] : [target.left - column, target.right - column];
  return {
    top: Math.max(1, area.top + (rows[0] ?? 0)),
    bottom: Math.min(LAST_ROW, area.bottom + (rows[1] ?? 0)),
    left: Math.max(1, area.left + (columns[0] ?? 0)),
    right: Math.min(LAST_COLUMN, area.right + (columns[1] ?? 0)),
  };
}

/** Whether those that read the cell go themselves, or stand in the same hidden row or column. */
function isReadUnseen(
  [row, column]: readonly [number, number],
  { area, fixedRows, fixedColumns }: Reference,
  target: Area,
  at: Readers,
  gone: Gone,
): boolean {
  const ends = (fixed: boolean, cell: number, from: number, to: number, own: number, low: number, high: number) =>
    fixed ? [low, high] : [Math.max(low, cell - to + own), Math.min(high, cell - from + own)];
  const [top = 0, bottom = 0] = ends(fixedRows, row, area.top, area.bottom, at.row, target.top, target.bottom);
  const [left = 0, right = 0] = ends(fixedColumns, column, area.left, area.right, at.column, target.left, target.right);
  if (top > bottom || left > right) return true;
  if (top === bottom && gone.isHiddenRow(top)) return true;
  if (left === right && gone.isHiddenColumn(left)) return true;
  return top === bottom && left === right && gone.cells.has(top, left);
}

/** Whether no cell of the area is seen. */
export function isUnseen(area: Area, gone: Gone | undefined): boolean {
  if (!gone) return false;
  const every = (from: number, to: number, isHidden: (one: number) => boolean) => {
    for (let one = from; one <= to; one++) if (!isHidden(one)) return false;
    return true;
  };
  if (every(area.top, area.bottom, gone.isHiddenRow) || every(area.left, area.right, gone.isHiddenColumn)) return true;
  const size = (area.bottom - area.top + 1) * (area.right - area.left + 1);
  if (size > gone.cells.size) return false;
  return every(area.top, area.bottom, (row) =>
    every(area.left, area.right, (column) => gone.cells.has(row, column) || gone.isHiddenColumn(column)),
  );
}
