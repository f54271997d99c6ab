// Lists that have lost what was in them go too, and those that say how long they are say it again: Excel calls an empty
// list, or one with another count, damaged.

import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { plain } from './spreadsheet.ts';

const LISTS = new Set(
  `hyperlinks tableParts definedNames pivotCaches dataValidations conditionalFormatting conditionalFormattings
  sparklines sparklineGroup sparklineGroups headerFooter ext extLst AlternateContent`.split(/\s+/),
);

/** Undefined where everything is as it should be. */
export function tidied(document: XmlDocument): XmlEdits | undefined {
  const edits = editXml(document);
  for (const element of elementsOf(document.root)) {
    if (!isList(element)) continue;
    const items = element.children.length;
    // What a conditional format says beside its rules is where it stands.
    const isEmpty = element.children.every(({ local }) => local === 'sqref');
    const count = plain(element, 'count');
    if (isEmpty && !isDeclaredEmpty(element)) edits.removeElement(element);
    else if (count && Number(count.value) !== items) edits.setAttribute(element, count, String(items));
  }
  return edits.changed ? edits : undefined;
}

function isList({ local, uri }: Element): boolean {
  const vocabulary = vocabularyOf(uri);
  return LISTS.has(local) && ['x', 'x14', 'mc'].includes(vocabulary ?? '');
}

/** What holds attributes alone says something without children. */
function isDeclaredEmpty({ local, attributes }: Element): boolean {
  return local === 'headerFooter' && attributes.length > 0;
}
