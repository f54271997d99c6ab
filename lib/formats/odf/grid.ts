// The cells of a sheet in their places (ODF 1.3 part 3, 9.1): rows and columns stand in groups, and one element may stand
// for many of them.

import { Refusal } from '../../core/refusal.ts';
import { type Element, textOf } from '../shared/xml.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

/** First, and the one behind the last. */
export type Span = readonly [from: number, to: number];

export type GridCell = {
  readonly element: Element;
  readonly rows: Span;
  readonly columns: Span;
  readonly isHiddenRow: boolean;
};

const GROUPS = new Set(
  ['rows', 'row-group', 'header-rows', 'columns', 'column-group', 'header-columns'].map(
    (name) => `table:table-${name}`,
  ),
);
const MAX_REPEAT = 0x7fffffff;

export function hiddenColumnsOf(table: Element): readonly Span[] {
  const hidden: Span[] = [];
  let column = 1;
  for (const element of inGroups(table)) {
    if (nameOf(element) !== 'table:table-column') continue;
    const end = column + repeatOf(element, 'columns');
    if (isInvisible(element)) hidden.push([column, end]);
    column = end;
  }
  return hidden;
}

export function hiddenRowsOf(table: Element): readonly Span[] {
  return [...rowsOf(table)].flatMap(({ isHidden, rows }) => (isHidden ? [rows] : []));
}

/** Every cell that is written, in order. */
export function* cellsOf(table: Element): Generator<GridCell> {
  for (const { element: row, rows, isHidden } of rowsOf(table)) {
    let column = 1;
    for (const element of row.children) {
      const end = column + repeatOf(element, 'columns');
      yield { element, rows, columns: [column, end], isHiddenRow: isHidden };
      column = end;
    }
  }
}

function* rowsOf(table: Element) {
  let row = 1;
  for (const element of inGroups(table)) {
    if (nameOf(element) !== 'table:table-row') continue;
    const end = row + repeatOf(element, 'rows');
    const rows: Span = [row, end];
    yield { element, rows, isHidden: isInvisible(element) };
    row = end;
  }
}

function* inGroups(table: Element): Generator<Element> {
  for (const child of table.children) {
    if (GROUPS.has(nameOf(child))) yield* inGroups(child);
    else yield child;
  }
}

/** A group within a closed one is not shown either. */
function isInvisible(element: Element): boolean {
  const visibility = attributeNamed(element, 'table:visibility');
  if (visibility !== undefined && visibility !== 'visible') return true;
  for (let { parent } = element; parent && GROUPS.has(nameOf(parent)); parent = parent.parent)
    if (attributeNamed(parent, 'table:display') === 'false') return true;
  return false;
}

export function repeatOf(element: Element, what: 'rows' | 'columns'): number {
  const repeat = Number(attributeNamed(element, `table:number-${what}-repeated`) ?? '1');
  return Number.isInteger(repeat) && repeat > 0 ? Math.min(repeat, MAX_REPEAT) : 1;
}

// A chart's own table has these where there is no value, of whatever type.
const NOTHING = new Set(['', 'NaN']);
const VALUE = /^office:(?:[a-z]+-)?value$/;

export function hasContent(cell: Element): boolean {
  return (
    cell.attributes.some((attribute) => VALUE.test(nameOf(attribute)) && !NOTHING.has(attribute.value)) ||
    attributeNamed(cell, 'table:formula') !== undefined ||
    !NOTHING.has(textOf(cell).trim()) ||
    cell.children.some((child) => nameOf(child).startsWith('draw:'))
  );
}

const MAX_CELLS = 2_000_000;

/** Each single cell of a span of rows and columns. */
export function* singles(rows: Span, columns: readonly Span[]): Generator<{ row: number; column: number }> {
  const count = (rows[1] - rows[0]) * columns.reduce((sum, [from, to]) => sum + to - from, 0);
  if (count > MAX_CELLS) throw new Refusal('limit', `${count} hidden cells that hold the same`);
  for (let row = rows[0]; row < rows[1]; row++)
    for (const [from, to] of columns) for (let column = from; column < to; column++) yield { row, column };
}

/** What of a span is in others, and what is not, in order. */
export function parted(
  span: Span,
  others: readonly Span[],
): readonly { readonly span: Span; readonly isIn: boolean }[] {
  const parts: { readonly span: Span; readonly isIn: boolean }[] = [];
  let [at] = span;
  for (const [from, to] of [...others].sort((a, b) => a[0] - b[0])) {
    const [start, end] = [Math.max(from, at), Math.min(to, span[1])];
    if (start >= end) continue;
    if (start > at) parts.push({ span: [at, start], isIn: false });
    parts.push({ span: [start, end], isIn: true });
    at = end;
  }
  if (at < span[1]) parts.push({ span: [at, span[1]], isIn: false });
  return parts;
}

/** Whether a number is in one of the spans, which stand in order and apart. */
export function inSpans(spans: readonly Span[]): (one: number) => boolean {
  return (one) => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((spans[middle]?.[1] ?? 0) <= one) low = middle + 1;
      else high = middle;
    }
    return (spans[low]?.[0] ?? Number.POSITIVE_INFINITY) <= one;
  };
}
