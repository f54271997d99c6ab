// The page tree (ISO 32000-2 7.7.3), walked by ourselves: pdf-lib's helpers recurse, and stop at a wrong /Type. What a
// page inherits is given to the page itself, and the new tree is flat.

import { type PDFContext, PDFDict, PDFName, type PDFObject, PDFRef } from 'pdf-lib';
import { Refusal } from '../../core/refusal.ts';
import { arrayAt, entry, nameAt, resolve } from './objects.ts';

export function catalogOf(source: PDFContext): PDFDict {
  const catalog = resolve(source, source.trailerInfo.Root);
  if (!(catalog instanceof PDFDict)) throw new Refusal('malformed', 'no catalog');
  return catalog;
}

export type SourcePage = {
  /** The first page that stands at a reference; a second mention of the same page is a copy of it. */
  readonly ref: PDFRef | undefined;
  /** The page's own entries and those it inherits. */
  readonly dict: PDFDict;
};

const INHERITED = ['Resources', 'MediaBox', 'CropBox', 'Rotate'] as const;
const MAX_PAGES = 100_000;
const MAX_NODES = 400_000;

type Node = { readonly value: PDFObject; readonly inherited: ReadonlyMap<string, PDFObject>; readonly above: Above };
type Above = { readonly ref: PDFRef; readonly above: Above; readonly depth: number } | undefined;

// Qpdf follows no more either; a tree that balanced its pages by two would be 17 deep.
const MAX_DEPTH = 500;

/** All pages in order. Rejects a tree that leads back to itself, is too deep or has no page. */
export function pagesOf(catalog: PDFDict): readonly SourcePage[] {
  const context = catalog.context;
  const pages: SourcePage[] = [];
  const seen = new Set<PDFRef>();
  const root = catalog.get(PDFName.of('Pages'));
  const waiting: Node[] = root ? [{ value: root, inherited: new Map(), above: undefined }] : [];
  for (let visited = 0; waiting.length > 0; visited++) {
    const node = waiting.pop();
    if (!node) break;
    if (visited > MAX_NODES || pages.length > MAX_PAGES) throw new Refusal('limit', `more than ${MAX_PAGES} pages`);
    const dict = resolve(context, node.value);
    if (!(dict instanceof PDFDict)) continue;
    const ref = node.value instanceof PDFRef ? node.value : undefined;
    const kids = arrayAt(dict, 'Kids');
    if (kids && nameAt(dict, 'Type') !== 'Page') {
      const inherited = inherit(node.inherited, dict);
      const above: Above = ref ? { ref, above: node.above, depth: (node.above?.depth ?? 0) + 1 } : node.above;
      if ((above?.depth ?? 0) > MAX_DEPTH) throw new Refusal('malformed', 'a page tree that is too deep');
      for (const kid of kids.asArray().toReversed()) {
        if (kid instanceof PDFRef && leadsBack(kid, above))
          throw new Refusal('malformed', 'a page tree that leads back to itself');
        waiting.push({ value: kid, inherited, above });
      }
      continue;
    }
    // An intermediate node without kids is no page.
    if (nameAt(dict, 'Type') === 'Pages') continue;
    pages.push({ ref: ref && !seen.has(ref) ? ref : undefined, dict: withInherited(dict, node.inherited) });
    if (ref) seen.add(ref);
  }
  if (pages.length === 0) throw new Refusal('malformed', 'no pages');
  return pages;
}

function leadsBack(ref: PDFRef, above: Above): boolean {
  for (let node = above; node; node = node.above) if (node.ref === ref) return true;
  return false;
}

function inherit(from: ReadonlyMap<string, PDFObject>, dict: PDFDict): ReadonlyMap<string, PDFObject> {
  const all = new Map(from);
  for (const key of INHERITED) {
    const value = dict.get(PDFName.of(key));
    if (!value || !entry(dict, key)) continue;
    // Given an object of its own, so that a thousand pages share one.
    const isShared = key === 'Resources' && value instanceof PDFDict;
    all.set(key, isShared ? dict.context.register(value) : value);
  }
  return all;
}

function withInherited(dict: PDFDict, inherited: ReadonlyMap<string, PDFObject>): PDFDict {
  const page = dict.clone();
  for (const [key, value] of inherited) if (!entry(dict, key)) page.set(PDFName.of(key), value);
  page.set(PDFName.of('Type'), PDFName.of('Page'));
  return page;
}
