// The texts of a page as PDFium keeps them (fpdf_edit.h): one object for each operation that shows text, in the order of
// painting, those inside forms included.

import type { PdfiumTexts } from '../core/engines.ts';
import { Refusal } from '../core/refusal.ts';
import type { Instance } from './pdfium-instance.ts';

const TEXT = 1;
const FORM = 5;

const MAX_OBJECTS_PER_PAGE = 5_000_000;
const MAX_FORM_DEPTH = 32;

/** Handles of the page's text objects. */
export function textHandles({ api }: Instance, page: number): readonly number[] {
  const handles: number[] = [];
  let seen = 0;
  const visit = (object: number, depth: number) => {
    seen += 1;
    if (seen > MAX_OBJECTS_PER_PAGE) throw new Refusal('limit', `more than ${MAX_OBJECTS_PER_PAGE} objects on a page`);
    const type = api.FPDFPageObj_GetType(object);
    if (type === TEXT) handles.push(object);
    if (type !== FORM || depth > MAX_FORM_DEPTH) return;
    const inner = api.FPDFFormObj_CountObjects(object);
    for (let at = 0; at < inner; at++) visit(api.FPDFFormObj_GetObject(object, at), depth + 1);
  };
  const count = api.FPDFPage_CountObjects(page);
  for (let at = 0; at < count; at++) visit(api.FPDFPage_GetObject(page, at), 0);
  return handles;
}

/** Which text each of the characters belongs to. */
export function textObjects(instance: Instance, page: number, text: number, chars: number): PdfiumTexts {
  const { api } = instance;
  const handles = textHandles(instance, page);
  const ordinals = new Map(handles.map((handle, at) => [handle, at]));
  const ofChar = instance.direct('FPDFText_GetTextObject');
  return {
    count: handles.length,
    ofChars: Array.from({ length: chars }, (_, at) => ordinals.get(ofChar(text, at)) ?? -1),
    embedded: handles.map((handle) => {
      const font = api.FPDFTextObj_GetFont(handle);
      return font !== 0 && api.FPDFFont_GetIsEmbedded(font) === 1;
    }),
  };
}

/** Calls `use` while these texts are not drawn. */
export function withoutTexts<T>(instance: Instance, page: number, ordinals: readonly number[], use: () => T): T {
  if (ordinals.length === 0) return use();
  const handles = textHandles(instance, page);
  const off = ordinals.flatMap((ordinal) => handles[ordinal] ?? []);
  for (const handle of off) instance.api.FPDFPageObj_SetIsActive(handle, false);
  try {
    return use();
  } finally {
    for (const handle of off) instance.api.FPDFPageObj_SetIsActive(handle, true);
  }
}
