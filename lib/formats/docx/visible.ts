// Where the kept visible text stands in the members of a cleaned document. A removed value may stand there, because
// readers see it there: in text, alternative texts, the title, link targets, and the names of styles and fonts.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { isBuiltInStyle, isBuiltInStyleId } from '../shared/built-in.ts';
import { byteRanges } from '../shared/byte-ranges.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Element, elementsOf, parseXml, placeOf, type XmlDocument } from '../shared/xml.ts';
import { contentOf, readZip } from '../shared/zip.ts';
import { referencesIn } from './fields.ts';
import { isWord, wordValue } from './word.ts';

export async function visible(body: Uint8Array, { limits }: Context): Promise<VisibleRanges> {
  const documents = new Map<string, XmlDocument>();
  for (const member of readZip(body, limits).members) {
    if (!/\.(?:xml|rels)$/i.test(member.name)) continue;
    const content = contentOf(member);
    const document = parseXml(content, `member ${member.ordinal}`, limits);
    documents.set(createHash('sha256').update(content).digest('hex'), document);
  }
  const names = namesIn([...documents.values()]);
  return new Map(
    [...documents].map(([hash, document]) => [hash, byteRanges(document, spansOf(document, names))] as const),
  );
}

/** What the parts of a document call their places and styles, in small letters but for ids of styles. */
type Names = {
  readonly styles: ReadonlySet<string>;
  readonly bookmarks: ReadonlySet<string>;
  readonly referred: ReadonlySet<string>;
};

function namesIn(documents: readonly XmlDocument[]): Names {
  const elements = documents.flatMap(({ root }) => [...elementsOf(root)]);
  const valuesOf = (name: string, attribute: string) =>
    elements.flatMap((element) => (isWord(element, name) ? (wordValue(element, attribute) ?? []) : []));
  const anchors = elements.flatMap(({ local, attributes }) =>
    local === 'Relationship' ? attributes.filter(({ name }) => name === 'Target').map(({ value }) => value) : [],
  );
  const references = documents.flatMap((document) => [...referencesIn(document)]);
  return {
    styles: new Set(valuesOf('style', 'styleId')),
    bookmarks: new Set(valuesOf('bookmarkStart', 'name').map((name) => name.toLowerCase())),
    referred: new Set([...references, ...anchors.map((anchor) => anchor.slice(1))].map((name) => name.toLowerCase())),
  };
}

function spansOf({ root, source }: XmlDocument, names: Names): Range[] {
  return [...elementsOf(root)].flatMap((element) => [...textSpans(element), ...attributeSpans(source, element, names)]);
}

function* textSpans({ uri, local, texts }: Element): Generator<Range> {
  const vocabulary = vocabularyOf(uri);
  const isText = local === 't' && vocabulary !== undefined;
  const isChart = (vocabulary === 'c' && local === 'v') || (vocabulary === 'cx' && (local === 'pt' || local === 'v'));
  const isTitle = local === 'title' && uri === 'http://purl.org/dc/elements/1.1/';
  if (isText || isChart || isTitle) for (const { start, end } of texts) yield [start, end];
}

const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'w:tblCaption': ['val'],
  'w:tblDescription': ['val'],
  'w:hyperlink': ['tooltip'],
  'w:lvlText': ['val'],
  'w:listItem': ['displayText', 'value'],
  'w:listEntry': ['val'],
  'w:helpText': ['val'],
  'w:statusText': ['val'],
  'w:font': ['name'],
  // Keys of embedded fonts, without which nobody can read them.
  'w:embedRegular': ['fontKey'],
  'w:embedBold': ['fontKey'],
  'w:embedItalic': ['fontKey'],
  'w:embedBoldItalic': ['fontKey'],
  'w:date': ['fullDate'],
  'v:textpath': ['string'],
};

/**
 * What the document's own places and styles are called, by which its parts find each other. Where nothing is found by
 * the name it is no more than a name.
 */
const NAMES: Readonly<Record<string, readonly [attribute: string, isUsed: (name: string, names: Names) => boolean]>> = {
  'w:bookmarkStart': ['name', (name, { referred }) => referred.has(name.toLowerCase())],
  'w:hyperlink': ['anchor', (name, { bookmarks }) => bookmarks.has(name.toLowerCase())],
  'w:lsdException': ['name', isBuiltInStyle],
  'w:style': ['styleId', () => true],
  ...Object.fromEntries(
    ['pStyle', 'rStyle', 'tblStyle', 'basedOn', 'next', 'link'].map((name) => [
      `w:${name}`,
      ['val', (id: string, { styles }: Names) => styles.has(id) || isBuiltInStyleId(id)] as const,
    ]),
  ),
};

function* attributeSpans(source: string, element: Element, names: Names): Generator<Range> {
  const own = NAMES[`${vocabularyOf(element.uri) ?? ''}:${element.local}`];
  const name = own?.[1](wordValue(element, own[0]) ?? '', names) ? own[0] : '';
  const shown = [...shownAttributes(element), name];
  for (const attribute of element.attributes) {
    if (!shown.includes(attribute.local)) continue;
    const { valueStart, valueEnd } = placeOf(source, element, attribute);
    yield [valueStart, valueEnd];
  }
}

function shownAttributes(element: Element): readonly string[] {
  const { local } = element;
  if (local === 'docPr' || local === 'cNvPr') return ['descr', 'title'];
  if (local === 'Relationship')
    return element.attributes.some(({ name, value }) => name === 'TargetMode' && value === 'External')
      ? ['Target']
      : [];
  // Style names are chosen from a list that every reader of the document has in front of them.
  if (isWord(element, 'name') && element.parent && isWord(element.parent, 'style')) return ['val'];
  const vocabulary = vocabularyOf(element.uri);
  if (vocabulary === 'v' && local !== 'textpath') return ['alt'];
  if (vocabulary === 'a' && local.startsWith('hlink')) return ['tooltip'];
  return SHOWN[`${vocabulary ?? ''}:${local}`] ?? [];
}
