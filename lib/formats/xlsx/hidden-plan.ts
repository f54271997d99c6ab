// What is to be taken away because nobody is shown it and policy says so, found by a first look at all cells; and the
// findings that name it, cell by cell.

import { Refusal } from '../../core/refusal.ts';
import { isIn, lettersOf } from '../shared/cells/area.ts';
import { cellSet } from '../shared/cells/cell-set.ts';
import type { Gone, Removal } from '../shared/cells/removal.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import type { Cells, Unseen } from './cells.ts';
import { definedNames } from './defined-names.ts';
import { namesOfGone } from './hidden-names.ts';
import type { LostSheets } from './hidden-sheets.ts';
import type { Names } from './markup-pass.ts';
import type { SheetPlace } from './sheets.ts';

/** A sheet after the first look. */
export type SheetCells = {
  readonly part: Xml;
  readonly place: SheetPlace;
  readonly names: Names;
  /** In small letters. */
  readonly name: string;
  readonly cells: Cells;
};

export type Plan = Removal & {
  /** Names that go, in small letters. */
  readonly lost: ReadonlySet<string>;
  /** Shared strings that cells had which go. */
  readonly strings: ReadonlySet<number>;
};

/** Undefined where nothing goes. `readTexts` answers all shared strings. */
export function planRemoval(
  sheets: readonly SheetCells[],
  { document }: Xml,
  lostSheets: LostSheets,
  readTexts: () => readonly string[],
): Plan | undefined {
  const strings = sheets.some(({ cells }) => cells.unseen.size > 0) || lostSheets.names.size > 0 ? readTexts() : [];
  for (const sheet of sheets) reportUnseen(sheet, strings);
  const gone = new Map(sheets.flatMap((sheet) => goneOf(sheet).map((one) => [sheet.name, one] as const)));
  if (gone.size === 0 && lostSheets.names.size === 0) return undefined;
  const numbers = new Set(sheets.flatMap((sheet) => goingOf(sheet).flatMap(({ string }) => string ?? [])));
  for (const number of lostSheets.strings) numbers.add(number);
  const shown = new Set(
    sheets.flatMap(({ cells }) => [...cells.texts, ...[...cells.strings].map((i) => strings[i] ?? '')]).map(folded),
  );
  const own = sheets.flatMap((sheet) => goingOf(sheet).flatMap(({ text }) => text ?? []));
  const texts = [...own, ...[...numbers].map((i) => strings[i] ?? '')].map(folded);
  const tables = sheets.flatMap(({ place, name }) =>
    place.tables.filter(({ area }) => area && gone.get(name)?.cells.meets(area)).flatMap((table) => table.names),
  );
  const removal: Removal = {
    sheets: lostSheets.names,
    gone,
    names: new Set(tables),
    texts: new Set(texts.filter((text) => isTelling(text) && !shown.has(text))),
    isShownIn: (text) => shown.values().some((one) => one.includes(text)),
  };
  const { lost, reading } = namesOfGone(definedNames(document), lostSheets.tables, removal);
  return { ...removal, names: new Set([...lost, ...reading]), lost, strings: numbers };
}

const folded = (text: string) => text.trim().toLowerCase();
const isTelling = (text: string) => text.length >= 4 && /\p{L}/u.test(text);

function goingOf({ cells, part }: SheetCells): readonly Unseen[] {
  return [...cells.unseen].flatMap(([carrier, unseen]) => (removes(part, carrier) ? unseen : []));
}

export function removes({ job }: Xml, carrier: string): boolean {
  const action = job.context.policy.actionFor(`xlsx.${carrier}`);
  return action === 'remove' || action === 'flatten';
}

function goneOf(sheet: SheetCells): readonly Gone[] {
  const { cells, place } = sheet;
  const going = goingOf(sheet);
  if (going.length === 0) return [];
  const gone: Gone = {
    cells: cellSet(going),
    isHiddenRow: (row) => cells.hiddenRows.has(row),
    isHiddenColumn: place.hiddenColumns,
  };
  checkShown(sheet, gone);
  return [gone];
}

/** A merged cell shows what its first cell holds, as long as a part of it is seen; a condition may change a format. */
function checkShown({ place, cells }: SheetCells, gone: Gone): void {
  const refuse = (row: number, column: number, why: string) =>
    new Refusal('hidden-content', `sheet ${place.ordinal}/${lettersOf(column)}${row}: ${why}`);
  for (const { top, left, bottom, right } of place.merged) {
    const isHidden = gone.isHiddenRow(top) || gone.isHiddenColumn(left);
    if (!isHidden || !gone.cells.has(top, left)) continue;
    if (someOf(top, bottom, gone.isHiddenRow) && someOf(left, right, gone.isHiddenColumn))
      throw refuse(top, left, 'hidden content that a merged cell may show');
  }
  for (const { row, column } of cells.unseen.get('cell.invisible') ?? [])
    if (gone.cells.has(row, column) && isIn(place.conditions, row, column))
      throw refuse(row, column, 'a cell that shows nothing, unless a condition says otherwise');
}

function someOf(from: number, to: number, isHidden: (one: number) => boolean): boolean {
  for (let one = from; one <= to; one++) if (!isHidden(one)) return true;
  return false;
}

const MAX_NAMED = 50;

/** Names the first cells one by one. */
function reportUnseen({ part, place, cells }: SheetCells, strings: readonly string[]): void {
  const { job } = part;
  for (const [carrier, unseen] of cells.unseen) {
    const named = unseen
      .slice(0, MAX_NAMED)
      .map(({ row, column }) => `sheet ${place.ordinal}/${lettersOf(column)}${row}`);
    const values = unseen.flatMap(({ text, string }) => text ?? (string === undefined ? [] : (strings[string] ?? [])));
    for (const at of named.slice(0, -1)) job.drop(carrier, at);
    job.drop(carrier, named.at(-1) ?? '', new Set(values), 1 + unseen.length - named.length);
  }
}
