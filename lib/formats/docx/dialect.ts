// Word documents as a dialect of what Office documents have in common.

import type { Dialect } from '../shared/ooxml/dialect.ts';
import { ancestorOf } from '../shared/ooxml/job.ts';
import { NAMESPACES, vocabularyOf } from '../shared/ooxml/namespaces.ts';
import type { Attribute, Element } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { KEPT_ATTRIBUTES, KEPT_ELEMENTS, KEPT_LATER_ATTRIBUTES, KEPT_PROTECTION, KEPT_SETTINGS } from './kept.ts';
import { wordsOf } from './own-words.ts';
import { DROPPED_PARTS, KEPT_PARTS, MAIN_TYPES } from './parts.ts';
import { cleanGuest, cleanWord } from './structure.ts';
import { isWord, placer } from './word.ts';

export const WORD: Dialect = {
  id: 'docx',
  mainTypes: MAIN_TYPES,
  keptParts: KEPT_PARTS,
  droppedParts: DROPPED_PARTS,
  program: {
    name: 'Microsoft Office Word',
    names: /^Microsoft (?:Office |Macintosh )?Word$/,
    stays: 'with charts of 2007',
  },
  ownWords: [
    ...KEPT_ELEMENTS,
    ...KEPT_ATTRIBUTES,
    ...KEPT_SETTINGS,
    ...NAMESPACES,
    ...[...KEPT_PARTS.values()].flatMap(({ contentTypes }) => contentTypes),
    'normal default standard title document header footer',
    'microsoft office word 12.0000',
  ]
    .join(' ')
    .toLowerCase(),
  wordsOf,
  placer,
  frameOf: (element) =>
    ancestorOf(element, (candidate) => ['drawing', 'pict', 'object'].some((name) => isWord(candidate, name))),
  cleanOwn: cleanWord,
  cleanGuest,
  cleanAttribute(element, attribute, { job, edits, place }) {
    if (!isWord(element, 'documentProtection') || KEPT_PROTECTION.has(attribute.local)) return false;
    if (job.drop('settings.protection', place(element), [attribute.value])) edits.removeAttribute(element, attribute);
    return true;
  },
  hasAttribute(element, { uri, local }) {
    if (vocabularyOf(element.uri) !== 'w') return undefined;
    const vocabulary = vocabularyOf(uri);
    return vocabulary === 'w' ? KEPT_ATTRIBUTES.has(local) : vocabulary === 'w15' && KEPT_LATER_ATTRIBUTES.has(local);
  },
  mend,
};

function mend(element: Element, _attribute: Attribute, edits: XmlEdits): boolean {
  if (isWord(element, 'hyperlink')) edits.unwrap(element);
  else if (isWord(element, 'control') || (vocabularyOf(element.uri) === 'o' && element.local === 'OLEObject')) {
    edits.removeElement(element);
    asPicture(element, edits);
  } else return false;
  return true;
}

/** What is left of an object is its preview: as w:pict, where VML pictures belong, or as the drawing that it is. */
function asPicture(element: Element, edits: XmlEdits): void {
  const object = element.parent;
  if (!object || !isWord(object, 'object')) return;
  if (object.children.some((child) => isWord(child, 'drawing'))) {
    edits.unwrap(object);
    return;
  }
  edits.rename(object, `${object.name.slice(0, object.name.length - object.local.length)}pict`);
  for (const attribute of object.attributes)
    if (vocabularyOf(attribute.uri) !== 'xmlns') edits.removeAttribute(object, attribute);
}
