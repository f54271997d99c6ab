// Draws appearances into the page (ISO 32000-2 12.5.5, algorithm 'appearance streams'): the appearance becomes a form
// XObject that the page's content paints where the annotation stood, over everything else: as the content of a structure
// element where one led to the annotation, as an artifact where none did.

import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import { type Content, readContent } from './content.ts';
import type { Tagged } from './drawn-tags.ts';
import { arrayObject, dictOf, entry, resolve } from './objects.ts';

const MAX_OPEN = 10_000;

/** Gives the page (in the source document, a copy of its own) content that also paints the drawings. */
export function paint(page: PDFDict, drawings: readonly Tagged[], read: (stream: PDFRawStream) => Uint8Array): void {
  const context = page.context;
  const names = addForms(page, drawings);
  const paints = drawings.map(({ matrix, tag }, i) => {
    const marks = tag ? `/${tag.kind} <</MCID ${tag.id}>> BDC` : '/Artifact BMC';
    return `${marks}\nq ${matrix.map(decimal).join(' ')} cm /${names[i]} Do Q\nEMC`;
  });
  const stream = (text: string) =>
    context.register(PDFRawStream.of(PDFDict.withContext(context), Buffer.from(`${text}\n`, 'latin1')));
  const { parts, ending } = enclosed(page, read);
  const after = stream(['', ...ending, 'Q', ...paints].join('\n'));
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
  const closed = readContent(content.edited() ?? whole, 'content', { dropSurplus: true });
  const single = context.register(
    PDFRawStream.of(PDFDict.withContext(context), closed.edited() ?? content.edited() ?? whole),
  );
  return { parts: [single], ending: endingOf(closed) };
}

function endingOf({ open }: Content): readonly string[] {
  const text = open.text ? ['ET'] : [];
  const marked = Array.from({ length: Math.min(open.marked, MAX_OPEN) }, () => 'EMC');
  return [...text, ...marked, ...Array.from({ length: Math.min(open.states, MAX_OPEN) }, () => 'Q')];
}

/** Adds the forms to the page's resources under names that are free; other pages may share what was there. */
function addForms(page: PDFDict, drawings: readonly Tagged[]): readonly string[] {
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

// The shortest of the decimals that are this number in single precision: readers who reckon in double precision then see
// 0.6 where 0.6 was meant. Exponents are no PDF.
function decimal(value: number): string {
  if (value === 0) return '0';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(value.toPrecision(digits))) !== value) digits += 1;
  const places = Math.min(Math.max(digits - 1 - Math.floor(Math.log10(Math.abs(value))), 0), 30);
  return Number(value.toPrecision(digits))
    .toFixed(places)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
