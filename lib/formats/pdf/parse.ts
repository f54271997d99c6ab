// What qpdf wrote, as pdf-lib's objects. The file is one that we asked for: objects in a row, lengths that are true, a
// table and a trailer at the end (ISO 32000-2 7.5), so this reads that and refuses everything else. pdf-lib's own parser
// takes four times as long, copies every stream, unpacks whatever calls itself an object stream, decodes only
// upper-case #XX in names, and writes what it does not understand to the console.

import {
  PDFArray,
  PDFBool,
  PDFContext,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNull,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFString,
} from 'pdf-lib';
import { Refusal } from '../../core/refusal.ts';
import { type ObjectNumbers, objectNumbers } from './object-numbers.ts';

// qpdf itself stops at 500.
const MAX_DEPTH = 1000;
const MAX_OBJECT_NUMBER = 8_388_607;

const WHITE = table('\0\t\n\f\r ');
const REGULAR = table('\0\t\n\f\r ()<>[]{}/%').map((is) => 1 - is);
const DIGIT = table('0123456789');

/** The objects and the trailer. Streams are parts of `normalised`, not copies. Throws Refusal('malformed'). */
export function parseNormalised(
  normalised: Uint8Array,
  numbers: ObjectNumbers = objectNumbers(normalised),
): { readonly context: PDFContext; readonly trailer: PDFDict } {
  const bytes = Buffer.from(normalised.buffer, normalised.byteOffset, normalised.length);
  const context = PDFContext.create();
  const names = new Map<string, PDFName>();
  const refs: (PDFRef | undefined)[] = [];
  let at = 0;

  const skip = () => {
    for (let byte = bytes[at]; byte !== undefined; byte = bytes[at]) {
      if (WHITE[byte]) at++;
      else if (byte === PERCENT) while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
      else return;
    }
  };
  const regular = (): string => {
    const start = at;
    while (at < bytes.length && REGULAR[bytes[at] ?? 0]) at++;
    return bytes.toString('latin1', start, at);
  };
  const word = (): string => {
    skip();
    return regular();
  };
  const expect = (expected: string) => {
    if (word() !== expected) throw unlike(at);
  };
  const integer = (): number => {
    const text = word();
    if (!/^\d{1,10}$/.test(text)) throw unlike(at);
    return Number(text);
  };

  const refTo = (number: number, generation: number): PDFRef => {
    if (generation !== 0 || number > MAX_OBJECT_NUMBER) return PDFRef.of(number, generation);
    const ref = refs[number] ?? PDFRef.of(number);
    refs[number] = ref;
    return ref;
  };

  const value = (depth: number): PDFObject => {
    if (depth > MAX_DEPTH) throw unlike(at);
    skip();
    switch (bytes[at]) {
      case SLASH:
        return name();
      case LESS:
        return bytes[at + 1] === LESS ? dict(depth) : hexString();
      case PAREN:
        return literalString();
      case BRACKET:
        return array(depth);
      default:
        return atom();
    }
  };

  const name = (): PDFName => {
    at++;
    const text = regular();
    const known = names.get(text) ?? PDFName.of(text.replace(/#[\da-fA-F]{2}/g, (hex) => hex.toUpperCase()));
    names.set(text, known);
    return known;
  };

  const dict = (depth: number): PDFDict => {
    at += 2;
    const made = PDFDict.withContext(context);
    for (skip(); bytes[at] !== GREATER; skip()) {
      if (bytes[at] !== SLASH) throw unlike(at);
      const key = name();
      made.set(key, value(depth + 1));
    }
    if (bytes[at + 1] !== GREATER) throw unlike(at);
    at += 2;
    return made;
  };

  const array = (depth: number): PDFArray => {
    at++;
    const made = PDFArray.withContext(context);
    for (skip(); bytes[at] !== BRACKET_END; skip()) made.push(value(depth + 1));
    at++;
    return made;
  };

  const hexString = (): PDFHexString => {
    const end = bytes.indexOf(GREATER, at);
    if (end < 0) throw unlike(at);
    const digits = bytes.toString('latin1', at + 1, end);
    at = end + 1;
    return PDFHexString.of(digits);
  };

  const literalString = (): PDFString => {
    const start = at + 1;
    for (let depth = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at++;
      else if (byte === PAREN) depth++;
      else if (byte === PAREN_END && --depth === 0) return PDFString.of(bytes.toString('latin1', start, at++));
    }
    throw unlike(start);
  };

  const atom = (): PDFObject => {
    const text = regular();
    if (text === 'true') return PDFBool.True;
    if (text === 'false') return PDFBool.False;
    if (text === 'null') return PDFNull;
    const number = Number(text);
    if (text === '' || !/^[-+.\d]+$/.test(text) || !Number.isFinite(number)) throw unlike(at);
    return referenceFrom(text, number) ?? PDFNumber.of(number);
  };

  /** Two integers and an R are a reference; otherwise what follows the first is read again. */
  const referenceFrom = (text: string, number: number): PDFRef | undefined => {
    const after = at;
    if (!Number.isInteger(number) || number < 0 || text.includes('.')) return undefined;
    skip();
    if (DIGIT[bytes[at] ?? 0]) {
      const generation = regular();
      skip();
      if (bytes[at] === LETTER_R && /^\d{1,5}$/.test(generation) && regular() === 'R')
        return refTo(number, Number(generation));
    }
    at = after;
    return undefined;
  };

  const streamOf = (made: PDFDict): PDFRawStream => {
    at += bytes[at] === CR ? 2 : 1;
    numbers.mend(made);
    const length = made.get(PDFName.of('Length'));
    const end = length instanceof PDFNumber ? at + length.asNumber() : -1;
    if (!(end >= at && end <= bytes.length)) throw unlike(at);
    const contents = bytes.subarray(at, end);
    at = end;
    expect('endstream');
    return PDFRawStream.of(made, contents);
  };

  const object = (number: number) => {
    const ref = refTo(number, integer());
    expect('obj');
    const made = value(0);
    const ends = word();
    const isStream = ends === 'stream' && made instanceof PDFDict;
    if (!numbers.isLength(number)) context.assign(ref, isStream ? streamOf(made) : made);
    if (isStream) expect('endobj');
    else if (ends !== 'endobj') throw unlike(at);
  };

  for (let next = word(); next !== 'xref'; next = word()) {
    if (!/^\d{1,10}$/.test(next)) throw unlike(at);
    object(Number(next));
  }
  at = bytes.indexOf('trailer', at);
  if (at < 0) throw unlike(bytes.length);
  expect('trailer');
  const trailer = value(0);
  if (!(trailer instanceof PDFDict)) throw unlike(at);
  const entryOf = (key: string) => trailer.get(PDFName.of(key));
  const [Root, Info, ID, Encrypt] = ['Root', 'Info', 'ID', 'Encrypt'].map(entryOf);
  context.trailerInfo = { Root, Info, ID, Encrypt };
  return { context, trailer };
}

const [LF, CR] = [0x0a, 0x0d];
const [PERCENT, SLASH, BACKSLASH, LETTER_R] = [0x25, 0x2f, 0x5c, 0x52];
const [PAREN, PAREN_END] = [0x28, 0x29];
const [LESS, GREATER] = [0x3c, 0x3e];
const [BRACKET, BRACKET_END] = [0x5b, 0x5d];

function unlike(at: number): Refusal {
  return new Refusal('malformed', `what qpdf wrote cannot be read at byte ${at}`);
}

function table(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of Buffer.from(characters, 'latin1')) set[byte] = 1;
  return set;
}
