// Content streams (ISO 32000-2 7.8.2) read token by token and cut where something stands that draws nothing: comments,
// private property lists, operands that no operator takes, operators that no reader knows. Everything else keeps its
// bytes, so that a stream in which nothing was found stays identical. PostScript functions and character maps are read
// the same way, for comments only.

import { type InlineRests, surplus } from './codecs/inline.ts';
import {
  apply,
  type Cut,
  endOfLine,
  endOfRegular,
  endOfString,
  latin1,
  NUMERIC,
  stringsIn,
  WHITE,
} from './content-bytes.ts';
import { type Category, isTaken, type Kind, NAMES, operandsOf } from './content-operators.ts';
import { keptProperties } from './content-properties.ts';
import { readInlineImage } from './inline-images.ts';
import { isPlain, isTellingName, SPACES } from './resource-names.ts';
import type { Spoken } from './spoken.ts';
import { isRenderingIntent } from './tables/graphics.ts';
import { isKnownTag } from './tables/structure-types.ts';

/** What resources are called in the copy. */
export type Called = (category: Category, name: string) => string;

export type Content = {
  /** The stream without what was cut; undefined when nothing was. */
  edited(called?: Called): Uint8Array | undefined;
  readonly comments: readonly string[];
  /** Texts of dropped property lists, of operands that draw nothing and of operators that nobody knows. */
  readonly properties: readonly string[];
  /** Texts that are read aloud and had to lose something. */
  readonly spoken: readonly Spoken[];
  readonly cuts: { readonly comments: number; readonly properties: number };
  /** The resources that its operators name. */
  readonly names: ReadonlyMap<Category, ReadonlySet<string>>;
  /** False where the stream ends inside a string, dictionary, array or inline picture, or before an operator. */
  readonly complete: boolean;
  readonly inline: InlineRests;
  /** What is still open at the end, for drawing on top: saved states, states restored too often, a text object. */
  readonly open: { readonly states: number; readonly missing: number; readonly text: boolean; readonly marked: number };
};

export type ContentOptions = {
  readonly dropSurplus?: boolean;
  /** Whether policy lets identifiers of people stand in texts that are read aloud. */
  readonly keepsPeople?: boolean;
};

type Span = { readonly start: number; readonly end: number };
type Operand = Span & {
  readonly kind: Kind;
  /** Of an array: whether it holds strings, and what else than strings and numbers it holds. */
  readonly hasStrings?: boolean;
  readonly odd?: readonly Span[];
};
type Named = Span & { readonly category: Category; readonly name: string };

// Of what is only told of, the first ones; every one is cut.
const MOST_TOLD = 200;

/** Reads one stream. Never throws: what cannot be read is cut off, as readers stop there too. */
export function readContent(
  untrusted: Uint8Array,
  kind: 'content' | 'postscript',
  options: ContentOptions = {},
): Content {
  const bytes = untrusted;
  const cuts: Cut[] = [];
  const comments: string[] = [];
  const properties: string[] = [];
  const said: Spoken[] = [];
  const names = new Map<Category, Set<string>>();
  const given: Named[] = [];
  const count = { comments: 0, properties: 0 };
  const open = { states: 0, missing: 0, text: false, marked: 0 };
  let operands: Operand[] = [];
  let depth = 0;
  let outer = 0;
  let outerIsDict = false;
  let inner = 0;
  let hasStrings = false;
  let odd: Span[] = [];
  let at = 0;
  let complete = true;
  const inline: InlineRests = { unclean: false, rests: [] };

  const push = (start: number, end: number, what: Kind) => {
    if (depth === 0) operands.push({ start, end, kind: what });
    else if (depth > 1) return;
    else if (what === 'string') hasStrings = true;
    else if (what === 'name' || what === 'word') odd.push({ start, end });
  };
  const cut = (start: number, end: number, instead = '') => cuts.push({ start, end, instead });
  const cutProperties = (start: number, end: number, instead = '') => {
    cut(start, end, instead);
    count.properties += 1;
    if (properties.length < MOST_TOLD) properties.push(...stringsIn(bytes.subarray(start, end)));
  };
  const openNested = (start: number, isDict: boolean) => {
    if (depth === 1) inner = start;
    if (depth === 0) {
      outer = start;
      outerIsDict = isDict;
      hasStrings = false;
      odd = [];
    }
    depth += 1;
  };

  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (WHITE[byte]) {
      at += 1;
      continue;
    }
    const start = at;
    switch (byte) {
      case 0x25: {
        at = endOfLine(bytes, at);
        cut(start, at);
        count.comments += 1;
        if (comments.length < MOST_TOLD) comments.push(latin1(bytes, start + 1, Math.min(at, start + 1000)));
        continue;
      }
      case 0x28:
        at = endOfString(bytes, at);
        if (at < 0) break;
        push(start, at, 'string');
        continue;
      case 0x2f:
        at = endOfRegular(bytes, at + 1);
        push(start, at, 'name');
        continue;
      case 0x3c:
        if (bytes[at + 1] === 0x3c) {
          openNested(start, true);
          at += 2;
          continue;
        }
        at = bytes.indexOf(0x3e, at) + 1 || -1;
        if (at < 0) break;
        push(start, at, 'string');
        continue;
      case 0x5b:
        openNested(start, false);
        at += 1;
        continue;
      case 0x3e:
      case 0x5d:
        at += byte === 0x3e && bytes[at + 1] === 0x3e ? 2 : 1;
        if (depth === 0) continue;
        depth -= 1;
        if (depth === 1) odd.push({ start: inner, end: at });
        if (depth === 0)
          operands.push({ start: outer, end: at, kind: outerIsDict ? 'dict' : 'array', hasStrings, odd });
        continue;
      case 0x29:
      case 0x7b:
      case 0x7d:
        at += 1;
        continue;
      default:
        at = endOfRegular(bytes, at);
        if (NUMERIC[byte]) push(start, at, 'number');
        else if (depth === 0) operator(latin1(bytes, start, Math.min(at, start + 40)), start);
        else if (depth === 1) odd.push({ start, end: at });
        continue;
    }
    // A string that never ends: nothing after it can be drawn.
    at = bytes.length;
    complete = false;
    cut(Math.min(start, depth > 0 ? outer : start), bytes.length);
  }
  if (depth > 0 && complete) {
    complete = false;
    cut(outer, bytes.length);
  }
  if (kind === 'content' && operands.length > 0) {
    // Their operator may be the first token of the next stream.
    complete = false;
    dropOperands();
  }

  function operator(word: string, start: number): void {
    if (word === 'true' || word === 'false' || word === 'null') {
      push(start, at, 'word');
      return;
    }
    if (kind === 'content') {
      const takes = operandsOf(word);
      // What readers skip draws nothing, but it could say something, and so could its operands.
      if (takes === undefined) dropOperands(start);
      else {
        if (operands.length > 0) takeOperands(word, takes);
        track(word, start);
      }
    }
    operands = [];
  }

  /** Keeps books of what is open, and reads on where an operator is more than a word. */
  function track(word: string, start: number): void {
    switch (word) {
      case 'q':
        open.states += 1;
        break;
      case 'Q':
        if (open.states > 0) open.states -= 1;
        else {
          open.missing += 1;
          if (options.dropSurplus) cut(start, at);
        }
        break;
      case 'BT':
        open.text = true;
        break;
      case 'ET':
        open.text = false;
        break;
      case 'BMC':
      case 'BDC':
        open.marked += 1;
        break;
      case 'EMC':
        open.marked = Math.max(0, open.marked - 1);
        break;
      case 'BI':
        inlineImage(start);
        break;
    }
  }

  function takeOperands(word: string, takes: string): void {
    const last = operands.length - 1;
    for (const [place, operand] of operands.entries()) {
      if (!isTaken(takes, operand.kind, last - place)) {
        // A number too many is sloppiness; it goes like the others, but is not worth telling.
        if (operand.kind === 'number') cut(operand.start, operand.end);
        else cutProperties(operand.start, operand.end);
      } else if (operand.kind === 'dict') propertyList(operand);
      else if (operand.kind === 'array') array(operand, word);
      else if (operand.kind === 'name') named(operand, word, takes, last - place);
    }
  }

  function array({ start, end, odd: others = [], hasStrings: holdsStrings }: Operand, word: string): void {
    if (word === 'd' && (holdsStrings || others.length > 0)) cutProperties(start, end, '[]');
    else for (const other of others) cutProperties(other.start, other.end);
  }

  function named({ start, end }: Operand, word: string, takes: string, fromLast: number): void {
    // The first operand of BDC, DP, BMC and MP is a tag, not a resource.
    if (word === 'BMC' || word === 'MP' || (takes === 'NP' && fromLast === 1)) {
      const tag = nameIn(start, end);
      if (isKnownTag(tag)) return;
      cutProperties(start, end, '/Span');
      if (properties.length < MOST_TOLD && isTellingName(tag)) properties.push(tag);
      return;
    }
    // A reader takes every other intent for this one (8.6.5.8).
    if (word === 'ri' && !isRenderingIntent(nameIn(start, end))) cutProperties(start, end, '/RelativeColorimetric');
    const category = NAMES[word];
    if (category) use(category, start, end);
  }

  function use(category: Category, start: number, end: number): void {
    const name = nameIn(start, end);
    if (category === 'ColorSpace' && SPACES.has(name)) return;
    const known = names.get(category);
    if (known) known.add(name);
    else names.set(category, new Set([name]));
    if (!isPlain(name)) given.push({ category, name, start, end });
  }

  function nameIn(start: number, end: number): string {
    const written = latin1(bytes, start + 1, end);
    if (!written.includes('#')) return written;
    return written.replace(/#([\da-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }

  function propertyList(list: Operand): void {
    const kept = keptProperties(bytes, list.start, list.end, options.keepsPeople ?? false);
    if (kept.instead === undefined) return;
    if (said.length < MOST_TOLD) said.push(...kept.spoken);
    if (kept.hasDropped) cutProperties(list.start, list.end, kept.instead);
    else cut(list.start, list.end, kept.instead);
  }

  /** All that waits for an operator, and the operator where it is one that nobody knows. */
  function dropOperands(operatorAt?: number): void {
    const first = operands[0]?.start ?? operatorAt;
    const end = operatorAt === undefined ? operands.at(-1)?.end : at;
    if (first !== undefined && end !== undefined) cutProperties(first, end);
  }

  function inlineImage(start: number): void {
    const { dataAt, end, cuts: entries, space } = readInlineImage(bytes, at);
    for (const entry of entries) cutProperties(entry.start, entry.end);
    if (space) use('ColorSpace', space.start, space.end);
    if (end < 0) {
      cut(start, bytes.length);
      complete = false;
    }
    const rest = end < 0 ? undefined : surplus(bytes, at, dataAt, end - 2, inline);
    if (rest !== undefined) cut(rest, end - 2, '\n');
    at = end < 0 ? bytes.length : end;
  }

  const edited = (called?: Called) => {
    const renamed = called
      ? given.map(({ category, name, start, end }) => ({ start, end, instead: `/${called(category, name)}` }))
      : [];
    return cuts.length + renamed.length > 0 ? apply(bytes, [...cuts, ...renamed]) : undefined;
  };
  return { edited, comments, properties, spoken: said, cuts: count, names, complete, inline, open };
}
