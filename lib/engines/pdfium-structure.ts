// The structure tree of one page (fpdf_structtree.h). A tree may be flat, and every page then asks the same element for
// each of its tens of thousands of kids: these calls go to the functions themselves, without the wrapper's conversions.

import type { PdfiumStructure } from '../core/engines.ts';
import { Refusal } from '../core/refusal.ts';
import type { Instance } from './pdfium-instance.ts';

const MAX_ELEMENTS_PER_PAGE = 100_000;
const MAX_STRUCTURE_DEPTH = 256;

/** Reads the elements that have content on a page, given its handle and the number to name it by. */
export function structureReader(instance: Instance): (page: number, number: number) => PdfiumStructure[] {
  const { api } = instance;
  const countChildren = instance.direct('FPDF_StructElement_CountChildren');
  const childAt = instance.direct('FPDF_StructElement_GetChildAtIndex');
  const countIds = instance.direct('FPDF_StructElement_GetMarkedContentIdCount');
  const idAt = instance.direct('FPDF_StructElement_GetMarkedContentIdAtIndex');
  const texts = {
    type: instance.direct('FPDF_StructElement_GetType'),
    alt: instance.direct('FPDF_StructElement_GetAltText'),
    actualText: instance.direct('FPDF_StructElement_GetActualText'),
    language: instance.direct('FPDF_StructElement_GetLang'),
  };
  const textOf = (read: (...args: readonly number[]) => number, element: number) =>
    instance.utf16((buffer, bytes) => read(element, buffer, bytes));

  const elementAt = (element: number): Omit<PdfiumStructure, 'depth'> => {
    const contentIds: number[] = [];
    const ids = Math.min(countIds(element), MAX_ELEMENTS_PER_PAGE);
    for (let at = 0; at < ids; at++) contentIds.push(idAt(element, at));
    return {
      type: textOf(texts.type, element),
      alt: textOf(texts.alt, element),
      actualText: textOf(texts.actualText, element),
      language: textOf(texts.language, element),
      contentIds,
    };
  };

  return (page, number) => {
    const tree = api.FPDF_StructTree_GetForPage(page);
    if (tree === 0) return [];
    const found: PdfiumStructure[] = [];
    const visit = (element: number, depth: number) => {
      if (depth > MAX_STRUCTURE_DEPTH) throw new Refusal('limit', `structure ${depth} deep on page ${number + 1}`);
      if (found.length >= MAX_ELEMENTS_PER_PAGE) throw new Refusal('limit', `too many elements on page ${number + 1}`);
      found.push({ depth, ...elementAt(element) });
      const children = Math.min(countChildren(element), MAX_ELEMENTS_PER_PAGE);
      for (let at = 0; at < children; at++) {
        const child = childAt(element, at);
        if (child !== 0) visit(child, depth + 1);
      }
    };
    try {
      const roots = Math.min(api.FPDF_StructTree_CountChildren(tree), MAX_ELEMENTS_PER_PAGE);
      for (let at = 0; at < roots; at++) {
        const root = api.FPDF_StructTree_GetChildAtIndex(tree, at);
        if (root !== 0) visit(root, 0);
      }
      return found;
    } finally {
      api.FPDF_StructTree_Close(tree);
    }
  };
}

const FORM = 5;
const MAX_OBJECTS_PER_PAGE = 5_000_000;

/** Numbers of marked content that objects of the page have; forms are one object each. */
export function contentIds(
  { direct }: Instance,
  page: number,
): { readonly forms: readonly number[]; readonly others: readonly number[] } {
  const [objectAt, typeOf, idOf] = [
    direct('FPDFPage_GetObject'),
    direct('FPDFPageObj_GetType'),
    direct('FPDFPageObj_GetMarkedContentID'),
  ];
  const count = direct('FPDFPage_CountObjects')(page);
  if (count > MAX_OBJECTS_PER_PAGE) throw new Refusal('limit', `${count} objects on a page`);
  const [forms, others] = [new Set<number>(), new Set<number>()];
  for (let at = 0; at < count; at++) {
    const object = objectAt(page, at);
    const id = idOf(object);
    if (id >= 0) (typeOf(object) === FORM ? forms : others).add(id);
  }
  return { forms: [...forms], others: [...others] };
}
