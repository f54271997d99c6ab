// Draws appearances into the page (ISO 32000-2 12.5.5, algorithm 'appearance streams'): the appearance becomes a form
// XObject that the page's content paints where the annotation stood, as an artifact, over everything else.

import { PDFArray, type PDFContext, PDFDict, PDFName, type PDFObject, PDFRawStream, PDFRef } from 'pdf-lib';
import { type Content, readContent } from './content.ts';
import { arrayObject, dictOf, entry, numbersAt, resolve } from './objects.ts';

export type Drawing = {
  /** The appearance, in the source document. */
  readonly form: PDFRef;
  readonly matrix: readonly number[];
};

/** Where the normal appearance goes; undefined when there is nothing to draw. */
export function drawingOf(annotation: PDFDict): Drawing | undefined {
  const context = annotation.context;
  const normal = normalAppearance(annotation);
  const stream = resolve(context, normal);
  const rect = numbersAt(annotation, 'Rect', 4);
  if (!(normal instanceof PDFRef) || !(stream instanceof PDFRawStream) || !rect) return undefined;
  const box = numbersAt(stream.dict, 'BBox', 4);
  if (!box) return undefined;
  const matrix = matrixOnto(box, numbersAt(stream.dict, 'Matrix', 6) ?? [1, 0, 0, 1, 0, 0], rect);
  return matrix && { form: asForm(normal, stream, context), matrix };
}

/** AP/N, or the state of it that AS names. */
function normalAppearance(annotation: PDFDict): PDFObject | undefined {
  const appearances = dictOf(entry(annotation, 'AP'));
  const normal = appearances && entry(appearances, 'N');
  if (normal instanceof PDFRawStream) return appearances?.get(PDFName.of('N'));
  const state = entry(annotation, 'AS');
  return normal instanceof PDFDict ? normal.get(state instanceof PDFName ? state : PDFName.of('Off')) : undefined;
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
  rect: readonly number[],
): readonly number[] | undefined {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = own;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box;
  const corners = [
    [x0, y0],
    [x1, y0],
    [x0, y1],
    [x1, y1],
  ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f] as const);
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - bottom];
  const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = rect;
  if (!(width > 0) || !(height > 0)) return undefined;
  const scaleX = Math.abs(r2 - r0) / width;
  const scaleY = Math.abs(r3 - r1) / height;
  const matrix = [scaleX, 0, 0, scaleY, Math.min(r0, r2) - left * scaleX, Math.min(r1, r3) - bottom * scaleY];
  return matrix.every(Number.isFinite) ? matrix : undefined;
}

const MAX_OPEN = 10_000;

/** Gives the page (in the source document, a copy of its own) content that also paints the drawings. */
export function paint(page: PDFDict, drawings: readonly Drawing[], read: (stream: PDFRawStream) => Uint8Array): void {
  const context = page.context;
  const names = addForms(page, drawings);
  const paints = drawings.map(({ matrix }, i) => `q ${matrix.map(decimal).join(' ')} cm /${names[i]} Do Q`);
  const stream = (text: string) =>
    context.register(PDFRawStream.of(PDFDict.withContext(context), Buffer.from(`${text}\n`, 'latin1')));
  const { parts, ending } = enclosed(page, read);
  const after = stream(['', ...ending, 'Q', '/Artifact BMC', ...paints, 'EMC'].join('\n'));
  page.set(PDFName.of('Contents'), arrayObject(context, [stream('q'), ...parts, after]));
}

/** The page's own content, and what has to follow it so that everything it opened is closed again. */
function enclosed(
  page: PDFDict,
  read: (stream: PDFRawStream) => Uint8Array,
): { readonly parts: readonly PDFObject[]; readonly ending: readonly string[] } {
  const context = page.context;
  const value = page.get(PDFName.of('Contents'));
  const resolved = resolve(context, value);
  const parts = resolved instanceof PDFArray ? resolved.asArray() : [value];
  const streams = parts.flatMap((part) => {
    const one = resolve(context, part);
    return part && one instanceof PDFRawStream ? [{ part, bytes: read(one) }] : [];
  });
  const whole = Buffer.concat(streams.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]));
  const content = readContent(whole, 'content');
  if (content.open.missing === 0 && content.complete)
    return { parts: streams.map(({ part }) => part), ending: endingOf(content) };
  // A state restored too often is ignored by readers, but would now take ours: it is cut out.
  const closed = readContent(content.edited ?? whole, 'content', { dropSurplus: true });
  const single = context.register(
    PDFRawStream.of(PDFDict.withContext(context), closed.edited ?? content.edited ?? whole),
  );
  return { parts: [single], ending: endingOf(closed) };
}

function endingOf({ open }: Content): readonly string[] {
  const text = open.text ? ['ET'] : [];
  const marked = Array.from({ length: Math.min(open.marked, MAX_OPEN) }, () => 'EMC');
  return [...text, ...marked, ...Array.from({ length: Math.min(open.states, MAX_OPEN) }, () => 'Q')];
}

/** Adds the forms to the page's resources under names that are free; other pages may share what was there. */
function addForms(page: PDFDict, drawings: readonly Drawing[]): readonly string[] {
  const resources = (dictOf(entry(page, 'Resources')) ?? PDFDict.withContext(page.context)).clone();
  const forms = (dictOf(entry(resources, 'XObject')) ?? PDFDict.withContext(page.context)).clone();
  let number = 0;
  const names = drawings.map(({ form }) => {
    do number += 1;
    while (forms.get(PDFName.of(`Drawn${number}`), true));
    forms.set(PDFName.of(`Drawn${number}`), form);
    return `Drawn${number}`;
  });
  resources.set(PDFName.of('XObject'), forms);
  page.set(PDFName.of('Resources'), resources);
  return names;
}

function decimal(value: number): string {
  return value
    .toFixed(6)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');
}
