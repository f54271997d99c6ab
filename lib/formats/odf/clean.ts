// One round over the XML of a document: what is hidden and what the tables call a carrier goes, and what is in no table
// goes too, unless a reader would see it: then the document is refused.

import { Refusal } from '../../core/refusal.ts';
import { classifyLink } from '../shared/ooxml/places.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { cleanAttributes } from './attributes.ts';
import { hiddenCells } from './cells.ts';
import { hidingOf, type Styles, showsInside } from './hidden.ts';
import { type Job, refuseRemoval, type Tally, tally } from './job.ts';
import { cleanText } from './texts.ts';
import { treatmentOf } from './treatments.ts';
import { attributesOf, textsOf } from './values.ts';
import { attributeNamed, isElement, nameOf } from './vocabulary.ts';

export type Round = {
  readonly job: Job;
  readonly styles: Styles;
  readonly edits: XmlEdits;
  readonly counts: Tally;
  readonly place: (element: Element) => string;
};

export function cleanDocument(document: XmlDocument, styles: Styles, job: Job): XmlEdits {
  const round: Round = { job, styles, edits: editXml(document), counts: tally(job), place: placer(document, job) };
  for (const { start, end, value } of document.comments)
    if (job.drop('xml.comment', job.what, [value])) round.edits.replace(start, end, '');
  for (const { start, end, value } of document.instructions)
    if (job.drop('xml.instruction', job.what, [value])) round.edits.replace(start, end, '');
  const gone = new Set<Element>();
  const unwrapped = new Set<Element>();
  let tables = 0;
  for (const element of elementsOf(document.root)) {
    if (nameOf(element) === 'table:table') tables++;
    if (element.parent && gone.has(element.parent)) gone.add(element);
    else {
      const fate = fateOf(element, round);
      if (fate === 'gone') gone.add(element);
      else {
        if (nameOf(element) === 'table:table') checkCells(element, tables, round);
        if (fate === 'unwrapped') unwrapped.add(element);
        else cleanAttributes(element, round);
        cleanText(element, round);
      }
    }
  }
  round.counts.report();
  return round.edits;
}

type Fate = 'gone' | 'unwrapped' | 'kept';

function fateOf(element: Element, round: Round): Fate {
  const name = nameOf(element);
  const hiding = hidingOf(element, round.styles);
  if (hiding) {
    if (round.job.drop(hiding.carrier, round.place(element), textsOf(element))) {
      if (hiding.carrier === 'text.hidden' && showsInside(element, round.styles))
        throw new Refusal('hidden-content', `${round.place(element)}: shown text inside hidden text`);
      round.edits.removeElement(element);
      return 'gone';
    }
  }
  const treatment = treatmentOf(name);
  if (treatment) {
    const values = treatment.how === 'remove' ? textsOf(element) : attributesOf(element);
    if (!round.job.drop(treatment.carrier, round.place(element), values)) return 'kept';
    if (treatment.how === 'remove') round.edits.removeElement(element);
    else round.edits.unwrap(element);
    return treatment.how === 'remove' ? 'gone' : 'unwrapped';
  }
  if (name === 'text:a' || name === 'draw:a') return linkFate(element, round);
  if (name === 'table:table' && element.children.some((child) => nameOf(child) === 'table:scenario')) {
    round.job.drop('sheet.scenario', round.place(element), textsOf(element));
    refuseRemoval('sheet.scenario', round.place(element), round.job);
  }
  if (isElement(name) || (name === 'table:scenario' && element.parent)) return 'kept';
  if (textOf(element).trim() !== '')
    throw new Refusal('unsupported', `${round.place(element)}: text in an element that no table has`);
  if (!round.counts.drop('xml.unknown', ...attributesOf(element))) return 'kept';
  round.edits.removeElement(element);
  return 'gone';
}

function linkFate(element: Element, round: Round): Fate {
  const href = attributeNamed(element, 'xlink:href') ?? '';
  const kind = classifyLink(href);
  if (kind === 'public' || kind === 'anchor') return 'kept';
  if (!round.job.drop(`link.${kind}`, round.place(element), [href, ...decodings(href)])) return 'kept';
  round.edits.unwrap(element);
  return 'unwrapped';
}

function decodings(href: string): readonly string[] {
  try {
    const decoded = decodeURIComponent(href);
    return decoded === href ? [] : [decoded];
  } catch {
    return [];
  }
}

function checkCells(table: Element, ordinal: number, { job }: Round): void {
  for (const cells of hiddenCells(table)) {
    if (!job.drop('sheet.cells', `${job.what}/table ${ordinal}/${cells}`)) continue;
    // Taking cells away would move all others, and every formula with them.
    refuseRemoval('sheet.cells', `${job.what}/table ${ordinal}`, job);
  }
}

/** 'member 3/paragraph 7', counting from the start of the document. */
function placer(document: XmlDocument, job: Job): (element: Element) => string {
  const starts = [...elementsOf(document.root)]
    .filter(({ local }) => local === 'p' || local === 'h')
    .map(({ start }) => start);
  return ({ start }) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return `${job.what}/paragraph ${Math.max(low, 1)}`;
  };
}
