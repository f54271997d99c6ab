// SpreadsheetML in the first round: what the tables call a carrier goes, and what is in no table.

import { ancestorOf } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { hasElement } from '../shared/ooxml/schema.ts';
import { type Round, remove } from '../shared/ooxml/structure.ts';
import { type Attribute, type Element, elementsOf } from '../shared/xml.ts';
import { ATTRIBUTES, ELEMENTS } from './sheet-markup.ts';
import { isSheet, plainValue } from './spreadsheet.ts';

/** Answers whether the element is gone with everything in it; undefined where the rules of all dialects decide. */
export function cleanOwn(element: Element, round: Round): boolean | undefined {
  const vocabulary = vocabularyOf(element.uri);
  if (vocabulary === 'mc' && element.local === 'AlternateContent') return cleanAlternate(element, round);
  if (vocabulary === 'xr') return removeTelling(element, 'document-id', round);
  if (vocabulary === 'x15ac') return removeTelling(element, 'abs-path', round);
  if (vocabulary === 'xdr') return cleanAnchored(element, round);
  if (vocabulary !== 'x' || element.local === 'ext' || element.local === 'extLst') return undefined;
  const carrier = ELEMENTS.get(element.local);
  if (carrier) return removeTelling(element, carrier, round);
  return hasElement('x', element.local) ? false : remove(element, 'xml.unknown', round);
}

/** Excel keeps the folder of the workbook in a choice of its own: the choice goes with it. */
function cleanAlternate(element: Element, round: Round): boolean | undefined {
  const inside = [...elementsOf(element)];
  if (inside.some(({ uri }) => vocabularyOf(uri) === 'x15ac')) return removeTelling(element, 'abs-path', round);
  const own = inside.find((one) => vocabularyOf(one.uri) === 'x' && ELEMENTS.has(one.local));
  return own ? removeTelling(element, ELEMENTS.get(own.local) ?? 'xml.unknown', round) : undefined;
}

/** A slicer is a drawing that leads to a part of its own; a control is a hidden shape beside its VML. */
function cleanAnchored(element: Element, round: Round): boolean | undefined {
  const isAnchor = /^(?:twoCell|oneCell|absolute)Anchor$/.test(element.local);
  if (!isAnchor) return undefined;
  const inside = [...elementsOf(element)];
  const isSlicer = inside.some(({ local, attributes }) => {
    const uri = local === 'graphicData' ? attributes.find((one) => one.local === 'uri')?.value : undefined;
    return uri !== undefined && /\/(?:time)?slicer$/.test(uri);
  });
  if (isSlicer) return removeTelling(element, 'slicer', round);
  const isControl = inside.some(
    ({ local, attributes }) => local === 'compatExt' && attributes.some((one) => one.local === 'spid'),
  );
  return isControl ? remove(element, 'active-x', round) : undefined;
}

const TELLING = new Set(['url', 'userName', 'user', 'name', 'comment', 'description', 'destinationFile', 'title']);

/** With what its attributes say, and those of the elements in it. */
function removeTelling(element: Element, carrier: string, round: Round): boolean {
  const values = [...elementsOf(element)].flatMap(({ attributes, texts }) => [
    ...attributes.filter(({ local, uri }) => isTelling(local, uri)).map(({ value }) => value),
    ...texts.map(({ value }) => value),
  ]);
  if (!round.job.drop(carrier, round.place(element), values)) return false;
  round.edits.removeElement(element);
  return true;
}

function isTelling(local: string, uri: string): boolean {
  const vocabulary = vocabularyOf(uri);
  if (vocabulary === 'r' || vocabulary === 'xmlns' || vocabulary === 'mc') return false;
  return TELLING.has(local) || /(?:hash|salt)Value$/i.test(local) || local === 'documentId';
}

/** Whether an attribute is done with. */
export function cleanAttribute(element: Element, attribute: Attribute, round: Round): boolean {
  const { edits, counts } = round;
  const { local, uri, value } = attribute;
  if (uri !== '') return false;
  const vocabulary = vocabularyOf(element.uri);
  if (vocabulary === 'xdr' && (local === 'macro' || local === 'textlink')) {
    if (value === '' || (local === 'textlink' && !/[[\\|]|:\/\//.test(value))) return true;
    if (counts.drop(local === 'macro' ? 'macro' : 'formula.external', value))
      edits.setAttribute(element, attribute, '');
    return true;
  }
  if (vocabulary !== 'x') return false;
  const carrier = ATTRIBUTES.get(`${element.local}@${local}`) ?? ATTRIBUTES.get(`@${local}`);
  if (!carrier || (carrier === 'code-name' && element.local === 'fileVersion')) return false;
  if (counts.drop(carrier, value)) edits.removeAttribute(element, attribute);
  return true;
}

/** The anchor that holds a drawing. */
export function frameOf(element: Element): Element | undefined {
  return ancestorOf(element, ({ uri, local }) => vocabularyOf(uri) === 'xdr' && local.endsWith('Anchor'));
}

/** Whether the root of a part is this element of SpreadsheetML. */
export function isRoot(root: Element, local: string): boolean {
  return root.parent === undefined && isSheet(root, local);
}

/** Whether a rule or name is one that Excel itself makes: print areas and titles, filters. */
export function isBuiltInName(element: Element): boolean {
  return /^_xlnm\.(?!Auto_|Recorder|Data_Form)/i.test(plainValue(element, 'name') ?? '');
}
