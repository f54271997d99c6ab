// What the rules share while one part is rebuilt: how to say that something was found, where, and with which values.

import type { Context, RemovedValue } from '../../core/format.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { isUsualObjectName } from './built-in.ts';
import { KEPT_ATTRIBUTES, KEPT_ELEMENTS, KEPT_SETTINGS } from './kept.ts';
import { NAMESPACES, vocabularyOf } from './namespaces.ts';
import { ALL_TYPES } from './parts.ts';

export type Job = {
  readonly context: Context;
  /** 'member 7': the part's place in the original archive. */
  readonly what: string;
  /** Records a finding and answers whether to take it away; false where policy keeps it. */
  drop(carrier: string, at: string, values?: Iterable<RemovedValue>, count?: number): boolean;
};

/** `ownWords` are what the document's styles and fonts are called, in small letters. */
export function jobFor(context: Context, what: string, ownWords: string): Job {
  return {
    context,
    what,
    drop: (carrier, at, values = [], count = 1) =>
      context.found(`docx.${carrier}`, at, { count, values: provable(values, ownWords) }) !== 'keep',
  };
}

/** Says where an element stands, by the paragraphs before it. */
export function placer(job: Job, { root }: Pick<XmlDocument, 'root'>): (element: Element) => string {
  const starts = [...elementsOf(root)].filter((element) => isWord(element, 'p')).map(({ start }) => start);
  return (element) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= element.start) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? job.what : `${job.what}/paragraph ${low}`;
  };
}

/** Counts what occurs thousands of times in a part, and reports each carrier once. */
export function tally(job: Job) {
  const counts = new Map<string, { count: number; values: Set<string> }>();
  return {
    /** Answers whether to take it away. */
    drop(carrier: string, ...values: readonly string[]): boolean {
      const row = counts.get(carrier) ?? { count: 0, values: new Set() };
      counts.set(carrier, row);
      row.count++;
      for (const value of values) if (row.values.size < MAX_VALUES) row.values.add(value);
      return job.context.policy.actionFor(`docx.${carrier}`) !== 'keep';
    },
    report() {
      for (const [carrier, { count, values }] of counts) job.drop(carrier, job.what, values, count);
    },
  };
}

export function isWord(element: Element, local: string): boolean {
  return element.local === local && vocabularyOf(element.uri) === 'w';
}

export function childOf(element: Element | undefined, local: string): Element | undefined {
  return element?.children.find((child) => isWord(child, local));
}

/** An attribute of the main namespace. */
export function wordValue(element: Element | undefined, local: string): string | undefined {
  return element?.attributes.find((attribute) => attribute.local === local && vocabularyOf(attribute.uri) === 'w')
    ?.value;
}

/** Whether an on-off element such as w:vanish is on; undefined where it is not there (ISO/IEC 29500-1 17.17.4). */
export function isOn(element: Element | undefined): boolean | undefined {
  if (!element) return undefined;
  return !['0', 'false', 'off', 'none'].includes(wordValue(element, 'val') ?? 'true');
}

export function ancestorOf(element: Element, matches: (candidate: Element) => boolean): Element | undefined {
  let current = element.parent;
  while (current && !matches(current)) current = current.parent;
  return current;
}

// What the format itself writes into every document. A removed value that is part of one of these words proves nothing.
const OF_THE_FORMAT = [
  ...KEPT_ELEMENTS,
  ...KEPT_ATTRIBUTES,
  ...KEPT_SETTINGS,
  ...NAMESPACES,
  ...ALL_TYPES,
  'normal default standard title document header footer',
]
  .join(' ')
  .toLowerCase();
const MIN_LENGTH = 4;
const MAX_LENGTH = 2000;
const MAX_VALUES = 2000;

/** The values whose absence can be shown: texts that could stand in the output for another reason are left out. */
export function* provable(values: Iterable<RemovedValue>, ownWords = ''): Generator<RemovedValue> {
  let given = 0;
  for (const value of values) {
    if (given >= MAX_VALUES) return;
    const telling = typeof value === 'string' ? tellingText(value, ownWords) : tellingBytes(value);
    if (telling === undefined) continue;
    given++;
    yield telling;
  }
}

function tellingText(value: string, ownWords: string): string | undefined {
  const text = value.trim().slice(0, MAX_LENGTH).trim();
  if (text.length < MIN_LENGTH || !/\p{L}/u.test(text)) return undefined;
  // Word makes these for tables of contents, whose fields need them, and those for pictures.
  if (/^_(?:Toc|Ref|Hlk)\d{1,12}$/.test(text) || isUsualObjectName(text)) return undefined;
  // One plain word in small letters is as likely a word of a style or a font; a language is in every run.
  if (/^\p{Ll}{1,11}$/u.test(text) || /^[a-z]{2,3}-[A-Z]{2}$/.test(text)) return undefined;
  const lower = text.toLowerCase();
  if (OF_THE_FORMAT.includes(lower) || ownWords.includes(lower)) return undefined;
  return text;
}

const NEEDLE_BYTES = 48;

/** A stretch from the middle that is not padding. */
function tellingBytes(bytes: Uint8Array): Uint8Array | undefined {
  for (const share of [0.5, 0.7, 0.3]) {
    const start = Math.floor(bytes.length * share);
    const needle = bytes.subarray(start, start + NEEDLE_BYTES);
    if (needle.length === NEEDLE_BYTES && new Set(needle).size >= 24) return needle;
  }
  return undefined;
}
