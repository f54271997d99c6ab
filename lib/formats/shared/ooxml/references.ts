// Elements that lead to something by the id of a relationship. Where the relationship went, the element must not stay
// as it is: Office calls a document with a dangling id damaged.

import { type Attribute, type Element, elementsOf, type XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import type { Dialect } from './dialect.ts';
import { vocabularyOf } from './namespaces.ts';

/** The attributes of an element that hold relationship ids. */
export function referencesOf(element: Element): readonly Attribute[] {
  return element.attributes.filter(({ uri, local, value }) => {
    if (value === '') return false;
    return vocabularyOf(uri) === 'r' || (vocabularyOf(uri) === 'o' && local === 'relid');
  });
}

export function usedIds({ root }: XmlDocument): ReadonlySet<string> {
  return new Set([...elementsOf(root)].flatMap((element) => referencesOf(element).map(({ value }) => value)));
}

/** Mends every element whose relationship is not among those that stay. */
export function mendReferences(
  document: XmlDocument,
  staying: ReadonlySet<string>,
  edits: XmlEdits,
  dialect: Dialect,
): void {
  for (const element of elementsOf(document.root)) {
    for (const attribute of referencesOf(element))
      if (!staying.has(attribute.value)) mend(element, attribute, staying, edits, dialect);
  }
}

function mend(
  element: Element,
  attribute: Attribute,
  staying: ReadonlySet<string>,
  edits: XmlEdits,
  dialect: Dialect,
): void {
  if (dialect.mend(element, attribute, edits)) return;
  switch (`${vocabularyOf(element.uri) ?? ''}:${element.local}`) {
    case 'a:blip':
      // A picture may be both inside and linked; the one inside is enough.
      if (leadsElsewhere(element, attribute, staying)) edits.removeAttribute(element, attribute);
      else edits.removeElement(element);
      break;
    case 'v:imagedata':
      if (attribute.local === 'id' || attribute.local === 'relid') edits.removeElement(element);
      else edits.removeAttribute(element, attribute);
      break;
    case 'v:fill':
    case 'v:stroke':
    case 'v:shape':
    case 'v:rect':
      edits.removeAttribute(element, attribute);
      break;
    case 'c:chart':
      edits.removeElement(dialect.frameOf(element) ?? element);
      break;
    default:
      edits.removeElement(element.local === 'relIds' ? (dialect.frameOf(element) ?? element) : element);
  }
}

function leadsElsewhere(element: Element, attribute: Attribute, staying: ReadonlySet<string>): boolean {
  return referencesOf(element).some((other) => other !== attribute && staying.has(other.value));
}
