// Pivot tables (ISO/IEC 29500-1 18.10) keep a copy of their source. The rows of it are a part of their own, which goes;
// the list of values for each field stays, because the table refers to it, with what some cell shows.

import { type Job, tally } from '../shared/ooxml/job.ts';
import type { Package } from '../shared/ooxml/package.ts';
import type { Judged } from '../shared/ooxml/relationships.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isSheet, plain, plainValue } from './spreadsheet.ts';

/** `hasRecords` whether the copy of the rows is still there; `shown` are the texts of all cells. */
export function cleanCache(
  document: XmlDocument,
  hasRecords: boolean,
  shown: ReadonlySet<string>,
  edits: XmlEdits,
  job: Job,
): void {
  const { root } = document;
  const counts = tally(job);
  if (!hasRecords) markWithoutRecords(root, edits);
  let number = 0;
  for (const element of elementsOf(root)) {
    if (isSheet(element, 'sharedItems')) number = 0;
    if (!isSheet(element, 's') || !['sharedItems', 'groupItems'].some((name) => element.parent?.local === name))
      continue;
    number++;
    const value = plain(element, 'v');
    if (!value || value.value === '' || shown.has(value.value) || isMade(element, value.value)) continue;
    if (counts.drop('pivot.item', value.value)) edits.setAttribute(element, value, `Item ${number}`);
  }
  counts.report();
}

/** Groups of dates and numbers, and what this rule itself wrote. */
function isMade({ parent }: Element, value: string): boolean {
  return parent?.local === 'groupItems' || /^Item \d{1,7}$/.test(value);
}

/** Without its copy, Excel reads the source when somebody changes the table, and shows what the cells hold until then. */
function markWithoutRecords(root: Element, edits: XmlEdits): void {
  const saves = plain(root, 'saveData');
  if (saves?.value === '0') return;
  if (saves) edits.setAttribute(root, saves, '0');
  else edits.replace(root.start + 1 + root.name.length, root.start + 1 + root.name.length, ' saveData="0"');
  const count = plain(root, 'recordCount');
  if (count) edits.removeAttribute(root, count);
}

/**
 * A pivot table whose source is not in the workbook cannot be shown anew without its copy: its cells stay as they are,
 * and the table is a table no more.
 */
export function dropOutsidePivots(pack: Package, parts: readonly Xml[], sheets: ReadonlySet<string>): void {
  const outside = parts.filter(
    ({ document }) => isSheet(document.root, 'pivotCacheDefinition') && isOut(document, sheets),
  );
  dropCaches(
    pack,
    parts,
    outside.filter(({ job }) => job.drop('query', job.what)),
  );
}

/** Caches with the tables that have them. */
export function dropCaches(pack: Package, parts: readonly Xml[], caches: readonly Xml[]): void {
  const gone = new Set(caches.map(({ member }) => keyOf(member.name)));
  if (gone.size === 0) return;
  const leadsTo = (keys: ReadonlySet<string>) => (judged: Judged) =>
    judged.fate.is === 'part' && keys.has(keyOf(judged.fate.member));
  for (const table of parts)
    if (isSheet(table.document.root, 'pivotTableDefinition') && table.relationships.some(leadsTo(gone)))
      gone.add(keyOf(table.member.name));
  for (const { relationships } of parts)
    relationships.forEach((judged, i) => {
      if (leadsTo(gone)(judged)) relationships[i] = { ...judged, fate: { is: 'dropped' } };
    });
  for (const key of gone) pack.accounted.add(key);
}

export const keyOf = (name: string): string => name.toLowerCase();

function isOut({ root }: XmlDocument, sheets: ReadonlySet<string>): boolean {
  const source = childOf(root, 'cacheSource');
  if (plainValue(source, 'type') !== 'worksheet') return plainValue(source, 'type') === 'external';
  const own = childOf(source, 'worksheetSource');
  const sheet = plainValue(own, 'sheet');
  const isElsewhere = own?.attributes.some(({ local, uri }) => local === 'id' && uri !== '') ?? false;
  return isElsewhere || (sheet !== undefined && !sheets.has(sheet));
}
