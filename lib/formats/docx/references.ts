// Elements that lead to something by the id of a relationship. Where the relationship went, the element must not stay
// as it is: Word calls a document with a dangling id damaged.

import { type Attribute, type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { ancestorOf, isWord } from './job.ts';
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
export function mendReferences(document: XmlDocument, staying: ReadonlySet<string>, edits: XmlEdits): void {
  for (const element of elementsOf(document.root)) {
    for (const attribute of referencesOf(element))
      if (!staying.has(attribute.value)) mend(element, attribute, staying, edits);
  }
}

function mend(element: Element, attribute: Attribute, staying: ReadonlySet<string>, edits: XmlEdits): void {
  switch (`${vocabularyOf(element.uri) ?? ''}:${element.local}`) {
    case 'w:hyperlink':
      edits.unwrap(element);
      break;
    case 'a:blip':
      // A picture may be both inside and linked; the one inside is enough.
      if (leadsElsewhere(element, attribute, staying)) edits.removeAttribute(element, attribute);
      else edits.removeElement(element);
      break;
    case 'o:OLEObject':
    case 'w:control':
      edits.removeElement(element);
      asPicture(element, edits);
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
      edits.removeElement(drawingOf(element));
      break;
    default:
      edits.removeElement(element.local === 'relIds' ? drawingOf(element) : element);
  }
}

function leadsElsewhere(element: Element, attribute: Attribute, staying: ReadonlySet<string>): boolean {
  return referencesOf(element).some((other) => other !== attribute && staying.has(other.value));
}

/** A frame whose content has gone is nothing to show. */
function drawingOf(element: Element): Element {
  return ancestorOf(element, (candidate) => isWord(candidate, 'drawing')) ?? element;
}

/** What is left of an object is its preview: as w:pict, where VML pictures belong, or as the drawing that it is. */
function asPicture(element: Element, edits: XmlEdits): void {
  const object = element.parent;
  if (!object || !isWord(object, 'object')) return;
  if (object.children.some((child) => isWord(child, 'drawing'))) {
    edits.unwrap(object);
    return;
  }
  edits.rename(object, `${object.name.slice(0, object.name.length - object.local.length)}pict`);
  for (const attribute of object.attributes)
    if (vocabularyOf(attribute.uri) !== 'xmlns') edits.removeAttribute(object, attribute);
}
