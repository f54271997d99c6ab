// Hidden sheets go and hidden cells are emptied in their place; formulas that read either give way to the values that
// are shown.

import { Refusal } from '../../core/refusal.ts';
import { areaOf, lettersOf } from '../shared/cells/area.ts';
import { readsGone } from '../shared/cells/removal.ts';
import { type Element, placeOf, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { cellsOf, type GridCell, parted } from './grid.ts';
import type { Plan, Sheet } from './hidden-plan.ts';
import type { Job } from './job.ts';
import { plainFormula } from './open-formula.ts';
import { textsOf } from './values.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

export const CARRIER = 'reference.hidden';
const MAX_NAMED = 50;

export function takeSheets({ lostSheets }: Plan, edits: XmlEdits, job: Job): void {
  for (const { table, ordinal, carrier } of lostSheets) {
    job.drop(carrier, `sheet ${ordinal}`, textsOf(table));
    edits.removeElement(table);
  }
}

export function emptyCells({ source }: XmlDocument, sheet: Sheet, plan: Plan, edits: XmlEdits, job: Job): void {
  const { table, ordinal, going, hiddenColumns } = sheet;
  const places = going.map(({ element, rows, columns }) => ({ element, place: placeIn(ordinal, rows[0], columns[0]) }));
  const rest = places.length - MAX_NAMED;
  for (const [i, { element, place }] of places.slice(0, MAX_NAMED).entries())
    job.drop('sheet.cells', place, textsOf(element), i === MAX_NAMED - 1 ? 1 + Math.max(rest, 0) : 1);
  if (rest > 0)
    job.drop(
      'sheet.cells',
      `sheet ${ordinal}`,
      new Set(places.slice(MAX_NAMED).flatMap(({ element }) => textsOf(element))),
      0,
    );
  const empties = new Set(going.map(({ element }) => element));
  const frozen: string[] = [];
  for (const cell of cellsOf(table)) {
    const { element, rows, columns, isHiddenRow } = cell;
    const isGoing = empties.has(element);
    const isWhole = isGoing && (isHiddenRow || parted(columns, hiddenColumns).every(({ isIn }) => isIn));
    const isFrozen = !isWhole && readsWhatGoes(cell, sheet, plan);
    if (!isGoing && !isFrozen) continue;
    if (isFrozen) {
      const place = placeIn(ordinal, rows[0], columns[0]);
      if (!hasOwnValue(element))
        throw new Refusal('hidden-content', `${place}: a formula without a value of its own reads hidden content`);
      frozen.push(place);
    }
    const parts = isWhole || !isGoing ? [{ span: columns, isIn: isWhole }] : parted(columns, hiddenColumns);
    const written = parts.map(({ span, isIn }) => pieceOf(source, element, span[1] - span[0], isIn, isFrozen));
    edits.replace(element.start, element.end, written.join(''));
  }
  reportReferences(frozen, job);
}

/** A truth is a number whose formula alone says that it is shown as a word. */
function hasOwnValue(element: Element): boolean {
  const type = attributeNamed(element, 'office:value-type');
  return type !== undefined && !(type === 'float' && /^\D+$/.test(textOf(element).trim()));
}

const placeIn = (sheet: number, row: number, column: number) => `sheet ${sheet}/${lettersOf(column)}${row}`;

/** Without what it reads, such a thing cannot stay, whatever policy says of it. */
export function reportReferences(places: readonly string[], job: Job): void {
  const first = places.slice(0, MAX_NAMED);
  for (const [i, place] of first.entries())
    if (!job.drop(CARRIER, place, [], i === first.length - 1 ? 1 + places.length - first.length : 1))
      throw new Refusal('hidden-content', `${place}: policy keeps what reads hidden content that goes`);
}

function readsWhatGoes({ element, rows, columns }: GridCell, { name }: Sheet, plan: Plan): boolean {
  const formula = attributeNamed(element, 'table:formula');
  if (formula === undefined) return false;
  if (readsGone(plainFormula(formula), name, plan)) return true;
  // A formula that fills an area would fill what was emptied.
  const spanned = (what: string) => Number(attributeNamed(element, `table:number-matrix-${what}-spanned`) ?? 0);
  if (spanned('rows') === 0) return false;
  const corner = `${lettersOf(columns[0] + Math.max(spanned('columns'), 1) - 1)}${rows[0] + spanned('rows') - 1}`;
  const area = areaOf(`${lettersOf(columns[0])}${rows[0]}:${corner}`);
  return area === undefined || (plan.gone.get(name)?.cells.meets(area) ?? false);
}

/** How an empty cell looks and which others it stands for. */
const OF_EMPTY = /^table:(?:style-name|number-(?:rows|columns)-(?:repeated|spanned)|protect(?:ed)?)$/;
const OF_FORMULA = /^table:(?:formula|number-matrix-(?:rows|columns)-spanned)$/;

/** The cell for some of the columns that it stands for. */
function pieceOf(source: string, element: Element, width: number, isEmpty: boolean, isFrozen: boolean): string {
  const kept = element.attributes.flatMap((attribute) => {
    const name = nameOf(attribute);
    if (isEmpty ? !OF_EMPTY.test(name) : isFrozen && OF_FORMULA.test(name)) return [];
    const { start, end, valueStart, valueEnd } = placeOf(source, element, attribute);
    if (name !== 'table:number-columns-repeated') return source.slice(start, end);
    return width === 1 ? [] : source.slice(start, valueStart) + width + source.slice(valueEnd, end);
  });
  const tag = `<${element.name}${kept.join('')}`;
  if (isEmpty || element.openEnd === element.end) return `${tag}/>`;
  return `${tag}>${source.slice(element.openEnd, element.end)}`;
}
