// Names of bookmarks. Those that programs count are kept; what somebody chose becomes a number, the same everywhere.

import { textOf } from './texts.ts';
import { type Group, headOf, type Item } from './tokens.ts';

export type Bookmarks = {
  /** What it is called in the copy; undefined where it says only where the author stopped. */
  readonly renamed: (name: string) => string | undefined;
};

const COUNTED = /^(?:_(?:Toc|Ref|Hlk|Hlt)\d{1,12}|OLE_LINK\d{1,4}|bm\d{1,6})$/;
const PREFIX = 'bm';
const MAX_NAMES = 100_000;

export function bookmarksIn(bytes: Buffer, root: Group): Bookmarks {
  const taken = new Set<string>();
  const walk = (items: readonly Item[]) => {
    for (const item of items) {
      if (item.kind !== 'group') continue;
      if (headOf(item)?.word === 'bkmkstart' && taken.size < MAX_NAMES)
        taken.add(textOf(bytes, item.items, 1252).trim());
      else walk(item.items);
    }
  };
  walk(root.items);
  const names = new Map<string, string>();
  let number = 0;
  return {
    renamed(name) {
      if (name === '_GoBack' || name === '') return undefined;
      if (COUNTED.test(name)) return name;
      const known = names.get(name);
      if (known) return known;
      do number++;
      while (taken.has(`${PREFIX}${number}`));
      names.set(name, `${PREFIX}${number}`);
      return `${PREFIX}${number}`;
    },
  };
}
