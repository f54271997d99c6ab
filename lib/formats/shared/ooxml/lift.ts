// The rows of a sheet and the strings of a workbook can be fifty megabytes of XML, and a tree of them many times that.
// They are taken out of the document before it is parsed, judged by a scanner of their own, and put back at the end.

import type { Limits } from '../../../core/limits.ts';
import { Refusal } from '../../../core/refusal.ts';
import { decodeXml, type Element, parseSource, type XmlDocument } from '../xml.ts';
import { scanXml } from '../xml-scan.ts';

/** What stood inside an element that was emptied, as it was written. */
export type Lifted = { xml: string };

/** Parses the document without what is inside the element: the root, or a child of it, of that name. */
export function parseLifted(
  untrusted: Uint8Array,
  local: string,
  what: string,
  limits: Limits,
): { readonly document: XmlDocument; readonly lifted: Lifted | undefined } {
  const { source, encoding } = decodeXml(untrusted, what);
  const inside = insideOf(source, local, what, limits);
  if (!inside) return { document: parseSource(source, encoding, what, limits), lifted: undefined };
  const xml = source.slice(inside.start, inside.end);
  const shell = source.slice(0, inside.start) + source.slice(inside.end);
  // What another encoding is declared for is told from the text that the parser sees.
  if (/^[^>]*encoding=["'](?!utf-)/i.test(source.slice(0, 200)) && /[^\0-\x7f]/.test(xml))
    throw new Refusal('unsupported', `${what}: XML declares another encoding than it has`);
  const document = parseSource(shell, encoding, what, limits);
  if (holderOf(document, local)?.openEnd !== inside.start)
    throw new Refusal('malformed', `${what}: more than one place for rows or strings`);
  return { document, lifted: { xml } };
}

/** The element that was emptied. */
export function holderOf({ root }: XmlDocument, local: string): Element | undefined {
  const candidates = root.local === local ? [root] : root.children.filter((child) => child.local === local);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** The document with everything in its place again. */
export function wholeSource(document: XmlDocument, local: string, { xml }: Lifted): string {
  const holder = holderOf(document, local);
  if (!holder) throw new Error('the element that rows or strings stood in is gone');
  const { source } = document;
  return source.slice(0, holder.openEnd) + xml + source.slice(holder.openEnd);
}

function insideOf(source: string, local: string, what: string, limits: Limits) {
  const from = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  const scanner = scanXml(source, from, source.length, what, limits.maxXmlDepth);
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    if (scanner.kind !== 'open' || scanner.depth > 2 || scanner.name.replace(/^.*:/, '') !== local) continue;
    if (scanner.isEmpty) return undefined;
    // The last close tag of that name: if it is not this element's own, what is between is not well-formed.
    const end = source.lastIndexOf(`</${scanner.name}`);
    return end < scanner.end ? undefined : { start: scanner.end, end };
  }
  return undefined;
}
