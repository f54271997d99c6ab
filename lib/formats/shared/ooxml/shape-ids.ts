// VML shapes are called by ids, which programs fill with what people call a shape. They refer to each other by them:
// types of shapes, objects and their pictures, connectors and what they connect.

import { type Attribute, type Element, elementsOf, type XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import type { Tally } from './job.ts';
import { vocabularyOf } from './namespaces.ts';
import { isUsualObjectName } from './object-names.ts';

/** Takes away the unusual ids of shapes, or gives new ones to those that something refers to. */
export function renameShapes(document: XmlDocument, edits: XmlEdits, counts: Tally): void {
  const ids = new Set<string>();
  const owners: { readonly element: Element; readonly attribute: Attribute }[] = [];
  const references: typeof owners = [];
  for (const element of elementsOf(document.root)) {
    for (const attribute of element.attributes) {
      if (isOwnId(element, attribute)) {
        ids.add(attribute.value);
        owners.push({ element, attribute });
      } else if (isReference(element, attribute)) references.push({ element, attribute });
    }
  }
  const referred = new Set(references.map(({ attribute }) => bare(attribute)));
  const fresh = new Map<string, string>();
  let number = 1;
  for (const id of ids) {
    if (isUsualObjectName(id) || !referred.has(id)) continue;
    while (ids.has(`_x0000_i${number}`)) number++;
    fresh.set(id, `_x0000_i${number++}`);
  }
  for (const { element, attribute } of owners) {
    const { value } = attribute;
    if (isUsualObjectName(value) || !counts.drop('object-name', value)) continue;
    const name = fresh.get(value);
    if (name === undefined) edits.removeAttribute(element, attribute);
    else edits.setAttribute(element, attribute, name);
  }
  for (const { element, attribute } of references) {
    const name = fresh.get(bare(attribute));
    const isDangling = !ids.has(bare(attribute)) && !isUsualObjectName(bare(attribute));
    if (name === undefined && !isDangling) continue;
    if (!counts.drop('object-name', bare(attribute))) continue;
    if (name === undefined) edits.removeAttribute(element, attribute);
    else edits.setAttribute(element, attribute, attribute.value.startsWith('#') ? `#${name}` : name);
  }
}

const bare = ({ value }: Attribute) => value.replace(/^#/, '');

function isOwnId({ uri }: Element, attribute: Attribute): boolean {
  return attribute.local === 'id' && attribute.uri === '' && vocabularyOf(uri) === 'v';
}

const OFFICE_REFERENCES = new Set(['idref', 'idsrc', 'iddest', 'idcntr', 'ShapeID']);

function isReference(element: Element, { uri, local, value }: Attribute): boolean {
  const vocabulary = vocabularyOf(element.uri);
  if (vocabulary === 'w' && element.local === 'control') return local === 'shapeid';
  if (uri !== '') return false;
  if (vocabulary === 'o') return OFFICE_REFERENCES.has(local);
  return vocabulary === 'v' && local === 'type' && value.startsWith('#');
}
