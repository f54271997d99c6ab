// Fields whose value is not what they show (ISO 32000-2 12.7.4.3): a password behind asterisks, an answer that was
// replaced in the data but not in the picture. Only the picture is kept. What it shows is read by PDFium, which knows
// the fonts; the characters count and not their order, because fields break, space and format what is typed.

import { PDFArray, PDFBool, PDFDict, PDFName, PDFNumber, type PDFObject } from 'pdf-lib';
import type { PdfiumDocument } from '../../core/engines.ts';
import type { Context, Found } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { drawingOf, inherited, isShown } from './appearances.ts';
import { arrayAt, decodeText, dictAt, entry, nameAt, nameText, numbersAt, resolve, stringBytes } from './objects.ts';
import { pagesOf, type SourcePage } from './pages.ts';
import { withReadable } from './readable.ts';
import { valuesOf } from './texts.ts';

type Field = {
  readonly page: number;
  readonly place: string;
  readonly texts: readonly string[];
  readonly box: Box;
  readonly masked: boolean;
};
type Box = readonly [number, number, number, number];

/**
 * Reports every shown field of text or choice whose value, or a part of it, cannot be read where it is shown. Refuses one
 * that viewers are asked to draw anew (NeedAppearances) where they would show other words, not just more of them.
 */
export async function reportHiddenValues(
  untrusted: Uint8Array,
  catalog: PDFDict,
  { engines }: Pick<Context, 'engines'>,
  found: Found,
): Promise<void> {
  const pages = pagesOf(catalog);
  const fields = pages.flatMap(fieldsOn);
  const form = dictAt(catalog, 'AcroForm');
  const isRedrawn = form !== undefined && entry(form, 'NeedAppearances') === PDFBool.True;
  if (isRedrawn) pages.forEach(refuseContradictions);
  if (fields.length === 0) return;
  await withReadable(untrusted, engines, (document) => {
    for (const [page, ofPage] of Map.groupBy(fields, (field) => field.page)) {
      if (page >= document.pageCount) return;
      const characters = charactersOn(document, page);
      for (const { place, texts, box, masked } of ofPage) {
        const shown = characters(box);
        const hidden = texts.filter((text) => !holds(shown, text));
        if (hidden.length === 0) continue;
        if (isRedrawn && !masked && !texts.some((text) => /\S/.test(shown) && holds(text, shown)))
          throw new Refusal('unsupported', `a form field that viewers draw otherwise at ${place}`);
        found('pdf.form.value', place, { values: valuesOf(hidden) });
      }
    }
  });
}

/** A button whose picture says another state than its value does: viewers that draw anew go by the value (12.7.5.2.3). */
function refuseContradictions({ dict: page }: SourcePage, number: number): void {
  for (const [i, item] of (arrayAt(page, 'Annots')?.asArray() ?? []).entries()) {
    const widget = resolve(page.context, item);
    if (!(widget instanceof PDFDict) || inherited(widget, 'FT') !== PDFName.of('Btn') || !isShown(widget, page))
      continue;
    const appearances = dictAt(widget, 'AP');
    const states = appearances && dictAt(appearances, 'N');
    const [value, state] = [inherited(widget, 'V'), nameAt(widget, 'AS')];
    if (!states || !(value instanceof PDFName) || state === undefined) continue;
    if (state !== (states.has(value) ? nameText(value) : 'Off'))
      throw new Refusal(
        'unsupported',
        `a form field that viewers draw otherwise at page ${number + 1}/annotation ${i + 1}`,
      );
  }
}

function fieldsOn({ dict: page }: SourcePage, number: number): readonly Field[] {
  const items = arrayAt(page, 'Annots')?.asArray() ?? [];
  const seen = new Set<PDFObject>();
  return items.flatMap((item, i) => {
    const widget = resolve(page.context, item);
    if (!(widget instanceof PDFDict) || nameAt(widget, 'Subtype') !== 'Widget' || seen.has(widget)) return [];
    seen.add(widget);
    const texts = textsOf(widget).filter((text) => /\S/.test(text));
    if (texts.length === 0 || !isShown(widget, page) || !drawingOf(widget, page)) return [];
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = numbersAt(widget, 'Rect', 4) ?? [];
    const box: Box = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
    return [{ page: number, place: `page ${number + 1}/annotation ${i + 1}`, texts, box, masked: isMasked(widget) }];
  });
}

const PASSWORD = 1 << 13;

function isMasked(field: PDFDict): boolean {
  const flags = inherited(field, 'Ff');
  return flags instanceof PDFNumber && (flags.asNumber() & PASSWORD) !== 0;
}

/** The value as people see it: of a choice the words in the list, not what is sent for them (12.7.5.4). */
function textsOf(widget: PDFDict): readonly string[] {
  const kind = inherited(widget, 'FT');
  if (kind !== PDFName.of('Tx') && kind !== PDFName.of('Ch')) return [];
  const value = inherited(widget, 'V');
  const chosen = (value instanceof PDFArray ? value.asArray() : [value]).flatMap((one) => textOf(widget, one));
  const options = inherited(widget, 'Opt');
  if (kind !== PDFName.of('Ch') || !(options instanceof PDFArray)) return chosen;
  const words = new Map(
    options.asArray().flatMap((option) => {
      const pair = resolve(widget.context, option);
      const [sent, word] = pair instanceof PDFArray ? pair.asArray().flatMap((one) => textOf(widget, one)) : [];
      return sent !== undefined && word !== undefined ? [[sent, word] as const] : [];
    }),
  );
  return chosen.map((text) => words.get(text) ?? text);
}

function textOf(widget: PDFDict, value: PDFObject | undefined): readonly string[] {
  const bytes = stringBytes(resolve(widget.context, value));
  return bytes ? [decodeText(bytes)] : [];
}

/** Reads the page with its fields in it; answers what stands in a box. */
function charactersOn(document: PdfiumDocument, page: number): (box: Box) => string {
  document.keepAnnotations(
    page,
    document
      .annotations(page)
      .flatMap(({ subtype, hasAppearance }, at) => (subtype === WIDGET && hasAppearance ? [at] : [])),
  );
  document.flattenAnnotations(page);
  const chars = document.chars(page).filter(({ generated }) => !generated);
  return ([left, bottom, right, top]) =>
    chars
      .filter(({ box }) => {
        const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
        return x >= left - 1 && x <= right + 1 && y >= bottom - 1 && y <= top + 1;
      })
      .map(({ codePoint }) => String.fromCodePoint(codePoint))
      .join('');
}

// PDFium's number of the subtype.
const WIDGET = 20;

function holds(shown: string, text: string): boolean {
  const left = countOf(shown);
  return [...countOf(text)].every(([character, count]) => (left.get(character) ?? 0) >= count);
}

function countOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const character of text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}\p{Cf}]/gu, ''))
    counts.set(character, (counts.get(character) ?? 0) + 1);
  return counts;
}
