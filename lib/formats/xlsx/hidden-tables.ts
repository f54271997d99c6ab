// Tables over cells that go: their columns lose the names, totals and formulas that stood in these.

import { Refusal } from '../../core/refusal.ts';
import type { Gone } from '../shared/cells/removal.ts';
import type { XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { childOf, plain } from './spreadsheet.ts';
import { newHeaders, type Table, tableOf } from './tables.ts';

/** What stands in the headers that go, by the cells' places. */
export function headersOf(tables: readonly Table[], { cells }: Gone): ReadonlyMap<string, string> {
  return new Map(
    tables.flatMap((table) =>
      [...newHeaders(table, cells.has)].map(
        ([i, name]) => [`${table.header},${(table.area?.left ?? 0) + i}`, name] as const,
      ),
    ),
  );
}

export function cleanTable({ source, root }: XmlDocument, { cells, isHiddenColumn }: Gone, what: string): XmlEdits {
  const edits = editXml({ source });
  const table = tableOf(root, '');
  const { area, totals, columns } = table;
  if (!area) return edits;
  for (const [i, name] of newHeaders(table, cells.has)) {
    const column = columns[i];
    const attribute = plain(column, 'name');
    if (!column || !attribute) throw new Refusal('malformed', `${what}: a column without a name`);
    edits.setAttribute(column, attribute, name);
  }
  for (const [i, column] of columns.entries()) {
    const hasLostTotal = totals !== undefined && cells.has(totals, area.left + i);
    for (const name of hasLostTotal ? ['totalsRowLabel', 'totalsRowFunction'] : []) {
      const attribute = plain(column, name);
      if (attribute) edits.removeAttribute(column, attribute);
    }
    const formulas = [
      hasLostTotal ? childOf(column, 'totalsRowFormula') : undefined,
      isHiddenColumn(area.left + i) ? childOf(column, 'calculatedColumnFormula') : undefined,
    ];
    for (const formula of formulas) if (formula) edits.removeElement(formula);
  }
  return edits;
}
