// What the rules share while one part is rebuilt: how to say that something was found, where, and with which values.

import type { Context, RemovedValue } from '../../../core/format.ts';
import type { Element } from '../xml.ts';
import type { Dialect } from './dialect.ts';
import { isUsualObjectName } from './object-names.ts';

export type Job = {
  readonly context: Context;
  readonly dialect: Dialect;
  /** 'member 7': the part's place in the original archive. */
  readonly what: string;
  /** Records a finding and answers whether to take it away; false where policy keeps it. */
  drop(carrier: string, at: string, values?: Iterable<RemovedValue>, count?: number): boolean;
};

/** `ownWords` are what the document's styles and fonts are called, in small letters. */
export function jobFor(context: Context, dialect: Dialect, what: string, ownWords: string): Job {
  return {
    context,
    dialect,
    what,
    drop: (carrier, at, values = [], count = 1) => {
      const words = [dialect.ownWords, ownWords];
      return context.found(`${dialect.id}.${carrier}`, at, { count, values: provable(values, words) }) !== 'keep';
    },
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
      return job.context.policy.actionFor(`${job.dialect.id}.${carrier}`) !== 'keep';
    },
    report() {
      for (const [carrier, { count, values }] of counts) job.drop(carrier, job.what, values, count);
    },
  };
}

export type Tally = ReturnType<typeof tally>;

export function ancestorOf(element: Element, matches: (candidate: Element) => boolean): Element | undefined {
  let current = element.parent;
  while (current && !matches(current)) current = current.parent;
  return current;
}

const MIN_LENGTH = 4;
const MAX_LENGTH = 2000;
const MAX_VALUES = 2000;

/**
 * The values whose absence can be shown: texts that could stand in the output for another reason are left out. `words`
 * are what the format and the document itself write, in small letters: a value that is part of them proves nothing.
 */
export function* provable(values: Iterable<RemovedValue>, words: readonly string[]): Generator<RemovedValue> {
  let given = 0;
  for (const value of values) {
    if (given >= MAX_VALUES) return;
    const telling = typeof value === 'string' ? tellingText(value, words) : tellingBytes(value);
    if (telling === undefined) continue;
    given++;
    yield telling;
  }
}

function tellingText(value: string, words: readonly string[]): string | undefined {
  const text = value.trim().slice(0, MAX_LENGTH).trim();
  if (text.length < MIN_LENGTH || !/\p{L}/u.test(text)) return undefined;
  // Word makes these for tables of contents, whose fields need them, and those for pictures.
  if (/^_(?:Toc|Ref|Hlk)\d{1,12}$/.test(text) || isUsualObjectName(text)) return undefined;
  // One plain word in small letters is as likely a word of a style or a font; a language is in every run.
  if (/^\p{Ll}{1,11}$/u.test(text) || /^[a-z]{2,3}-[A-Z]{2}$/.test(text)) return undefined;
  const lower = text.toLowerCase();
  return words.some((known) => known.includes(lower)) ? undefined : text;
}

const NEEDLE_BYTES = 48;

/** A stretch from the middle that is not padding. */
export function tellingBytes(bytes: Uint8Array): Uint8Array | undefined {
  for (const share of [0.5, 0.7, 0.3]) {
    const start = Math.floor(bytes.length * share);
    const needle = bytes.subarray(start, start + NEEDLE_BYTES);
    if (needle.length === NEEDLE_BYTES && new Set(needle).size >= 24) return needle;
  }
  return undefined;
}
