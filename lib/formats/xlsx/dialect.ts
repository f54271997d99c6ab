// Workbooks as a dialect of what Office documents have in common.

import type { Dialect } from '../shared/ooxml/dialect.ts';
import { NAMESPACES, vocabularyOf } from '../shared/ooxml/namespaces.ts';
import schema from '../shared/ooxml/schema.json' with { type: 'json' };
import { hasAttribute } from '../shared/ooxml/schema.ts';
import type { Attribute, Element } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { wordsOf } from './own-words.ts';
import { DROPPED_PARTS, KEPT_PARTS, MAIN_TYPES } from './parts.ts';
import { isSheet } from './spreadsheet.ts';
import { cleanAttribute, cleanOwn, frameOf } from './structure.ts';

const { elements, attributes } = schema.vocabularies.x;

export const SPREADSHEET: Dialect = {
  id: 'xlsx',
  mainTypes: MAIN_TYPES,
  keptParts: KEPT_PARTS,
  droppedParts: DROPPED_PARTS,
  program: { name: 'Microsoft Excel', names: /^Microsoft (?:Macintosh )?Excel(?: Online)?$/, stays: 'always' },
  ownWords: [
    elements,
    attributes[''],
    ...NAMESPACES,
    ...[...KEPT_PARTS.values()].flatMap(({ contentTypes }) => contentTypes),
    'normal standard sheet1 table1 chart title header footer office theme',
    'microsoft excel 12.0000',
  ]
    .join(' ')
    .toLowerCase(),
  wordsOf,
  placer:
    ({ what }) =>
    () =>
      what,
  frameOf,
  cleanOwn,
  cleanGuest: () => undefined,
  cleanAttribute,
  hasAttribute(element, { uri, local }) {
    if (vocabularyOf(element.uri) !== 'x') return undefined;
    const vocabulary = uri === '' ? '' : vocabularyOf(uri);
    return vocabulary !== undefined && (local === 'dyDescent' || hasAttribute('x', vocabulary, local));
  },
  mend,
};

/** Elements for which the relationship is something beside the point. */
const WITHOUT = ['pageSetup', 'pivotCacheDefinition', 'worksheetSource', 'rangeSet', 'dataRef'];

function mend(element: Element, attribute: Attribute, edits: XmlEdits): boolean {
  if (!WITHOUT.some((name) => isSheet(element, name))) return false;
  edits.removeAttribute(element, attribute);
  return true;
}
