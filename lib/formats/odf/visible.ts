// Where the kept visible text stands in the members of a cleaned document. A removed value may stand there, because
// readers see it there: in text, cells, alternative texts, the title, link targets, and the names of styles and fonts.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { byteRanges } from '../shared/byte-ranges.ts';
import { type Element, elementsOf, parseXml, placeOf, type XmlDocument } from '../shared/xml.ts';
import { contentOf, readZip } from '../shared/zip.ts';
import { holdsText } from './texts.ts';
import { nameOf } from './vocabulary.ts';

export async function visible(body: Uint8Array, { limits }: Context): Promise<VisibleRanges> {
  const ranges = new Map<string, Range[]>();
  for (const member of readZip(body, limits).members) {
    if (!member.name.endsWith('.xml') || member.name.startsWith('META-INF/')) continue;
    const content = contentOf(member);
    const document = parseXml(content, `member ${member.ordinal}`, limits);
    ranges.set(createHash('sha256').update(content).digest('hex'), byteRanges(document, spansOf(document)));
  }
  return ranges;
}

function spansOf({ root, source }: XmlDocument): Range[] {
  return [...elementsOf(root)].flatMap((element) => [...textSpans(element), ...attributeSpans(source, element)]);
}

/** Text of paragraphs with what stands in them, of formulas and of number styles; titles and descriptions. */
function* textSpans(element: Element): Generator<Range> {
  if (nameOf(element) === 'office:binary-data' || !holdsText(nameOf(element))) return;
  // The source of a formula is drawn, save its comments: where one is left, nothing there is taken for seen.
  if (nameOf(element) === 'math:annotation' && element.texts.some(({ value }) => value.includes('%%'))) return;
  for (const { start, end, value } of element.texts) if (value.trim() !== '') yield [start, end];
}

const NAMES =
  /^(?:style:(?:name|display-name|font-name.*|font-family-.*)|(?:svg|fo):font-family|.*-style-name|.*-page(?:-layout)?-name|table:(?:name|table-name))$/;
const SHOWN = new Set(
  ['string-value', 'value', 'date-value', 'time-value']
    .map((name) => `office:${name}`)
    .concat([
      'text:date-value',
      'text:time-value',
      'form:label',
      'style:num-prefix',
      'style:num-suffix',
      'text:bullet-char',
      'table:formula',
      'table:condition',
      'table:cell-range-address',
      'table:base-cell-address',
      'chart:values-cell-range-address',
      'chart:label-cell-address',
      'draw:notify-on-update-of-ranges',
    ]),
);

function* attributeSpans(source: string, element: Element): Generator<Range> {
  const isLink = nameOf(element) === 'text:a' || nameOf(element) === 'draw:a';
  for (const attribute of element.attributes) {
    const name = nameOf(attribute);
    if (!(NAMES.test(name) || SHOWN.has(name) || (isLink && name === 'xlink:href'))) continue;
    const { valueStart, valueEnd } = placeOf(source, element, attribute);
    yield [valueStart, valueEnd];
  }
}
