// Hidden and filtered rows and columns of a table that hold something (ODF 1.3 part 3, 19.752).

import { type Element, textOf } from '../shared/xml.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

const GROUPS = new Set(
  ['rows', 'row-group', 'header-rows', 'columns', 'column-group', 'header-columns'].map(
    (name) => `table:table-${name}`,
  ),
);
const MAX_REPEAT = 0x7fffffff;

/** Where hidden cells with content stand: 'row 4', 'column 2', at most a hundred of them. */
export function hiddenCells(table: Element): readonly string[] {
  const places = new Set<string>();
  const columns = hiddenColumns(table);
  let row = 1;
  for (const element of inGroups(table)) {
    if (nameOf(element) !== 'table:table-row') continue;
    const isHidden = isInvisible(element);
    if ((isHidden || columns.length > 0) && places.size < MAX_PLACES) {
      let column = 1;
      for (const cell of element.children) {
        const end = column + repeatOf(cell, 'columns');
        if (hasContent(cell)) {
          if (isHidden) places.add(`row ${row}`);
          const hidden = columns.find(([from, to]) => from < end && to > column);
          if (hidden) places.add(`column ${Math.max(hidden[0], column)}`);
        }
        column = end;
      }
    }
    row += repeatOf(element, 'rows');
  }
  return [...places];
}

const MAX_PLACES = 100;

function hiddenColumns(table: Element): readonly (readonly [number, number])[] {
  const hidden: [number, number][] = [];
  let column = 1;
  for (const element of inGroups(table)) {
    if (nameOf(element) !== 'table:table-column') continue;
    const end = column + repeatOf(element, 'columns');
    if (isInvisible(element)) hidden.push([column, end]);
    column = end;
  }
  return hidden;
}

function* inGroups(table: Element): Generator<Element> {
  for (const child of table.children) {
    if (GROUPS.has(nameOf(child))) yield* inGroups(child);
    else yield child;
  }
}

function isInvisible(element: Element): boolean {
  const visibility = attributeNamed(element, 'table:visibility');
  return (visibility !== undefined && visibility !== 'visible') || isClosedGroup(element.parent);
}

function isClosedGroup(element: Element | undefined): boolean {
  return element !== undefined && GROUPS.has(nameOf(element)) && attributeNamed(element, 'table:display') === 'false';
}

function repeatOf(element: Element, what: 'rows' | 'columns'): number {
  const repeat = Number(attributeNamed(element, `table:number-${what}-repeated`) ?? '1');
  return Number.isInteger(repeat) && repeat > 0 ? Math.min(repeat, MAX_REPEAT) : 1;
}

// A chart's own table has these where there is no value, of whatever type.
const NOTHING = new Set(['', 'NaN']);
const VALUE = /^office:(?:[a-z]+-)?value$/;

function hasContent(cell: Element): boolean {
  return (
    cell.attributes.some((attribute) => VALUE.test(nameOf(attribute)) && !NOTHING.has(attribute.value)) ||
    attributeNamed(cell, 'table:formula') !== undefined ||
    !NOTHING.has(textOf(cell).trim()) ||
    cell.children.some((child) => nameOf(child).startsWith('draw:'))
  );
}
