// What an element that goes says, for the proof that it is gone.

import { type Element, elementsOf, textOf } from '../shared/xml.ts';

/** What an element that goes says: its texts, whole paragraphs, and its attributes. */
export function textsOf(element: Element): readonly string[] {
  const values = new Set<string>();
  for (const inner of elementsOf(element)) {
    for (const { value } of inner.texts) values.add(value);
    if (inner.local === 'p') values.add(textOf(inner));
    for (const value of attributesOf(inner)) values.add(value);
  }
  return [...values];
}

const TELLING = new Set(
  ['href', 'string-value', 'name', 'value', 'formula', 'condition', 'database-name', 'title'].concat([
    'dde-topic',
    'dde-item',
    'author',
    'command',
    'datasource',
    'macro-name',
    'description',
  ]),
);

export function attributesOf({ attributes }: Element): readonly string[] {
  return attributes
    .filter(({ local, name }) => TELLING.has(local) && !name.startsWith('xmlns'))
    .map(({ value }) => value);
}
