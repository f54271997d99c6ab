// Hidden and filtered rows and columns of a table that hold something (ODF 1.3 part 3, 19.752).

import type { Element } from '../shared/xml.ts';
import { cellsOf, hasContent, hiddenColumnsOf } from './grid.ts';

const MAX_PLACES = 100;

/** Where hidden cells with content stand: 'row 4', 'column 2', at most a hundred of them. */
export function hiddenCells(table: Element): readonly string[] {
  const places = new Set<string>();
  const hidden = hiddenColumnsOf(table);
  for (const { element, rows, columns, isHiddenRow } of cellsOf(table)) {
    if (places.size >= MAX_PLACES) break;
    if (!(isHiddenRow || hidden.length > 0) || !hasContent(element)) continue;
    if (isHiddenRow) places.add(`row ${rows[0]}`);
    const column = hidden.find(([from, to]) => from < columns[1] && to > columns[0]);
    if (column) places.add(`column ${Math.max(column[0], columns[0])}`);
  }
  return [...places];
}
