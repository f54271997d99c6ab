// The first round over every XML part: tracked changes are accepted, what the tables call a carrier goes, and what is
// in no table (elements, attributes, namespaces, comments, processing instructions, text between elements) goes too.

import { Refusal } from '../../../core/refusal.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../xml.ts';
import { editXml, type XmlEdits } from '../xml-edit.ts';
import { cleanAttributes, namespaceOf } from './attributes.ts';
import { extensionToDrop } from './extensions.ts';
import { ancestorOf, type Job, type Tally, tally } from './job.ts';
import { isUnderstood as isUnderstoodNamespace, vocabularyOf } from './namespaces.ts';
import { hasElement } from './schema.ts';
import { otherTreatmentOf, TEXT_ELEMENTS } from './treatments.ts';

export type Round = {
  readonly job: Job;
  readonly edits: XmlEdits;
  readonly place: (element: Element) => string;
  readonly counts: Tally;
  /** Elements that lose their tags; what the tags say was found with them. */
  readonly unwrapped: Set<Element>;
};

export function cleanStructure(document: XmlDocument, job: Job): XmlEdits {
  const edits = editXml(document);
  const round: Round = {
    job,
    edits,
    place: job.dialect.placer(job, document),
    counts: tally(job),
    unwrapped: new Set(),
  };
  for (const { start, end, value } of document.comments)
    if (job.drop('xml.comment', job.what, [value])) edits.replace(start, end, '');
  for (const { start, end, value } of document.instructions)
    if (job.drop('xml.instruction', job.what, [value])) edits.replace(start, end, '');
  const gone = new Set<Element>();
  for (const element of elementsOf(document.root)) {
    if (element.parent && gone.has(element.parent)) gone.add(element);
    else if (cleanElement(element, round)) gone.add(element);
    else {
      if (!round.unwrapped.has(element)) cleanAttributes(element, round);
      cleanText(element, round);
    }
  }
  round.counts.report();
  return edits;
}

/** Answers whether the element is gone with everything in it. */
function cleanElement(element: Element, round: Round): boolean {
  const { dialect } = round.job;
  const own = dialect.cleanOwn(element, round);
  if (own !== undefined) return own;
  const vocabulary = vocabularyOf(element.uri);
  const extension = extensionToDrop(element);
  if (extension && round.job.drop(extension.carrier, round.place(element))) {
    round.edits.removeElement(extension.element);
    return true;
  }
  if (vocabulary === undefined) return removeUnknown(element, round);
  const other = otherTreatmentOf(`${vocabulary}:${element.local}`);
  if (other) return remove(element, other, round);
  const guest = dialect.cleanGuest(element, round);
  if (guest !== undefined) return guest;
  if (vocabulary === 'mc' && element.local === 'Choice' && !isUnderstood(element)) return removeChoice(element, round);
  if (!hasElement(vocabulary, element.local)) return remove(element, 'xml.unknown', round);
  checkPlace(element, round);
  return false;
}

/** Elements with text, and those that hold them, where some reader would show them and another would not. */
export function checkPlace(element: Element, { job, place }: Round): void {
  // Alternate content stands wherever its choices may: Word writes emoji as a choice between elements of a run.
  let { parent } = element;
  while (parent && vocabularyOf(parent.uri) === 'mc') parent = parent.parent;
  const name = `${vocabularyOf(element.uri) ?? ''}:${element.local}`;
  const inside = PLACES[name];
  // What is said about texts in charts is said by an example of them.
  const isExample = name === 'a:p' && parent?.local === 'txPr';
  const isBad = inside
    ? !parent || !inside.includes(parent.local)
    : !isExample && BLOCKS.has(name) && /Pr$/.test(parent?.local ?? '');
  if (isBad) throw new Refusal('malformed', `${place(element)}: text where the format has none (${job.what})`);
}

const BLOCKS = new Set(['w:p', 'w:r', 'w:tbl', 'w:sdt', 'w:hyperlink', 'a:p', 'a:r', 'm:r']);
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'w:t': ['r'],
  'w:instrText': ['r'],
  'a:t': ['r', 'fld'],
  'm:t': ['r'],
  'c:v': ['pt', 'tx'],
  'cx:v': ['txData', 'tx'],
};

export function unwrap(element: Element, { edits, unwrapped }: Round): void {
  edits.unwrap(element);
  unwrapped.add(element);
}

/** Carriers that occur in every paragraph: one finding per part says enough. */
const FREQUENT = new Set(['rsid', 'document-id', 'xml.unknown', 'settings.other', 'content-control']);

export function remove(element: Element, carrier: string, { job, edits, place, counts }: Round): boolean {
  const values = valuesOf(element, true, carrier);
  const drop = FREQUENT.has(carrier) ? counts.drop(carrier, ...values) : job.drop(carrier, place(element), values);
  if (drop) edits.removeElement(element);
  return drop;
}

/** What the element says about people, and with `inside` what stands in it. */
export function valuesOf(element: Element, inside: boolean, carrier = ''): string[] {
  const all = inside ? [...elementsOf(element)] : [element];
  const telling = (local: string) => TELLING.has(local) || (local === 'val' && VALUED.has(carrier));
  const values = all.flatMap(({ attributes }) =>
    attributes.filter(({ local }) => telling(local)).map(({ value }) => value),
  );
  if (!inside) return values;
  const texts = all.flatMap((one) => one.texts.map(({ value }) => (isCode(one) ? codeValue(value) : value)));
  return [...values, ...texts, texts.length > 1 && !all.some(isCode) ? textOf(element) : ''].filter(
    (value) => value !== '',
  );
}

const TELLING = new Set([
  'author',
  'initials',
  'ed',
  'descr',
  'userId',
  'xpath',
  'storeItemID',
  'hash',
  'hashValue',
  'salt',
  'saltValue',
]);
/** Carriers whose elements hold what they say in w:val. */
const VALUED = new Set(['settings.variable', 'settings.mail-merge', 'content-control']);

const isCode = (element: Element) => element.local === 'instrText' || element.local === 'delInstrText';

/** The code of a deleted field may stand in the document a second time; only places say something. */
function codeValue(code: string): string {
  return /[\\/@][^\s"]{4}/.test(code.replace(/\\[a-z*#@!]\s/gi, '')) ? code.trim() : '';
}

function isUnderstood(choice: Element): boolean {
  const prefixes =
    choice.attributes
      .find(({ local, uri }) => local === 'Requires' && uri === '')
      ?.value.trim()
      .split(/\s+/) ?? [];
  return prefixes.every((prefix) => isUnderstoodNamespace(namespaceOf(choice, prefix) ?? ''));
}

/** Alternate content must have a choice: without one, the fallback stands alone. */
function removeChoice(choice: Element, round: Round): boolean {
  if (!round.counts.drop('xml.unknown')) return false;
  round.edits.removeElement(choice);
  const alternate = choice.parent;
  const isChoice = (child: Element) => vocabularyOf(child.uri) === 'mc' && child.local === 'Choice';
  if (alternate?.children.filter(isChoice).every((child) => !isUnderstood(child))) {
    round.edits.unwrap(alternate);
    for (const child of alternate.children) if (child.local === 'Fallback') round.edits.unwrap(child);
  }
  return true;
}

function removeUnknown(element: Element, round: Round): boolean {
  const prefix = element.name.includes(':') ? element.name.slice(0, element.name.indexOf(':')) : '';
  const extension = ancestorOf(element, ({ local }) => local === 'ext' || local === 'extLst');
  const optional = extension !== undefined || isIgnorable(element, prefix) || isForeignVml(element);
  if (!optional) throw new Refusal('unsupported', `${round.job.what}: an element of a namespace that is in no table`);
  return remove(element, 'xml.unknown', round);
}

function isIgnorable(element: Element, prefix: string): boolean {
  for (let current: Element | undefined = element; current; current = current.parent) {
    const list = current.attributes.find(({ local, uri }) => local === 'Ignorable' && vocabularyOf(uri) === 'mc');
    if (list?.value.split(/\s+/).includes(prefix)) return true;
  }
  return false;
}

/** VML may hold data of other programs, which Word reads past (ISO/IEC 29500-4 19.4). */
function isForeignVml(element: Element): boolean {
  return element.uri.startsWith('urn:schemas-microsoft-com:office:');
}

function cleanText(element: Element, { job, edits, place }: Round): void {
  const vocabulary = vocabularyOf(element.uri);
  const isText = TEXT_ELEMENTS.get(`${vocabulary ?? ''}:${element.local}`);
  for (const { start, end, value } of element.texts) {
    if (value.trim() === '' || isText?.(value.trim())) continue;
    if (job.drop('text.stray', place(element), [value])) edits.replace(start, end, '');
  }
}
