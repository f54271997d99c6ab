// Name trees and number trees (ISO 32000-2 7.9.6, 7.9.7), read whole and written as one leaf.

import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFObject } from 'pdf-lib';
import { Refusal } from '../../core/refusal.ts';
import { arrayAt, resolve, stringBytes } from './objects.ts';

const MAX_NODES = 200_000;
const MAX_ENTRIES = 1_000_000;

/** Entries of a name tree by the bytes of their names (one character each), in their order. The first of a name counts. */
export function namesOf(root: PDFObject | undefined, context: PDFDict['context']): ReadonlyMap<string, PDFObject> {
  const entries = new Map<string, PDFObject>();
  for (const [key, value] of leaves(root, context, 'Names')) {
    const name = stringBytes(key);
    const text = name && Buffer.from(name).toString('latin1');
    if (text !== undefined && !entries.has(text)) entries.set(text, value);
  }
  return new Map([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function numbersOf(root: PDFObject | undefined, context: PDFDict['context']): ReadonlyMap<number, PDFObject> {
  const entries = new Map<number, PDFObject>();
  for (const [key, value] of leaves(root, context, 'Nums')) {
    if (key instanceof PDFNumber && !entries.has(key.asNumber())) entries.set(key.asNumber(), value);
  }
  return new Map([...entries].toSorted(([a], [b]) => a - b));
}

function* leaves(
  root: PDFObject | undefined,
  context: PDFDict['context'],
  leaf: 'Names' | 'Nums',
): Generator<readonly [PDFObject, PDFObject]> {
  const seen = new Set<PDFObject>();
  const waiting: PDFObject[] = root ? [root] : [];
  let entries = 0;
  while (waiting.length > 0) {
    const node = resolve(context, waiting.pop());
    if (!(node instanceof PDFDict) || seen.has(node)) continue;
    seen.add(node);
    if (seen.size > MAX_NODES) throw new Refusal('limit', 'a name tree with too many nodes');
    const pairs = arrayAt(node, leaf)?.asArray() ?? [];
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const [key, value] = [resolve(context, pairs[i]), pairs[i + 1]];
      entries += 1;
      if (entries > MAX_ENTRIES) throw new Refusal('limit', 'a name tree with too many entries');
      if (key && value) yield [key, value];
    }
    const kids = resolve(context, node.get(PDFName.of('Kids')));
    if (kids instanceof PDFArray) waiting.push(...kids.asArray().toReversed());
  }
}
