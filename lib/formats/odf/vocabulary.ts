// The vocabulary of OpenDocument (ISO/IEC 26300, OASIS ODF 1.3 part 3) and of the extensions that LibreOffice writes:
// which elements and attributes exist. What is in no list here is not kept.

import type { Attribute, Element } from '../shared/xml.ts';
import tables from './vocabulary.json' with { type: 'json' };

const OASIS = 'urn:oasis:names:tc:opendocument:xmlns:';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** The namespaces by the prefixes that the specification gives them; documents may use others. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ...['office', 'style', 'text', 'table', 'chart', 'dr3d', 'form', 'presentation', 'script', 'meta', 'config'].map(
    (name) => [`${OASIS}${name}:1.0`, name] as const,
  ),
  [`${OASIS}drawing:1.0`, 'draw'],
  [`${OASIS}datastyle:1.0`, 'number'],
  [`${OASIS}animation:1.0`, 'anim'],
  [`${OASIS}xsl-fo-compatible:1.0`, 'fo'],
  [`${OASIS}svg-compatible:1.0`, 'svg'],
  [`${OASIS}smil-compatible:1.0`, 'smil'],
  [`${OASIS}of:1.2`, 'of'],
  [`${OASIS}database:1.0`, 'db'],
  ['http://www.w3.org/1999/xlink', 'xlink'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://www.w3.org/1998/Math/MathML', 'math'],
  ['http://www.w3.org/2002/xforms', 'xforms'],
  ['http://www.w3.org/1999/xhtml', 'xhtml'],
  ['http://www.w3.org/2003/g/data-view#', 'grddl'],
  ['http://www.w3.org/XML/1998/namespace', 'xml'],
  [XMLNS, 'xmlns'],
  ['urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0', 'loext'],
  ['urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0', 'calcext'],
  ['urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0', 'field'],
  ['urn:openoffice:names:experimental:ooxml-odf-interop:xmlns:form:1.0', 'formx'],
  ['http://openoffice.org/2009/office', 'officeooo'],
  ['http://openoffice.org/2009/table', 'tableooo'],
  ['http://openoffice.org/2010/draw', 'drawooo'],
  ['http://openoffice.org/2010/chart', 'chartooo'],
  ['http://www.w3.org/TR/css3-text/', 'css3t'],
]);

/** Namespaces that only prefixes of formulas and events, or nothing at all, refer to: a declaration says nothing. */
const DECLARED_ONLY = new Set([
  'http://openoffice.org/2004/office',
  'http://openoffice.org/2004/writer',
  'http://openoffice.org/2004/calc',
  'http://openoffice.org/2005/report',
  'http://www.w3.org/2001/xml-events',
  'http://www.w3.org/2001/XMLSchema',
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://docs.oasis-open.org/ns/office/1.2/meta/odf#',
  'http://schemas.microsoft.com/office/excel/formula',
]);

/** What every document writes, in small letters: a removed value that is part of it proves nothing. */
export const WORDS = [...PREFIXES.keys(), ...DECLARED_ONLY, ...PREFIXES.values(), JSON.stringify(tables)]
  .join('\n')
  .toLowerCase();

export function prefixOf(uri: string): string | undefined {
  return PREFIXES.get(uri);
}

/** 'text:p', whatever prefix the document uses; 'undefined:…' for what is in no vocabulary. */
export function nameOf({ uri, local }: Pick<Element, 'uri' | 'local'>): string {
  return `${PREFIXES.get(uri)}:${local}`;
}

/** The value of an attribute by its name in the specification. */
export function attributeNamed(element: Element, name: string): string | undefined {
  return element.attributes.find((attribute) => nameOf(attribute) === name)?.value;
}

const sets = (lists: Readonly<Record<string, string>>): ReadonlySet<string> =>
  new Set(Object.entries(lists).flatMap(([prefix, names]) => names.split(' ').map((name) => `${prefix}:${name}`)));
const ELEMENTS = sets(tables.elements);
const ATTRIBUTES = sets(tables.attributes);

/** Whether the element is one that documents are made of. Presentation MathML is kept whole. */
export function isElement(name: string): boolean {
  return ELEMENTS.has(name) || name.startsWith('math:');
}

export function isAttribute(element: Element, attribute: Attribute): boolean {
  const prefix = PREFIXES.get(attribute.uri);
  if (prefix === 'xmlns') return PREFIXES.has(attribute.value) || DECLARED_ONLY.has(attribute.value);
  if (prefix !== undefined) return ATTRIBUTES.has(`${prefix}:${attribute.local}`);
  return attribute.uri === '' && PREFIXES.get(element.uri) === 'math' && ATTRIBUTES.has(`math:${attribute.local}`);
}
