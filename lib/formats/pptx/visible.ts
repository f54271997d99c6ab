// Where the kept visible text stands in the members of a cleaned presentation. A removed value may stand there, because
// readers see it there: in text, alternative texts, the title and link targets.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { byteRanges } from '../shared/byte-ranges.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Element, elementsOf, parseXml, placeOf, type XmlDocument } from '../shared/xml.ts';
import { contentOf, readZip } from '../shared/zip.ts';

export async function visible(body: Uint8Array, { limits }: Context): Promise<VisibleRanges> {
  const ranges = new Map<string, readonly Range[]>();
  for (const member of readZip(body, limits).members) {
    if (!/\.(?:xml|rels)$/i.test(member.name)) continue;
    const content = contentOf(member);
    const document = parseXml(content, `member ${member.ordinal}`, limits);
    ranges.set(createHash('sha256').update(content).digest('hex'), byteRanges(document, spansOf(document)));
  }
  return ranges;
}

function spansOf({ root, source }: XmlDocument): Range[] {
  return [...elementsOf(root)].flatMap((element) => [...textSpans(element), ...attributeSpans(source, element)]);
}

function* textSpans({ uri, local, texts }: Element): Generator<Range> {
  const vocabulary = vocabularyOf(uri);
  const isText = local === 't' && vocabulary !== undefined;
  const isChart = (vocabulary === 'c' && local === 'v') || (vocabulary === 'cx' && (local === 'pt' || local === 'v'));
  const isTitle = local === 'title' && uri === 'http://purl.org/dc/elements/1.1/';
  if (isText || isChart || isTitle) for (const { start, end } of texts) yield [start, end];
}

function* attributeSpans(source: string, element: Element): Generator<Range> {
  const shown = shownAttributes(element);
  for (const attribute of element.attributes) {
    if (!shown.includes(attribute.local)) continue;
    const { valueStart, valueEnd } = placeOf(source, element, attribute);
    yield [valueStart, valueEnd];
  }
}

function shownAttributes({ local, uri, attributes }: Element): readonly string[] {
  if (local === 'cNvPr' || local === 'docPr') return ['descr', 'title'];
  if (local === 'Relationship')
    return attributes.some(({ name, value }) => name === 'TargetMode' && value === 'External') ? ['Target'] : [];
  const vocabulary = vocabularyOf(uri);
  // Fonts are chosen from a list that every reader has in front of them.
  if (attributes.some(({ name }) => name === 'typeface')) return ['typeface'];
  if (vocabulary === 'v') return ['alt', 'string'];
  return vocabulary === 'a' && local.startsWith('hlink') ? ['tooltip'] : [];
}
