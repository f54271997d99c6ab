// Cells that policy takes away because nobody is shown them: they lose what they hold and stay as empty ones, so that
// nothing moves. Formulas that read them give way to the values that are shown.

import { Refusal } from '../../core/refusal.ts';
import { areaOf, columnOf, lettersOf } from '../shared/cells/area.ts';
import { type Gone, type Removal, readsGone } from '../shared/cells/removal.ts';
import type { Job } from '../shared/ooxml/job.ts';
import { scanXml, splicer, unescaped } from '../shared/xml-scan.ts';
import type { Names } from './markup-pass.ts';

export type Emptying = {
  readonly ordinal: number;
  /** In small letters. */
  readonly name: string;
  readonly names: Names;
  readonly gone: Gone | undefined;
  /** What stands in the header of a column whose name goes, by its place. */
  readonly headers: ReadonlyMap<string, string>;
};

type Formula = {
  readonly start: number;
  end: number;
  text: string;
  readonly type: string;
  readonly ref: string;
  readonly si: string;
};
type Cell = {
  readonly row: number;
  readonly column: number;
  readonly start: number;
  end: number;
  /** Its tag without what it holds. */
  readonly bare: string;
  formula: Formula | undefined;
  hasValue: boolean;
};

const MAX_DEPTH = 16;
export const CARRIER = 'reference.hidden';

export function emptyCells(xml: string, emptying: Emptying, removal: Removal, job: Job): string {
  const { gone, ordinal, name, headers, names } = emptying;
  const isGone = ({ row, column }: Cell) => gone?.cells.has(row, column) ?? false;
  const shared = new Set<string>();
  for (const cell of cellsOf(xml, names, job)) {
    const { formula } = cell;
    if (formula?.type !== 'shared' || formula.text === '') continue;
    const areas = [areaOf(formula.ref) ?? { left: cell.column, right: cell.column, top: cell.row, bottom: cell.row }];
    const { row, column } = cell;
    if (isGone(cell) || readsGone(formula.text, name, removal, { areas, row, column })) shared.add(formula.si);
  }
  const isFrozen = ({ type, si, text, ref }: Formula) => {
    if (type === 'shared') return shared.has(si);
    // A table of variants computes with cells beside it.
    if (type === 'dataTable') return true;
    const area = type === 'array' ? areaOf(ref) : undefined;
    return readsGone(text, name, removal) !== undefined || (area !== undefined && (gone?.cells.meets(area) ?? false));
  };
  const splices = splicer(xml, 0, xml.length);
  const frozen: string[] = [];
  for (const cell of cellsOf(xml, names, job)) {
    const { start, end, bare, formula, row, column } = cell;
    if (isGone(cell)) {
      const header = headers.get(`${row},${column}`);
      splices.replace(start, end, header === undefined ? `${bare}/>` : headerCell(bare, names.prefix, header));
    } else if (formula && isFrozen(formula)) {
      const place = `sheet ${ordinal}/${lettersOf(column)}${row}`;
      if (!cell.hasValue)
        throw new Refusal('hidden-content', `${place}: a formula without a value reads hidden content`);
      frozen.push(place);
      splices.replace(formula.start, formula.end, '');
    }
  }
  reportReferences(frozen, job);
  return splices.result();
}

const headerCell = (bare: string, prefix: string, name: string) =>
  `${bare} t="inlineStr"><${prefix}is><${prefix}t>${name}</${prefix}t></${prefix}is></${prefix}c>`;

const MAX_NAMED = 50;

/** Names the first places one by one. Without what it reads, such a formula cannot stay, whatever policy says of it. */
export function reportReferences(places: readonly string[], job: Job): void {
  if (places.length === 0) return;
  const first = places.slice(0, MAX_NAMED);
  let goes = true;
  for (const [i, place] of first.entries())
    goes &&= job.drop(CARRIER, place, [], i === first.length - 1 ? 1 + places.length - first.length : 1);
  if (!goes) throw new Refusal('hidden-content', `${first[0] ?? ''}: policy keeps what reads hidden content that goes`);
}

function* cellsOf(xml: string, { prefix }: Names, { what }: Job): Generator<Cell> {
  const scanner = scanXml(xml, 0, xml.length, what, MAX_DEPTH);
  const given = (attribute: string) => {
    for (let i = 0; i < scanner.count; i++)
      if (scanner.names[i] === attribute) return xml.slice(scanner.valueStarts[i], scanner.valueEnds[i]);
    return undefined;
  };
  let row = 0;
  let column = 0;
  let cell: Cell | undefined;
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    const local = scanner.name.slice(prefix.length);
    if (scanner.kind === 'open') {
      if (local === 'row') {
        row = Number(given('r') ?? row + 1);
        column = 0;
      } else if (local === 'c') {
        const reference = given('r');
        column = reference === undefined ? column + 1 : columnOf(reference);
        const kept = ['r', 's'].flatMap((name) => (given(name) === undefined ? [] : [` ${name}="${given(name)}"`]));
        const bare = `<${scanner.name}${kept.join('')}`;
        cell = { row, column, start: scanner.start, end: scanner.end, bare, formula: undefined, hasValue: false };
      } else if (local === 'f' && cell) {
        const [type, ref, si] = [given('t') ?? 'normal', given('ref') ?? '', given('si') ?? ''];
        cell.formula = { start: scanner.start, end: scanner.end, text: '', type, ref, si };
      } else if (cell && (local === 'v' || local === 'is')) cell.hasValue = true;
    } else if (scanner.kind === 'text') {
      if (local === 'f' && cell?.formula) cell.formula.text += unescaped(xml.slice(scanner.start, scanner.end));
    } else if (scanner.kind === 'close' && cell) {
      if (local === 'f' && cell.formula) cell.formula.end = scanner.end;
      if (local !== 'c') continue;
      cell.end = scanner.end;
      yield cell;
      cell = undefined;
    }
  }
}
