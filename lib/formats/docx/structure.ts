// WordprocessingML in the first round: tracked changes are accepted, and what the tables call a carrier goes.

import { ancestorOf } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { checkPlace, type Round, remove, unwrap, valuesOf } from '../shared/ooxml/structure.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { KEPT_CONTROL_PROPERTIES, KEPT_ELEMENTS, KEPT_SETTINGS, KEPT_WEB_SETTINGS } from './kept.ts';
import { childOf, isWord, wordValue } from './word.ts';
import { laterTreatmentOf, type Treatment, treatmentOf } from './wordprocessing.ts';

/** An element of the main namespace. Answers whether it is gone with everything in it; undefined for any other. */
export function cleanWord(element: Element, round: Round): boolean | undefined {
  if (vocabularyOf(element.uri) !== 'w') return undefined;
  const treatment = treatmentOf(element.local);
  if (treatment) return treat(element, treatment.how, treatment.carrier, round);
  const { parent } = element;
  if (parent && isWord(parent, 'settings') && !KEPT_SETTINGS.has(element.local))
    return remove(element, 'settings.other', round);
  if (parent && isWord(parent, 'webSettings') && !KEPT_WEB_SETTINGS.has(element.local))
    return remove(element, 'settings.other', round);
  if (parent && isWord(parent, 'sdtPr') && !KEPT_CONTROL_PROPERTIES.has(element.local))
    return remove(element, 'content-control', round);
  if (parent && isWord(parent, 'ffData') && element.local === 'name') return remove(element, 'field.data', round);
  if (element.local === 'altChunk' || element.local === 'subDoc') return false;
  if (!KEPT_ELEMENTS.has(element.local)) return remove(element, 'xml.unknown', round);
  checkPlace(element, round);
  return false;
}

/** What Word's own elements hold of other namespaces. */
export function cleanGuest(element: Element, round: Round): boolean | undefined {
  const parent = element.parent;
  if (parent && isWord(parent, 'settings') && !KEPT_SETTINGS.has(element.local)) {
    const carrier = element.local === 'docId' ? 'document-id' : 'settings.other';
    return remove(element, carrier, round);
  }
  const vocabulary = vocabularyOf(element.uri);
  const later = vocabulary === 'w14' || vocabulary === 'w15' ? laterTreatmentOf(element.local) : undefined;
  if (later) return treat(element, later.how, later.carrier, round);
  if (parent && isWord(parent, 'sdtPr') && !KEPT_CONTROL_PROPERTIES.has(element.local))
    return remove(element, 'content-control', round);
  return undefined;
}

function treat(element: Element, how: Treatment, carrier: string, round: Round): boolean {
  const { parent } = element;
  // On a mark (of a paragraph, a row, a number) the change has no text of its own.
  const onProperties = parent !== undefined && ['rPr', 'trPr', 'numPr'].some((name) => isWord(parent, name));
  switch (how) {
    case 'remove':
      return remove(element, carrier, round);
    case 'object':
      // Left for the relationships, which know whether there is a preview.
      return false;
    case 'unwrap':
    case 'insertion':
      if (onProperties) return remove(element, carrier, round);
      if (round.job.drop(carrier, round.place(element), valuesOf(element, false))) unwrap(element, round);
      return false;
    case 'deletion':
      if (parent && vocabularyOf(parent.uri) === 'm') {
        if (round.job.drop(carrier, round.place(element), valuesOf(element, false))) unwrap(element, round);
        return false;
      }
      if (parent && isWord(parent, 'trPr')) return removeRow(element, carrier, round);
      return remove(element, carrier, round);
    case 'cell-deletion':
      return removeCell(element, carrier, round);
  }
}

function removeRow(element: Element, carrier: string, round: Round): boolean {
  const row = ancestorOf(element, (candidate) => isWord(candidate, 'tr'));
  const table = ancestorOf(element, (candidate) => isWord(candidate, 'tbl'));
  if (!row || !table) return remove(element, carrier, round);
  if (!round.job.drop(carrier, round.place(row), [...valuesOf(element, false), textOf(row)])) return false;
  round.edits.removeElement(isAllDeleted(table) ? table : row);
  return true;
}

// Asked once per row: without a memory, a long table takes quadratic time.
const deletedTables = new WeakMap<Element, boolean>();

function isAllDeleted(table: Element): boolean {
  const isDeleted = (row: Element) => !isWord(row, 'tr') || childOf(childOf(row, 'trPr'), 'del') !== undefined;
  const known = deletedTables.get(table) ?? table.children.every(isDeleted);
  deletedTables.set(table, known);
  return known;
}

function removeCell(element: Element, carrier: string, round: Round): boolean {
  const cell = ancestorOf(element, (candidate) => isWord(candidate, 'tc'));
  const row = cell?.parent;
  if (!cell || !row) return remove(element, carrier, round);
  if (!round.job.drop(carrier, round.place(cell), [...valuesOf(element, false), textOf(cell)])) return false;
  const cells = row.children.filter((child) => isWord(child, 'tc'));
  const deleted = (candidate: Element) => childOf(childOf(candidate, 'tcPr'), 'cellDel') !== undefined;
  round.edits.removeElement(cells.every(deleted) ? row : cell);
  return true;
}

/** The author names in a part, for rules that look for them elsewhere. */
export function* authorsIn({ root }: XmlDocument): Generator<string> {
  for (const element of elementsOf(root)) {
    const author = wordValue(element, 'author');
    if (author !== undefined) yield author;
  }
}
