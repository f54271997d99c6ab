// Replacement texts (ActualText) of the marked content of one page (fpdf_edit.h), which PDFium reads in place of what the
// content shows. They are changed in the opened document, never in its bytes.

import { Refusal } from '../core/refusal.ts';
import type { Instance } from './pdfium-instance.ts';

const REPLACEMENT = 'ActualText';
// FPDF_OBJECT_STRING and FPDF_PAGEOBJ_FORM.
const STRING_VALUE = 3;
const FORM_OBJECT = 5;

const MAX_OBJECTS_PER_PAGE = 2_000_000;
const MAX_FORM_DEPTH = 64;

type Change = (text: string) => string | undefined;

/** Gives the texts of a page, by the handles of document and page and the number to name it by, another wording. */
export function replacementWriter(
  instance: Instance,
): (document: number, page: number, number: number, change: Change) => void {
  const { api, cells } = instance;

  const textOf = (mark: number): string =>
    instance.utf16((buffer, bytes) => {
      const worked = api.FPDFPageObjMark_GetParamStringValue(mark, REPLACEMENT, buffer, bytes, cells);
      return worked ? (new Uint32Array(instance.memory().buffer, cells, 1)[0] ?? 0) : 0;
    });

  const reword = (document: number, object: number, mark: number, change: Change) => {
    if (mark === 0 || api.FPDFPageObjMark_GetParamValueType(mark, REPLACEMENT) !== STRING_VALUE) return;
    const changed = change(textOf(mark));
    if (changed === undefined) return;
    if (changed === '') api.FPDFPageObjMark_RemoveParam(object, mark, REPLACEMENT);
    // The mark of UTF-8 (7.9.2.2), because the wrapper hands over bytes.
    else api.FPDFPageObjMark_SetStringParam(document, object, mark, REPLACEMENT, `\ufeff${changed}`);
  };

  return (document, page, number, change) => {
    let objects = 0;
    const visit = (object: number, depth: number) => {
      objects++;
      if (objects > MAX_OBJECTS_PER_PAGE || depth > MAX_FORM_DEPTH)
        throw new Refusal('limit', `${objects} objects on page ${number + 1}`);
      const marks = Math.max(api.FPDFPageObj_CountMarks(object), 0);
      for (let place = 0; place < marks; place++)
        reword(document, object, api.FPDFPageObj_GetMark(object, place), change);
      if (api.FPDFPageObj_GetType(object) !== FORM_OBJECT) return;
      const inner = Math.max(api.FPDFFormObj_CountObjects(object), 0);
      for (let place = 0; place < inner; place++) visit(api.FPDFFormObj_GetObject(object, place), depth + 1);
    };
    const count = Math.max(api.FPDFPage_CountObjects(page), 0);
    for (let place = 0; place < count; place++) visit(api.FPDFPage_GetObject(page, place), 0);
  };
}
