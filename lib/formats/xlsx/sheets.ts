// The sheets of a workbook in their order: which are hidden, and what each of them says about its cells beside them.

import { type Area, areaOf } from '../shared/cells/area.ts';
import type { Package, Part } from '../shared/ooxml/package.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import { type Element, elementsOf, textOf } from '../shared/xml.ts';
import type { Sheet } from './cells.ts';
import { childOf, isSheet, isTrue, leadOf, plainValue } from './spreadsheet.ts';
import { neutralHeader, type Table, tablesOf } from './tables.ts';

export const sheetsOf = ({ document }: Xml): readonly Element[] =>
  childOf(document.root, 'sheets')?.children.filter((child) => isSheet(child, 'sheet')) ?? [];

export function sheetNames(main: Xml): ReadonlySet<string> {
  return new Set(sheetsOf(main).map((sheet) => plainValue(sheet, 'name') ?? ''));
}

/** The parts of the sheets, in the order in which the workbook lists them; undefined for those that are gone. */
export function sheetParts(main: Xml, parts: Package['parts']): readonly (Part | undefined)[] {
  return sheetsOf(main).map((sheet) => {
    const id = leadOf(sheet);
    const judged = main.relationships.find(({ relationship }) => relationship.id === id);
    if (judged?.fate.is !== 'part') return undefined;
    return parts.get(judged.fate.member.toLowerCase());
  });
}

/** What a sheet says about its cells. */
export function sheetOf({ document, relationships }: Xml, ordinal: number, parts: Package['parts']): SheetPlace {
  const { root } = document;
  const hidden = (childOf(root, 'cols')?.children ?? [])
    .filter((column) => isTrue(plainValue(column, 'hidden')) || Number(plainValue(column, 'width') ?? 1) === 0)
    .map((column) => [Number(plainValue(column, 'min') ?? 0), Number(plainValue(column, 'max') ?? 0)] as const);
  const tables = tablesOf(relationships, parts);
  const roots = tables.map(({ root: table }) => table);
  const filters = [root, ...roots].flatMap((one) => [...elementsOf(one)]).filter((one) => isSheet(one, 'autoFilter'));
  const conditional = [...elementsOf(root)].filter(({ local }) => local === 'conditionalFormatting');
  const conditions = areasOf(
    conditional.flatMap((element) =>
      (isSheet(element, element.local) ? (plainValue(element, 'sqref') ?? '') : '').split(/\s+/),
    ),
  );
  // Newer conditions say inside where they apply.
  const newer = conditional.flatMap(({ children }) => children.filter(({ local }) => local === 'sqref').map(textOf));
  const merged = (childOf(root, 'mergeCells')?.children ?? []).map((one) => plainValue(one, 'ref') ?? '');
  return {
    ordinal,
    hiddenColumns: (column) => hidden.some(([first, last]) => column >= first && column <= last),
    filtered: areasOf(filters.map((filter) => plainValue(filter, 'ref') ?? '')),
    painted: [...areasOf(roots.map((table) => plainValue(table, 'ref') ?? '')), ...conditions],
    neutral: (row, column) => neutralHeader(tables, row, column),
    tables,
    conditions: [...conditions, ...areasOf(newer.flatMap((text) => text.trim().split(/\s+/)))],
    merged: areasOf(merged),
  };
}

export type SheetPlace = Pick<Sheet, 'ordinal' | 'hiddenColumns' | 'filtered' | 'painted' | 'neutral'> & {
  readonly tables: readonly Table[];
  /** Where conditions change how cells look. */
  readonly conditions: readonly Area[];
  readonly merged: readonly Area[];
};

export function areasOf(references: readonly string[]): Area[] {
  return references.flatMap((reference) => areaOf(reference) ?? []);
}
