// Names of fonts (ISO 32000-2 9.6.2, 9.9.2). Readers choose substitutes by them and tell subsets apart, so they are
// kept, unless somebody's folder or address is in one.

import { hasPath } from '../texts.ts';

/** The font's name, or a word for any font where the name is a path or an address. The tag of a subset stays. */
export function fontName(name: string): string {
  if (!isOfSomebody(name)) return name;
  return `${/^[A-Z]{6}\+/.exec(name)?.[0] ?? ''}Font`;
}

/** Names of fonts, licences and trademarks are the makers'; paths and addresses are somebody's. */
export function isOfSomebody(text: string): boolean {
  return hasPath(text) || /\S@\S/.test(text);
}
