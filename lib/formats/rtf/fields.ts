// Instructions of fields (Rich Text Format 1.9.1, "Fields"; ECMA-376 part 1, 17.16). Those are kept that count and refer
// within the document, and links that everybody can follow; each is written anew, so that nothing else is in it.

import { classifyLink } from '../shared/ooxml/places.ts';

export type Instruction =
  | { readonly outcome: 'kept'; readonly text: string; readonly dropped: readonly string[] }
  | { readonly outcome: 'dropped'; readonly carrier: string; readonly values: readonly string[] };

const COUNTING = /^(?:PAGE|NUMPAGES|SECTION|SECTIONPAGES|SEQ|TOC|AUTONUM|AUTONUMLGL|AUTONUMOUT|LISTNUM)$/;
const REFERRING = /^(?:PAGEREF|REF|NOTEREF)$/;
const EXTERNAL =
  /^(?:INCLUDEPICTURE|INCLUDETEXT|IMPORT|INCLUDE|LINK|DDE|DDEAUTO|DATABASE|EMBED|MACROBUTTON|GOTOBUTTON|RD|AUTOTEXT|AUTOTEXTLIST|GLOSSARY|PRINT|CONTROL|HTMLCONTROL|ADDIN|PRIVATE|ADDRESSBLOCK|MERGEFIELD|GREETINGLINE)$/;

// Formats of numbers and the parts of a list, in quotation marks or not.
const ARGUMENT =
  /^(?:\\[a-z*#@!]|MERGEFORMAT|CHARFORMAT|Arabic|alphabetic|ALPHABETIC|roman|ROMAN|Ordinal|\d+(?:-\d+)?|"\d+(?:-\d+)?"|Table|Figure|Tabel|Figuur|Equation)$/;

/** `renamed` answers what a bookmark is called in the copy. */
export function readInstruction(untrusted: string, renamed: (bookmark: string) => string | undefined): Instruction {
  const words = untrusted.trim().match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const [name = '', ...rest] = words;
  const kind = name.toUpperCase();
  const dropped = (carrier: string): Instruction => ({
    outcome: 'dropped',
    carrier,
    values: [untrusted.trim(), ...rest.map(unquoted)],
  });
  if (kind === 'HYPERLINK') return readLink(rest, renamed) ?? dropped('rtf.link');
  if (COUNTING.test(kind))
    return rest.every((word) => ARGUMENT.test(word)) ? kept([kind, ...rest]) : dropped('rtf.field.other');
  if (REFERRING.test(kind)) {
    const [bookmark = '', ...switches] = rest;
    const called = renamed(unquoted(bookmark));
    return called && switches.every((word) => ARGUMENT.test(word))
      ? kept([kind, called, ...switches])
      : dropped('rtf.field.other');
  }
  return dropped(EXTERNAL.test(kind) ? 'rtf.field.external' : 'rtf.field.other');
}

function readLink(
  words: readonly string[],
  renamed: (bookmark: string) => string | undefined,
): Instruction | undefined {
  const others: string[] = [];
  let address: string | undefined;
  let place: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!/^\\[a-z]$/i.test(word)) address ??= unquoted(word);
    else if (/^\\[lot]$/i.test(word)) {
      const value = unquoted(words[++i] ?? '');
      if (word === '\\l') place = value;
      else others.push(value);
    }
  }
  if (address === undefined || address === '') {
    const called = place === undefined ? undefined : renamed(place);
    return called === undefined ? undefined : kept(['HYPERLINK', '\\l', `"${called}"`], others);
  }
  if (classifyLink(address) !== 'public' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(address)) return undefined;
  return kept(['HYPERLINK', `"${address}"`], place === undefined ? others : [...others, place]);
}

function kept(words: readonly string[], dropped: readonly string[] = []): Instruction {
  return { outcome: 'kept', text: words.join(' '), dropped };
}

function unquoted(word: string): string {
  return word.replace(/^"([\s\S]*)"$/, '$1').replace(/\\(.)/g, '$1');
}
