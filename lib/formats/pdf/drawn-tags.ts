// What annotations showed and the page draws now stays in the structure tree (ISO 32000-2 14.7.5): the element that led to
// the annotation leads to the drawing, as marked content of the page, so that a form is read aloud with its answers.

import { PDFArray, PDFDict, PDFName, PDFNull, PDFNumber, type PDFObject, type PDFRawStream, PDFRef } from 'pdf-lib';
import type { Drawing } from './appearances.ts';
import { contentIds, hasContentIds } from './content-ids.ts';
import { addFieldAttributes } from './field-attributes.ts';
import { arrayObject, dictAt, dictObject, entry, nameAt, numberAt, resolve } from './objects.ts';
import type { SourcePage } from './pages.ts';
import { elementsOf, kidsOf } from './structure-walk.ts';
import { numbersOf } from './trees.ts';

/** Its number among the marked content of the page; none for what is an artifact. */
export type Tagged = Drawing & { readonly tag?: { readonly kind: 'Form' | 'Annot'; readonly id: number } };

export type Tagging = {
  readonly pages: readonly SourcePage[];
  readonly read: (stream: PDFRawStream) => Uint8Array;
  /** '1.7', '2.0': attributes are called otherwise since. */
  readonly version: string;
};

// Far above what pages have; the parent tree gets as many entries.
const MAX_IDS = 100_000;

/** Gives drawings their places in the structure tree of the source document; answers them page by page. */
export function tagDrawings(
  catalog: PDFDict,
  drawings: readonly (readonly Drawing[])[],
  { pages, read, version }: Tagging,
): readonly (readonly Tagged[])[] {
  const root = dictAt(catalog, 'StructTreeRoot');
  if (!root || drawings.every((ofPage) => ofPage.length === 0)) return drawings;
  const { references, highest } = contentOf(root);
  if (references.size === 0) return drawings;
  const parents = parentsIn(root, pages);

  const tagged = drawings.map((ofPage, at) => {
    const page = pages[at];
    const ref = page?.ref;
    if (!ref || !page || parents.isShared(page.dict)) return ofPage;
    const isHere = ({ annotation }: Drawing) => annotation !== undefined && references.get(annotation)?.page === ref;
    if (!ofPage.some(isHere)) return ofPage;
    let next = Math.max(highest.get(ref) ?? -1, parents.count(page.dict) - 1, contentIds(page.dict, read)) + 1;
    return ofPage.map((drawing): Tagged => {
      const place = drawing.annotation && references.get(drawing.annotation);
      if (!place || place.page !== ref || next >= MAX_IDS || hasContentIds(drawing.form, root.context, read))
        return drawing;
      // Each is led to once.
      references.delete(place.annotation);
      const widget = resolve(root.context, place.annotation);
      const isField = widget instanceof PDFDict && nameAt(widget, 'Subtype') === 'Widget';
      lead(place, ref, next);
      parents.add(page.dict, next, place.element);
      if (widget instanceof PDFDict) parents.drop(widget);
      if (isField) addFieldAttributes(place.dict, widget, root, version);
      next += 1;
      return { ...drawing, tag: { kind: isField ? 'Form' : 'Annot', id: next - 1 } };
    });
  });
  parents.write();
  return tagged;
}

type Place = {
  readonly annotation: PDFRef;
  readonly element: PDFRef;
  readonly dict: PDFDict;
  /** Which of the element's kids. */
  readonly at: number;
  readonly page: PDFRef;
};

/** Where annotations are led to, and the highest number of marked content that elements name on each page. */
function contentOf(root: PDFDict): {
  readonly references: Map<PDFRef, Place>;
  readonly highest: ReadonlyMap<PDFRef, number>;
} {
  const references = new Map<PDFRef, Place>();
  const highest = new Map<PDFRef, number>();
  for (const { ref, dict } of elementsOf(root)) {
    const own = dict.get(PDFName.of('Pg'));
    const found: Place[] = [];
    const pages = new Set<PDFObject | undefined>();
    for (const [at, kid] of kidsOf(dict).entries()) {
      const item = resolve(root.context, kid);
      const page = (item instanceof PDFDict ? item.get(PDFName.of('Pg')) : undefined) ?? own;
      const id =
        item instanceof PDFNumber ? item.asNumber() : item instanceof PDFDict ? numberAt(item, 'MCID') : undefined;
      if (id !== undefined && page instanceof PDFRef) highest.set(page, Math.max(highest.get(page) ?? -1, id));
      const annotation =
        item instanceof PDFDict && nameAt(item, 'Type') === 'OBJR' ? item.get(PDFName.of('Obj')) : undefined;
      if (id !== undefined || annotation) pages.add(page);
      if (ref && annotation instanceof PDFRef && page instanceof PDFRef)
        found.push({ annotation, element: ref, dict, at, page });
    }
    // An element with content on several pages would be read on each of them.
    if (pages.size === 1)
      for (const place of found) if (!references.has(place.annotation)) references.set(place.annotation, place);
  }
  return { references, highest };
}

/** The element's kid, once an annotation, is marked content now. */
function lead({ dict, at }: Place, page: PDFRef, id: number): void {
  const { context } = dict;
  const isOwnPage = dict.get(PDFName.of('Pg')) === page;
  const content = isOwnPage
    ? PDFNumber.of(id)
    : dictObject(context, [
        ['Type', PDFName.of('MCR')],
        ['Pg', page],
        ['MCID', PDFNumber.of(id)],
      ]);
  const kids = kidsOf(dict).map((kid, place) => (place === at ? content : kid));
  dict.set(PDFName.of('K'), kids.length === 1 ? content : arrayObject(context, kids));
}

type Parents = {
  /** Several pages say that they have the same place. */
  isShared(page: PDFDict): boolean;
  count(page: PDFDict): number;
  add(page: PDFDict, id: number, element: PDFRef): void;
  /** An annotation that is gone has no place. */
  drop(annotation: PDFDict): void;
  write(): void;
};

/** The parent tree (14.7.5.4): from content to elements. */
function parentsIn(root: PDFDict, pages: readonly SourcePage[]): Parents {
  const { context } = root;
  const tree = new Map(numbersOf(root.get(PDFName.of('ParentTree')), context));
  const keys = pages.flatMap(({ dict }) => numberAt(dict, 'StructParents') ?? []);
  const ofAnnotations = pages.flatMap(({ dict }) => {
    const items = entry(dict, 'Annots');
    const all = items instanceof PDFArray ? items.asArray() : [];
    return all.flatMap((item) => {
      const annotation = resolve(context, item);
      return annotation instanceof PDFDict ? (numberAt(annotation, 'StructParent') ?? []) : [];
    });
  });
  const taken = [...tree.keys(), ...keys, ...ofAnnotations].reduce((most, key) => Math.max(most, key), -1);
  let next = Math.max(taken + 1, numberAt(root, 'ParentTreeNextKey') ?? 0);
  const uses = Map.groupBy(keys, (key) => key);
  const made = new Map<number, PDFObject[]>();

  const known = (page: PDFDict): readonly PDFObject[] => {
    const key = numberAt(page, 'StructParents') ?? -1;
    const array = resolve(context, tree.get(key));
    return made.get(key) ?? (array instanceof PDFArray ? array.asArray() : []);
  };

  return {
    isShared: (page) => (uses.get(numberAt(page, 'StructParents') ?? -1)?.length ?? 0) > 1,
    count: (page) => known(page).length,
    add(page, id, element) {
      const key = numberAt(page, 'StructParents') ?? next++;
      const elements = made.get(key) ?? [...known(page)];
      page.set(PDFName.of('StructParents'), PDFNumber.of(key));
      while (elements.length < id) elements.push(PDFNull);
      elements[id] = element;
      made.set(key, elements);
    },
    drop(annotation) {
      const key = numberAt(annotation, 'StructParent');
      if (key !== undefined && resolve(context, tree.get(key)) instanceof PDFDict) tree.delete(key);
    },
    write() {
      if (made.size === 0) return;
      for (const [key, elements] of made) tree.set(key, arrayObject(context, elements));
      const pairs = [...tree].toSorted(([a], [b]) => a - b).flatMap(([key, value]) => [PDFNumber.of(key), value]);
      root.set(PDFName.of('ParentTree'), dictObject(context, [['Nums', arrayObject(context, pairs)]]));
      root.set(PDFName.of('ParentTreeNextKey'), PDFNumber.of(next));
    },
  };
}
