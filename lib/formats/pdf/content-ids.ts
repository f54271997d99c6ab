// Numbers that marked content has (ISO 32000-2 14.7.5.1). They are looked for and not parsed: one too many only means that
// a number stays unused, or that a drawing stays out of the structure tree.

import { PDFArray, type PDFContext, PDFDict, type PDFObject, PDFRawStream, type PDFRef } from 'pdf-lib';
import { dictOf, entry, nameAt, numberAt, resolve } from './objects.ts';

type Read = (stream: PDFRawStream) => Uint8Array;

const MAX_DEPTH = 8;

/** The highest number in the page's own content and in the property lists of its resources; -1 where there is none. */
export function contentIds(page: PDFDict, read: Read): number {
  const contents = entry(page, 'Contents');
  const parts =
    contents instanceof PDFArray ? contents.asArray().map((part) => resolve(page.context, part)) : [contents];
  const bytes = parts.flatMap((part) => (part instanceof PDFRawStream ? [read(part), Buffer.from('\n')] : []));
  let highest = -1;
  for (const [, id] of Buffer.concat(bytes)
    .toString('latin1')
    .matchAll(/\/MCID\s*\+?(\d{1,9})/g))
    highest = Math.max(highest, Number(id));
  for (const list of lists(page, 'Properties')) highest = Math.max(highest, numberAt(list, 'MCID') ?? -1);
  return highest;
}

/** Whether a form, or one that it draws, has marked content with numbers of its own, which would clash with the page's. */
export function hasContentIds(form: PDFRef, context: PDFContext, read: Read): boolean {
  const seen = new Set<PDFObject>();
  const has = (stream: PDFObject | undefined, depth: number): boolean => {
    if (!(stream instanceof PDFRawStream) || seen.has(stream) || nameAt(stream.dict, 'Subtype') === 'Image')
      return false;
    seen.add(stream);
    if (depth > MAX_DEPTH || entry(stream.dict, 'StructParents') !== undefined) return true;
    return (
      Buffer.from(read(stream)).includes('MCID') ||
      lists(stream.dict, 'Properties').some((list) => entry(list, 'MCID') !== undefined) ||
      ofResources(stream.dict, 'XObject').some((inner) => has(inner, depth + 1))
    );
  };
  return has(resolve(context, form), 0);
}

function ofResources(owner: PDFDict, category: string): readonly (PDFObject | undefined)[] {
  const resources = dictOf(entry(owner, 'Resources'));
  const named = resources && dictOf(entry(resources, category));
  return named?.values().map((value) => resolve(owner.context, value)) ?? [];
}

function lists(owner: PDFDict, category: string): readonly PDFDict[] {
  return ofResources(owner, category).filter((value) => value instanceof PDFDict);
}
