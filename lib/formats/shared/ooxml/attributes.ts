// The first round over attributes: those of no table go, and so do values that are neither numbers nor words of the
// schema where the schema has nothing else to say.

import type { Attribute, Element } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import { mayStay } from './attribute-values.ts';
import type { Tally } from './job.ts';
import { isDeclarable, type Vocabulary, vocabularyOf } from './namespaces.ts';
import { hasAttribute } from './schema.ts';
import type { Round } from './structure.ts';
import { ATTRIBUTE_CARRIERS } from './treatments.ts';

export function cleanAttributes(element: Element, round: Round): void {
  for (const attribute of element.attributes) cleanAttribute(element, attribute, round);
}

function cleanAttribute(element: Element, attribute: Attribute, round: Round): void {
  const { edits, counts, job } = round;
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
  if (job.dialect.cleanAttribute(element, attribute, round)) return;
  // Ids of relationships are judged by the relationships.
  if (vocabulary === 'r') return;
  const stays = isListed(element, attribute, vocabulary, round) && mayStay(element, attribute);
  if (!stays && counts.drop('xml.unknown', value)) edits.removeAttribute(element, attribute);
}

function isListed(element: Element, attribute: Attribute, vocabulary: Vocabulary | undefined, { job }: Round): boolean {
  const { uri, local, value } = attribute;
  const of = vocabularyOf(element.uri);
  if (of === undefined) return false;
  if (vocabulary === 'xml') return local === 'lang' || (local === 'space' && ['preserve', 'default'].includes(value));
  const own = job.dialect.hasAttribute(element, attribute);
  if (own !== undefined) return own;
  return uri === '' ? hasAttribute(of, '', local) : vocabulary !== undefined && hasAttribute(of, vocabulary, local);
}

/** Lists of prefixes: one whose namespace is not declared any more makes Word call the document damaged. */
function cleanPrefixes(element: Element, attribute: Attribute, edits: XmlEdits, counts: Tally): void {
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
