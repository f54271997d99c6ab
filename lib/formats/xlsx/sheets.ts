// The sheets of a workbook in their order: which are hidden, and what each of them says about its cells beside them.

import { Refusal } from '../../core/refusal.ts';
import type { Package, Part } from '../shared/ooxml/package.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import { type Element, elementsOf } from '../shared/xml.ts';
import type { Sheet } from './cells.ts';
import { type Area, areaOf, childOf, isSheet, isTrue, leadOf, plainValue } from './spreadsheet.ts';

const sheetsOf = ({ document }: Xml): readonly Element[] =>
  childOf(document.root, 'sheets')?.children.filter((child) => isSheet(child, 'sheet')) ?? [];

export function sheetNames(main: Xml): ReadonlySet<string> {
  return new Set(sheetsOf(main).map((sheet) => plainValue(sheet, 'name') ?? ''));
}

/** Whether formulas, names and charts use a hidden sheet is not known: it is named, not taken away. */
export function refuseHiddenSheets(main: Xml): void {
  const { job } = main;
  for (const [i, sheet] of sheetsOf(main).entries()) {
    const state = plainValue(sheet, 'state') ?? 'visible';
    if (state === 'visible') continue;
    job.drop('sheet.hidden', `sheet ${i + 1}`);
    if (job.context.policy.actionFor('xlsx.sheet.hidden') === 'remove')
      throw new Refusal('hidden-content', `sheet ${i + 1}: a hidden sheet that cannot be taken away alone`);
  }
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
export function sheetOf(
  { document, relationships }: Xml,
  ordinal: number,
  parts: Package['parts'],
): Pick<Sheet, 'ordinal' | 'hiddenColumns' | 'filtered' | 'painted'> {
  const { root } = document;
  const hidden = (childOf(root, 'cols')?.children ?? [])
    .filter((column) => isTrue(plainValue(column, 'hidden')) || Number(plainValue(column, 'width') ?? 1) === 0)
    .map((column) => [Number(plainValue(column, 'min') ?? 0), Number(plainValue(column, 'max') ?? 0)] as const);
  const tables = relationships.flatMap(({ fate }) => {
    const part = fate.is === 'part' ? parts.get(fate.member.toLowerCase()) : undefined;
    return part?.document && isSheet(part.document.root, 'table') ? [part.document.root] : [];
  });
  const filters = [root, ...tables].flatMap((one) => [...elementsOf(one)]).filter((one) => isSheet(one, 'autoFilter'));
  const conditions = [...elementsOf(root)].flatMap((element) =>
    isSheet(element, 'conditionalFormatting') ? (plainValue(element, 'sqref') ?? '').split(/\s+/) : [],
  );
  return {
    ordinal,
    hiddenColumns: (column) => hidden.some(([first, last]) => column >= first && column <= last),
    filtered: areasOf(filters.map((filter) => plainValue(filter, 'ref') ?? '')),
    painted: areasOf([...tables.map((table) => plainValue(table, 'ref') ?? ''), ...conditions]),
  };
}

function areasOf(references: readonly string[]): Area[] {
  return references.flatMap((reference) => areaOf(reference) ?? []);
}
