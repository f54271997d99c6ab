// Names of fonts and their descriptors (ISO 32000-2 9.6, 9.8). What only helps to find a substitute is kept where the
// font is not in the document; lists of a subset's glyphs are kept for PDF/A-1 alone, which asks for them.

import { PDFDict, PDFName, PDFRawStream } from 'pdf-lib';
import type { Found } from '../../../core/format.ts';
import type { Special } from '../copy.ts';
import { entry, nameAt, nameText, resolve, textAt } from '../objects.ts';
import { valuesOf } from '../texts.ts';
import { fontName, isOfSomebody } from './names.ts';

const PROGRAMS = ['FontFile', 'FontFile2', 'FontFile3'];
const SUBSTITUTE = ['FontFamily', 'FontStretch', 'FontWeight', 'Style', 'Lang'];

export function fontSpecials(found: Found, isPart1: boolean): Readonly<Record<string, Special>> {
  const report = (text: string, at: string) =>
    found('pdf.font.names', at, { values: valuesOf(isOfSomebody(text) ? [text] : []) });
  return {
    fontName(value, at, copy) {
      const name = resolve(copy.source, value);
      if (!(name instanceof PDFName)) return undefined;
      const text = nameText(name);
      const kept = fontName(text);
      if (kept === text) return name;
      report(text, at);
      return PDFName.of(kept);
    },
    fontDescriptor(value, at, copy) {
      const dict = resolve(copy.source, value);
      if (!(dict instanceof PDFDict)) return undefined;
      // Left out before the copy is made: what is copied and led to by nothing would be an object of its own.
      const left = dict.clone();
      const drop = (key: string, isTold: boolean) => {
        if (left.delete(PDFName.of(key)) && isTold) report(textAt(dict, key) ?? '', at);
      };
      const isEmbedded = PROGRAMS.some((key) => entry(dict, key) instanceof PDFRawStream);
      const family = textAt(dict, 'FontFamily');
      if (isEmbedded) for (const key of SUBSTITUTE) drop(key, key === 'FontFamily');
      else if (family && !repeats(family, nameAt(dict, 'FontName') ?? '')) drop('FontFamily', true);
      // Only Type 1 programs call glyphs by name (table 120).
      const isNamed = isEmbedded && entry(dict, 'FontFile2') === undefined;
      const glyphs = textAt(dict, 'CharSet') ?? '';
      if (!isPart1 || !isNamed || !/^(?:\/[\w.-]{1,63})+$/.test(glyphs)) drop('CharSet', isSaying(glyphs));
      if (!isPart1) drop('CIDSet', false);
      return copy.table(left, 'FontDescriptor', at);
    },
  };
}

/** Programs list glyphs in every document; only what is no name of a glyph is worth a finding. */
function isSaying(glyphs: string): boolean {
  return glyphs.split('/').some((name) => name.length > 31 || /\s/.test(name)) || isOfSomebody(glyphs);
}

/** Whether the family says nothing that the name does not say. */
function repeats(family: string, name: string): boolean {
  const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\d]/gu, '');
  return letters(name.replace(/^[A-Z]{6}\+/, '')).startsWith(letters(family));
}
