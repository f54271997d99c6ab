// WordprocessingML as rules see it: its elements and attributes by name, and where in a document something stands.

import type { Job } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { placerBy } from '../shared/ooxml/placer.ts';
import type { Element, XmlDocument } from '../shared/xml.ts';

/** Says where an element stands, by the paragraphs before it. */
export function placer(job: Job, document: Pick<XmlDocument, 'root'>): (element: Element) => string {
  return placerBy(job, document, (element) => isWord(element, 'p'), 'paragraph');
}

export function isWord(element: Element, local: string): boolean {
  return element.local === local && vocabularyOf(element.uri) === 'w';
}

export function childOf(element: Element | undefined, local: string): Element | undefined {
  return element?.children.find((child) => isWord(child, local));
}

/** An attribute of the main namespace. */
export function wordValue(element: Element | undefined, local: string): string | undefined {
  return element?.attributes.find((attribute) => attribute.local === local && vocabularyOf(attribute.uri) === 'w')
    ?.value;
}

/** Whether an on-off element such as w:vanish is on; undefined where it is not there (ISO/IEC 29500-1 17.17.4). */
export function isOn(element: Element | undefined): boolean | undefined {
  if (!element) return undefined;
  return !['0', 'false', 'off', 'none'].includes(wordValue(element, 'val') ?? 'true');
}
