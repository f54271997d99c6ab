// Copies a document, from its catalog on, into a new one: what a table names and what fits is copied, nothing else is.
// The new document therefore has no object that nothing leads to, and numbers of its own. Objects wait in a queue, so
// that a list of a hundred thousand bookmarks takes no stack; direct nesting is bounded by qpdf (500 levels).

import {
  PDFArray,
  PDFBool,
  PDFContext,
  PDFDict,
  PDFName,
  PDFNull,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
  PDFRef,
} from 'pdf-lib';
import { Refusal } from '../../core/refusal.ts';
import type { Category } from './content-operators.ts';
import { languageOf } from './languages.ts';
import { decodeText, dictOf, nameText, resolve, stringBytes, stringObject } from './objects.ts';
import type { Body, Shape, Target } from './shape.ts';
import { KEPT } from './tables/kept.ts';

/** Copies one kind of value. It gets the value as it stands, reference or not, except where it is in SHARED. */
export type Special = (value: PDFObject, at: string, copy: Copy) => PDFObject | undefined;

// Specials that may be large, shared or lead back to themselves: copied as objects of their own, after what names them.
const SHARED = new Set(['colorSpace', 'attributes', 'fontDescriptor']);

/** What the copier asks of those who know what things mean. */
export type Knowledge = {
  readonly specials: Readonly<Record<string, Special>>;
  /** A text that is kept, without what may not stand in it; undefined drops the key. */
  keptText(untrusted: Uint8Array, at: string): Uint8Array | undefined;
  /** The new stream's bytes and filters. It is called once for each stream that is copied. */
  stream(source: PDFRawStream, body: Body, kept: PDFDict, at: string, ref: PDFRef): PDFRawStream;
  /** The number that an object had in the original. */
  original(number: number): number;
  /** The entries of a category of resources that something names, under their new names. */
  resources(category: Category, entries: PDFDict, at: string): readonly (readonly [PDFName, PDFObject])[];
  /** A key was left out. */
  dropped(table: string, key: string, value: PDFObject, at: string): void;
};

export type Copy = {
  readonly source: PDFContext;
  readonly target: PDFContext;
  /** The copy of a value, or undefined where it does not fit. References stay references. */
  value(value: PDFObject | undefined, shape: Shape, at: string): PDFObject | undefined;
  /** A new dictionary with what the table keeps of this one. */
  table(dict: PDFDict, table: string, at: string): PDFDict;
  /** Says where a thing now stands that mere mentions may lead to. */
  remember(target: Target, old: PDFRef, at: PDFRef): void;
  recall(target: Target, old: PDFObject | undefined): PDFRef | undefined;
  /** Copies what waits. */
  drain(): void;
  /** Whether something that was promised a place turned out not to fit, and left null there. */
  hasGaps(): boolean;
};

const REMEMBERED: ReadonlyMap<string, Target> = new Map([
  ['Form', 'drawn'],
  ['Image', 'drawn'],
  ['Layer', 'layer'],
]);

// Far above any document we know of (a 2,026-page one has 51,246), below what would fill the memory.
const MAX_OBJECTS = 3_000_000;

type Waiting = { readonly ref: PDFRef; readonly value: PDFObject; readonly shape: Shape; readonly at: string };

export function copier(source: PDFContext, knowledge: Knowledge): Copy {
  const target = PDFContext.create();
  const copied = new Map<PDFRef, Map<string, PDFRef>>();
  const remembered = new Map<Target, Map<PDFRef, PDFRef>>();
  const waiting: Waiting[] = [];
  let next = 0;
  let gaps = false;

  const copy: Copy = {
    source,
    target,
    value(value, shape, at) {
      const resolved = resolve(source, value);
      if (!value || !resolved) return undefined;
      if (shape.is === 'mention') return copy.recall(shape.of, value);
      const exact = choose(resolved, shape, source);
      if (!exact) return undefined;
      if (exact.is === 'special' && !SHARED.has(exact.of)) return build(value, exact, at, undefined);
      if (!(value instanceof PDFRef) || isAtom(resolved)) return build(resolved, exact, at, undefined);
      const key = keyOf(exact);
      const known = copied.get(value)?.get(key);
      if (known) return known;
      if (target.largestObjectNumber >= MAX_OBJECTS) throw new Refusal('limit', `more than ${MAX_OBJECTS} objects`);
      const ref = target.nextRef();
      copied.set(value, (copied.get(value) ?? new Map<string, PDFRef>()).set(key, ref));
      const remembered = REMEMBERED.get('table' in exact ? exact.table : '');
      if (remembered) copy.remember(remembered, value, ref);
      waiting.push({
        ref,
        value: resolved,
        shape: exact,
        at: at.includes('object') ? at : placeOf(at, knowledge.original(value.objectNumber)),
      });
      return ref;
    },
    table(dict, table, at) {
      const rows = rowsOf(table);
      const made = PDFDict.withContext(target);
      for (const [name, shape] of rows) {
        const value = dict.get(name) && copy.value(dict.get(name), shape, at);
        if (value) made.set(name, value);
        // A word that the format does not have is one that somebody chose.
        else if (shape.is === 'name' && dict.has(name))
          knowledge.dropped(table, nameText(name), dict.get(name) ?? PDFNull, at);
      }
      for (const [name, value] of dict.entries()) {
        if (!rows.has(name)) knowledge.dropped(table, nameText(name), value, at);
      }
      return made;
    },
    remember(kind, old, ref) {
      remembered.set(kind, (remembered.get(kind) ?? new Map<PDFRef, PDFRef>()).set(old, ref));
    },
    recall: (kind, old) => (old instanceof PDFRef ? remembered.get(kind)?.get(old) : undefined),
    drain() {
      for (; next < waiting.length; next++) {
        const item = waiting[next];
        if (!item) continue;
        delete waiting[next];
        const made = build(item.value, item.shape, item.at, item.ref);
        gaps ||= made === undefined;
        target.assign(item.ref, made ?? PDFNull);
      }
    },
    hasGaps: () => gaps,
  };

  function entriesOf(entries: readonly (readonly [PDFName, PDFObject])[], of: Shape, at: string): PDFDict {
    const made = PDFDict.withContext(target);
    // In the order of names, which is also qpdf's: the copy of a copy numbers its objects alike.
    for (const [name, item] of entries.toSorted(([a], [b]) => (a.asString() < b.asString() ? -1 : 1))) {
      const kept = copy.value(item, of, at);
      if (kept) made.set(name, kept);
    }
    return made;
  }

  function build(value: PDFObject, shape: Shape, at: string, ref: PDFRef | undefined): PDFObject | undefined {
    switch (shape.is) {
      case 'name':
      case 'number':
      case 'boolean':
        return value;
      case 'language': {
        const bytes = stringBytes(value);
        const text = bytes && decodeText(bytes);
        const tag = text === undefined ? undefined : languageOf(text);
        if (!bytes || tag === undefined) return undefined;
        return stringObject(tag === text ? bytes : Buffer.from(tag, 'latin1'));
      }
      case 'bytes':
      case 'text': {
        const bytes = stringBytes(value);
        const kept = bytes && shape.is === 'text' ? knowledge.keptText(bytes, at) : bytes;
        return kept && stringObject(kept);
      }
      case 'array':
      case 'row': {
        const array = PDFArray.withContext(target);
        for (const item of items(value)) {
          const made = copy.value(item, shape.of, at) ?? (shape.is === 'row' ? PDFNull : undefined);
          if (made) array.push(made);
        }
        return array;
      }
      case 'map':
        return entriesOf(dictOf(value)?.entries() ?? [], shape.of, at);
      case 'resources': {
        if (!(value instanceof PDFDict)) return undefined;
        return entriesOf(knowledge.resources(shape.category, value, at), shape.of, at);
      }
      case 'dict':
        return value instanceof PDFDict ? copy.table(value, shape.table, at) : undefined;
      case 'stream': {
        if (!(value instanceof PDFRawStream) || !ref) return undefined;
        return knowledge.stream(value, shape.body, copy.table(value.dict, shape.table, at), at, ref);
      }
      case 'special':
        return knowledge.specials[shape.of]?.(value, at, copy);
      case 'mention':
      case 'either':
      case 'by':
        throw new Error(`${shape.is} is chosen before`);
    }
  }

  return copy;
}

const named = new Map<string, ReadonlyMap<PDFName, Shape>>();

/** A table's rows by pdf-lib's names, in their order. */
function rowsOf(table: string): ReadonlyMap<PDFName, Shape> {
  const known = named.get(table);
  if (known) return known;
  const rows = KEPT[table];
  if (!rows) throw new Error(`no table ${table}`);
  const made = new Map(rows.map(([key, shape]) => [PDFName.of(key), shape]));
  named.set(table, made);
  return made;
}

/** The shape that a value takes, once its class and discriminating key are known; undefined when it fits none. */
function choose(value: PDFObject, shape: Shape, source: PDFContext): Shape | undefined {
  switch (shape.is) {
    case 'either':
      for (const one of shape.of) {
        const exact = choose(value, one, source);
        if (exact) return exact;
      }
      return undefined;
    case 'by': {
      const dict = dictOf(value);
      if (!dict) return undefined;
      const choice = resolve(source, dict.get(PDFName.of(shape.key)));
      const word =
        choice instanceof PDFName ? nameText(choice) : choice instanceof PDFNumber ? `${choice.asNumber()}` : '';
      const exact = Object.hasOwn(shape.of, word) ? shape.of[word] : shape.otherwise;
      return exact && choose(value, exact, source);
    }
    case 'name':
      return value instanceof PDFName && (!shape.of || shape.of.has(nameText(value))) ? shape : undefined;
    case 'number':
      return value instanceof PDFNumber ? shape : undefined;
    case 'boolean':
      return value instanceof PDFBool ? shape : undefined;
    case 'bytes':
    case 'text':
      return stringBytes(value) ? shape : undefined;
    case 'language': {
      const bytes = stringBytes(value);
      return bytes && languageOf(decodeText(bytes)) !== undefined ? shape : undefined;
    }
    case 'array':
    case 'row':
      return value instanceof PDFArray ? shape : undefined;
    case 'map':
    case 'resources':
    case 'dict':
      return value instanceof PDFDict ? shape : undefined;
    case 'stream':
      return value instanceof PDFRawStream ? shape : undefined;
    case 'special':
      return !SHARED.has(shape.of) || value instanceof PDFArray || value instanceof PDFDict ? shape : undefined;
    case 'mention':
      return shape;
  }
}

function items(value: PDFObject): readonly PDFObject[] {
  return value instanceof PDFArray ? value.asArray() : [];
}

function isAtom(value: PDFObject): boolean {
  return !(value instanceof PDFDict || value instanceof PDFArray || value instanceof PDFRawStream);
}

const keys = new WeakMap<Shape, string>();

/** The same for shapes that copy alike, so that an object reached through two tables is copied once. */
function keyOf(shape: Shape): string {
  const known = keys.get(shape);
  if (known) return known;
  const key = describe(shape);
  keys.set(shape, key);
  return key;
}

function describe(shape: Shape): string {
  switch (shape.is) {
    case 'dict':
      return `dict ${shape.table}`;
    case 'stream':
      return `stream ${shape.table} ${shape.body}`;
    case 'array':
    case 'row':
    case 'map':
    case 'resources':
      return `${shape.is} of (${keyOf(shape.of)})`;
    case 'either':
      return `either ${shape.of.map(keyOf).join(' | ')}`;
    case 'by':
      return `by ${shape.key} ${Object.entries(shape.of)
        .map(([word, one]) => `${word}: ${keyOf(one)}`)
        .join(', ')}`;
    case 'special':
    case 'mention':
      return `${shape.is} ${shape.of}`;
    case 'name':
      return shape.of ? `name ${shape.of.says}` : 'name';
    default:
      return shape.is;
  }
}

function placeOf(at: string, number: number): string {
  const within = /^page \d+/.exec(at)?.[0];
  return within ? `${within}/object ${number}` : `object ${number}`;
}
