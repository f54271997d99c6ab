// Attributes: those that the tables have, without hashes, save ids, values of forms, formulas that lead to other files,
// and whatever names a path, a file or a mailbox.

import { isUsualObjectName } from '../shared/ooxml/object-names.ts';
import { classifyLink, isPrivateText } from '../shared/ooxml/places.ts';
import type { Attribute, Element } from '../shared/xml.ts';
import type { Round } from './clean.ts';
import { attributeNamed, isAttribute, nameOf, prefixOf } from './vocabulary.ts';

const CARRIERS: ReadonlyMap<string, string> = new Map([
  ['officeooo:rsid', 'rsid'],
  ['officeooo:paragraph-rsid', 'rsid'],
  ...['table', 'text'].flatMap((prefix) =>
    ['protection-key', 'protection-key-digest-algorithm'].map((name) => [`${prefix}:${name}`, 'protection'] as const),
  ),
  ['loext:protection-key-digest-algorithm-2', 'protection'],
  ['table:protection-key-digest-algorithm-2', 'protection'],
  ...['about', 'content', 'datatype', 'property'].map((name) => [`xhtml:${name}`, 'rdf'] as const),
  ['grddl:transformation', 'rdf'],
  ...['current-value', 'value', 'command', 'command-type', 'datasource', 'data-field', 'bound-column', 'list-source']
    .concat(['list-source-type', 'filter', 'detail-fields', 'master-fields', 'order', 'linked-cell', 'image-data'])
    .map((name) => [`form:${name}`, 'form'] as const),
  ['table:user-name', 'source.external'],
  ['table:password', 'source.external'],
  ['text:database-name', 'field.database'],
  ['xlink:title', 'name.private'],
  ['office:title', 'name.private'],
]);

/** Numbers, colours, ids of the document and texts that are shown: not looked into. */
const PLAIN = new Set(
  ['value', 'value-type', 'string-value', 'date-value', 'time-value', 'boolean-value', 'currency', 'c']
    .concat(['d', 'enhanced-path', 'points', 'viewBox', 'path', 'transform', 'formula', 'font-family', 'modifiers'])
    .concat(['number-columns-repeated', 'number-rows-repeated', 'num-prefix', 'num-suffix', 'prefix', 'suffix']),
);
const FORMULAS = new Set(
  ['formula', 'expression', 'condition', 'base-cell-address', 'cell-range-address', 'cell-address'].concat([
    'target-range-address',
    'values-cell-range-address',
    'label-cell-address',
    'source-cell-range-addresses',
  ]),
);
const REFERENCE = /file:|\\|'?https?:|ftp:|smb:|['"[(=;\s]\/\w|\bDDE\s*\(|\bWEBSERVICE\s*\(/i;
const TEXT_OF_FORMULA = /"(?:[^"]|"")*"/g;

export function cleanAttributes(element: Element, round: Round): void {
  const { edits, counts, job, place } = round;
  for (const attribute of element.attributes) {
    const name = nameOf(attribute);
    const carrier = carrierOf(element, attribute, name);
    if (carrier !== undefined) {
      if (counts.drop(carrier, attribute.value)) edits.removeAttribute(element, attribute);
    } else if (!isAttribute(element, attribute)) {
      const value = prefixOf(attribute.uri) === undefined || name.startsWith('xmlns:') ? [attribute.value] : [];
      if (counts.drop('xml.unknown', ...value)) edits.removeAttribute(element, attribute);
    } else if (isStyleReference(name)) {
      if (isTelling(attribute.value)) job.drop('style.name', place(element), [attribute.value]);
    } else if (name === 'draw:name' && isUnusualName(element, attribute.value)) {
      if (counts.drop('object.name', attribute.value)) edits.removeAttribute(element, attribute);
    } else if (name === 'xlink:href') cleanAddress(element, attribute, round);
    else if (FORMULAS.has(attribute.local) && leadsOut(attribute.value)) {
      if (counts.drop('formula.external', attribute.value)) edits.removeAttribute(element, attribute);
    } else if (!PLAIN.has(attribute.local) && !name.startsWith('xmlns:') && isTelling(attribute.value)) {
      if (counts.drop('name.private', attribute.value)) edits.removeAttribute(element, attribute);
    }
  }
}

function carrierOf(element: Element, attribute: Attribute, name: string): string | undefined {
  // The values of options are what a choice sends, not what somebody chose.
  const isOption = ['form:option', 'form:item', 'form:radio', 'form:button'].includes(nameOf(element));
  if (name === 'form:value' && isOption) return undefined;
  if (name === 'xlink:title' && !isTelling(attribute.value)) return undefined;
  if (name === 'office:title' && !isTelling(attribute.value)) return undefined;
  return CARRIERS.get(name);
}

const isStyleReference = (name: string) =>
  /^style:(?:name|display-name)$|-style-name$|:style-name$|^draw:(?:display-name|fill-\w+-name|marker-\w+|stroke-dash|layer)$/.test(
    name,
  );

/** Styles, layers and pages are found by their names; drawings are not, save where one names another. */
function isUnusualName(element: Element, value: string): boolean {
  const name = nameOf(element);
  const isDefinition = /^draw:(?:gradient|hatch|fill-image|marker|stroke-dash|opacity|layer|param|equation)$/.test(
    name,
  );
  if (isDefinition || name === 'svg:linearGradient' || name === 'svg:radialGradient') return false;
  if (name === 'draw:page') return isTelling(value);
  return !(isUsualObjectName(value) || USUAL.test(value));
}

const USUAL =
  /^(?:(?:page|Slide|Seite|Pagina|Folie|Dia|Object|Objekt|graphics|Graphic|Frame|Text Frame|Image|Shape|Vorm|Form|Rahmen|Bild|Title|Subtitle|Content|Placeholder|PlaceHolder|Control|Bezier|Polyline|Polygon|Ellipse|Circle|Connector|Kader|Horizontal Line|Vertical Line|Custom Shape|OLE)\s?\d{0,6}|)$/;

function isTelling(value: string): boolean {
  return value.length > 3 && /[\\@.:/]/.test(value) && classifyLink(value) !== 'public' && isPrivateText(value);
}

function leadsOut(formula: string): boolean {
  return REFERENCE.test(formula.replace(TEXT_OF_FORMULA, '""')) || isTelling(formula.replace(/[[\]']/g, ' '));
}

/** Addresses of links were judged with their elements; those inside the package are judged with what they lead to. */
function cleanAddress(element: Element, attribute: Attribute, { edits, job, place }: Round): void {
  const name = nameOf(element);
  if (name === 'text:a' || name === 'draw:a') return;
  if (INSIDE.has(name)) {
    if (isInside(attribute.value)) return;
    if (job.drop('picture.external', place(element), [attribute.value])) edits.removeElement(element);
    return;
  }
  if (attribute.value === '' || (name.startsWith('anim:') && attribute.value.startsWith('#'))) return;
  const carrier = name.startsWith('form:') ? 'form' : 'source.external';
  if (job.drop(carrier, place(element), [attribute.value])) edits.removeAttribute(element, attribute);
}

/** Elements whose address leads to a member. */
const INSIDE = new Set(
  ['draw:image', 'draw:object', 'draw:fill-image', 'style:background-image'].concat([
    'text:list-level-style-image',
    'chart:symbol-image',
    'draw:contour-path',
  ]),
);

export function isInside(href: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:|^[\\/#]|\\|[?#]|^$/i.test(href);
}

/** The member that an element leads to, by the folder of the document. */
export function memberOf(element: Element, folder: string): string | undefined {
  if (!INSIDE.has(nameOf(element))) return undefined;
  const href = attributeNamed(element, 'xlink:href');
  if (href === undefined || !isInside(href)) return undefined;
  const parts: string[] = [];
  for (const part of `${folder}${decoded(href)}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
