// Flat OpenDocument (ODF 1.3 part 3, 3.1.2): a whole document as one XML file, with the documents inside it. It becomes
// the package that it would be (3.1.3), which is then rebuilt as every package is.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Element, elementsOf, parseXml, placeOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { type Written, writeZip } from '../shared/zip-write.ts';
import { memberOf } from './attributes.ts';
import { KINDS } from './kinds.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

// Programs declare some thirty namespaces before they say what the document is.
const MAX_HEAD = 16_384;
const ROOT = /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]{0,1000}-->\s*)*<(?:[\w.-]+:)?document\s([^>]*)>/;

/** Whether the bytes begin as a flat document of a kind that is known. */
export function isFlat(untrusted: Uint8Array): boolean {
  const head = Buffer.from(untrusted.buffer, untrusted.byteOffset, Math.min(untrusted.length, MAX_HEAD));
  const [, attributes = ''] = ROOT.exec(head.toString('latin1')) ?? [];
  return KINDS.some(({ mediaType }) => new RegExp(`mimetype\\s*=\\s*["']${mediaType}["']`).test(attributes));
}

/** The members of a package by what they hold of the document, in its order. */
const MEMBERS: Readonly<Record<string, { readonly root: string; readonly holds: readonly string[] }>> = {
  'content.xml': {
    root: 'document-content',
    holds: ['office:scripts', 'office:font-face-decls', 'office:automatic-styles', 'office:body'],
  },
  'meta.xml': { root: 'document-meta', holds: ['office:meta'] },
  'settings.xml': { root: 'document-settings', holds: ['office:settings'] },
  'styles.xml': {
    root: 'document-styles',
    holds: ['office:font-face-decls', 'office:styles', 'office:automatic-styles', 'office:master-styles'],
  },
};
const ALWAYS: ReadonlySet<string> = new Set(['content.xml', 'styles.xml']);
const KNOWN: ReadonlySet<string> = new Set(Object.values(MEMBERS).flatMap(({ holds }) => holds));

/** The document as a package. Throws Refusal('malformed' | 'limit' | 'unsupported'). */
export function packaged(untrusted: Uint8Array, limits: Limits): Buffer {
  const document = parseXml(untrusted, 'the document', limits);
  if (nameOf(document.root) !== 'office:document') throw new Refusal('malformed', 'the root is no document');
  const mediaType = attributeNamed(document.root, 'office:mimetype') ?? '';
  const members = membersOf(document.root, '', document, asidesOf(document));
  return writeZip([{ name: 'mimetype', content: Buffer.from(mediaType), stored: true }, ...members]);
}

function membersOf(root: Element, folder: string, document: XmlDocument, asides: string): Written[] {
  if (root.children.some((child) => !KNOWN.has(nameOf(child))) || root.texts.some(({ value }) => value.trim() !== ''))
    throw new Refusal('unsupported', 'a part of the document that no package has');
  const own = [...elementsOf(root)].filter((element) => element !== root && outerOf(element) === root);
  const lifted = own.flatMap((element): Lifted[] => {
    const holder = element.parent;
    if (nameOf(element) === 'office:document') {
      if (!holder || nameOf(holder) !== 'draw:object')
        throw new Refusal('malformed', 'a document that stands in no object');
      return [{ element, holder, name: 'Object ' }];
    }
    if (nameOf(element) !== 'office:binary-data' || !holder) return [];
    return [{ element, holder, name: 'Pictures/inline' }];
  });
  const named = lifted.map((one, i) => ({ ...one, name: `${one.name}${i + 1}` }));
  checkAddresses(own, named);
  const files = Object.entries(MEMBERS).flatMap(([name, { root: tag, holds }]): Written[] => {
    const parts = root.children.filter((child) => holds.includes(nameOf(child)));
    if (parts.every(({ openEnd, closeStart }) => openEnd >= closeStart) && !ALWAYS.has(name)) return [];
    const content = parts.map((part) => spliced(part, named, document)).join('');
    const xml = wrapped(root, tag, name === 'content.xml' ? asides : '', content, document);
    return [{ name: `${folder}${name}`, content: Buffer.from(xml) }];
  });
  const contents = named.flatMap(({ element, name }): Written[] =>
    nameOf(element) === 'office:document'
      ? membersOf(element, `${folder}${name}/`, document, '')
      : [{ name: `${folder}${name}`, content: decodedBase64(textOf(element)) }],
  );
  return [...files, ...contents];
}

/** What stands inside an element and has a place of its own in a package. */
type Lifted = { readonly element: Element; readonly holder: Element; readonly name: string };

/** Nothing else may lead to the places that are made here, and nothing may be in two places. */
function checkAddresses(elements: readonly Element[], lifted: readonly Lifted[]): void {
  const names = new Set(lifted.map(({ name }) => name));
  const holders = new Set(lifted.map(({ holder }) => holder));
  const isTwice = holders.size < lifted.length;
  const leadsHere = elements.some((element) => {
    const href = attributeNamed(element, 'xlink:href');
    return (holders.has(element) && href !== undefined) || names.has(memberOf(element, '') ?? '');
  });
  if (isTwice || leadsHere) throw new Refusal('malformed', 'a picture or document that is in two places');
}

/** Decoders skip what is no letter of base64, and not all skip the same. */
function decodedBase64(text: string): Buffer {
  const letters = text.replace(/[ \t\r\n]+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(letters) || letters.length % 4 !== 0)
    throw new Refusal('malformed', 'picture data that is no base64');
  return Buffer.from(letters, 'base64');
}

function outerOf(element: Element): Element | undefined {
  let outer = element.parent;
  while (outer && nameOf(outer) !== 'office:document') outer = outer.parent;
  return outer;
}

/** An element as it stands, with what is lifted out of it led to instead. */
function spliced(part: Element, lifted: readonly Lifted[], { source }: XmlDocument): string {
  const edits = lifted
    .filter(({ holder }) => holder.start >= part.start && holder.end <= part.end)
    .flatMap(({ element, holder, name }) => [
      // In a namespace of its own, whatever prefixes mean here.
      {
        start: holder.openEnd - 1,
        end: holder.openEnd - 1,
        text: ` xmlns:led="http://www.w3.org/1999/xlink" led:href="${name}" led:type="simple"`,
      },
      { start: element.start, end: element.end, text: '' },
    ])
    .sort((a, b) => a.start - b.start);
  let text = '';
  let at = part.start;
  for (const edit of edits) {
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at, part.end);
}

/** A root of its own that declares what the document's does, and those around it. */
function wrapped(root: Element, tag: string, asides: string, inner: string, { source }: XmlDocument): string {
  const prefix = root.name.slice(0, -root.local.length);
  const said = root.attributes.find((attribute) => nameOf(attribute) === 'office:mimetype');
  const nameEnd = root.start + 1 + root.name.length;
  const { start: from, end: to } = said ? placeOf(source, root, said) : { start: nameEnd, end: nameEnd };
  const own = (source.slice(nameEnd, from) + source.slice(to, root.openEnd)).replace(/\/?>$/, '');
  const declared = new Set(namespacesIn(own).map(([name]) => name));
  let around = '';
  for (let outer = root.parent; outer; outer = outer.parent) {
    for (const [name, declaration] of namespacesIn(source.slice(outer.start, outer.openEnd))) {
      if (!declared.has(name)) around += ` ${declaration}`;
      declared.add(name);
    }
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${asides}<${prefix}${tag}${own}${around}>${inner}</${prefix}${tag}>`;
}

function namespacesIn(tag: string): readonly (readonly [name: string, declaration: string])[] {
  return [...tag.matchAll(/\s(xmlns(?::[^\s=]+)?)\s*=\s*(?:"[^"]*"|'[^']*')/g)].map((match) => [
    match[1] ?? '',
    match[0].trim(),
  ]);
}

/** Comments and instructions beside the parts, which go where the rebuilding takes them away. */
function asidesOf({ root, source, comments, instructions }: XmlDocument): string {
  return [...comments, ...instructions]
    .filter(({ start }) => root.children.every((child) => start < child.start || start >= child.end))
    .map(({ start, end }) => source.slice(start, end))
    .filter((text) => !/^<\?xml\s/.test(text))
    .join('');
}
