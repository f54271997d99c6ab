// Whether text is seen, as words switch it (Rich Text Format 1.9.1, "Character Text", "Track Changes").

import type { Group, Item } from './tokens.ts';

export type State = {
  readonly hidden: boolean;
  /** Hidden by the style of the paragraph, or by that of the letters. */
  readonly byParagraph: boolean;
  readonly byLetters: boolean;
  readonly deleted: boolean;
  /** How many characters behind a character in Unicode stand for it (uc). */
  readonly fallback: number;
};

export const VISIBLE: State = { hidden: false, byParagraph: false, byLetters: false, deleted: false, fallback: 1 };

type Word = Item & { readonly kind: 'word' };

const CHOOSES = new Set(['s', 'cs', 'ds', 'ts']);

/** The state after a word; undefined where it is no word that changes it. */
export function next(state: State, { word, param }: Word, hiddenStyles: ReadonlySet<string>): State | undefined {
  if (word === 'uc') return { ...state, fallback: param ?? 1 };
  if (word === 'plain') return { ...VISIBLE, fallback: state.fallback };
  if (word === 'v') return { ...state, hidden: param !== 0, byParagraph: false, byLetters: false };
  if (word === 'pard') return { ...state, byParagraph: hiddenStyles.has('s0') };
  if (word === 'deleted' || word === 'mvf') return { ...state, deleted: param !== 0 };
  if (!CHOOSES.has(word)) return undefined;
  const isHidden = hiddenStyles.has(`${word}${param ?? ''}`);
  if (word === 's') return { ...state, byParagraph: isHidden };
  return word === 'cs' || isHidden ? { ...state, byLetters: isHidden } : undefined;
}

export function isHiddenBy(word: string): boolean {
  return word === 'v' || word === 'deleted' || word === 'mvf';
}

const MAX_STYLES = 20_000;

/** Styles whose text is hidden, by the word and number that choose them. */
export function hiddenStyles(root: Group): ReadonlySet<string> {
  const hidden = new Set<string>();
  const based = new Map<string, string[]>();
  for (const table of root.items) {
    if (table.kind !== 'group' || !table.items.some((item) => item.kind === 'word' && item.word === 'stylesheet'))
      continue;
    for (const style of table.items.slice(0, MAX_STYLES)) {
      if (style.kind !== 'group') continue;
      const words = style.items.filter((item) => item.kind === 'word');
      const chosen = words.find(({ word }) => CHOOSES.has(word));
      // Without a word it is paragraph style 0.
      const name = chosen ? `${chosen.word}${chosen.param ?? ''}` : 's0';
      const switches = words.find(({ word }) => word === 'v');
      if (switches && switches.param !== 0) hidden.add(name);
      const base = words.find(({ word }) => word === 'sbasedon')?.param;
      const outer = `${chosen?.word ?? 's'}${base ?? ''}`;
      if (switches || base === undefined) continue;
      const heirs = based.get(outer);
      if (heirs) heirs.push(name);
      else based.set(outer, [name]);
    }
  }
  // A set is walked with what is added meanwhile.
  for (const name of hidden) for (const heir of based.get(name) ?? []) hidden.add(heir);
  return hidden;
}
