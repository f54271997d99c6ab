// WordprocessingML as rules see it: its elements and attributes by name, and where in a document something stands.

import type { Job } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';

/** Says where an element stands, by the paragraphs before it. */
export function placer(job: Job, { root }: Pick<XmlDocument, 'root'>): (element: Element) => string {
  const starts = [...elementsOf(root)].filter((element) => isWord(element, 'p')).map(({ start }) => start);
  return (element) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= element.start) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? job.what : `${job.what}/paragraph ${low}`;
  };
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
