// As much of fonts (ISO 32000-2 9.5 to 9.8) as says where their glyphs are: bytes per code, widths, and the scale of
// glyph space. Widths that the document leaves to the viewer (of the standard 14) are guessed, and said to be.

import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream } from 'pdf-lib';
import { arrayAt, dictAt, entry, nameAt, nameText, numberAt, numbersAt, resolve } from '../objects.ts';

export type Font = {
  readonly codeBytes: 1 | 2;
  /** In thousandths of the font size, along the line. */
  widthOf(code: number): number;
  /** Whether the widths are those that every viewer uses. */
  readonly isMeasured: boolean;
  readonly isVertical: boolean;
  /** Of a Type 3 font how high its glyphs are at size 1; of others 1. */
  readonly height: number;
};

const GUESSED = 550;
const MAX_CIDS = 70_000;

export const NO_FONT: Font = {
  codeBytes: 1,
  widthOf: () => GUESSED,
  isMeasured: false,
  isVertical: false,
  height: 1,
};

const known = new WeakMap<PDFDict, Font>();

export function fontOf(dict: PDFDict): Font {
  const font = known.get(dict) ?? read(dict);
  known.set(dict, font);
  return font;
}

function read(dict: PDFDict): Font {
  const kind = nameAt(dict, 'Subtype');
  if (kind === 'Type0') return composite(dict);
  const scale = kind === 'Type3' ? Math.abs(numbersAt(dict, 'FontMatrix', 6)?.[0] ?? 0.001) * 1000 : 1;
  const first = numberAt(dict, 'FirstChar') ?? 0;
  const descriptor = dictAt(dict, 'FontDescriptor');
  const missing = descriptor ? (numberAt(descriptor, 'MissingWidth') ?? 0) : 0;
  const widths = arrayAt(dict, 'Widths')
    ?.asArray()
    .slice(0, 256)
    .map((item) => numberOf(resolve(dict.context, item)));
  return {
    codeBytes: 1,
    widthOf: (code) => (widths ? (widths[code - first] ?? missing) * scale : GUESSED),
    isMeasured: widths !== undefined,
    isVertical: false,
    height: kind === 'Type3' ? heightOf(dict, widths ?? []) : 1,
  };
}

function heightOf(dict: PDFDict, widths: readonly number[]): number {
  const [across = 0.001, , , up = 0.001] = numbersAt(dict, 'FontMatrix', 6) ?? [];
  const [, bottom = 0, , top = 0] = numbersAt(dict, 'FontBBox', 4) ?? [];
  if (top > bottom) return (top - bottom) * Math.abs(up);
  // Many leave the box empty; then letters are about as high as the widest is wide.
  return widths.reduce((most, width) => Math.max(most, width * Math.abs(across)), 0) || 1;
}

function composite(dict: PDFDict): Font {
  const descendants = arrayAt(dict, 'DescendantFonts');
  const descendant = resolve(dict.context, descendants?.asArray()[0]);
  const cid = descendant instanceof PDFDict ? descendant : undefined;
  const encoding = entry(dict, 'Encoding');
  const name = encoding instanceof PDFName ? nameText(encoding) : '';
  const usual = (cid && numberAt(cid, 'DW')) ?? 1000;
  const widths = cid ? cidWidths(cid) : new Map<number, number>();
  const isIdentity = /^Identity-[HV]$/.test(name);
  return {
    codeBytes: 2,
    widthOf: (code) => widths.get(code) ?? usual,
    isMeasured: isIdentity,
    isVertical: name.endsWith('-V') || (encoding instanceof PDFRawStream && numberAt(encoding.dict, 'WMode') === 1),
    height: 1,
  };
}

/** 9.7.4.3 */
function cidWidths(cid: PDFDict): ReadonlyMap<number, number> {
  const widths = new Map<number, number>();
  const items = arrayAt(cid, 'W')?.asArray() ?? [];
  for (let at = 0; at + 1 < items.length && widths.size < MAX_CIDS; ) {
    const first = numberOf(resolve(cid.context, items[at]));
    const second = resolve(cid.context, items[at + 1]);
    if (second instanceof PDFArray) {
      second.asArray().forEach((item, i) => {
        if (widths.size < MAX_CIDS) widths.set(first + i, numberOf(resolve(cid.context, item)));
      });
      at += 2;
    } else {
      const last = Math.min(numberOf(second), first + MAX_CIDS);
      const width = numberOf(resolve(cid.context, items[at + 2]));
      for (let code = first; code <= last && widths.size < MAX_CIDS; code++) widths.set(code, width);
      at += 3;
    }
  }
  return widths;
}

function numberOf(value: PDFObject | undefined): number {
  return value instanceof PDFNumber ? value.asNumber() : 0;
}
