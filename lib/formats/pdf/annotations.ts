// Annotations and form fields (ISO 32000-2 12.5, 12.7). Links are kept by table. Of visible markup and of form fields
// only the picture is kept, drawn into the page; comments, media and what is not shown are removed. A redaction that
// was marked and not applied is left to policy, which quarantines it: whoever published it believes the text is gone.

import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRef } from 'pdf-lib';
import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Actions } from './actions.ts';
import { type Drawing, drawingOf, inherited, isShown, withParents } from './appearances.ts';
import type { Copy } from './copy.ts';
import type { Layers } from './layers.ts';
import { arrayAt, decodeText, dictAt, entry, nameAt, numbersAt, resolve, stringBytes, textAt } from './objects.ts';
import { onPage } from './on-page.ts';
import { stringsOf, tellingBytes, valuesOf } from './texts.ts';

const KIND: Readonly<Record<string, CarrierId>> = {
  ...Object.fromEntries(['Text', 'Popup'].map((word) => [word, 'pdf.annotation.comment'])),
  ...Object.fromEntries(
    [
      ...['FreeText', 'Line', 'Square', 'Circle', 'Polygon', 'PolyLine', 'Highlight', 'Underline', 'Squiggly'],
      ...['StrikeOut', 'Stamp', 'Caret', 'Ink'],
    ].map((word) => [word, 'pdf.annotation.markup']),
  ),
  ...Object.fromEntries(['Sound', 'Movie', 'Screen', '3D', 'RichMedia'].map((word) => [word, 'pdf.annotation.media'])),
  Redact: 'pdf.annotation.redact',
  FileAttachment: 'pdf.attachment',
};
/** Of these what they draw belongs to the page. */
const DRAWN_OTHERS = new Set(['PrinterMark', 'TrapNet', 'Watermark']);

export type PageAnnotations = {
  readonly links: readonly (readonly [PDFDict, PDFRef | undefined, string])[];
  readonly drawings: readonly Drawing[];
  readonly all: ReadonlySet<PDFObject>;
};

export type AnnotationTools = {
  readonly found: Found;
  readonly actions: Actions;
  readonly layers: Layers;
  readonly copy: Copy;
  readonly limits: Limits;
};

/** Sorts a page's annotations into links, drawings and what goes; reports what goes. */
export function annotationsOf(
  page: PDFDict,
  number: number,
  { found, actions, layers, copy, limits }: AnnotationTools,
): PageAnnotations {
  const links: [PDFDict, PDFRef | undefined, string][] = [];
  const drawings: Drawing[] = [];
  const items = arrayAt(page, 'Annots')?.asArray() ?? [];
  if (items.length > limits.maxAnnotations) throw new Refusal('limit', `${items.length} annotations on a page`);
  const seen = new Set<PDFObject>();
  for (const [i, item] of items.entries()) {
    const annotation = resolve(page.context, item);
    if (!(annotation instanceof PDFDict) || seen.has(annotation)) continue;
    seen.add(annotation);
    const place = `page ${number}/annotation ${i + 1}`;
    const on = [onPage(page, number, numbersAt(annotation, 'Rect', 4))];
    const subtype = nameAt(annotation, 'Subtype') ?? '';
    const shown = isShown(annotation, page);
    const onShownLayer = layers.isShown(annotation.get(PDFName.of('OC')));
    if (!onShownLayer) found('pdf.layer.hidden', place, { on });
    if (subtype === 'Link' && shown) {
      links.push([annotation, item instanceof PDFRef ? item : undefined, place]);
      continue;
    }
    for (const key of ['A', 'AA', 'PA']) actions.report(annotation.get(PDFName.of(key)), place, copy);
    const drawing = shown && onShownLayer ? drawingOf(annotation, page) : undefined;
    if (subtype === 'Widget' && shown && onShownLayer && isUndrawn(annotation))
      throw new Refusal('unsupported', `a form field without an appearance at ${place}`);
    const isKept =
      subtype === 'Widget'
        ? reportField(annotation, place, shown, found, on)
        : reportOther(annotation, subtype, { place, on, isShown: shown }, found);
    if (isKept && drawing) drawings.push(item instanceof PDFRef ? { ...drawing, annotation: item } : drawing);
  }
  return { links, drawings, all: seen };
}

type On = readonly ReturnType<typeof onPage>[];

/** Answers whether the picture of it is kept. */
function reportOther(
  annotation: PDFDict,
  subtype: string,
  { place, on, isShown }: { readonly place: string; readonly on: On; readonly isShown: boolean },
  found: Found,
): boolean {
  const kind = KIND[subtype] ?? 'pdf.annotation.other';
  const carrier = isShown || kind === 'pdf.annotation.redact' ? kind : 'pdf.annotation.hidden';
  const action = found(carrier, place, { on, values: stringsOf(annotation, annotation.context) });
  return carrier === 'pdf.annotation.markup' ? action !== 'remove' : DRAWN_OTHERS.has(subtype);
}

/** Answers whether what it shows is kept. */
function reportField(widget: PDFDict, place: string, isShown: boolean, found: Found, on: On = []): boolean {
  const names = withParents(widget).flatMap((dict) => ['TU', 'TM', 'T'].flatMap((key) => textAt(dict, key) ?? []));
  // What is typed into a shown field stays on the page as a picture of text; of others the value is searched for.
  const value = inherited(widget, 'V');
  if (inherited(widget, 'FT') === PDFName.of('Sig')) {
    const signature = value instanceof PDFDict ? [...stringsOf(value, widget.context), ...certificate(value)] : [];
    return (
      found('pdf.signature', place, { on, values: [...signature, ...valuesOf(names.filter(isTelling))] }) !== 'remove'
    );
  }
  const hidden = isShown
    ? []
    : valuesOf([...stringsOf(value, widget.context), ...stringsOf(inherited(widget, 'DV'), widget.context)]);
  return found('pdf.form.field', place, { on, values: [...hidden, ...valuesOf(names.filter(isTelling))] }) !== 'remove';
}

/** Names that programs give to fields are words like those on the page beside them. */
function isTelling(name: string): boolean {
  return /[@\\:/]|\s\S+\s/.test(name);
}

function certificate(signature: PDFDict): readonly Uint8Array[] {
  const bytes = stringBytes(entry(signature, 'Contents'));
  // Padded with zero bytes to the length that was set aside for it.
  const end = bytes ? bytes.findLastIndex((byte) => byte !== 0) + 1 : 0;
  return tellingBytes(bytes?.slice(0, Math.min(end, 4096))).filter((value) => typeof value !== 'string');
}

const MAX_FIELDS = 200_000;

/** Reports the form itself: XFA, scripts of fields, and fields that are on no page. */
export function reportForm(
  catalog: PDFDict,
  onPages: ReadonlySet<PDFObject>,
  { found, actions, copy }: Omit<AnnotationTools, 'layers' | 'limits'>,
): void {
  const form = dictAt(catalog, 'AcroForm');
  if (!form) return;
  if (entry(form, 'XFA')) {
    // Pages that are made from the XFA at display time are not in the document: only a notice is.
    if (entry(catalog, 'NeedsRendering') || (arrayAt(form, 'Fields')?.size() ?? 0) === 0)
      throw new Refusal('unsupported', 'a form that XFA draws at display time');
    found('pdf.xfa', 'catalog/AcroForm/XFA');
  }
  const waiting: PDFObject[] = arrayAt(form, 'Fields')?.asArray().slice() ?? [];
  const seen = new Set<PDFObject>();
  for (let i = 0; i < waiting.length; i++) {
    const field = resolve(catalog.context, waiting[i]);
    if (!(field instanceof PDFDict) || seen.has(field)) continue;
    seen.add(field);
    if (seen.size > MAX_FIELDS) throw new Refusal('limit', `more than ${MAX_FIELDS} form fields`);
    const kids = arrayAt(field, 'Kids');
    const isOnPage = onPages.has(field);
    if (!isOnPage) actions.report(field.get(PDFName.of('AA')), `catalog/AcroForm/field ${seen.size}`, copy);
    if (kids instanceof PDFArray) waiting.push(...kids.asArray());
    else if (!isOnPage) reportField(field, `catalog/AcroForm/field ${seen.size}`, false, found);
  }
}

/** A field whose value every viewer draws by itself: nothing in the document says how, so it cannot be drawn into the page. */
function isUndrawn(widget: PDFDict): boolean {
  if (entry(widget, 'AP')) return false;
  const value = inherited(widget, 'V');
  const [left = 0, bottom = 0, right = 0, top = 0] = numbersAt(widget, 'Rect', 4) ?? [];
  const bytes = stringBytes(value);
  return bytes !== undefined && /\S/.test(decodeText(bytes)) && left !== right && bottom !== top;
}
