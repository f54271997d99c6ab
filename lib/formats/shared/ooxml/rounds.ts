// Cleaning goes in rounds over the parts: each round sees what the one before left.

import type { XmlDocument } from '../xml.ts';
import { afterEdits, type XmlEdits } from '../xml-edit.ts';
import type { Part } from './package.ts';

/** A part that is XML. */
export type Xml = Part & { document: XmlDocument };

export function hasXml(part: Part): part is Xml {
  return part.document !== undefined;
}

export function round(part: Xml, make: (document: XmlDocument) => XmlEdits): void {
  part.document = afterEdits(part.document, make(part.document), part.job.what, part.job.context.limits);
}

/** The ids of relationships that still lead somewhere. */
export function stayingIds({ relationships }: Part): ReadonlySet<string> {
  return new Set(relationships.filter(({ fate }) => fate.is !== 'dropped').map(({ relationship }) => relationship.id));
}
