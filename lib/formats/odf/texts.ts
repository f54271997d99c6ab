// Character data: only where the specification lets text stand; titles and descriptions without paths.

import { withoutPaths } from '../shared/ooxml/places.ts';
import { type Element, escapeXml } from '../shared/xml.ts';
import type { Round } from './clean.ts';
import { nameOf } from './vocabulary.ts';

/** Elements of these vocabularies hold elements, save those named below. */
const CONTAINERS = new Set(['office', 'style', 'draw', 'dr3d', 'chart', 'form', 'anim', 'presentation', 'calcext']);
const WITH_TEXT = new Set([
  'office:binary-data',
  'presentation:header-decl',
  'presentation:footer-decl',
  'presentation:date-time-decl',
]);
const BLOCKS = new Set(
  ['list', 'list-item', 'list-header', 'section', 'index-body', 'table-of-content', 'note', 'note-body', 'ruby']
    .map((name) => `text:${name}`)
    .concat(
      ['table', 'table-row', 'table-cell', 'covered-table-cell', 'table-column', 'table-rows', 'table-columns'].map(
        (name) => `table:${name}`,
      ),
    ),
);
const ALTERNATIVE = new Set(['svg:title', 'svg:desc', 'table:title', 'table:desc']);

/** Whether characters in the element are shown, or at least belong there. */
export function holdsText(name: string): boolean {
  return WITH_TEXT.has(name) || !(CONTAINERS.has(name.slice(0, name.indexOf(':'))) || BLOCKS.has(name));
}

export function cleanText(element: Element, { edits, counts, job, place }: Round): void {
  const name = nameOf(element);
  if (ALTERNATIVE.has(name)) {
    const text = element.texts.map(({ value }) => value).join('');
    const cleaned = withoutPaths(text);
    if (cleaned !== text && job.drop('object.alt-text', place(element), [text]))
      edits.replace(element.openEnd, element.closeStart, escapeXml(cleaned));
    return;
  }
  if (name === 'math:annotation') cleanSource(element, { edits, job, place });
  if (holdsText(name)) return;
  for (const { start, end, value } of element.texts)
    if (value.trim() !== '' && counts.drop('text.stray', value)) edits.replace(start, end, '');
}

/** The source of a formula, from which some readers draw it anew, with comments that none draws. */
function cleanSource(element: Element, { edits, job, place }: Pick<Round, 'edits' | 'job' | 'place'>): void {
  const text = element.texts.map(({ value }) => value).join('');
  const cleaned = text.replace(/%%[^\n]*/g, '');
  if (cleaned === text) return;
  const comments = [...text.matchAll(/%%([^\n]*)/g)].map(([, comment]) => comment ?? '');
  if (job.drop('math.comment', place(element), comments))
    edits.replace(element.openEnd, element.closeStart, escapeXml(cleaned));
}
