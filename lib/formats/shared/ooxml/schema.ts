// What the schemas of ISO/IEC 29500 and of Microsoft's extensions name, outside the main namespace (which kept.ts has by
// itself): elements and attributes by namespace, and the words that enumerations are made of. A name that is not listed
// is dropped, whatever its namespace.

import type { Vocabulary } from './namespaces.ts';
import schema from './schema.json' with { type: 'json' };

type Names = { readonly elements: ReadonlySet<string>; readonly attributes: ReadonlyMap<string, ReadonlySet<string>> };

const setOf = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const VOCABULARIES: ReadonlyMap<string, Names> = new Map(
  Object.entries(schema.vocabularies).map(([name, { elements, attributes }]) => [
    name,
    {
      elements: setOf(elements),
      attributes: new Map(Object.entries(attributes).map(([prefix, names]) => [prefix, setOf(names)])),
    },
  ]),
);

const WORDS: ReadonlySet<string> = setOf(`${schema.words} ${schema.presentationWords}`.toLowerCase());

export function hasElement(vocabulary: Vocabulary, local: string): boolean {
  return VOCABULARIES.get(vocabulary)?.elements.has(local) ?? false;
}

/** Whether elements of a vocabulary may have the attribute; `of` is the attribute's own vocabulary, '' for none. */
export function hasAttribute(vocabulary: Vocabulary, of: Vocabulary | '', local: string): boolean {
  return VOCABULARIES.get(vocabulary)?.attributes.get(of)?.has(local) ?? false;
}

/** Whether the word is a value of some enumeration. */
export function isSchemaWord(word: string): boolean {
  return WORDS.has(word.toLowerCase());
}
