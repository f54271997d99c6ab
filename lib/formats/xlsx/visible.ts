// Where the kept visible text stands in the members of a cleaned workbook: cells and their formulas, names of sheets,
// tables and places, headers, prompts, texts of charts and drawings. A removed value may stand there.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { byteRanges } from '../shared/byte-ranges.ts';
import { holderOf, parseLifted } from '../shared/ooxml/lift.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Element, elementsOf, parseXml, placeOf, type XmlDocument } from '../shared/xml.ts';
import { scanXml } from '../shared/xml-scan.ts';
import { contentOf, readZip } from '../shared/zip.ts';

const MAX_DEPTH = 16;

export async function visible(body: Uint8Array, { limits }: Context): Promise<VisibleRanges> {
  const ranges = new Map<string, readonly Range[]>();
  for (const member of readZip(body, limits).members) {
    if (!/\.(?:xml|rels)$/i.test(member.name)) continue;
    const content = contentOf(member);
    const what = `member ${member.ordinal}`;
    const hash = createHash('sha256').update(content).digest('hex');
    const holder = /\/worksheets\/[^/]+$/.test(member.name)
      ? 'sheetData'
      : /\/sharedStrings\d*\.xml$/i.test(member.name)
        ? 'sst'
        : undefined;
    if (holder === undefined) {
      const document = parseXml(content, what, limits);
      ranges.set(hash, byteRanges(document, spansOf(document)));
      continue;
    }
    const { document, lifted } = parseLifted(content, holder, what, limits);
    const at = holderOf(document, holder)?.openEnd ?? 0;
    const xml = lifted?.xml ?? '';
    const spans = spansOf(document).map(([start, end]): Range => {
      const shift = start >= at ? xml.length : 0;
      return [start + shift, end + shift];
    });
    const source = document.source.slice(0, at) + xml + document.source.slice(at);
    ranges.set(hash, byteRanges({ source, encoding: document.encoding }, [...spans, ...spansOfRows(xml, at, what)]));
  }
  return ranges;
}

/** Texts and formulas of cells; numbers are no texts. */
function spansOfRows(xml: string, at: number, what: string): Range[] {
  const spans: Range[] = [];
  const scanner = scanXml(xml, 0, xml.length, what, MAX_DEPTH);
  let inside = '';
  let isText = false;
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    if (scanner.kind === 'open') {
      inside = scanner.name.slice(scanner.name.indexOf(':') + 1);
      if (inside === 'c') isText = hasValue(scanner, xml, 't', 'str');
    } else if (scanner.kind === 'close') inside = '';
    else if (inside === 't' || inside === 'f' || (inside === 'v' && isText))
      spans.push([at + scanner.start, at + scanner.end]);
  }
  return spans;
}

function hasValue(scanner: ReturnType<typeof scanXml>, xml: string, name: string, value: string): boolean {
  for (let i = 0; i < scanner.count; i++)
    if (scanner.names[i] === name) return xml.slice(scanner.valueStarts[i], scanner.valueEnds[i]) === value;
  return false;
}

function spansOf({ root, source }: XmlDocument): Range[] {
  return [...elementsOf(root)].flatMap((element) => [...textSpans(element), ...attributeSpans(source, element)]);
}

const TEXTS = new Set(
  `x:t x:formula x:formula1 x:formula2 x:definedName x:calculatedColumnFormula x:totalsRowFormula x:oddHeader x:oddFooter
  x:evenHeader x:evenFooter x:firstHeader x:firstFooter xm:f a:t m:t c:v c:f cx:pt cx:v cx:f`.split(/\s+/),
);

function* textSpans({ uri, local, texts }: Element): Generator<Range> {
  const isTitle = local === 'title' && uri === 'http://purl.org/dc/elements/1.1/';
  if (isTitle || TEXTS.has(`${vocabularyOf(uri) ?? ''}:${local}`))
    for (const { start, end } of texts) yield [start, end];
}

const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'x:sheet': ['name'],
  'x:definedName': ['name'],
  'x:dataValidation': ['prompt', 'promptTitle', 'error', 'errorTitle'],
  'x14:dataValidation': ['prompt', 'promptTitle', 'error', 'errorTitle'],
  'x:hyperlink': ['display', 'tooltip', 'location'],
  'x:table': ['name', 'displayName'],
  'x:tableColumn': ['name', 'totalsRowLabel'],
  'x:cellStyle': ['name'],
  'x:numFmt': ['formatCode'],
  'x:font': ['val'],
  'x:name': ['val'],
  'x:rFont': ['val'],
  'x:cacheField': ['name', 'caption', 'formula'],
  'x:s': ['v'],
  'x:worksheetSource': ['sheet', 'name'],
  'x:dataField': ['name'],
  'x:pivotField': ['name', 'subtotalCaption'],
  'x:pageField': ['cap', 'name'],
  'x:item': ['n'],
  'x:filter': ['val', 'stringValue1', 'stringValue2'],
  'x:customFilter': ['val'],
  'x:cfRule': ['text'],
  'x14:cfRule': ['text'],
  'x:pivotTableDefinition': [
    'name',
    'dataCaption',
    'grandTotalCaption',
    'rowHeaderCaption',
    'colHeaderCaption',
    'missingCaption',
    'errorCaption',
  ],
  'xdr:sp': ['textlink'],
};

function* attributeSpans(source: string, element: Element): Generator<Range> {
  const shown = shownAttributes(element);
  for (const attribute of element.attributes) {
    if (!shown.includes(attribute.local) || attribute.uri !== '') continue;
    const { valueStart, valueEnd } = placeOf(source, element, attribute);
    yield [valueStart, valueEnd];
  }
}

function shownAttributes(element: Element): readonly string[] {
  const { local } = element;
  if (local === 'cNvPr') return ['descr', 'title'];
  if (local === 'Relationship')
    return element.attributes.some(({ name, value }) => name === 'TargetMode' && value === 'External')
      ? ['Target']
      : [];
  const vocabulary = vocabularyOf(element.uri);
  if (vocabulary === 'a' && local.startsWith('hlink')) return ['tooltip'];
  return SHOWN[`${vocabulary ?? ''}:${local}`] ?? [];
}
