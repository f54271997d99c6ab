// Pivot tables (ISO/IEC 29500-1 18.10) keep a copy of their source. The rows of it are a part of their own, which goes;
// the list of values for each field stays, because the table refers to it, with what some cell shows.

import { type Job, tally } from '../shared/ooxml/job.ts';
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
  cleanSource(childOf(root, 'cacheSource'), document, edits, job);
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

/** A source outside the workbook becomes one cell of nothing in particular: a pivot table must have a source. */
function cleanSource(source: Element | undefined, { root }: XmlDocument, edits: XmlEdits, job: Job): void {
  if (!source) return;
  const prefix = root.name.includes(':') ? root.name.slice(0, root.name.indexOf(':') + 1) : '';
  const own = childOf(source, 'worksheetSource');
  const isOut =
    plainValue(source, 'type') === 'external' ||
    (own && [plainValue(own, 'sheet'), plainValue(own, 'name')].some((name) => /[[\]\\|]|:\/\//.test(name ?? '')));
  if (!isOut || !job.drop('query', job.what)) return;
  edits.replace(
    source.start,
    source.end,
    `<${prefix}cacheSource type="worksheet"><${prefix}worksheetSource ref="A1:A2" sheet="Sheet1"/></${prefix}cacheSource>`,
  );
}
