// The structure tree (ISO 32000-2 14.7). Elements are found by walking down from the root; only those exist for
// everything else that mentions elements (parents, the parent tree, identifiers), so that nothing detached comes back.

import { PDFArray, PDFDict, PDFName, PDFNull, PDFNumber, type PDFObject, PDFRef } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import type { Copy, Special } from './copy.ts';
import { arrayObject, decodeText, dictObject, entry, nameAt, resolve, stringBytes, stringObject } from './objects.ts';
import { structureNames } from './structure-names.ts';
import { elementsOf, isElement } from './structure-walk.ts';
import { stringsOf, valuesOf } from './texts.ts';
import { namesOf, numbersOf } from './trees.ts';

const OWNERS = new Set(['Layout', 'List', 'PrintField', 'Table', 'Artifact', 'FENote', 'ARIA-1.1']);

/** The specials of the structure tree; they share what the elements of one document are called. */
export function structureSpecials(found: Found): Readonly<Record<string, Special>> {
  const identifiers = new Map<string, string>();
  const names = structureNames(found);

  /** Copies the tree; the pages, annotations and forms that it mentions have to be copied before. */
  const structureTree: Special = (value, at, copy) => {
    const root = resolve(copy.source, value);
    if (!(root instanceof PDFDict)) return undefined;
    const place = copy.target.nextRef();
    if (value instanceof PDFRef) copy.remember('element', value, place);
    const { elements, all } = elementsUnder(root, copy);
    names.read(root, all);
    nameElements(elements.values(), identifiers, found);
    copy.target.assign(place, copy.table(root, 'StructTreeRoot', at));
    let number = 0;
    for (const [ref, dict] of elements) {
      number += 1;
      const target = copy.recall('element', ref);
      if (target) copy.target.assign(target, copy.table(dict, 'StructElem', `structure element ${number}`));
    }
    return place;
  };

  return {
    structureTree,
    structureKids,
    structureParent: (value, _at, copy) => copy.recall('element', value),
    parentTree,
    idTree: (value, _at, copy) => idTree(value, identifiers, copy),
    identifier(value, _at, copy) {
      const name = stringBytes(resolve(copy.source, value));
      const called = name && identifiers.get(Buffer.from(name).toString('latin1'));
      return called === undefined ? undefined : stringObject(Buffer.from(called, 'latin1'));
    },
    attributes: attributes(found),
    ...names.specials,
  };
}

// Identifiers (14.7.2) only tie elements to each other, but programs make them of field names and paths. Each element
// gets a number for a name, in reading order.
function nameElements(elements: Iterable<PDFDict>, identifiers: Map<string, string>, found: Found): void {
  const values: string[] = [];
  for (const element of elements) {
    const bytes = stringBytes(entry(element, 'ID'));
    const name = bytes && Buffer.from(bytes).toString('latin1');
    if (name === undefined || identifiers.has(name)) continue;
    const called = `e${identifiers.size + 1}`;
    if (name !== called) values.push(decodeText(bytes ?? new Uint8Array()));
    identifiers.set(name, called);
  }
  if (values.length > 0)
    found('pdf.structure.identifier', 'catalog/StructTreeRoot', { count: values.length, values: valuesOf(values) });
}

type Elements = {
  /** Those that are objects of their own. */
  readonly elements: ReadonlyMap<PDFRef, PDFDict>;
  readonly all: readonly PDFDict[];
};

/** Every element in reading order; each that is an object of its own gets its place in the new document. */
function elementsUnder(root: PDFDict, copy: Copy): Elements {
  const all: PDFDict[] = [];
  const elements = new Map<PDFRef, PDFDict>();
  for (const { ref, dict } of elementsOf(root)) {
    all.push(dict);
    if (!ref) continue;
    elements.set(ref, dict);
    copy.remember('element', ref, copy.target.nextRef());
  }
  return { elements, all };
}

/** Marked content, objects, and further elements, in their order. */
const structureKids: Special = (value, at, copy) => {
  const kids = resolve(copy.source, value);
  if (!(kids instanceof PDFArray)) return kid(value, at, copy);
  return arrayObject(
    copy.target,
    kids.asArray().flatMap((item) => kid(item, at, copy) ?? []),
  );
};

function kid(value: PDFObject, at: string, copy: Copy): PDFObject | undefined {
  const resolved = resolve(copy.source, value);
  if (resolved instanceof PDFNumber) return resolved;
  if (!(resolved instanceof PDFDict)) return undefined;
  const type = nameAt(resolved, 'Type');
  if (type === 'OBJR') return objectReference(resolved, copy);
  if (type === 'MCR' || (!type && entry(resolved, 'MCID') instanceof PDFNumber))
    return contentReference(resolved, at, copy);
  if (!isElement(resolved)) return undefined;
  return value instanceof PDFRef ? copy.recall('element', value) : copy.table(resolved, 'StructElem', at);
}

/** Nothing where the content is in a form that is not drawn any more. */
function contentReference(dict: PDFDict, at: string, copy: Copy): PDFObject | undefined {
  const form = dict.get(PDFName.of('Stm'));
  if (form instanceof PDFRef && !copy.recall('drawn', form)) return undefined;
  return copy.table(dict, 'MarkedContentReference', at);
}

/** Nothing where the annotation or picture is not kept. */
function objectReference(dict: PDFDict, copy: Copy): PDFObject | undefined {
  const object = dict.get(PDFName.of('Obj'));
  const target = copy.recall('annotation', object) ?? copy.recall('drawn', object);
  if (!target) return undefined;
  return dictObject(copy.target, [
    ['Type', PDFName.of('OBJR')],
    ['Pg', copy.recall('page', dict.get(PDFName.of('Pg')))],
    ['Obj', target],
  ]);
}

const parentTree: Special = (value, _at, copy) => {
  const pairs: PDFObject[] = [];
  for (const [number, entryValue] of numbersOf(value, copy.source)) {
    const resolved = resolve(copy.source, entryValue);
    const kept = resolved instanceof PDFArray ? parentsOf(resolved, copy) : copy.recall('element', entryValue);
    if (kept) pairs.push(PDFNumber.of(number), kept);
  }
  return copy.target.register(dictObject(copy.target, [['Nums', arrayObject(copy.target, pairs)]]));
};

function parentsOf(array: PDFArray, copy: Copy): PDFObject | undefined {
  const parents = array.asArray().map((item) => copy.recall('element', item) ?? PDFNull);
  return parents.some((item) => item !== PDFNull) ? copy.target.register(arrayObject(copy.target, parents)) : undefined;
}

function idTree(value: PDFObject, identifiers: ReadonlyMap<string, string>, copy: Copy): PDFObject {
  const entries = [...namesOf(value, copy.source)].flatMap(([name, element]) => {
    const [called, kept] = [identifiers.get(name), copy.recall('element', element)];
    return called !== undefined && kept ? [[called, kept] as const] : [];
  });
  const pairs = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([called, element]) => [stringObject(Buffer.from(called, 'latin1')), element]);
  return dictObject(copy.target, [['Names', arrayObject(copy.target, pairs)]]);
}

/** Standard attributes by table; those of programs and users are not copied. */
function attributes(found: Found): Special {
  const one = (value: PDFObject, at: string, copy: Copy): PDFObject | undefined => {
    const dict = resolve(copy.source, value);
    if (dict instanceof PDFNumber) return dict;
    if (!(dict instanceof PDFDict)) return undefined;
    if (OWNERS.has(nameAt(dict, 'O') ?? '')) return copy.table(dict, 'Attributes', at);
    found('pdf.structure.property', at, { values: stringsOf(dict, copy.source) });
    return undefined;
  };
  return (value, at, copy) => {
    const resolved = resolve(copy.source, value);
    if (!(resolved instanceof PDFArray)) return one(value, at, copy);
    const kept = resolved.asArray().flatMap((item) => one(item, at, copy) ?? []);
    // A number only says which revision the attributes before it are of.
    return kept.some((item) => item instanceof PDFDict) ? arrayObject(copy.target, kept) : undefined;
  };
}
