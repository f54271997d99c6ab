// Edits to an XML document as splices of its source. They are collected first and applied once: a removal swallows
// the edits inside it, so that callers need not know of each other.

import { type Attribute, bytesOf, type Element, escapeXml, parseSource, placeOf, type XmlDocument } from './xml.ts';

type Splice = { readonly start: number; readonly end: number; readonly text: string };

export type XmlEdits = {
  readonly changed: boolean;
  removeElement(element: Element): void;
  /** Takes away the tags and leaves what is between them. */
  unwrap(element: Element): void;
  rename(element: Element, name: string): void;
  removeAttribute(element: Element, attribute: Attribute): void;
  /** Sets an attribute's value; the text is escaped. */
  setAttribute(element: Element, attribute: Attribute, value: string): void;
  /** Puts XML in the place of a stretch of the source. */
  replace(start: number, end: number, xml: string): void;
  /** The source after all edits. */
  apply(): string;
};

export function editXml({ source }: Pick<XmlDocument, 'source'>): XmlEdits {
  const splices: Splice[] = [];
  const edited = new Set<string>();
  const splice = (start: number, end: number, text: string) => {
    const key = `${start} ${end}`;
    // The same stretch edited twice: the first one wins, which only happens when two rules want it gone.
    if (start === end && text === '') return;
    if (edited.has(key)) return;
    edited.add(key);
    splices.push({ start, end, text });
  };
  return {
    get changed() {
      return splices.length > 0;
    },
    removeElement(element) {
      splice(element.start, element.end, '');
    },
    unwrap(element) {
      if (element.closeStart === element.end || element.openEnd === element.end)
        return splice(element.start, element.end, '');
      splice(element.start, element.openEnd, '');
      splice(element.closeStart, element.end, '');
    },
    rename(element, name) {
      splice(element.start + 1, element.start + 1 + element.name.length, name);
      if (element.openEnd !== element.end)
        splice(element.closeStart + 2, element.closeStart + 2 + element.name.length, name);
    },
    removeAttribute(element, attribute) {
      const { start, end } = placeOf(source, element, attribute);
      splice(start, end, '');
    },
    setAttribute(element, attribute, value) {
      if (value === attribute.value) return;
      const { valueStart, valueEnd } = placeOf(source, element, attribute);
      splice(valueStart - 1, valueEnd + 1, `"${escapeXml(value)}"`);
    },
    replace: splice,
    apply: () => applySplices(source, splices),
  };
}

function applySplices(source: string, splices: readonly Splice[]): string {
  // Outer stretches first; what starts inside one that was applied is gone with it.
  const ordered = [...splices].sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces: string[] = [];
  let reached = 0;
  for (const { start, end, text } of ordered) {
    if (start < reached) continue;
    pieces.push(source.slice(reached, start), text);
    reached = end;
  }
  pieces.push(source.slice(reached));
  return pieces.join('');
}

/** Applies the edits and parses the result, for rules that need to see what earlier rules left. */
export function afterEdits(
  document: XmlDocument,
  edits: XmlEdits,
  what: string,
  limits: Parameters<typeof parseSource>[3],
): XmlDocument {
  return edits.changed ? parseSource(edits.apply(), document.encoding, what, limits) : document;
}

export function serialized({ source, encoding }: Pick<XmlDocument, 'source' | 'encoding'>): Buffer {
  return bytesOf(source, encoding);
}
