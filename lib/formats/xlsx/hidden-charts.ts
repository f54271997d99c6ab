// Charts that are drawn from what goes (ISO/IEC 29500-1 21.2.2). What they show is kept: values that stood in a cache
// beside a formula become the chart's own. Cells in hidden rows and columns are not drawn and need not be there.

import { Refusal } from '../../core/refusal.ts';
import type { Area } from '../shared/cells/area.ts';
import { readFormula } from '../shared/cells/formula-reads.ts';
import { type Removal, readsGone } from '../shared/cells/removal.ts';
import type { Job } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Element, elementsOf, escapeXml, textOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { reportReferences } from './hidden-cells.ts';
import { plainValue } from './spreadsheet.ts';

const LITERALS: Readonly<Record<string, string>> = { numRef: 'numLit', strRef: 'strLit' };
const MAX_LINE = 2_000_000;

export function freezeCharts(document: XmlDocument, removal: Removal, job: Job): XmlEdits {
  const edits = editXml(document);
  const frozen: string[] = [];
  let number = 0;
  for (const element of elementsOf(document.root)) {
    const vocabulary = vocabularyOf(element.uri);
    if (element.local !== 'f' || (vocabulary !== 'c' && vocabulary !== 'cx')) continue;
    number++;
    const formula = textOf(element);
    const what = readsGone(formula, '', removal);
    if (!what) continue;
    const place = `${job.what}/source ${number}`;
    const reference = element.parent;
    if (vocabulary !== 'c' || !reference || LITERALS[reference.local] === undefined)
      throw new Refusal('hidden-content', `${place}: a chart of a kind that cannot do without hidden content`);
    const cache = reference.children.find(({ local }) => local === 'numCache' || local === 'strCache');
    const isTitle = reference.parent?.local === 'tx';
    const drawing = isTitle || what === 'sheet' ? 'all' : drawingOf(formula, cache, document.root, removal);
    if (drawing === 'seen') continue;
    if (drawing === undefined) throw new Refusal('hidden-content', `${place}: a chart that may draw hidden content`);
    frozen.push(place);
    freeze(reference, cache, edits, document.source);
  }
  reportReferences(frozen, job);
  return edits;
}

/**
 * Whether the chart leaves out the cells that go ('seen'), so that nothing changes without them, or draws them ('all');
 * undefined where its cache and its formula do not say.
 */
function drawingOf(
  formula: string,
  cache: Element | undefined,
  root: Element,
  { gone }: Removal,
): 'seen' | 'all' | undefined {
  const { references, isUnclear, words } = readFormula(formula);
  const [only] = references;
  const there = gone.get(only?.sheet ?? '');
  if (isUnclear || words.length > 0 || references.length !== 1 || !only || !there) return undefined;
  const plots = [...elementsOf(root)].find(({ local }) => local === 'plotVisOnly');
  const isHidden = (row: number, column: number) => there.isHiddenRow(row) || there.isHiddenColumn(column);
  const cells = cellsOf(only.area);
  if (!cells) return undefined;
  if (plots && (plainValue(plots, 'val') === '0' || plainValue(plots, 'val') === 'false')) return 'all';
  const seen = cells.filter(([row, column]) => !isHidden(row, column)).length;
  const count = Number(
    plainValue(
      cache?.children.find(({ local }) => local === 'ptCount'),
      'val',
    ) ?? Number.NaN,
  );
  if (!plots && seen < cells.length) return undefined;
  // A cache of all cells holds hidden ones, which the chart leaves out as soon as it is drawn anew.
  if (seen < cells.length && count !== seen && cache) return undefined;
  const loses = [...there.cells.within(only.area)].some(([row, column]) => !isHidden(row, column));
  return loses ? 'all' : 'seen';
}

function cellsOf({ top, bottom, left, right }: Area): (readonly [row: number, column: number])[] | undefined {
  if ((bottom - top + 1) * (right - left + 1) > MAX_LINE) return undefined;
  const cells: (readonly [row: number, column: number])[] = [];
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) cells.push([row, column]);
  return cells;
}

/** Puts the cache in the place of the reference to cells. */
function freeze(reference: Element, cache: Element | undefined, edits: XmlEdits, source: string): void {
  const prefix = reference.name.slice(0, reference.name.length - reference.local.length);
  const holder = reference.parent;
  const inside = cache
    ? source.slice(cache.openEnd, Math.max(cache.openEnd, cache.closeStart))
    : `<${prefix}ptCount val="0"/>`;
  if (holder?.local !== 'tx') {
    const name = `${prefix}${LITERALS[reference.local]}`;
    edits.replace(reference.start, reference.end, `<${name}>${inside}</${name}>`);
    return;
  }
  const text = cache
    ? [...elementsOf(cache)]
        .filter(({ local }) => local === 'v')
        .map(textOf)
        .join(' ')
    : '';
  if (holder.parent?.local === 'ser')
    edits.replace(reference.start, reference.end, `<${prefix}v>${escapeXml(text)}</${prefix}v>`);
  else richText(reference, prefix, text, edits, source);
}

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006/main';

/** A title looks as its own properties say, which have the same form as a text. */
function richText(reference: Element, prefix: string, text: string, edits: XmlEdits, source: string): void {
  const properties = reference.parent?.parent?.children.find(({ local }) => local === 'txPr');
  const paragraph = properties?.children.find(({ local }) => local === 'p');
  const name = `${prefix}rich`;
  if (!properties || !paragraph || paragraph.openEnd === paragraph.end) {
    const plain = `<a:bodyPr/><a:p><a:r><a:t>${escapeXml(text)}</a:t></a:r></a:p>`;
    edits.replace(reference.start, reference.end, `<${name} xmlns:a="${DRAWING}">${plain}</${name}>`);
    return;
  }
  const own = paragraph.name.slice(0, paragraph.name.length - 1);
  const run = `<${own}r><${own}t>${escapeXml(text)}</${own}t></${own}r>`;
  const at = paragraph.children.find(({ local }) => local === 'endParaRPr')?.start ?? paragraph.closeStart;
  const body = source.slice(properties.openEnd, at) + run + source.slice(at, properties.closeStart);
  edits.replace(reference.start, reference.end, `<${name}>${body}</${name}>`);
  edits.removeElement(properties);
}
