// Defined names (ISO/IEC 29500-1 18.2.5). Those that Excel shows stay; hidden ones stay where something uses them; what
// leads out of the workbook, leads nowhere or belongs to macros goes, and formulas that use it keep their value.

import type { Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { carrierOfFormula, wordsIn } from './formulas.ts';
import { isSheet, isTrue, plainValue } from './spreadsheet.ts';
import { isBuiltInName } from './structure.ts';

/** The names that go whoever uses them, in small letters. */
export function lostNames({ root }: XmlDocument): ReadonlySet<string> {
  const lost = new Set<string>();
  for (const name of namesIn(root)) if (leadsOut(name)) lost.add((plainValue(name, 'name') ?? '').toLowerCase());
  return lost;
}

export function removeNames(document: XmlDocument, used: ReadonlySet<string>, edits: XmlEdits, job: Job): void {
  for (const [i, name] of namesIn(document.root).entries()) {
    const isIdle = isTrue(plainValue(name, 'hidden')) && !used.has((plainValue(name, 'name') ?? '').toLowerCase());
    if (!leadsOut(name) && !(isIdle && !isBuiltInName(name))) continue;
    const values = [plainValue(name, 'name') ?? '', ...(isIdle ? [textOf(name)] : placesIn(textOf(name)))];
    if (job.drop('defined-name', `${job.what}/name ${i + 1}`, values)) edits.removeElement(name);
  }
}

/** The elements of all names. */
export function definedNames({ root }: XmlDocument): readonly Element[] {
  return namesIn(root);
}

/** Only hidden names go or stay by whether something uses them. */
export function hasHiddenNames({ root }: XmlDocument): boolean {
  return namesIn(root).some((name) => isTrue(plainValue(name, 'hidden')) && !isBuiltInName(name));
}

const namesIn = (root: Element) => [...elementsOf(root)].filter((element) => isSheet(element, 'definedName'));

function leadsOut(name: Element): boolean {
  const formula = textOf(name);
  const isMacro = ['function', 'vbProcedure', 'xlm'].some((local) => isTrue(plainValue(name, local)));
  const isOwn = isBuiltInName(name) || !/^_xlnm\./i.test(plainValue(name, 'name') ?? '');
  return isMacro || !isOwn || formula.includes('#REF!') || carrierOfFormula(formula) !== undefined;
}

/** Paths in what a name stands for; the rest may be a formula like others. */
function placesIn(formula: string): string[] {
  return /[\\/]/.test(formula) ? [formula] : [];
}

const FORMULA_ELEMENT = /<(?:[A-Za-z][\w.-]*:)?f(?:\s[^>]*)?>([^<]+)</g;
const FORMULA_PLACES = new Set(['formula', 'formula1', 'formula2', 'f', 'calculatedColumnFormula', 'totalsRowFormula']);

/** Every name that formulas in cells, rules, charts and other names use, in small letters. */
export function usedNames(documents: readonly XmlDocument[], rows: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  const add = (formula: string) => {
    for (const word of wordsIn(formula)) used.add(word);
  };
  for (const xml of rows) for (const [, formula = ''] of xml.matchAll(FORMULA_ELEMENT)) add(formula);
  for (const { root } of documents) {
    for (const element of elementsOf(root)) {
      if (FORMULA_PLACES.has(element.local) || isSheet(element, 'definedName')) add(textOf(element));
      if (isSheet(element, 'worksheetSource')) add(plainValue(element, 'name') ?? '');
      for (const { local, value } of element.attributes) if (local === 'textlink' || local === 'location') add(value);
    }
  }
  return used;
}
