// Ids that programs draw at random: of fields, of the points of diagrams, of styles for tables that somebody made. They only
// have to be unlike each other, and by them documents can be matched; here they are numbers.

import known from '../../../core/probes-guids.json' with { type: 'json' };
import { type Attribute, type Element, elementsOf } from '../xml.ts';
import { editXml } from '../xml-edit.ts';
import { tally } from './job.ts';
import { vocabularyOf } from './namespaces.ts';
import { round, type Xml } from './rounds.ts';

const GUID = /^\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$/;
const NUMBERED = /^\{0{8}-(?:0{4}-){3}0{8}[0-9A-F]{4}\}$/;
const KNOWN = new Set(known.guids.map((guid) => `{${guid.toUpperCase()}}`));
const IN_DIAGRAMS = new Set(
  'modelId srcId destId parTransId sibTransId presAssocID cxnId'.split(' ').map((name) => name.toLowerCase()),
);

/** Gives numbers to the ids of all parts, the same to the same. */
export function renumberGuids(parts: readonly Xml[]): void {
  const all = parts.flatMap(({ document }) => [...elementsOf(document.root)].flatMap((one) => [...idsIn(one)]));
  const taken = new Set(all.flatMap(({ value }) => NUMBERED.exec(value)?.[0] ?? []));
  const fresh = new Map<string, string>();
  let number = 1;
  for (const { value } of all) {
    const key = value.toUpperCase();
    if (NUMBERED.test(value) || KNOWN.has(key) || fresh.has(key)) continue;
    while (taken.has(numbered(number))) number++;
    fresh.set(key, numbered(number++));
  }
  if (fresh.size === 0) return;
  for (const part of parts) {
    round(part, (document) => {
      const edits = editXml(document);
      const counts = tally(part.job);
      for (const element of elementsOf(document.root)) {
        for (const { value, attribute, start, end } of idsIn(element)) {
          const name = fresh.get(value.toUpperCase());
          if (name === undefined || !counts.drop('document-id', value)) continue;
          if (attribute) edits.setAttribute(element, attribute, name);
          else edits.replace(start, end, name);
        }
      }
      counts.report();
      return edits;
    });
  }
}

const numbered = (number: number) => `{00000000-0000-0000-0000-${number.toString(16).toUpperCase().padStart(12, '0')}}`;

type Id = {
  readonly value: string;
  readonly attribute: Attribute | undefined;
  readonly start: number;
  readonly end: number;
};

function* idsIn(element: Element): Generator<Id> {
  const vocabulary = vocabularyOf(element.uri);
  for (const attribute of element.attributes) {
    if (isId(element.local, vocabulary, attribute) && GUID.test(attribute.value))
      yield { value: attribute.value, attribute, start: 0, end: 0 };
  }
  if (vocabulary !== 'a' || element.local !== 'tableStyleId') return;
  for (const { value, start, end } of element.texts)
    if (GUID.test(value)) yield { value, attribute: undefined, start, end };
}

function isId(element: string, vocabulary: string | undefined, { local, uri }: Attribute): boolean {
  if (uri !== '') return false;
  if (vocabulary === 'dgm' || vocabulary === 'dsp') return IN_DIAGRAMS.has(local.toLowerCase());
  if (vocabulary !== 'a') return false;
  return (
    (element === 'fld' && local === 'id') ||
    (element === 'tblStyle' && local === 'styleId') ||
    (element === 'tblStyleLst' && local === 'def')
  );
}
