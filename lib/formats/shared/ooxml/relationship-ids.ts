// Ids of relationships are only asked to be unlike each other; what else somebody wrote into them is nobody's business.

import { elementsOf } from '../xml.ts';
import { editXml, type XmlEdits } from '../xml-edit.ts';
import type { Part } from './package.ts';
import { referencesOf } from './references.ts';
import type { Judged } from './relationships.ts';

const USUAL = /^rId\d{1,6}$/;

/** Gives new ids to relationships whose ids are unusual, in the list itself, and edits the document that uses them. */
export function renumberRelationships({
  relationships,
  document,
  job,
}: Pick<Part, 'relationships' | 'document' | 'job'>): XmlEdits | undefined {
  const ids = new Set(relationships.map(({ relationship }) => relationship.id));
  const fresh = new Map<string, string>();
  let number = 1;
  relationships.forEach((judged: Judged, i) => {
    const { id } = judged.relationship;
    if (USUAL.test(id) || judged.fate.is === 'dropped') return;
    while (ids.has(`rId${number}`)) number++;
    const name = `rId${number++}`;
    fresh.set(id, name);
    relationships[i] = { ...judged, relationship: { ...judged.relationship, id: name } };
  });
  if (fresh.size === 0) return undefined;
  // Not a choice of policy: relationships are written anew in any case.
  job.drop('document-id', job.what, fresh.keys(), fresh.size);
  if (!document) return undefined;
  const edits = editXml(document);
  for (const element of elementsOf(document.root)) {
    for (const attribute of referencesOf(element)) {
      const name = fresh.get(attribute.value);
      if (name !== undefined) edits.setAttribute(element, attribute, name);
    }
  }
  return edits;
}
