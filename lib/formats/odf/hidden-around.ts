// What leads to what goes, or repeats it: names, ranges with filters, rules, links, charts. What decides how seen cells
// look or is drawn from hidden ones cannot lose them.

import { Refusal } from '../../core/refusal.ts';
import { readFormula } from '../shared/cells/formula-reads.ts';
import { isUnseen, namesGoneSheet, type Removal, readsGone } from '../shared/cells/removal.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { reportReferences } from './hidden-cells.ts';
import { addressesOf, isLostName, isName, type Plan, removes } from './hidden-plan.ts';
import type { Job } from './job.ts';
import { formulaOfAddresses, plainCondition } from './open-formula.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

export function cleanAround({ root }: XmlDocument, plan: Plan, edits: XmlEdits, job: Job): void {
  const lost: string[] = [];
  const { inLost, used } = surveyOf(root, plan);
  let number = 0;
  const goes = (element: Element, how: 'remove' | 'unwrap' = 'remove') => {
    lost.push(`${job.what}/reference ${number}`);
    if (how === 'remove') edits.removeElement(element);
    else edits.unwrap(element);
  };
  for (const element of elementsOf(root)) {
    if (inLost.has(element)) continue;
    number++;
    const name = nameOf(element);
    if (isName(element)) {
      if (isLostName(element, { ...plan, names: plan.lost })) goes(element);
      else dropBase(element, plan, edits);
    } else if (name === 'table:database-range') {
      if (namesGoneSheet(readFormula(addressesOf(element)), plan)) goes(element);
      else for (const filter of element.children) if (isFilterByGone(filter, plan)) goes(filter);
    } else if (name === 'table:content-validation') {
      if (!used.has(attributeNamed(element, 'table:name') ?? '')) goes(element);
      else if (dropRule(element, plan, edits)) lost.push(`${job.what}/reference ${number}`);
    } else if (name === 'calcext:conditional-format') {
      if (cleanFormat(element, plan, edits, `${job.what}/reference ${number}`))
        lost.push(`${job.what}/reference ${number}`);
    } else if (name === 'style:map') cleanMap(element, plan, edits, `${job.what}/reference ${number}`);
    else if (name === 'text:a' || name === 'draw:a') {
      const target = decoded(attributeNamed(element, 'xlink:href') ?? '');
      if (target.startsWith('#') && leadsToLost(target.slice(1), plan)) goes(element, 'unwrap');
    } else if (!PIVOT.test(name) || !removes(job, 'sheet.pivot'))
      checkDrawn(element, plan, `${job.what}/reference ${number}`);
  }
  reportReferences(lost, job);
}

/** Tables of pivots go with their addresses, and their cells stay. */
const PIVOT = /^table:(?:data-pilot|source-cell-range)/;

/** Elements in sheets that go, and the rules that cells which stay have. */
function surveyOf(root: Element, { lostSheets, staying }: Plan) {
  const inLost = new Set<Element>();
  for (const { table } of lostSheets) for (const element of elementsOf(table)) inLost.add(element);
  const going = new Set(staying.flatMap((sheet) => sheet.going.map(({ element }) => element)));
  const used = new Set<string>();
  for (const element of elementsOf(root)) {
    const rule = attributeNamed(element, 'table:content-validation-name');
    if (rule !== undefined && !inLost.has(element) && !going.has(element)) used.add(rule);
  }
  return { inLost, used };
}

/** What relative references are counted from may be any cell; a sheet that is gone may not. */
function dropBase(element: Element, plan: Plan, edits: XmlEdits): void {
  const attribute = element.attributes.find((one) => nameOf(one) === 'table:base-cell-address');
  if (attribute && namesGoneSheet(readFormula(formulaOfAddresses(attribute.value)), plan))
    edits.removeAttribute(element, attribute);
}

function isFilterByGone(filter: Element, { texts }: Plan): boolean {
  if (nameOf(filter) !== 'table:filter') return false;
  return [...elementsOf(filter)].some((element) =>
    texts.has((attributeNamed(element, 'table:value') ?? '').trim().toLowerCase()),
  );
}

/** What is left of a validation is what it tells who selects the cell. */
function dropRule(element: Element, plan: Plan, edits: XmlEdits): boolean {
  dropBase(element, plan, edits);
  const condition = element.attributes.find((one) => nameOf(one) === 'table:condition');
  if (!condition || !readsGone(plainCondition(condition.value), '', plan)) return false;
  edits.removeAttribute(element, condition);
  return true;
}

/** A condition that is met by cells with a text, and by no other. */
const isForText = (condition: string) =>
  /^\s*(?:=|contains-text\(|begins-with\(|ends-with\()\s*"[^"]*"\s*\)?\s*$/.test(condition);

/** A removed text that is not even a part of another; a rule for it colours nothing that is left. */
function isIdle(literal: string, { texts, isShownIn }: Plan): boolean {
  const text = literal.trim().toLowerCase();
  return texts.has(text) && !isShownIn(text);
}

/** Answers whether it went: where no cell that it is for is seen, or its text is no cell's any more. */
function cleanFormat(element: Element, plan: Plan, edits: XmlEdits, place: string): boolean {
  const { references } = readFormula(formulaOfAddresses(attributeNamed(element, 'calcext:target-range-address') ?? ''));
  const [first] = references;
  const sheet = first?.sheet ?? '';
  const gone = plan.gone.get(sheet);
  const areas = references.map(({ area }) => area);
  if (first && areas.every((area) => isUnseen(area, gone))) {
    edits.removeElement(element);
    return true;
  }
  const readers = first && { areas, row: first.area.top, column: first.area.left };
  let isChanged = false;
  for (const rule of element.children) {
    const isComparing = nameOf(rule) !== 'calcext:condition' && nameOf(rule) !== 'calcext:date-is';
    const values = [...elementsOf(rule)].flatMap((one) => attributeNamed(one, 'calcext:value') ?? []);
    const literals = values.flatMap((value) => readFormula(plainCondition(value)).literals);
    if (!isComparing && values.every(isForText) && literals.some((literal) => isIdle(literal, plan))) {
      edits.removeElement(rule);
      isChanged = true;
      continue;
    }
    const reads = values.some((value) => readsGone(plainCondition(value), sheet, plan, readers));
    const ranks = isComparing || values.some((value) => /^(?:top|bottom|above|below|duplicate|unique)/.test(value));
    if (reads || (ranks && areas.some((area) => gone?.cells.meets(area))))
      throw new Refusal('hidden-content', `${place}: hidden content decides how seen cells look`);
  }
  return isChanged;
}

/** The older form of conditional formats. */
function cleanMap(element: Element, plan: Plan, edits: XmlEdits, place: string): void {
  const base = readFormula(formulaOfAddresses(attributeNamed(element, 'style:base-cell-address') ?? ''));
  const sheet = base.references[0]?.sheet ?? '';
  const condition = plainCondition(attributeNamed(element, 'style:condition') ?? '');
  if (plan.sheets.has(sheet)) edits.removeElement(element);
  else if (readFormula(condition).references.length > 0 && readsGone(condition, sheet, plan))
    throw new Refusal('hidden-content', `${place}: hidden content decides how seen cells look`);
}

const ADDRESSES =
  /^(?:table:(?:cell-range-address|cell-range|cell-address|target-range-address|target-cell-address|source-cell-range-addresses|label-cell-range-address|data-cell-range-address)|chart:(?:values-cell-range-address|label-cell-address|error-(?:upper|lower)-range)|draw:notify-on-update-of-ranges|calcext:(?:data-range|cell-address|target-range-address))$/;

/** Charts and sparklines, and whatever else holds an address. */
export function checkDrawn(element: Element, removal: Removal, place: string): void {
  for (const attribute of element.attributes) {
    const name = nameOf(attribute);
    if (!ADDRESSES.test(name) || attribute.value === '') continue;
    const formula = formulaOfAddresses(attribute.value);
    const isDrawn = /^(?:chart|draw|calcext):/.test(name) || nameOf(element).startsWith('chart:');
    if (isDrawn ? readsGone(formula, '', removal) : namesGoneSheet(readFormula(formula), removal))
      throw new Refusal('hidden-content', `${place}: needs hidden content`);
  }
}

/** A link leads to a sheet, a cell in it, or a name. */
function leadsToLost(target: string, plan: Plan): boolean {
  const place = target.trim().toLowerCase();
  if (plan.sheets.has(place) || plan.lost.has(place)) return true;
  return namesGoneSheet(readFormula(formulaOfAddresses(target.trim())), plan);
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
