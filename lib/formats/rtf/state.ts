// Whether text is seen, as words switch it (Rich Text Format 1.9.1, "Character Text", "Track Changes").

import type { Group, Item } from './tokens.ts';

export type State = { readonly hidden: boolean; readonly deleted: boolean };

export const VISIBLE: State = { hidden: false, deleted: false };

type Word = Item & { readonly kind: 'word' };

const CHOOSES = new Set(['s', 'cs', 'ds', 'ts']);

/** The state after a word; undefined where it is no word that changes it. */
export function next(state: State, { word, param }: Word, hiddenStyles: ReadonlySet<string>): State | undefined {
  if (word === 'plain') return VISIBLE;
  if (word === 'v') return { ...state, hidden: param !== 0 };
  if (word === 'deleted' || word === 'mvf') return { ...state, deleted: param !== 0 };
  if (CHOOSES.has(word) && hiddenStyles.has(`${word}${param ?? ''}`)) return { ...state, hidden: true };
  return undefined;
}

export function isHiddenBy(word: string): boolean {
  return word === 'v' || word === 'deleted' || word === 'mvf';
}

const MAX_STYLES = 20_000;

/** Styles whose text is hidden, by the word and number that choose them. */
export function hiddenStyles(root: Group): ReadonlySet<string> {
  const hidden = new Set<string>();
  for (const table of root.items) {
    if (table.kind !== 'group' || !table.items.some((item) => item.kind === 'word' && item.word === 'stylesheet'))
      continue;
    for (const style of table.items.slice(0, MAX_STYLES)) {
      if (style.kind !== 'group') continue;
      const words = style.items.filter((item) => item.kind === 'word');
      if (!words.some(({ word, param }) => word === 'v' && param !== 0)) continue;
      const chosen = words.find(({ word }) => CHOOSES.has(word));
      // Without a word it is paragraph style 0.
      hidden.add(chosen ? `${chosen.word}${chosen.param ?? ''}` : 's0');
    }
  }
  return hidden;
}
