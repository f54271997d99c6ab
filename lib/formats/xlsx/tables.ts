// Tables on sheets (ISO/IEC 29500-1 18.5). The names of their columns stand in a row of cells too, and readers call a
// table damaged where the two differ: a column whose name goes gets one that says nothing, in both places.

import { type Area, areaOf } from '../shared/cells/area.ts';
import type { Part } from '../shared/ooxml/package.ts';
import type { Judged } from '../shared/ooxml/relationships.ts';
import type { Element } from '../shared/xml.ts';
import { childOf, isSheet, plainValue } from './spreadsheet.ts';

export type Table = {
  readonly key: string;
  readonly root: Element;
  /** What formulas call it, in small letters. */
  readonly names: readonly string[];
  readonly area: Area | undefined;
  /** The row with the names of the columns, and the one with totals. */
  readonly header: number | undefined;
  readonly totals: number | undefined;
  readonly columns: readonly Element[];
};

export function tablesOf(relationships: readonly Judged[], parts: ReadonlyMap<string, Part>): readonly Table[] {
  return relationships.flatMap(({ fate }) => {
    const key = fate.is === 'part' ? fate.member.toLowerCase() : '';
    const root = parts.get(key)?.document?.root;
    return root && isSheet(root, 'table') ? [tableOf(root, key)] : [];
  });
}

export function tableOf(root: Element, key: string): Table {
  const area = areaOf(plainValue(root, 'ref') ?? '');
  const columns = childOf(root, 'tableColumns')?.children.filter((child) => isSheet(child, 'tableColumn')) ?? [];
  const names = ['name', 'displayName'].flatMap((name) => plainValue(root, name)?.toLowerCase() ?? []);
  const header = plainValue(root, 'headerRowCount') === '0' ? undefined : area?.top;
  const totals = Number(plainValue(root, 'totalsRowCount') ?? 0) > 0 ? area?.bottom : undefined;
  return { key, root, names, area, header, totals, columns };
}

const NEUTRAL = /^Column\d{1,5}$/;

/** The name that says nothing, where the cell is the header of a column that has such a name. */
export function neutralHeader(tables: readonly Table[], row: number, column: number): string | undefined {
  for (const { area, header, columns } of tables) {
    if (!area || row !== header || column < area.left || column > area.right) continue;
    const name = plainValue(columns[column - area.left], 'name') ?? '';
    return NEUTRAL.test(name) ? name : undefined;
  }
  return undefined;
}

/** Names for the columns whose header goes, by their place in the table. */
export function newHeaders(table: Table, isGone: (row: number, column: number) => boolean): Map<number, string> {
  const { area, header, columns } = table;
  const renamed = new Map<number, string>();
  if (!area || header === undefined) return renamed;
  const goes = (i: number) => isGone(header, area.left + i);
  const taken = new Set(
    columns.flatMap((column, i) => (goes(i) ? [] : (plainValue(column, 'name') ?? '').toLowerCase())),
  );
  let number = 0;
  for (const i of columns.keys()) {
    if (!goes(i)) continue;
    do number++;
    while (taken.has(`column${number}`));
    renamed.set(i, `Column${number}`);
  }
  return renamed;
}
