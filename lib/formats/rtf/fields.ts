// Instructions of fields (Rich Text Format 1.9.1, "Fields"). Those are kept that count and refer within the document, and
// links that everybody can follow; each is written anew, so that nothing else is in it.

import { Refusal } from '../../core/refusal.ts';
import { argumentsFor } from '../shared/field-arguments.ts';
import { fateOf, fieldCarrier, kindOf, linkOf, type Spoken } from '../shared/field-kinds.ts';
import { classifyLink } from '../shared/ooxml/places.ts';

export type Instruction =
  | { readonly outcome: 'kept'; readonly text: string; readonly dropped: readonly string[] }
  | { readonly outcome: 'dropped'; readonly values: readonly string[] };

/** What a document says of fields. */
export type Told = {
  /** What a bookmark is called in the copy. */
  readonly renamed: (bookmark: string) => string | undefined;
  /** Whether policy keeps what a link of this carrier leads to. */
  readonly keeps: (carrier: string) => boolean;
};

// Names of styles, lists and entries are not looked up: what asks for them becomes the text that it shows.
const NOTHING: Spoken = { kinds: new Set(), bookmarks: new Set(), styles: new Set(), lists: new Set() };
const REFERRING: ReadonlySet<string> = new Set(['PAGEREF', 'REF', 'NOTEREF']);
// Formats of numbers and the parts of a list, in quotation marks or not.
const ARGUMENT =
  /^(?:\\[a-z*#@!]|MERGEFORMAT|CHARFORMAT|Arabic|alphabetic|ALPHABETIC|roman|ROMAN|Ordinal|\d+(?:-\d+)?|"\d+(?:-\d+)?"|Table|Figure|Tabel|Figuur|Equation|(?:Number|Outline|Legal)Default)$/;
const SYMBOL =
  /^\s*SYMBOL +(?:\d{1,5}|0x[\da-f]{1,4})(?: +\\(?:f +"?(?:Symbol|Wingdings(?: [23])?|Webdings|ZapfDingbats|Times New Roman|Arial|Courier New|Calibri)"?|s +\d{1,3}|[ahju]|\* +MERGEFORMAT))*\s*$/i;

/** The field as it may stay. Throws Refusal('unsupported') where it is drawn from its instruction and cannot be. */
export function readInstruction(untrusted: string, told: Told): Instruction {
  const code = untrusted.trim();
  const kind = kindOf(code);
  const words = code.match(/"(?:[^"\\]|\\.)*"|\S+/g)?.slice(1) ?? [];
  const dropped: Instruction = { outcome: 'dropped', values: [code, ...words.map(unquoted)] };
  if (kind === 'HYPERLINK') return readLink(code, told) ?? dropped;
  if (kind === 'SYMBOL' && SYMBOL.test(code)) return kept([kind, ...words]);
  if (kind === 'SYMBOL' || kind === 'EQ') throw new Refusal('unsupported', 'a field that draws what it says');
  if (REFERRING.has(kind)) {
    const [bookmark = '', ...switches] = words;
    const called = told.renamed(unquoted(bookmark));
    return called && switches.every((word) => ARGUMENT.test(word)) ? kept([kind, called, ...switches]) : dropped;
  }
  const fate = fateOf(code, NOTHING);
  if (fate === 'alone') return kept([kind], words.map(unquoted));
  return fate === 'stays' && words.every((word) => ARGUMENT.test(word)) ? kept([kind, ...words]) : dropped;
}

function readLink(code: string, { renamed, keeps }: Told): Instruction | undefined {
  const address = linkOf(code);
  const switches = argumentsFor('HYPERLINK', code)?.switches;
  const place = switches?.get('l');
  const others = ['o', 't'].map((letter) => switches?.get(letter) ?? '').filter((said) => said !== '');
  if (address === undefined || address === '') {
    const called = place === undefined ? undefined : renamed(place);
    return called === undefined ? undefined : kept(['HYPERLINK', '\\l', `"${called}"`], others);
  }
  const isKept = classifyLink(address) === 'public' || keeps(fieldCarrier(code));
  if (!isKept || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(address)) return undefined;
  return kept(['HYPERLINK', `"${address}"`], place === undefined ? others : [...others, place]);
}

function kept(words: readonly string[], dropped: readonly string[] = []): Instruction {
  return { outcome: 'kept', text: words.join(' '), dropped };
}

function unquoted(word: string): string {
  return word.replace(/^"([\s\S]*)"$/, '$1').replace(/\\(.)/g, '$1');
}
