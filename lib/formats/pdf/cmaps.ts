// Character maps (ISO 32000-2 9.7.5, 9.10.3): PostScript in which names and strings are free. What maps codes is kept;
// what the map and its collection are called is kept where the name is one of the public ones.

import { isPlain } from './resource-names.ts';

// Annex C's predefined maps, Adobe's collections, and what most programs call the map to Unicode.
const PUBLIC =
  /^(?:(?:Adobe-)?(?:Identity|GB1|CNS1|Japan1|Korea1|KR)-(?:UCS2?|UTF16|UTF32|H|V|\d{1,2})(?:-\d)?|(?:Uni|GB|CNS|ETen|B5|HK|KSC|90|83|78|Add|Ext|EUC|Hojo|Hiragana|Katakana|Roman|WP|T1Encoding|H$|V$)[A-Za-z\d]{0,10}(?:-[A-Za-z\d]{1,6}){0,3})$/;
const COLLECTIONS =
  /^(?:Adobe|UCS|UCS2|Identity|GB1|CNS1|Japan1|Japan2|Korea1|KR|Unknown|T1UV|T42UV|TeX|WinCharSetFFFF)$/;
const OURS = 'Custom';

/** What a character map may be called. */
export function cmapName(name: string): string {
  return PUBLIC.test(name) || isPlain(name) ? name : OURS;
}

/** What a character collection, or who registered it, may be called: a font and its map have to say the same. */
export function collectionName(name: string): string {
  return COLLECTIONS.test(name) || isPlain(name) ? name : OURS;
}

export type CleanCMap = { readonly text: string; readonly removed: readonly string[] };

/** A map without names and texts that are not public; undefined where it has none. */
export function cleanCMap(text: string): CleanCMap | undefined {
  const removed: string[] = [];
  const replace = (old: string, now: string) => {
    if (old !== now) removed.push(old);
    return now;
  };
  // A map that extends another names it; those names belong together.
  const extendsOther = /\busecmap\b/.test(text);
  const named = extendsOther
    ? text
    : text.replace(
        /(\/CMapName\s*\/)([^\s()<>[\]{}/%]+)/g,
        (_, key: string, name: string) => key + replace(name, cmapName(name)),
      );
  const clean = named.replace(
    /\(([^()\\]*(?:\\[\s\S][^()\\]*)*)\)/g,
    (_, words: string) => `(${replace(words, collectionName(words))})`,
  );
  return removed.length > 0 ? { text: clean, removed } : undefined;
}
