// Presentations as a dialect of what Office documents have in common.

import type { Dialect } from '../shared/ooxml/dialect.ts';
import { NAMESPACES, vocabularyOf } from '../shared/ooxml/namespaces.ts';
import type { Attribute, Element } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import {
  KEPT_ATTRIBUTES,
  KEPT_ELEMENTS,
  KEPT_LATER_ATTRIBUTES,
  KEPT_TRANSITION_ATTRIBUTES,
  KEPT_TRANSITIONS,
} from './kept.ts';
import { wordsOf } from './own-words.ts';
import { DROPPED_PARTS, KEPT_PARTS, MAIN_TYPES } from './parts.ts';
import { frameOf, isShow, placer } from './show.ts';
import { cleanAttribute, cleanGuest, cleanShow } from './structure.ts';

export const SHOW: Dialect = {
  id: 'pptx',
  mainTypes: MAIN_TYPES,
  keptParts: KEPT_PARTS,
  droppedParts: DROPPED_PARTS,
  program: {
    name: 'Microsoft Office PowerPoint',
    names: /^Microsoft (?:Office |Macintosh )?PowerPoint$/,
    stays: 'with charts of 2007',
  },
  ownWords: [
    ...KEPT_ELEMENTS,
    ...KEPT_ATTRIBUTES,
    ...NAMESPACES,
    ...[...KEPT_PARTS.values()].flatMap(({ contentTypes }) => contentTypes),
    // What Office calls the documents that it embeds, which their names are made of.
    'microsoft_excel_worksheet microsoft_word_document microsoft_powerpoint_presentation microsoft_powerpoint_slide',
    'microsoft office powerpoint 12.0000',
    'title slide content object picture',
    'excel.sheet.12 excel.sheet.8 word.document.12 word.document.8 powerpoint.show.12 powerpoint.show.8',
  ]
    .join(' ')
    .toLowerCase(),
  wordsOf,
  placer,
  frameOf,
  cleanOwn: cleanShow,
  cleanGuest,
  cleanAttribute,
  hasAttribute(element, { uri, local }) {
    const of = vocabularyOf(element.uri) ?? '';
    const vocabulary = vocabularyOf(uri);
    if (KEPT_TRANSITIONS[of]) return uri === '' && KEPT_TRANSITION_ATTRIBUTES.has(local);
    if (of !== 'p') return undefined;
    return uri === '' ? KEPT_ATTRIBUTES.has(local) : vocabulary === 'p14' && KEPT_LATER_ATTRIBUTES.has(local);
  },
  mend,
};

function mend(element: Element, _attribute: Attribute, edits: XmlEdits): boolean {
  // An object that is gone makes room for its picture, once what else is said about it has been cleaned.
  if (isShow(element, 'oleObj')) return true;
  if (isShow(element, 'notesMasterId') || isShow(element, 'handoutMasterId'))
    edits.removeElement(element.parent ?? element);
  else return false;
  return true;
}
