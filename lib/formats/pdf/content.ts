// Content streams (ISO 32000-2 7.8.2) read token by token and cut where something stands that draws nothing: comments,
// private property lists, operators that no reader knows. Everything else keeps its bytes, so that a stream in which
// nothing was found stays identical. PostScript functions and character maps are read the same way, for comments only.

import { PDFHexString, PDFString } from 'pdf-lib';
import { type InlineRests, surplus } from './codecs/inline.ts';
import { decodeText, stringBytes } from './objects.ts';
import { KEPT } from './tables/kept.ts';
import { hasPath } from './texts.ts';

export type Content = {
  /** The stream without what was cut; undefined when nothing was. */
  readonly edited: Uint8Array | undefined;
  readonly comments: readonly string[];
  /** Texts of dropped property lists and of operators that nobody knows. */
  readonly properties: readonly string[];
  readonly cuts: { readonly comments: number; readonly properties: number };
  /** False where the stream ends inside a string, dictionary, array or inline picture, or before an operator. */
  readonly complete: boolean;
  readonly inline: InlineRests;
  /** What is still open at the end, for drawing on top: saved states, states restored too often, a text object. */
  readonly open: { readonly states: number; readonly missing: number; readonly text: boolean; readonly marked: number };
};

type Operand = { readonly start: number; readonly end: number; readonly kind: 'string' | 'dict' | 'other' };
type Cut = { readonly start: number; readonly end: number; readonly instead: string };

const WHITE = table('\0\t\n\f\r ');
const DELIMITER = table('()<>[]{}/%');
const NUMERIC = table('+-.0123456789');

const OPERATORS = new Set(
  (
    'b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri ' +
    's S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y \' "'
  ).split(' '),
);

/** Reads one stream. Never throws: what cannot be read is cut off, as readers stop there too. */
export function readContent(
  untrusted: Uint8Array,
  kind: 'content' | 'postscript',
  options: { readonly dropSurplus?: boolean } = {},
): Content {
  const bytes = untrusted;
  const cuts: Cut[] = [];
  const comments: string[] = [];
  const properties: string[] = [];
  const count = { comments: 0, properties: 0 };
  const open = { states: 0, missing: 0, text: false, marked: 0 };
  let operands: Operand[] = [];
  let depth = 0;
  let outer = 0;
  let outerIsDict = false;
  let at = 0;
  let complete = true;
  const inline: InlineRests = { unclean: false, rests: [] };

  const push = (start: number, end: number, what: Operand['kind']) => {
    if (depth === 0) operands.push({ start, end, kind: what });
  };
  const cut = (start: number, end: number, instead = '') => cuts.push({ start, end, instead });
  const cutProperties = (start: number, end: number, instead = '') => {
    cut(start, end, instead);
    count.properties += 1;
    if (properties.length < 200) properties.push(...stringsIn(bytes.subarray(start, end)));
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
        if (comments.length < 200) comments.push(latin1(bytes, start + 1, Math.min(at, start + 1000)));
        continue;
      }
      case 0x28:
        at = endOfString(bytes, at);
        if (at < 0) break;
        push(start, at, 'string');
        continue;
      case 0x2f:
        at = endOfRegular(bytes, at + 1);
        push(start, at, 'other');
        continue;
      case 0x3c:
        if (bytes[at + 1] === 0x3c) {
          if (depth === 0) {
            outer = start;
            outerIsDict = true;
          }
          depth += 1;
          at += 2;
          continue;
        }
        at = bytes.indexOf(0x3e, at) + 1 || -1;
        if (at < 0) break;
        push(start, at, 'string');
        continue;
      case 0x5b:
        if (depth === 0) {
          outer = start;
          outerIsDict = false;
        }
        depth += 1;
        at += 1;
        continue;
      case 0x3e:
      case 0x5d:
        at += byte === 0x3e && bytes[at + 1] === 0x3e ? 2 : 1;
        if (depth === 0) continue;
        depth -= 1;
        // An array of strings is what TJ takes; it counts as text as one string does.
        push(outer, at, outerIsDict ? 'dict' : 'string');
        continue;
      case 0x29:
      case 0x7b:
      case 0x7d:
        at += 1;
        continue;
      default:
        at = endOfRegular(bytes, at);
        if (NUMERIC[byte]) push(start, at, 'other');
        else if (depth === 0) operator(latin1(bytes, start, Math.min(at, start + 40)), start);
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
    dropStrays();
  }

  function operator(word: string, start: number): void {
    if (word === 'true' || word === 'false' || word === 'null') {
      push(start, at, 'other');
      return;
    }
    if (kind === 'content') {
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
          open.marked += 1;
          break;
        case 'EMC':
          open.marked = Math.max(0, open.marked - 1);
          break;
        case 'BI':
          inlineImage(start);
          break;
        case 'BDC':
        case 'DP':
          if (word === 'BDC') open.marked += 1;
          propertyList();
          break;
        default:
          // What readers skip draws nothing, but its operands could say something.
          if (!OPERATORS.has(word)) dropStrays(at);
      }
    }
    operands = [];
  }

  function propertyList(): void {
    const list = operands.at(-1);
    if (list?.kind !== 'dict') return;
    const kept = keptProperties(bytes, list.start, list.end);
    if (kept !== undefined) cutProperties(list.start, list.end, kept);
  }

  function dropStrays(end?: number): void {
    if (!operands.some(({ kind }) => kind !== 'other')) return;
    const first = operands[0];
    const last = operands.at(-1);
    if (first && last) cutProperties(first.start, end ?? last.end);
  }

  function inlineImage(start: number): void {
    const dataAt = startOfData(bytes, at);
    const end = dataAt < 0 ? -1 : endOfData(bytes, dataAt);
    if (end < 0) {
      cut(start, bytes.length);
      complete = false;
    }
    const rest = end < 0 ? undefined : surplus(bytes, at, dataAt, end - 2, inline);
    if (rest !== undefined) cut(rest, end - 2, '\n');
    at = end < 0 ? bytes.length : end;
  }

  const edited = cuts.length > 0 ? apply(bytes, cuts) : undefined;
  return { edited, comments, properties, cuts: count, complete, inline, open };
}

/** The property list without what no table keeps; undefined when everything in it may stay. */
function keptProperties(bytes: Uint8Array, start: number, end: number): string | undefined {
  const rows = new Map((KEPT.MarkedContent ?? []).map(([key, shape]) => [key, shape]));
  let at = start + 2;
  const stop = end - 2;
  const kept: string[] = [];
  let dropped = false;
  while (at < stop) {
    if (WHITE[bytes[at] ?? 0]) {
      at += 1;
      continue;
    }
    if (bytes[at] !== 0x2f) return '<<>>';
    const keyEnd = endOfRegular(bytes, at + 1);
    const valueStart = skipWhite(bytes, keyEnd);
    const valueEnd = endOfValue(bytes, valueStart, stop);
    const shape = rows.get(latin1(bytes, at + 1, keyEnd));
    const value = latin1(bytes, valueStart, valueEnd);
    if (shape && mayStay(value, shape.is)) kept.push(`${latin1(bytes, at, keyEnd)} ${value}`);
    else dropped = true;
    at = valueEnd;
  }
  return dropped ? `<<${kept.join(' ')}>>` : undefined;
}

function mayStay(value: string, is: string): boolean {
  switch (is) {
    case 'number':
      return /^[-+.\d]+$/.test(value);
    case 'name':
      return /^\/[^\s()<>[\]{}/%]*$/.test(value);
    case 'row':
    case 'array':
      return /^\[[^()<>{}%]*\]$/.test(value);
    case 'bytes':
      return /^[(<]/.test(value);
    case 'text':
      return /^[(<]/.test(value) && !hasPath(decodeText(bytesOf(value)));
    default:
      return false;
  }
}

function bytesOf(literal: string): Uint8Array {
  const inner = literal.slice(1, -1);
  return stringBytes(literal.startsWith('(') ? PDFString.of(inner) : PDFHexString.of(inner)) ?? new Uint8Array();
}

function endOfValue(bytes: Uint8Array, start: number, stop: number): number {
  let depth = 0;
  let at = start;
  while (at < stop) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x28) at = endOfString(bytes, at);
    else if (byte === 0x3c && bytes[at + 1] !== 0x3c) at = bytes.indexOf(0x3e, at) + 1 || -1;
    else if (byte === 0x5b || byte === 0x3c) {
      depth += 1;
      at += byte === 0x3c ? 2 : 1;
    } else if (byte === 0x5d || byte === 0x3e) {
      depth -= 1;
      at += byte === 0x3e ? 2 : 1;
    } else if (WHITE[byte]) at += 1;
    else at = Math.max(endOfRegular(bytes, at + 1), at + 1);
    if (at < 0) return stop;
    if (depth <= 0) break;
    at = skipWhite(bytes, at);
  }
  return Math.min(at, stop);
}

/** Literal and hexadecimal strings in a piece of content, decoded. */
function stringsIn(bytes: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length && found.length < 200; at++) {
    const isString = bytes[at] === 0x28 || (bytes[at] === 0x3c && bytes[at + 1] !== 0x3c && bytes[at - 1] !== 0x3c);
    if (!isString) continue;
    const end = bytes[at] === 0x28 ? endOfString(bytes, at) : bytes.indexOf(0x3e, at) + 1 || -1;
    if (end < 0) break;
    found.push(decodeText(bytesOf(latin1(bytes, at, end))));
    at = end - 1;
  }
  return found;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at += 1;
    else if (byte === 0x28) depth += 1;
    else if (byte === 0x29) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The first byte of an inline picture's data (8.9.7): after ID and one white space. */
export function startOfData(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x28) {
      at = endOfString(bytes, at);
      if (at < 0) return -1;
    } else if (WHITE[byte] || DELIMITER[byte]) at += byte === 0x2f ? endOfRegular(bytes, at + 1) - at : 1;
    else {
      const end = endOfRegular(bytes, at);
      if (end === at + 2 && byte === 0x49 && bytes[at + 1] === 0x44) return end + 1;
      at = end;
    }
  }
  return -1;
}

const LOOKAHEAD = 24;

/**
 * After EI. Data may hold those letters too: they end it only where content follows that could be content. Some
 * programs leave out the white space before them, so that is asked for first and done without next.
 */
export function endOfData(bytes: Uint8Array, start: number): number {
  const strict = endOfDataWhere(bytes, start, (before) => WHITE[before] === 1);
  return strict < 0 ? endOfDataWhere(bytes, start, () => true) : strict;
}

function endOfDataWhere(bytes: Uint8Array, start: number, mayPrecede: (before: number) => boolean): number {
  for (let at = bytes.indexOf(0x45, start); at >= 0; at = bytes.indexOf(0x45, at + 1)) {
    const after = bytes[at + 2];
    if (bytes[at + 1] !== 0x49 || !(at === start || mayPrecede(bytes[at - 1] ?? 0))) continue;
    if (after !== undefined && !WHITE[after] && !DELIMITER[after]) continue;
    const following = bytes.subarray(at + 2, at + 2 + LOOKAHEAD);
    if (following.every((byte) => (byte >= 0x20 && byte < 0x7f) || WHITE[byte])) return at + 2;
  }
  return -1;
}

function endOfRegular(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !WHITE[bytes[at] ?? 0] && !DELIMITER[bytes[at] ?? 0]) at += 1;
  return at;
}

function endOfLine(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at += 1;
  return at;
}

function skipWhite(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && WHITE[bytes[at] ?? 0]) at += 1;
  return at;
}

function apply(bytes: Uint8Array, cuts: readonly Cut[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  // A comment inside something that is cut as a whole lies within that cut.
  for (const { start, end, instead } of [...cuts].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < from) continue;
    parts.push(bytes.subarray(from, start), Buffer.from(instead, 'latin1'));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString('latin1');
}

function table(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of Buffer.from(characters, 'latin1')) set[byte] = 1;
  return set;
}
