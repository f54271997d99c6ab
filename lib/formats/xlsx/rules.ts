// What stands around the cells of a sheet and is judged by what it says: rules with formulas, links inside the workbook,
// headers and footers, tips.

import { type Job, type Tally, tally } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { namesPath } from '../shared/ooxml/places.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { carrierOfFormula } from './formulas.ts';
import { isSheet, plain } from './spreadsheet.ts';

const HEADERS = new Set(['oddHeader', 'oddFooter', 'evenHeader', 'evenFooter', 'firstHeader', 'firstFooter']);
/** What holds a formula of a rule, and goes with it. */
const RULES = new Set(['cfRule', 'dataValidation', 'sparkline']);
const FORMULAS = new Set(['formula', 'formula1', 'formula2', 'f', 'calculatedColumnFormula', 'totalsRowFormula']);

export function cleanRules(document: XmlDocument, lost: ReadonlySet<string>, edits: XmlEdits, job: Job): void {
  const counts = tally(job);
  for (const element of elementsOf(document.root)) {
    if (FORMULAS.has(element.local)) {
      const carrier = carrierOfFormula(textOf(element), lost);
      if (carrier && counts.drop(carrier)) edits.removeElement(ruleOf(element));
    }
    if (HEADERS.has(element.local) && isSheet(element, element.local)) {
      const text = textOf(element);
      const cleaned = withoutFileCodes(text);
      const [first, last] = [element.texts[0], element.texts.at(-1)];
      if (cleaned !== text && first && last && counts.drop('header.path'))
        edits.replace(first.start, last.end, escaped(cleaned));
    }
    if (isSheet(element, 'hyperlink')) {
      const location = plain(element, 'location');
      const isOut = location && /[[\]\\|]|:\/\//.test(location.value);
      if (isOut && counts.drop('link.file', location.value)) edits.removeElement(element);
      const tip = plain(element, 'tooltip');
      if (tip && namesPath(tip.value) && counts.drop('link.tooltip', tip.value)) edits.removeAttribute(element, tip);
    }
  }
  renumber(document, edits, counts);
  counts.report();
}

/** The two halves of a conditional format find each other by an id, which is made at random. */
function renumber(document: XmlDocument, edits: XmlEdits, counts: Tally): void {
  const fresh = new Map<string, string>();
  const numberOf = (id: string) => {
    const known = fresh.get(id.toUpperCase());
    if (known !== undefined) return known;
    const number = (fresh.size + 1).toString(16).toUpperCase().padStart(4, '0');
    fresh.set(id.toUpperCase(), `{00000000-0000-0000-0000-00000000${number}}`);
    return fresh.get(id.toUpperCase()) ?? id;
  };
  for (const element of elementsOf(document.root)) {
    if (vocabularyOf(element.uri) !== 'x14') continue;
    const id = element.local === 'cfRule' ? plain(element, 'id') : undefined;
    if (id && numberOf(id.value) !== id.value && counts.drop('document-id', id.value))
      edits.setAttribute(element, id, numberOf(id.value));
    const [text] = element.local === 'id' ? element.texts : [];
    if (text && numberOf(text.value.trim()) !== text.value && counts.drop('document-id', text.value))
      edits.replace(text.start, text.end, numberOf(text.value.trim()));
  }
}

function ruleOf(element: Element): Element {
  let current: Element | undefined = element;
  while (current && !RULES.has(current.local)) current = current.parent;
  return current ?? element;
}

/** &F is the name of the file and &Z its folder (18.3.1.46); && is an ampersand, and names of fonts stand in quotes. */
export function withoutFileCodes(text: string): string {
  return text.replace(/&(?:&|"[^"]*"|[FZ])/gi, (code) => (/^&[FZ]$/i.test(code) ? '' : code));
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
