// The first round over attributes: those of no table go, and so do values that are neither numbers nor words of the
// schema where the schema has nothing else to say.

import type { Attribute, Element } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { mayStay } from './attribute-values.ts';
import { isWord, type Job, type tally } from './job.ts';
import { KEPT_ATTRIBUTES, KEPT_LATER_ATTRIBUTES, KEPT_PROTECTION } from './kept.ts';
import { isDeclarable, type Vocabulary, vocabularyOf } from './namespaces.ts';
import { hasAttribute } from './schema.ts';
import { ATTRIBUTE_CARRIERS } from './wordprocessing.ts';

type Round = {
  readonly job: Job;
  readonly edits: XmlEdits;
  readonly place: (element: Element) => string;
  readonly counts: ReturnType<typeof tally>;
};

export function cleanAttributes(element: Element, round: Round): void {
  for (const attribute of element.attributes) cleanAttribute(element, attribute, round);
}

function cleanAttribute(element: Element, attribute: Attribute, { edits, counts, job, place }: Round): void {
  const { uri, local, value } = attribute;
  const vocabulary = vocabularyOf(uri);
  if (vocabulary === 'xmlns') {
    // What is called by it is dropped, so that nothing misses the declaration.
    if (!isDeclarable(value) && counts.drop('xml.unknown', value)) edits.removeAttribute(element, attribute);
    return;
  }
  if (vocabulary === 'mc') {
    cleanPrefixes(element, attribute, edits, counts);
    return;
  }
  const carrier = uri === '' ? undefined : ATTRIBUTE_CARRIERS.get(local);
  if (carrier) {
    if (counts.drop(carrier, ...(carrier === 'people' ? [value] : []))) edits.removeAttribute(element, attribute);
    return;
  }
  if (isWord(element, 'documentProtection') && !KEPT_PROTECTION.has(local)) {
    if (job.drop('settings.protection', place(element), [value])) edits.removeAttribute(element, attribute);
    return;
  }
  // Ids of relationships are judged by the relationships.
  if (vocabulary === 'r') return;
  const stays = isListed(element, attribute, vocabulary) && mayStay(element, attribute);
  if (!stays && counts.drop('xml.unknown', value)) edits.removeAttribute(element, attribute);
}

function isListed(element: Element, { uri, local, value }: Attribute, vocabulary: Vocabulary | undefined): boolean {
  const of = vocabularyOf(element.uri);
  if (of === undefined) return false;
  if (vocabulary === 'xml') return local === 'lang' || (local === 'space' && ['preserve', 'default'].includes(value));
  if (of === 'w')
    return vocabulary === 'w' ? KEPT_ATTRIBUTES.has(local) : vocabulary === 'w15' && KEPT_LATER_ATTRIBUTES.has(local);
  return uri === '' ? hasAttribute(of, '', local) : vocabulary !== undefined && hasAttribute(of, vocabulary, local);
}

/** Lists of prefixes: one whose namespace is not declared any more makes Word call the document damaged. */
function cleanPrefixes(
  element: Element,
  attribute: Attribute,
  edits: XmlEdits,
  counts: ReturnType<typeof tally>,
): void {
  if (!hasAttribute('mc', 'mc', attribute.local)) {
    if (counts.drop('xml.unknown', attribute.value)) edits.removeAttribute(element, attribute);
    return;
  }
  const prefixes = attribute.value.trim().split(/\s+/);
  const staying = prefixes.filter((prefix) => isDeclarable(namespaceOf(element, prefix) ?? ''));
  if (staying.length === prefixes.length || !counts.drop('xml.unknown')) return;
  if (staying.length === 0) edits.removeAttribute(element, attribute);
  else edits.setAttribute(element, attribute, staying.join(' '));
}

/** The namespace that a prefix stands for at an element. */
export function namespaceOf(element: Element, prefix: string): string | undefined {
  for (let current: Element | undefined = element; current; current = current.parent) {
    const declaration = current.attributes.find(({ name }) => name === `xmlns:${prefix}`);
    if (declaration) return declaration.value;
  }
  return undefined;
}
