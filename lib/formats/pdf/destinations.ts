// Named destinations (ISO 32000-2 12.3.2.4): the name tree, and the dictionary of PDF 1.1. Names are kept, because
// others link to them; one that holds a path or an address becomes a number.

import { PDFArray, PDFDict, PDFName, type PDFObject } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import type { Actions } from './actions.ts';
import type { Copy } from './copy.ts';
import { arrayObject, decodeText, dictAt, dictObject, nameText, stringObject } from './objects.ts';
import { hasPath, valuesOf } from './texts.ts';
import { namesOf } from './trees.ts';

export type Destinations = {
  /** What a name (one character a byte) is called now; undefined when nothing has that name. */
  renamed(name: string): string | undefined;
  tree(at: string, copy: Copy): PDFObject | undefined;
  dictionary(at: string, copy: Copy): PDFObject | undefined;
  /** Actions and destinations know each other. */
  use(actions: Actions): void;
};

export function destinationsOf(catalog: PDFDict, found: Found): Destinations {
  const names = dictAt(catalog, 'Names');
  const tree = namesOf(names?.get(PDFName.of('Dests')), catalog.context);
  const old = new Map(
    dictAt(catalog, 'Dests')
      ?.entries()
      .map(([key, value]) => [nameText(key), value]),
  );
  const renamed = new Map<string, string>();
  for (const name of [...tree.keys(), ...old.keys()].toSorted()) {
    if (renamed.has(name)) continue;
    const text = decodeText(Buffer.from(name, 'latin1'));
    const speaks = hasPath(text) || /[\w.+-]+@[\w-]+\.\w/.test(text);
    if (speaks) found('pdf.destination.name', 'catalog/Names/Dests', { values: valuesOf([text]) });
    renamed.set(name, speaks ? freeName(renamed.size) : name);
  }
  function freeName(start: number): string {
    let number = start + 1;
    while (tree.has(`destination ${number}`) || old.has(`destination ${number}`)) number += 1;
    return `destination ${number}`;
  }

  let known: Actions | undefined;
  const kept = (
    entries: ReadonlyMap<string, PDFObject>,
    at: string,
    copy: Copy,
  ): readonly (readonly [string, PDFObject])[] =>
    [...entries]
      .flatMap(([name, value]) => {
        const goal = known?.destination(value, at, copy);
        const called = renamed.get(name);
        // A name that leads to a name would be a second way to say the same.
        return goal instanceof PDFArray && called !== undefined ? [[called, goal] as const] : [];
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1));

  return {
    renamed: (name) => renamed.get(name),
    use(actions) {
      known = actions;
    },
    tree(at, copy) {
      const pairs = kept(tree, at, copy).flatMap(([name, goal]) => [stringObject(Buffer.from(name, 'latin1')), goal]);
      return pairs.length > 0 ? dictObject(copy.target, [['Names', arrayObject(copy.target, pairs)]]) : undefined;
    },
    dictionary(at, copy) {
      const made = PDFDict.withContext(copy.target);
      for (const [name, goal] of kept(old, at, copy)) made.set(PDFName.of(name.replace(/#/g, '#23')), goal);
      return made.keys().length > 0 ? made : undefined;
    },
  };
}
