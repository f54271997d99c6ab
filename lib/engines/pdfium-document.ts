// What PDFium reads from one opened document (fpdfview.h, fpdf_text.h, fpdf_doc.h, fpdf_annot.h).
// Outlines and structure trees come from the file and may be circular or endless: every walk has a bound.

import type { PdfiumAnnotation, PdfiumChar, PdfiumDocument } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import type { Instance } from './pdfium-instance.ts';
import { replacementWriter } from './pdfium-replacements.ts';
import { contentIds, structureReader } from './pdfium-structure.ts';
import { textObjects, withoutTexts } from './pdfium-texts.ts';

const RENDER_ANNOTATIONS = 0x01;
const RGB_ORDER = 0x10;
const WHITE = 0xffffffff;

const ACTION_GOTO = 1;
const ACTION_URI = 3;
const WIDGET = 20;
const INVISIBLE = 0x01;
const HIDDEN = 0x02;
const NO_VIEW = 0x20;
const NORMAL_APPEARANCE = 0;
const FLATTEN_FOR_DISPLAY = 0;
const FLATTEN_FAILED = 0;

const MAX_CHARS_PER_PAGE = 2_000_000;
const MAX_BOOKMARKS = 100_000;
const MAX_OUTLINE_DEPTH = 128;

/** A reader of the document behind `handle`, and the function that closes the page it has open. */
export function openedDocument(
  instance: Instance,
  handle: number,
  limits: Limits,
): { readonly reader: PdfiumDocument; readonly closePage: () => void } {
  const { api, guard, cells } = instance;
  let open: { readonly number: number; readonly page: number; text: number } | undefined;

  const closePage = () => {
    const closing = open;
    open = undefined;
    if (!closing || instance.isBroken()) return;
    guard(() => {
      if (closing.text !== 0) api.FPDFText_ClosePage(closing.text);
      api.FPDF_ClosePage(closing.page);
    });
  };

  // Callers go through a document page by page, so the page at hand stays open until another is asked for.
  const pageAt = (number: number) => {
    if (open?.number === number) return open;
    closePage();
    const page = api.FPDF_LoadPage(handle, number);
    if (page === 0) throw new Refusal('malformed', `PDFium cannot read page ${number + 1}`);
    open = { number, page, text: 0 };
    return open;
  };

  const textAt = (number: number): { readonly text: number; readonly count: number } => {
    const at = pageAt(number);
    if (at.text === 0) at.text = api.FPDFText_LoadPage(at.page);
    if (at.text === 0) throw new Refusal('malformed', `PDFium cannot read the text of page ${number + 1}`);
    const count = Math.max(api.FPDFText_CountChars(at.text), 0);
    if (count > MAX_CHARS_PER_PAGE) throw new Refusal('limit', `${count} characters on page ${number + 1}`);
    return { text: at.text, count };
  };

  const floats = (count: number) => new Float32Array(instance.memory().buffer, cells, count);
  const pointers = (count: number) => new Uint32Array(instance.memory().buffer, cells, count);

  const pageSize = (number: number) => {
    if (!api.FPDF_GetPageSizeByIndexF(handle, number, cells))
      throw new Refusal('malformed', `PDFium cannot measure page ${number + 1}`);
    const [width = 0, height = 0] = floats(2);
    return { width, height };
  };

  const shownBox = (number: number) => {
    const { page } = pageAt(number);
    if (!api.FPDF_GetPageBoundingBox(page, cells))
      throw new Refusal('malformed', `PDFium cannot measure page ${number + 1}`);
    // FS_RECTF: left, top, right, bottom.
    const [left = 0, top = 0, right = 0, bottom = 0] = floats(4);
    return [left, bottom, right, top] as const;
  };

  // Of an action only one within the document: a page of another file is no page of this one.
  const pageOf = (action: number, destination: number) => {
    if (destination === 0 || (action !== 0 && api.FPDFAction_GetType(action) !== ACTION_GOTO)) return -1;
    return api.FPDFDest_GetDestPageIndex(handle, destination);
  };

  const text = (number: number): string => {
    const { text, count } = textAt(number);
    const bytes = (count + 1) * 2;
    const buffer = instance.allocate(bytes);
    try {
      const written = Math.max(api.FPDFText_GetText(text, 0, count, buffer), 1);
      const end = buffer + Math.min((written - 1) * 2, bytes);
      return Buffer.from(instance.memory().subarray(buffer, end)).toString('utf16le');
    } finally {
      instance.free(buffer);
    }
  };

  const unicodeOf = instance.direct('FPDFText_GetUnicode');
  const isGenerated = instance.direct('FPDFText_IsGenerated');
  const boxOf = instance.direct('FPDFText_GetCharBox');

  const chars = (number: number): PdfiumChar[] => {
    const { text, count } = textAt(number);
    let box = new Float64Array(instance.memory().buffer, cells, 4);
    return Array.from({ length: count }, (_, at) => {
      const unicode = unicodeOf(text, at);
      const found = boxOf(text, at, cells, cells + 8, cells + 16, cells + 24) !== 0;
      // Memory that has grown leaves views of the old one empty.
      if (box.length === 0) box = new Float64Array(instance.memory().buffer, cells, 4);
      const [left = 0, right = 0, bottom = 0, top = 0] = found ? box : [];
      return {
        codePoint: safeCodePoint(unicode),
        box: [left, bottom, right, top],
        generated: isGenerated(text, at) === 1,
      };
    });
  };

  const texts = (number: number) => {
    const { text, count } = textAt(number);
    return textObjects(instance, pageAt(number).page, text, count);
  };

  const toPixels = (number: number, dpi: number, [left, bottom, right, top]: PdfiumAnnotation['box']) => {
    const { page } = pageAt(number);
    const size = pageSize(number);
    const [width, height] = [pixelsOf(size.width, dpi), pixelsOf(size.height, dpi)];
    const place = (x: number, y: number): readonly [number, number] => {
      api.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, cells, cells + 4);
      const [across = 0, down = 0] = new Int32Array(instance.memory().buffer, cells, 2);
      return [across, down];
    };
    // A turned page exchanges the corners.
    const corners = [place(left, bottom), place(right, top)] as const;
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
  };

  const render = (number: number, { dpi, annotations, without = [] }: Parameters<PdfiumDocument['render']>[1]) => {
    const { page } = pageAt(number);
    const size = pageSize(number);
    const [width, height] = [pixelsOf(size.width, dpi), pixelsOf(size.height, dpi)];
    if (width * height > limits.maxPixels)
      throw new Refusal('limit', `page ${number + 1} has ${width * height} pixels`);
    const bitmap = api.FPDFBitmap_Create(width, height, 0);
    if (bitmap === 0) throw new Refusal('limit', `no room for ${width * height} pixels of page ${number + 1}`);
    try {
      api.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
      const flags = RGB_ORDER | (annotations ? RENDER_ANNOTATIONS : 0);
      withoutTexts(instance, page, without, () =>
        api.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags),
      );
      const start = api.FPDFBitmap_GetBuffer(bitmap) >>> 0;
      // The stride of four-byte pixels is the width, always.
      const pixels = instance.memory().slice(start, start + width * height * 4);
      return { width, height, channels: 4, depth: 8, pixels };
    } finally {
      api.FPDFBitmap_Destroy(bitmap);
    }
  };

  const bookmarks = () => {
    const found: { level: number; title: string; page: number }[] = [];
    const seen = new Set<number>();
    const walk = (parent: number, level: number) => {
      if (level > MAX_OUTLINE_DEPTH) throw new Refusal('limit', `bookmarks ${level} deep`);
      let at = api.FPDFBookmark_GetFirstChild(handle, parent);
      for (; at !== 0 && !seen.has(at); at = api.FPDFBookmark_GetNextSibling(handle, at)) {
        seen.add(at);
        if (seen.size > MAX_BOOKMARKS) throw new Refusal('limit', `more than ${MAX_BOOKMARKS} bookmarks`);
        const bookmark = at;
        const title = instance.utf16((buffer, bytes) => api.FPDFBookmark_GetTitle(bookmark, buffer, bytes));
        const page = pageOf(api.FPDFBookmark_GetAction(bookmark), api.FPDFBookmark_GetDest(handle, bookmark));
        found.push({ level, title, page });
        walk(bookmark, level + 1);
      }
    };
    walk(0, 0);
    return found;
  };

  function* linkHandles(number: number): Generator<number> {
    const { page } = pageAt(number);
    let position = 0;
    for (let count = 0; ; count++) {
      if (count > limits.maxAnnotations) throw new Refusal('limit', `${count} links on page ${number + 1}`);
      pointers(2).set([position, 0]);
      if (!api.FPDFLink_Enumerate(page, cells, cells + 4)) return;
      const [next = 0, link = 0] = pointers(2);
      position = next;
      if (isShown(page, link)) yield link;
    }
  }

  const isShown = (page: number, link: number): boolean => {
    const annotation = api.FPDFLink_GetAnnot(page, link);
    if (annotation === 0) return true;
    const flags = api.FPDFAnnot_GetFlags(annotation);
    api.FPDFPage_CloseAnnot(annotation);
    return (flags & (HIDDEN | NO_VIEW)) === 0;
  };

  const links = (number: number): string[] => {
    const found: string[] = [];
    for (const link of linkHandles(number)) {
      const action = api.FPDFLink_GetAction(link);
      if (action === 0 || api.FPDFAction_GetType(action) !== ACTION_URI) continue;
      found.push(instance.latin1((buffer, bytes) => api.FPDFAction_GetURIPath(handle, action, buffer, bytes)));
    }
    return found;
  };

  const linkTargets = (number: number): number[] => {
    const targets = [...linkHandles(number)].map((link) =>
      pageOf(api.FPDFLink_GetAction(link), api.FPDFLink_GetDest(handle, link)),
    );
    return targets.filter((page) => page >= 0);
  };

  const annotations = (number: number): PdfiumAnnotation[] => {
    const { page } = pageAt(number);
    const count = Math.max(api.FPDFPage_GetAnnotCount(page), 0);
    if (count > limits.maxAnnotations) throw new Refusal('limit', `${count} annotations on page ${number + 1}`);
    return Array.from({ length: count }, (_, place) => {
      const annotation = api.FPDFPage_GetAnnot(page, place);
      if (annotation === 0)
        return { subtype: 0, flags: 0, box: [0, 0, 0, 0], hasAppearance: false, isSignature: false };
      try {
        // FS_RECTF: left, top, right, bottom.
        const [left = 0, top = 0, right = 0, bottom = 0] = api.FPDFAnnot_GetRect(annotation, cells) ? floats(4) : [];
        return {
          subtype: api.FPDFAnnot_GetSubtype(annotation),
          flags: api.FPDFAnnot_GetFlags(annotation),
          box: [left, bottom, right, top],
          hasAppearance: api.EPDFAnnot_HasAppearanceStream(annotation, NORMAL_APPEARANCE),
          isSignature: fieldType(annotation) === 'Sig',
        };
      } finally {
        api.FPDFPage_CloseAnnot(annotation);
      }
    });
  };

  const fieldType = (annotation: number) =>
    instance.utf16((buffer, bytes) => api.FPDFAnnot_GetStringValue(annotation, 'FT', buffer, bytes));

  const keepAnnotations = (number: number, places: readonly number[]) => {
    const { page } = pageAt(number);
    const kept = new Set(places);
    // From the last, so that the places of the others stay what they were.
    for (const [place, { subtype }] of [...annotations(number).entries()].reverse()) {
      if (!kept.has(place)) api.FPDFPage_RemoveAnnot(page, place);
      else if (subtype === WIDGET) becomeStamp(page, place);
    }
  };

  const flattenAnnotations = (number: number) => {
    const { page } = pageAt(number);
    for (const [place, { flags }] of annotations(number).entries()) {
      // Standard annotations are shown in spite of that flag (table 167), but PDFium would leave them out.
      if ((flags & INVISIBLE) !== 0)
        withAnnotation(page, place, (one) => api.FPDFAnnot_SetFlags(one, flags & ~INVISIBLE));
    }
    if (api.FPDFPage_Flatten(page, FLATTEN_FOR_DISPLAY) === FLATTEN_FAILED)
      throw new Refusal('malformed', `PDFium cannot flatten page ${number + 1}`);
    // Only a page that is opened anew is drawn with what was flattened.
    closePage();
  };

  // PDFium leaves form fields to its form module, which draws what a viewer adds. A stamp is drawn by its appearance.
  const becomeStamp = (page: number, place: number) =>
    withAnnotation(page, place, (annotation) => {
      instance.memory().set(Buffer.from('Stamp\0', 'utf16le'), cells);
      api.FPDFAnnot_SetStringValue(annotation, 'Subtype', cells);
    });

  const withAnnotation = (page: number, place: number, use: (annotation: number) => void) => {
    const annotation = api.FPDFPage_GetAnnot(page, place);
    if (annotation === 0) return;
    use(annotation);
    api.FPDFPage_CloseAnnot(annotation);
  };

  const structureOf = structureReader(instance);
  const reword = replacementWriter(instance);

  const rewordReplacements = (number: number, change: (text: string) => string | undefined) => {
    const at = pageAt(number);
    reword(handle, at.page, number, change);
    // What was read of the text before is not what it is now.
    if (at.text !== 0) api.FPDFText_ClosePage(at.text);
    at.text = 0;
  };

  const reader: PdfiumDocument = {
    pageCount: guard(() => Math.max(api.FPDF_GetPageCount(handle), 0)),
    pageSize: (page) => guard(() => pageSize(page)),
    shownBox: (page) => guard(() => shownBox(page)),
    text: (page) => guard(() => text(page)),
    chars: (page) => guard(() => chars(page)),
    texts: (page) => guard(() => texts(page)),
    render: (page, options) => guard(() => render(page, options)),
    toPixels: (page, dpi, box) => guard(() => toPixels(page, dpi, box)),
    bookmarks: () => guard(bookmarks),
    links: (page) => guard(() => links(page)),
    linkTargets: (page) => guard(() => linkTargets(page)),
    annotations: (page) => guard(() => annotations(page)),
    keepAnnotations: (page, places) => guard(() => keepAnnotations(page, places)),
    flattenAnnotations: (page) => guard(() => flattenAnnotations(page)),
    rewordReplacements: (page, change) => guard(() => rewordReplacements(page, change)),
    pageLabel: (page) =>
      guard(() => instance.utf16((buffer, bytes) => api.FPDF_GetPageLabel(handle, page, buffer, bytes))),
    isTagged: () => guard(() => api.FPDFCatalog_IsTagged(handle)),
    contentIds: (page) => guard(() => contentIds(instance, pageAt(page).page)),
    structure: (page) => guard(() => structureOf(pageAt(page).page, page)),
    language: () => guard(() => instance.utf16((buffer, bytes) => api.FPDFCatalog_GetLanguage(handle, buffer, bytes))),
    title: () => guard(() => instance.utf16((buffer, bytes) => api.FPDF_GetMetaText(handle, 'Title', buffer, bytes))),
  };
  return { reader, closePage };
}

// A font's table may name code points that are none; as text they become the replacement character.
function safeCodePoint(unicode: number): number {
  return unicode >= 0 && unicode <= 0x10ffff ? unicode : 0xfffd;
}

function pixelsOf(points: number, dpi: number): number {
  return Math.max(1, Math.round((points / 72) * dpi));
}
