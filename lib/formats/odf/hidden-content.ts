// Taking away what nobody is shown of a spreadsheet, where policy says so.

import type { Removal } from '../shared/cells/removal.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import type { Styles } from './hidden.ts';
import { checkDrawn, cleanAround } from './hidden-around.ts';
import { emptyCells, takeSheets } from './hidden-cells.ts';
import { type Plan, planRemoval } from './hidden-plan.ts';
import type { Job } from './job.ts';
import { nameOf } from './vocabulary.ts';

/** Answers what goes and the edits that take it away; undefined where nothing does. */
export function takeHidden(
  document: XmlDocument,
  styles: Styles,
  job: Job,
): { readonly edits: XmlEdits; readonly plan: Plan } | undefined {
  const body = bodyOf(document.root);
  if (!body || nameOf(body) !== 'office:spreadsheet') return undefined;
  const plan = planRemoval(body, styles, job);
  if (!plan) return undefined;
  const edits = editXml(document);
  takeSheets(plan, edits, job);
  for (const sheet of plan.staying) emptyCells(document, sheet, plan, edits, job);
  cleanAround(document, plan, edits, job);
  return { edits, plan };
}

/** A chart in a spreadsheet holds a copy of what it is drawn from. */
export function checkChart({ root }: XmlDocument, removal: Removal, job: Job): void {
  for (const [i, element] of [...elementsOf(root)].entries())
    checkDrawn(element, removal, `${job.what}/element ${i + 1}`);
}

function bodyOf(root: Element): Element | undefined {
  return root.children.find((child) => nameOf(child) === 'office:body')?.children[0];
}
