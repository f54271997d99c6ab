// Names of resources (ISO 32000-2 7.8.3). Programs count them (F1, GS0, Im12); what somebody or some library called them
// otherwise can be a person's name or an identifier that ties documents together, and becomes such a number too.

import { type PDFContext, PDFDict } from 'pdf-lib';
import type { Category } from './content-operators.ts';
import { fontName } from './fonts/names.ts';
import { nameAt } from './objects.ts';
import { valuesOf } from './texts.ts';

// A word that programs count with, and a number.
const COUNTED =
  /^(?:[A-Za-z]{1,3}|Image|Img|Form|FormXob|Font|Meta|Pattern|Shading|Xobj|Cs|Drawn|PmdIm|PmdFm|fzFrm|fzImg)?\d{0,6}(?:[._+-][A-Za-z]?\d{1,4}){0,2}$/;
// Abbreviations that forms of Acrobat use, and names that readers look for by themselves (8.6.5.6).
const WORDS = new Set(
  'Helv HeBo HeOb Cour CoBo TiRo TiBo TiIt ZaDb ZaDi Symb TransGs XTTrans DefaultGray DefaultRGB DefaultCMYK'.split(
    ' ',
  ),
);

/** Colour spaces that are no resources, with the abbreviations of inline pictures. */
export const SPACES: ReadonlySet<string> = new Set(
  'DeviceGray DeviceRGB DeviceCMYK Pattern CalGray CalRGB CalCMYK Lab Indexed G RGB CMYK I'.split(' '),
);

/** Colour spaces that readers take from the resources without an operator that names them. */
export const IMPLICIT: ReadonlySet<string> = new Set(['DefaultGray', 'DefaultRGB', 'DefaultCMYK']);

const PREFIXES: Readonly<Record<Category, string>> = {
  XObject: 'X',
  Font: 'F',
  ExtGState: 'GS',
  ColorSpace: 'CS',
  Pattern: 'P',
  Shading: 'Sh',
  Properties: 'MC',
};

/** Whether it is a name that programs count with. */
export function isPlain(name: string): boolean {
  return COUNTED.test(name) || WORDS.has(name);
}

/** Whether a name is so particular that it is worth searching for afterwards: no single word, no number. */
export function isTellingName(name: string): boolean {
  return name.length >= 8 && /[A-Za-z]{3}/.test(name) && /[\s\d_.@\\/#-]|[a-z][A-Z]/.test(name);
}

export type ResourceNames = {
  /** Says that something is called so. */
  add(name: string): void;
  /** What a resource is called in the copy: the same everywhere in the document, whichever dictionary it is in. */
  called(category: Category, name: string): string;
  /** Of names that are gone, those worth searching for afterwards; what a font is called stays in the font. */
  telling(names: readonly string[]): readonly string[];
};

/** Answers `called` once every name was added, so that no two become one. */
export function resourceNames(source: PDFContext): ResourceNames {
  const fonts = namesOfFonts(source);
  const taken = new Set<string>();
  const renamed = new Map<string, string>();
  const numbers = new Map<Category, number>();
  return {
    add: (name) => void taken.add(name),
    called(category, name) {
      if (isPlain(name)) return name;
      const key = `${category} ${name}`;
      const known = renamed.get(key);
      if (known) return known;
      let number = numbers.get(category) ?? 0;
      do number += 1;
      while (taken.has(`${PREFIXES[category]}${number}`));
      numbers.set(category, number);
      const called = `${PREFIXES[category]}${number}`;
      renamed.set(key, called);
      return called;
    },
    telling: (names) => valuesOf(names.filter((name) => isTellingName(name) && !fonts.includes(name))),
  };
}

/** What fonts are called in the copy, a line each. */
function namesOfFonts(source: PDFContext): string {
  const names = new Set<string>();
  for (const [, object] of source.enumerateIndirectObjects()) {
    const name = object instanceof PDFDict ? (nameAt(object, 'BaseFont') ?? nameAt(object, 'FontName')) : undefined;
    if (name !== undefined) names.add(fontName(name));
  }
  return [...names].join('\n');
}
