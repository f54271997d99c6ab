// SpreadsheetML as rules see it: its elements and attributes by name.

import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import type { Attribute, Element } from '../shared/xml.ts';

export function isSheet(element: Element, local: string): boolean {
  return element.local === local && vocabularyOf(element.uri) === 'x';
}

/** An attribute without a prefix: those of SpreadsheetML have none. */
export function plain(element: Element | undefined, local: string): Attribute | undefined {
  return element?.attributes.find((attribute) => attribute.local === local && attribute.uri === '');
}

export function plainValue(element: Element | undefined, local: string): string | undefined {
  return plain(element, local)?.value;
}

export function childOf(element: Element | undefined, local: string): Element | undefined {
  return element?.children.find((child) => isSheet(child, local));
}

/** The id of the relationship that an element leads to. */
export function leadOf(element: Element): string | undefined {
  return element.attributes.find(({ uri, local }) => vocabularyOf(uri) === 'r' && local === 'id')?.value;
}

export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}
