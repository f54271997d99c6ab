// Which picture an annotation shows and where (ISO 32000-2 12.5.5, algorithm 'appearance streams'). Reckoned in single
// precision, as viewers do: drawn by the page, the picture then stands where it stood to the last bit, which lets the
// proof ask for identical pixels.

import { type PDFContext, PDFDict, PDFName, type PDFObject, PDFRawStream, PDFRef } from 'pdf-lib';
import { dictAt, dictOf, entry, nameAt, numberAt, numbersAt, resolve } from './objects.ts';

export type Drawing = {
  /** The appearance, in the source document. */
  readonly form: PDFRef;
  readonly matrix: readonly number[];
  /** The annotation that shows it, where that is an object of its own. */
  readonly annotation?: PDFRef;
};

// Flags of annotations (table 167).
const HIDDEN = 2;
const NO_ROTATE = 16;
const NO_VIEW = 32;

/** Whether a viewer shows the annotation on opening, layers apart. */
export function isShown(annotation: PDFDict, page: PDFDict): boolean {
  const flags = numberAt(annotation, 'F') ?? 0;
  return (
    (flags & (HIDDEN | NO_VIEW)) === 0 && (nameAt(annotation, 'Subtype') === 'Link' || !isOffPage(annotation, page))
  );
}
const MAX_FIELD_DEPTH = 50;
const single = Math.fround;

/** Where the normal appearance goes on that page; undefined when there is nothing to draw, or no room to draw it in. */
export function drawingOf(annotation: PDFDict, page: PDFDict): Drawing | undefined {
  const context = annotation.context;
  const normal = normalAppearance(annotation);
  const stream = resolve(context, normal);
  const rect = rectOf(annotation);
  if (!(normal instanceof PDFRef) || !(stream instanceof PDFRawStream) || !rect) return undefined;
  const box = numbersAt(stream.dict, 'BBox', 4);
  if (!box) return undefined;
  const onto = matrixOnto(box, numbersAt(stream.dict, 'Matrix', 6) ?? [1, 0, 0, 1, 0, 0], rect);
  const isUpright = ((numberAt(annotation, 'F') ?? 0) & NO_ROTATE) !== 0;
  const matrix = onto && isUpright ? turnedBack(onto, rect, quarterTurns(page)) : onto;
  return matrix?.every(Number.isFinite) ? { form: asForm(normal, stream, context), matrix } : undefined;
}

/** Left, bottom, right, top; undefined without an area, where nothing is shown (12.5.2, Rect). */
function rectOf(annotation: PDFDict): readonly [number, number, number, number] | undefined {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = numbersAt(annotation, 'Rect', 4)?.map(single) ?? [];
  return x0 !== x1 && y0 !== y1 ? [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)] : undefined;
}

// One that does not turn with the page may reach into it.
function isOffPage(annotation: PDFDict, page: PDFDict): boolean {
  const rect = rectOf(annotation);
  const shown = numbersAt(page, 'CropBox', 4) ?? numbersAt(page, 'MediaBox', 4);
  if (!rect || !shown || ((numberAt(annotation, 'F') ?? 0) & NO_ROTATE) !== 0) return false;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = shown;
  const [left, bottom, right, top] = rect;
  return right <= Math.min(x0, x1) || left >= Math.max(x0, x1) || top <= Math.min(y0, y1) || bottom >= Math.max(y0, y1);
}

/** AP/N, or the state of it that AS names; viewers take the field's value where AS is missing. */
function normalAppearance(annotation: PDFDict): PDFObject | undefined {
  const appearances = dictOf(entry(annotation, 'AP'));
  const normal = appearances && entry(appearances, 'N');
  if (normal instanceof PDFRawStream) return appearances?.get(PDFName.of('N'));
  if (!(normal instanceof PDFDict)) return undefined;
  const state = [entry(annotation, 'AS') ?? inherited(annotation, 'V')].find((value) => value instanceof PDFName);
  return normal.get(state && (entry(annotation, 'AS') || normal.has(state)) ? state : PDFName.of('Off'));
}

/** A field's entry, its own or of what stands above it (12.7.4.1). */
export function inherited(field: PDFDict, key: string): PDFObject | undefined {
  return withParents(field)
    .map((dict) => entry(dict, key))
    .find((value) => value !== undefined);
}

export function withParents(field: PDFDict): readonly PDFDict[] {
  const chain: PDFDict[] = [];
  let dict: PDFDict | undefined = field;
  while (dict && !chain.includes(dict) && chain.length < MAX_FIELD_DEPTH) {
    chain.push(dict);
    dict = dictAt(dict, 'Parent');
  }
  return chain;
}

/** Some producers leave out what says that it is a form. */
function asForm(ref: PDFRef, stream: PDFRawStream, context: PDFContext): PDFRef {
  if (entry(stream.dict, 'Subtype') === PDFName.of('Form')) return ref;
  const dict = stream.dict.clone();
  dict.set(PDFName.of('Subtype'), PDFName.of('Form'));
  context.assign(ref, PDFRawStream.of(dict, stream.contents));
  return ref;
}

/** The matrix that brings the appearance's box, after its own matrix, onto the annotation's rectangle. */
function matrixOnto(
  box: readonly number[],
  own: readonly number[],
  [left, bottom, right, top]: readonly [number, number, number, number],
): readonly number[] | undefined {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = own.map(single);
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box.map(single);
  const along = (x: number, y: number, [u, v, w]: readonly [number, number, number]) =>
    single(single(single(u * x) + single(v * y)) + w);
  const corners = [
    [x0, y0],
    [x1, y0],
    [x0, y1],
    [x1, y1],
  ].map(([x = 0, y = 0]) => [along(x, y, [a, c, e]), along(x, y, [b, d, f])] as const);
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [fromX, fromY] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [single(Math.max(...xs) - fromX), single(Math.max(...ys) - fromY)];
  if (!(width > 0) || !(height > 0)) return undefined;
  const scaleX = single(single(right - left) / width);
  const scaleY = single(single(top - bottom) / height);
  return [scaleX, 0, 0, scaleY, single(left - single(fromX * scaleX)), single(bottom - single(fromY * scaleY))];
}

function quarterTurns(page: PDFDict): number {
  return ((((numberAt(page, 'Rotate') ?? 0) / 90) % 4) + 4) % 4;
}

/** Turned about its upper left corner against the page (12.5.3, NoRotate). */
function turnedBack(
  [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: readonly number[],
  [left, , , top]: readonly [number, number, number, number],
  turns: number,
): readonly number[] {
  // In single precision a quarter turn has a cosine that is not quite zero; PDFium draws with that one.
  const angle = single(turns * single(Math.PI / 2));
  const [cos, sin] = [single(Math.cos(angle)), single(Math.sin(angle))];
  const turn = (x: number, y: number) =>
    [single(single(x * cos) - single(y * sin)), single(single(x * sin) + single(y * cos))] as const;
  const [x, y] = turn(single(e - left), single(f - top));
  return [...turn(a, b), ...turn(c, d), single(x + left), single(y + top)];
}
