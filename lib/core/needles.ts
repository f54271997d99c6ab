// What is searched for: the removed values, in every form and encoding in which they could still stand in the output.
// The rules for short and for common values are policy, stated in docs/proof.md: a rule too lax lets a name through, one
// too strict quarantines every document whose author is called Mark because PDF has a key /Marked.

import type { RemovedValue } from './format.ts';
import { encodings, utf16 } from './needles-encodings.ts';
import { lowered, MIN_NEEDLE } from './needles-search.ts';
import vocabulary from './needles-vocabulary.json' with { type: 'json' };
import { Refusal } from './refusal.ts';

/**
 * When an occurrence counts. 'anywhere': always. 'word': unless letters go on beside it in running text. 'binary': only
 * outside running text, where no grammar can have put it. 'certain': only when chance is ruled out, whatever the place.
 */
export type Rule = 'anywhere' | 'word' | 'binary' | 'certain';

export type Needle = {
  /** Which of the removed values. */
  readonly index: number;
  readonly bytes: Uint8Array;
  /** False where letters match in either case. */
  readonly exact: boolean;
  readonly rule: Rule;
  readonly unit: 1 | 2;
  readonly low: 0 | 1;
  /** Bytes of delimiters before and after the value. */
  readonly lead: number;
  readonly trail: number;
};

/** Needles that are equal but for case, under their bytes in lower case, in the order the search wants. */
export type Needles = {
  readonly lower: readonly Uint8Array[];
  readonly same: readonly (readonly Needle[])[];
  readonly count: number;
};

const MAX_VALUES = 200_000;
const MAX_NEEDLE_BYTES = 256 * 1024 * 1024;

/** The needles of all removed values; throws Refusal('limit') when they are too many to search for. */
export function needlesOf(removed: readonly RemovedValue[]): Needles {
  if (removed.length > MAX_VALUES) throw new Refusal('limit', `${removed.length} removed values`);
  const groups = new Map<string, { lower: Uint8Array; same: Needle[] }>();
  let size = 0;
  let count = 0;
  const add = (needle: Needle) => {
    if (needle.bytes.length < MIN_NEEDLE) return;
    size += needle.bytes.length;
    if (size > MAX_NEEDLE_BYTES) throw new Refusal('limit', `removed values of more than ${MAX_NEEDLE_BYTES} bytes`);
    const lower = lowered(needle.bytes);
    const key = Buffer.from(lower.buffer, lower.byteOffset, lower.length).toString('latin1');
    const group = groups.get(key) ?? { lower, same: [] };
    groups.set(key, group);
    // Forms of one value that differ only in case are one needle where case does not matter.
    if (!needle.exact && group.same.some(({ index, exact }) => index === needle.index && !exact)) return;
    group.same.push(needle);
    count++;
  };
  for (const [index, value] of removed.entries()) {
    const text = typeof value === 'string' ? value : textOf(value);
    if (text !== undefined) for (const needle of textNeedles(text, index)) add(needle);
    if (typeof value !== 'string' && isTelling(value))
      add(needle(index, { bytes: value, unit: 1, low: 0 }, 'certain', true));
  }
  const sorted = [...groups.values()].sort((a, b) => Buffer.compare(a.lower, b.lower));
  return { lower: sorted.map(({ lower }) => lower), same: sorted.map(({ same }) => same), count };
}

const WRITTEN = new Set(vocabulary.written.words);
const STRUCTURE = new Set(vocabulary.structure.words.split(' '));

const EDGE = /[\s\p{Cc}\ufeff\ufffe]/u;
const NUMERIC = /^[\d\s.,:;/+()-]*$/;
const WORD = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{M}\p{N}]{1,11}$/u;
const CELL = /^[A-Za-z]{1,2}\d$/;

function* textNeedles(untrimmed: string, index: number): Generator<Needle> {
  const text = trimmed(untrimmed);
  if (!saysSomething(text)) return;
  if (isShort(text)) {
    if (!/^[a-z]{1,2}$/.test(text) && !CELL.test(text) && /\p{L}/u.test(text)) yield* tokens(text, index);
  } else if (STRUCTURE.has(text)) {
    yield* tokens(text, index);
    for (const encoded of encodings(text)) yield needle(index, encoded, 'binary', true);
  } else {
    const rule = WORD.test(text) || NUMERIC.test(text) ? 'word' : 'anywhere';
    // Addresses, paths and names of several words are the same in any case; a single word may be another's.
    const exact = rule === 'word' || !/[^\p{L}\p{M}\p{N}]/u.test(text) || text.length < 8;
    for (const form of forms(text, exact))
      for (const encoded of encodings(form)) yield needle(index, encoded, rule, exact);
  }
}

// One pass from each end: a pattern anchored at the end takes quadratic time on a value of spaces.
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && EDGE.test(text.charAt(start))) start++;
  while (end > start && EDGE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether a value can tell who, where or with what: not a lone letter, a small number, a row of dashes, or a common word. */
function saysSomething(text: string): boolean {
  if (WRITTEN.has(text) || !/[\p{L}\p{N}]/u.test(text) || new Set(text).size < 2) return false;
  if (!NUMERIC.test(text)) return true;
  const digits = text.replace(/\D/g, '').length;
  return digits >= 7 || /^\d+(\.\d+){3}$/.test(text);
}

/** Under four characters, save in scripts where three characters are a full name. */
function isShort(text: string): boolean {
  return text.length < 8 && [...text].length < 4 && Buffer.byteLength(text) < 6;
}

/** Both normal forms, the ways lines end, white space folded, and the case of letters that ASCII does not have. */
function forms(text: string, exact: boolean): ReadonlySet<string> {
  const lines = /[\r\n]/.test(text) ? ['\n', '\r\n', '\r'].map((end) => text.replace(/\r\n|\r|\n/g, end)) : [];
  const written = [text, ...lines, text.replace(/\s+/g, ' ')];
  const cased =
    exact || !/[^\0-\x7f]/.test(text) ? [] : written.flatMap((form) => [form.toLowerCase(), form.toUpperCase()]);
  return new Set([...written, ...cased].flatMap((form) => [form, form.normalize('NFC'), form.normalize('NFD')]));
}

const DELIMITERS = ['""', "''", '><', '()'];
const MARKS: readonly Uint8Array[] = [
  Uint8Array.of(0xfe, 0xff),
  Uint8Array.of(0xff, 0xfe),
  Uint8Array.of(0xef, 0xbb, 0xbf),
];

/** The value as a whole attribute, text node, PDF string (a byte order mark before it or not) or member name. */
function* tokens(text: string, index: number): Generator<Needle> {
  for (const form of forms(text, true)) {
    for (const [open, close] of DELIMITERS) {
      for (const encoded of encodings(`${open}${form}${close}`)) {
        yield needle(index, encoded, 'anywhere', true, encoded.unit, encoded.unit);
      }
    }
    const written = [utf16(form).swap16(), utf16(form), Buffer.from(form)];
    for (const [i, mark] of MARKS.entries()) {
      const bytes = Buffer.concat([Buffer.from('('), mark, written[i] ?? Buffer.alloc(0), Buffer.from(')')]);
      yield needle(index, { bytes, unit: 1, low: 0 }, 'anywhere', true, 1 + mark.length, 1);
    }
  }
}

function needle(
  index: number,
  { bytes, unit, low }: Pick<Needle, 'bytes' | 'unit' | 'low'>,
  rule: Rule,
  exact: boolean,
  lead = 0,
  trail = 0,
): Needle {
  return { index, bytes, exact, rule, unit, low, lead, trail };
}

/** The text that removed bytes spell, when they do: a string of a PDF, a tag of a picture. */
function textOf(untrusted: Uint8Array): string | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (bytes.length % 2 === 0 && bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes).swap16().toString('utf16le');
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  return bytes.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 0x20 && byte < 0x7f))
    ? bytes.toString('latin1')
    : undefined;
}

/** Bytes of fewer than three kinds are padding. */
function isTelling(bytes: Uint8Array): boolean {
  return bytes.length >= MIN_NEEDLE && textOf(bytes) === undefined && new Set(bytes.subarray(0, 4096)).size > 2;
}
