// Second readings of a view: the same text after one layer of an encoding is taken off. Each reading remembers which
// source range every byte came from, so that a match can be held against visible ranges, which are given in the source.
// Readings are liberal: they undo an escape wherever it stands, with no regard to whether a parser would see one there.

import type { Range } from './format.ts';
import { hexDigit } from './views-filters.ts';
import { type Writer, writerFor } from './views-writer.ts';

export type Decoded = {
  readonly encoding: string;
  readonly bytes: Uint8Array;
  /** True where most of the bytes are noise, because text that was never encoded was decoded too. */
  readonly noisy: boolean;
  /** The source range of decoded bytes. */
  source(start: number, end: number): Range;
};

/** The readings of the ranges that have anything to undo. PDF's own escapes are undone in PDF syntax only. */
export function* readings(view: Uint8Array, ranges: readonly Range[], pdf: boolean): Generator<Decoded> {
  yield* syntaxReadings(view, ranges, pdf);
  const encoded = [
    unescaped(view, ranges, 'quoted-printable', 0x3d, quotedPrintable),
    unescaped(view, ranges, 'percent', 0x25, hexPair),
    base64Runs(view, ranges),
  ];
  for (const decoded of encoded) if (decoded) yield decoded;
}

/** Those that a reader of the format undoes too: the escapes of PDF, JSON and XML. */
export function* syntaxReadings(view: Uint8Array, ranges: readonly Range[], pdf: boolean): Generator<Decoded> {
  const undone = [
    unescaped(view, ranges, 'backslash', 0x5c, backslash),
    unescaped(view, ranges, 'xml', 0x26, reference),
    pdf ? unescaped(view, ranges, 'pdf name', 0x23, hexPair) : undefined,
    pdf ? hexStrings(view, ranges) : undefined,
  ];
  for (const decoded of undone) if (decoded) yield decoded;
}

type Escape = { readonly made: Uint8Array; readonly end: number };
type EscapeReader = (text: Uint8Array, at: number) => Escape | undefined;

function unescaped(
  view: Uint8Array,
  ranges: readonly Range[],
  encoding: string,
  trigger: number,
  read: EscapeReader,
): Decoded | undefined {
  let writer: Writer | undefined;
  for (const [start, end] of ranges) {
    const text = view.subarray(start, end);
    let copied = 0;
    for (let at = text.indexOf(trigger); at >= 0; at = text.indexOf(trigger, at)) {
      const undone = read(text, at);
      if (!undone) {
        at++;
        continue;
      }
      writer ??= writerFor(view);
      writer.copy(start + copied, start + at);
      writer.put(undone.made, start + at, start + undone.end);
      at = copied = undone.end;
    }
    // A range in which nothing was undone says nothing new.
    if (copied > 0) {
      writer?.copy(start + copied, end);
      writer?.put(GAP, end, end);
    }
  }
  return writer?.done(encoding);
}

const GAP = Uint8Array.of(0);
const NONE = new Uint8Array(0);
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** PDF literal strings (ISO 32000-2 7.3.4.2), JSON and JavaScript: \ddd, \n, \\, \uXXXX, \xXX, a line continued. */
function backslash(text: Uint8Array, at: number): Escape | undefined {
  const next = text[at + 1];
  if (next === undefined) return undefined;
  if (next === 0x0d) return { made: NONE, end: at + (text[at + 2] === 0x0a ? 3 : 2) };
  if (next === 0x0a) return { made: NONE, end: at + 2 };
  if (next >= 0x30 && next <= 0x37) return octal(text, at + 1);
  const letter = String.fromCharCode(next);
  if (letter === 'u' || letter === 'x') {
    const unit = hexNumber(text, at + 2, letter === 'u' ? 4 : 2);
    if (unit !== undefined) return unicodeEscape(text, at, unit, letter === 'u' ? 6 : 4);
  }
  return { made: Uint8Array.of(CONTROLS[letter] ?? next), end: at + 2 };
}

function octal(text: Uint8Array, from: number): Escape {
  let value = 0;
  let at = from;
  for (; at < from + 3; at++) {
    const digit = (text[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  return { made: Uint8Array.of(value & 0xff), end: at };
}

function unicodeEscape(text: Uint8Array, at: number, unit: number, length: number): Escape {
  const low =
    (unit & 0xfc00) === 0xd800 && text[at + 6] === 0x5c && text[at + 7] === 0x75 ? hexNumber(text, at + 8, 4) : 0;
  const paired = low !== undefined && (low & 0xfc00) === 0xdc00;
  const made = Buffer.from(paired ? String.fromCharCode(unit, low) : String.fromCharCode(unit));
  return { made, end: at + (paired ? 12 : length) };
}

function hexNumber(text: Uint8Array, at: number, digits: number): number | undefined {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const digit = hexDigit(text[i] ?? 0);
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

/** `%41` and `#41`: the trigger and two hex digits. */
function hexPair(text: Uint8Array, at: number): Escape | undefined {
  const value = hexNumber(text, at + 1, 2);
  return value === undefined ? undefined : { made: Uint8Array.of(value), end: at + 3 };
}

/** RFC 2045 6.7: `=41`, and a soft line break. */
function quotedPrintable(text: Uint8Array, at: number): Escape | undefined {
  if (text[at + 1] === 0x0a) return { made: NONE, end: at + 2 };
  if (text[at + 1] === 0x0d && text[at + 2] === 0x0a) return { made: NONE, end: at + 3 };
  return hexPair(text, at);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** XML 1.0 4.1 and the one HTML entity that stands inside names. */
function reference(text: Uint8Array, at: number): Escape | undefined {
  const end = text.subarray(at, at + 12).indexOf(0x3b);
  if (end < 2) return undefined;
  const name = Buffer.from(text.subarray(at + 1, at + end)).toString('latin1');
  const [, hex, decimal] = /^#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  const known = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES[name];
  return known === undefined ? undefined : { made: Buffer.from(known), end: at + end + 1 };
}

const OPEN = Uint8Array.of(0x28);
const CLOSE = Uint8Array.of(0x29);

/** PDF hexadecimal strings (ISO 32000-2 7.3.4.3), white space and an odd digit allowed, each written as a literal one. */
function hexStrings(view: Uint8Array, ranges: readonly Range[]): Decoded | undefined {
  let writer: Writer | undefined;
  for (const [start, end] of ranges) {
    const text = view.subarray(start, end);
    for (let at = text.indexOf(0x3c); at >= 0; at = text.indexOf(0x3c, at + 1)) {
      const close = hexStringEnd(text, at + 1);
      if (close === undefined) continue;
      const made = Buffer.from(
        `${Buffer.from(text.subarray(at + 1, close))
          .toString('latin1')
          .replace(/\s+/g, '')}0`,
        'hex',
      );
      writer ??= writerFor(view);
      for (const part of [OPEN, made, CLOSE]) writer.put(part, start + at, start + close + 1);
      at = close;
    }
  }
  return writer?.done('pdf hex');
}

/** Where `>` closes a string of at least two digits. */
function hexStringEnd(text: Uint8Array, from: number): number | undefined {
  let digits = 0;
  for (let at = from; at < text.length; at++) {
    const byte = text[at] ?? 0;
    if (byte === 0x3e) return digits > 1 ? at : undefined;
    if (hexDigit(byte) >= 0) digits++;
    else if (byte > 0x20) return undefined;
  }
  return undefined;
}

/** The names of zip members and each step of their paths, with and without extension, as quoted tokens. */
export function decodeNames(view: Uint8Array, names: readonly Range[]): Decoded | undefined {
  const writer = writerFor(view);
  const quote = Uint8Array.of(0x22);
  const token = (start: number, end: number) => {
    writer.put(quote, start, start);
    writer.copy(start, end);
    writer.put(quote, end, end);
  };
  for (const [start, end] of names) {
    let step = start;
    for (let at = start; at <= end; at++) {
      if (at < end && view[at] !== 0x2f) continue;
      token(step, at);
      const dot = view.subarray(step, at).lastIndexOf(0x2e);
      if (dot > 0) token(step, step + dot);
      step = at + 1;
    }
  }
  return writer.done('member name');
}

// A line that goes on in the next is at least this long; words of running text are not joined.
const MIN_LINE = 20;
const MIN_RUN = 8;
const MIN_CONTAINER = 64;

// The first base64 letters of a zip, PNG, JPEG, gzip, PDF, XML or zlib file.
const CONTAINERS = /^(UEsDB|iVBORw0K|\/9j\/|H4sI|JVBERi0|PD94bWw|eJ|eN|eA)/;
const LINE_BREAK = /^(?:&#x?[aAdD013]{1,2};|[\r\n])[ \t]*/;

const SEXTETS = new Int8Array(256).fill(-1);
for (const alphabet of ['+/', '-_'])
  for (const [i, letter] of [...`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`].entries())
    SEXTETS[letter.charCodeAt(0)] = i;

type Run = { readonly start: number; readonly end: number; readonly sextets: Uint8Array };

/** Runs of base64 letters (RFC 4648 4 and 5), wrapped lines joined. Text is full of them: most mean nothing. */
function* runsOf(text: Uint8Array): Generator<Run> {
  let sextets = new Uint8Array(1024);
  for (let at = 0; at < text.length; ) {
    if ((SEXTETS[text[at] ?? 0] ?? -1) < 0) {
      at++;
      continue;
    }
    const start = at;
    let count = 0;
    let end = at;
    for (let line = at; ; line = at) {
      for (
        let value = SEXTETS[text[at] ?? 0] ?? -1;
        at < text.length && value >= 0;
        value = SEXTETS[text[at] ?? 0] ?? -1
      ) {
        if (count === sextets.length) sextets = doubled(sextets);
        sextets[count++] = value;
        at++;
      }
      end = at;
      if (at - line < MIN_LINE) break;
      const skipped = lineBreaks(text, at);
      if (skipped === 0 || (SEXTETS[text[at + skipped] ?? 0] ?? -1) < 0) break;
      at += skipped;
    }
    if (count >= MIN_RUN) yield { start, end, sextets: sextets.subarray(0, count) };
  }
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

function lineBreaks(text: Uint8Array, from: number): number {
  const ahead = Buffer.from(text.subarray(from, from + 40)).toString('latin1');
  let length = 0;
  for (let found = LINE_BREAK.exec(ahead); found; found = LINE_BREAK.exec(ahead.slice(length)))
    length += found[0].length;
  return length;
}

const NEWLINE = 0x0a;

/** Every run in all four alignments, because what stands before a run may have run into it. */
function base64Runs(view: Uint8Array, ranges: readonly Range[]): Decoded | undefined {
  let writer: Writer | undefined;
  for (const [start, end] of ranges) {
    for (const run of runsOf(view.subarray(start, end))) {
      writer ??= writerFor(view);
      const from = start + run.start;
      const to = start + run.end;
      for (let skip = 0; skip < 4; skip++) {
        const length = joinedLength(run.sextets.length - skip);
        // A line of its own, so that a match cannot span two runs.
        const line = writer.room(length + 1, from, to);
        join(run.sextets, skip, line.subarray(0, length));
        line[length] = NEWLINE;
      }
    }
  }
  return writer?.done('base64', true);
}

function joinedLength(sextets: number): number {
  return (sextets * 3) >>> 2;
}

/** Four sextets to three bytes, as many as the target holds. */
function join(sextets: Uint8Array, from: number, target: Uint8Array): void {
  for (let made = 0, at = from; made < target.length; made += 3, at += 4) {
    const a = sextets[at] ?? 0;
    const b = sextets[at + 1] ?? 0;
    const c = sextets[at + 2] ?? 0;
    const d = sextets[at + 3] ?? 0;
    // What lies behind the end of the target is dropped, as it should be.
    target[made] = (a << 2) | (b >>> 4);
    target[made + 1] = (b << 4) | (c >>> 2);
    target[made + 2] = (c << 6) | d;
  }
}

/** Decoded runs that start as a file of some kind does, to be views of their own. */
export function* findBase64Containers(view: Uint8Array, [start, end]: Range): Generator<Uint8Array> {
  for (const run of runsOf(view.subarray(start, end))) {
    if (run.sextets.length < MIN_CONTAINER) continue;
    const head = Buffer.from(view.subarray(start + run.start, start + run.start + 8)).toString('latin1');
    if (!CONTAINERS.test(head)) continue;
    const made = new Uint8Array(joinedLength(run.sextets.length));
    join(run.sextets, 0, made);
    yield made;
  }
}
