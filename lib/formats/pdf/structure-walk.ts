// Walks the structure tree down from its root (ISO 32000-2 14.7.2). What no walk reaches is no part of the document.

import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRef } from 'pdf-lib';
import { Refusal } from '../../core/refusal.ts';
import { entry, nameAt, resolve } from './objects.ts';

const MAX_ELEMENTS = 2_000_000;

export type Walked = {
  /** Undefined where the element is no object of its own. */
  readonly ref: PDFRef | undefined;
  readonly dict: PDFDict;
};

/** Every element once, in reading order. Rejects with Refusal('limit') where there are too many. */
export function* elementsOf(root: PDFDict): Generator<Walked> {
  const seen = new Set<PDFObject>([root]);
  const waiting: PDFObject[] = kidsOf(root).toReversed();
  for (let kid = waiting.pop(); kid; kid = waiting.pop()) {
    const dict = resolve(root.context, kid);
    if (!(dict instanceof PDFDict) || !isElement(dict) || seen.has(dict)) continue;
    seen.add(dict);
    if (seen.size > MAX_ELEMENTS) throw new Refusal('limit', `more than ${MAX_ELEMENTS} structure elements`);
    yield { ref: kid instanceof PDFRef ? kid : undefined, dict };
    waiting.push(...kidsOf(dict).toReversed());
  }
}

/** What stands under a root or an element, in its order. */
export function kidsOf(dict: PDFDict): readonly PDFObject[] {
  const kids = entry(dict, 'K');
  if (kids instanceof PDFArray) return kids.asArray();
  const only = dict.get(PDFName.of('K'));
  return only && kids ? [only] : [];
}

/** Neither marked content nor the mention of an object. */
export function isElement(dict: PDFDict): boolean {
  const type = nameAt(dict, 'Type');
  return type !== 'MCR' && type !== 'OBJR' && nameAt(dict, 'S') !== undefined;
}
