// Where the kept visible text stands in the members of a cleaned document. A removed value may stand there, because
// readers see it there: in text, alternative texts, the title, link targets, and the names of styles and fonts.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { type Element, elementsOf, parseXml, placeOf, type XmlDocument } from '../shared/xml.ts';
import { contentOf, readZip } from '../shared/zip.ts';
import { isWord } from './job.ts';
import { vocabularyOf } from './namespaces.ts';

export async function visible(body: Uint8Array, { limits }: Context): Promise<VisibleRanges> {
  const ranges = new Map<string, readonly Range[]>();
  for (const member of readZip(body, limits).members) {
    if (!/\.(?:xml|rels)$/i.test(member.name)) continue;
    const content = contentOf(member);
    const found = byteRanges(parseXml(content, `member ${member.ordinal}`, limits));
    if (found.length > 0) ranges.set(createHash('sha256').update(content).digest('hex'), found);
  }
  return ranges;
}

function byteRanges(document: XmlDocument): Range[] {
  const spans = [...elementsOf(document.root)].flatMap((element) => [
    ...textSpans(element),
    ...attributeSpans(document.source, element),
  ]);
  spans.sort(([a], [b]) => a - b);
  const width = (from: number, to: number) =>
    document.encoding === 'utf-8' ? Buffer.byteLength(document.source.slice(from, to)) : 2 * (to - from);
  let character = 0;
  let byte = 0;
  return spans.map(([start, end]): Range => {
    byte += width(character, start);
    character = start;
    return [byte, byte + width(start, end)];
  });
}

function* textSpans({ uri, local, texts }: Element): Generator<Range> {
  const vocabulary = vocabularyOf(uri);
  const isText = local === 't' && vocabulary !== undefined;
  const isChart = vocabulary === 'c' && local === 'v';
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
  'w:lsdException': ['name'],
  'w:font': ['name'],
  'v:textpath': ['string'],
};

function* attributeSpans(source: string, element: Element): Generator<Range> {
  const shown = shownAttributes(element);
  if (shown.length === 0) return;
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
