// What stands around cells that go, or leads to them: links on them, rules that read them, columns of tables, filters by
// what they held, names. A condition that decides how seen cells look cannot lose what it reads; the rest can.

import { Refusal } from '../../core/refusal.ts';
import type { Area } from '../shared/cells/area.ts';
import { readFormula } from '../shared/cells/formula-reads.ts';
import { isUnseen, namesGoneSheet, readsGone } from '../shared/cells/removal.ts';
import type { Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { definedNames } from './defined-names.ts';
import { reportReferences } from './hidden-cells.ts';
import { isLost } from './hidden-names.ts';
import type { Plan } from './hidden-plan.ts';
import { areasOf } from './sheets.ts';
import { isTrue, plain, plainValue } from './spreadsheet.ts';

/** Where a part belongs: the sheet that it is or hangs on, undefined for what stands by itself. */
export type Where = { readonly name: string; readonly ordinal: number };

/** How rules of these kinds look depends on all cells that they are for. */
const COMPARING = new Set('colorScale dataBar iconSet top10 aboveAverage duplicateValues uniqueValues'.split(' '));

export function withoutGone(document: XmlDocument, { name, ordinal }: Where, plan: Plan, job: Job): XmlEdits {
  const edits = editXml(document);
  const lost: string[] = [];
  const goes = (element: Element, what: string) => {
    lost.push(`${ordinal === 0 ? job.what : `sheet ${ordinal}`}/${what}`);
    edits.removeElement(element);
  };
  const gone = plan.gone.get(name);
  const isHidden = (areas: readonly Area[]) => areas.length > 0 && areas.every((area) => isUnseen(area, gone));
  const reads = (formula: string) => readsGone(formula, name, plan);
  let number = 0;
  for (const element of elementsOf(document.root)) {
    switch (element.local) {
      case 'hyperlink': {
        number++;
        const location = plainValue(element, 'location') ?? '';
        const isOver = namesGoneSheet(readFormula(location), plan) || plan.lost.has(location.trim().toLowerCase());
        if (isOver || isHidden(areasOf([plainValue(element, 'ref') ?? '']))) goes(element, `link ${number}`);
        break;
      }
      case 'cfRule':
        number++;
        if (isHidden(areasBy(element))) goes(element, `rule ${number}`);
        else if (isIdle(element, plan, `sheet ${ordinal}/rule ${number}`)) goes(element, `rule ${number}`);
        else checkRule(element, name, plan, `sheet ${ordinal}/rule ${number}`);
        break;
      case 'dataValidation':
        number++;
        if (isHidden(areasBy(element))) goes(element, `rule ${number}`);
        else if (formulasIn(element).some((formula) => reads(formula) || holdsGone(formula, plan))) {
          if (plain(element, 'prompt') || plain(element, 'promptTitle')) {
            lost.push(`sheet ${ordinal}/rule ${number}`);
            withoutRule(element, edits);
          } else goes(element, `rule ${number}`);
        }
        break;
      case 'sparkline':
        number++;
        if (isHidden(areasBy(element))) goes(element, `sparkline ${number}`);
        else checkSparkline(element, name, plan, `sheet ${ordinal}/sparkline ${number}`);
        break;
      case 'sparklineGroup':
        if (element.children.some((child) => child.local === 'f' && reads(textOf(child))))
          throw new Refusal('hidden-content', `sheet ${ordinal}: sparklines are drawn along hidden content`);
        break;
      case 'filterColumn':
        number++;
        if (saysGone(element, plan)) goes(element, `filter ${number}`);
        break;
      case 'calculatedColumnFormula':
      case 'totalsRowFormula':
        if (reads(textOf(element))) goes(element, 'table formula');
        break;
      default: {
        const link = plain(element, 'textlink');
        if (link && link.value !== '' && reads(link.value)) {
          lost.push(`${job.what}/shape`);
          edits.setAttribute(element, link, '');
        }
      }
    }
  }
  for (const [i, defined] of definedNames(document).entries())
    if (isLost(defined, { ...plan, names: plan.lost })) goes(defined, `name ${i + 1}`);
  reportReferences(lost, job);
  return edits;
}

/** Where a rule applies: said by the element, by the one around it, or in one inside either. */
function areasBy(element: Element): readonly Area[] {
  const said = [element, element.parent].map(
    (one) => plainValue(one, 'sqref') ?? one?.children.filter(({ local }) => local === 'sqref').map(textOf)[0],
  );
  return areasOf((said.find((one) => one !== undefined) ?? '').trim().split(/\s+/));
}

const FORMULAS = new Set(['formula', 'formula1', 'formula2', 'f']);

function formulasIn(element: Element): readonly string[] {
  return [...elementsOf(element)].filter(({ local, texts }) => FORMULAS.has(local) && texts.length > 0).map(textOf);
}

function checkRule(element: Element, sheet: string, plan: Plan, place: string): void {
  const areas = areasBy(element);
  const refuse = () => new Refusal('hidden-content', `${place}: hidden content decides how seen cells look`);
  const first = areas[0];
  const readers = first && { areas, row: first.top, column: first.left };
  const limits = [...elementsOf(element)].flatMap((one) =>
    one.local === 'cfvo' ? (plainValue(one, 'val') ?? []) : [],
  );
  if ([...formulasIn(element), ...limits].some((formula) => readsGone(formula, sheet, plan, readers))) throw refuse();
  const gone = plan.gone.get(sheet);
  if (COMPARING.has(plainValue(element, 'type') ?? '') && areas.some((area) => gone?.cells.meets(area))) throw refuse();
}

/**
 * A rule for a removed text, which has to go with it (ISO/IEC 29500-1 18.3.1.10). It colours nothing that is left, unless the
 * text is a part of a longer one, or the rule is for what does not contain it.
 */
function isIdle(element: Element, plan: Plan, place: string): boolean {
  const text = plainValue(element, 'text')?.trim().toLowerCase();
  if (text === undefined || !plan.texts.has(text)) return false;
  if (plainValue(element, 'type') === 'notContainsText' || plan.isShownIn(text))
    throw new Refusal('hidden-content', `${place}: a removed text decides how seen cells look`);
  return true;
}

/** Sparklines leave hidden cells out, unless told otherwise. */
function checkSparkline(element: Element, sheet: string, plan: Plan, place: string): void {
  const showsHidden = isTrue(plainValue(element.parent?.parent, 'displayHidden'));
  for (const formula of formulasIn(element)) {
    const reading = readFormula(formula);
    const [only] = reading.references;
    const gone = plan.gone.get(only?.sheet ?? sheet);
    const isLeftOut =
      reading.references.length === 1 &&
      gone !== undefined &&
      [...gone.cells.within(only?.area ?? NOWHERE)].every(
        ([row, column]) => gone.isHiddenRow(row) || gone.isHiddenColumn(column),
      );
    if (readsGone(formula, sheet, plan) && (showsHidden || !isLeftOut))
      throw new Refusal('hidden-content', `${place}: is drawn from hidden content`);
  }
}

const NOWHERE: Area = { left: 0, top: 0, right: 0, bottom: 0 };

/** A list of choices in the rule itself. */
function holdsGone(formula: string, { texts }: Plan): boolean {
  return readFormula(formula).literals.some((list) =>
    list.split(',').some((one) => texts.has(one.trim().toLowerCase())),
  );
}

function saysGone(element: Element, { texts }: Plan): boolean {
  const values = [...elementsOf(element)].flatMap((one) => one.attributes.map(({ value }) => value));
  return values.some((value) =>
    texts.has(
      value
        .replace(/^[*=<>]+|\*+$/g, '')
        .trim()
        .toLowerCase(),
    ),
  );
}

/** What is left of a validation is what it tells who selects the cell. */
function withoutRule(element: Element, edits: XmlEdits): void {
  for (const child of element.children)
    if (child.local === 'formula1' || child.local === 'formula2') edits.removeElement(child);
  for (const name of ['type', 'operator']) {
    const attribute = plain(element, name);
    if (attribute) edits.removeAttribute(element, attribute);
  }
}
