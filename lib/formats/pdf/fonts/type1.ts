// Type 1 programs (Adobe Type 1 Font Format): clear text in PostScript, then a portion encrypted with a key that
// everybody knows, then zeros. No string in the clear text draws, so none is kept; nor are comments, identifiers, the
// rest of the first line, what follows the end of the encrypted portion, and the zeros, which readers add (table 125).

import { fontName } from './names.ts';
import { withoutWords } from './postscript.ts';
import type { CleanProgram } from './program.ts';

const KEY = 55665;
/** What a segment of a printer's file starts with. */
const SEGMENT = 0x80;
/** Bytes that encryption starts with, to be thrown away. */
const LEAD = 4;

export function isType1(bytes: Buffer): boolean {
  const start = bytes[0] === SEGMENT ? 6 : 0;
  return bytes
    .toString('latin1', start, start + 64)
    .trimStart()
    .startsWith('%!');
}

/** The program with nothing but glyphs and what they need; undefined when it cannot be followed. */
export function cleanType1(untrusted: Buffer): CleanProgram | undefined {
  const bytes = withoutSegments(untrusted);
  const mark = bytes?.indexOf('eexec') ?? -1;
  if (!bytes || mark < 0) return undefined;
  const start = bytes.toString('latin1', 0, mark).trimStart();
  const first = /^%!(?:PS-AdobeFont|FontType1)(?:-\d+\.\d+)?/.exec(start)?.[0];
  if (first === undefined) return undefined;
  // The rest of the first line is read as a comment of its own.
  const isBare = /^[\r\n]/.test(start.slice(first.length));
  const clear = withoutWords(`${isBare ? '' : '%'}${start.slice(first.length)}`, 'every string');
  if (!clear) return undefined;
  const locked = bytes.subarray(startOfLocked(bytes, mark + 5));
  const opened = decrypt(isHex(locked) ? fromHex(locked) : locked);
  const end = endOfOpened(opened);
  if (end === undefined) return undefined;
  const inner = openedWords(opened.subarray(LEAD, end).toString('latin1'));
  if (!inner) return undefined;

  const head = Buffer.from(`${first}${named(clear.text)}eexec\n`, 'latin1');
  // The same plain text has the same cipher, but for the lead and the form.
  const body = encrypt(Buffer.from(`\0\0\0\0${inner.text}`, 'latin1'));
  return {
    bytes: Buffer.concat([head, body]),
    texts: [...clear.dropped, ...inner.dropped],
    count: clear.count + inner.count,
    lengths: [head.length, body.length, 0],
  };
}

function named(text: string): string {
  return text.replace(/(\/FontName\s*\/)([^\s()<>[\]{}/%]+)/, (_, key: string, name: string) => key + fontName(name));
}

/** Printers' files (PFB) have the three portions in segments with a length before each. */
function withoutSegments(bytes: Buffer): Buffer | undefined {
  if (bytes[0] !== SEGMENT) return bytes;
  const parts: Buffer[] = [];
  for (let at = 0; at + 6 <= bytes.length && bytes[at] === SEGMENT && bytes[at + 1] !== 3; ) {
    const end = at + 6 + bytes.readUInt32LE(at + 2);
    if (end > bytes.length || parts.length > 100) return undefined;
    parts.push(bytes.subarray(at + 6, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** After white space: a line end of one or two characters in most programs. */
function startOfLocked(bytes: Buffer, start: number): number {
  let at = start;
  while ([0x20, 0x09, 0x0a, 0x0d].includes(bytes[at] ?? 0)) at += 1;
  return at;
}

function isHex(bytes: Buffer): boolean {
  return /^[\da-fA-F]{4}/.test(bytes.toString('latin1', 0, 4));
}

function fromHex(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/[^\da-fA-F]/g, ''), 'hex');
}

/** Section 7.3 of the format. */
function decrypt(bytes: Buffer): Buffer {
  const plain = Buffer.alloc(bytes.length);
  let key = KEY;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    plain[at] = byte ^ (key >> 8);
    key = ((byte + key) * 52845 + 22719) & 0xffff;
  }
  return plain;
}

function encrypt(plain: Buffer): Buffer {
  const bytes = Buffer.alloc(plain.length);
  let key = KEY;
  for (let at = 0; at < plain.length; at++) {
    const byte = (plain[at] ?? 0) ^ (key >> 8);
    bytes[at] = byte;
    key = ((byte + key) * 52845 + 22719) & 0xffff;
  }
  return bytes;
}

const CLOSE = 'closefile';

/** Behind the word that closes the encrypted portion, and a line end that it may have. */
function endOfOpened(opened: Buffer): number | undefined {
  const glyphs = opened.indexOf('/CharStrings');
  const close = glyphs < 0 ? -1 : opened.indexOf(CLOSE, glyphs);
  return close < 0 ? undefined : close + CLOSE.length;
}

/** Without comments and identifiers in what stands before subroutines and glyphs, which are binary. */
function openedWords(text: string): ReturnType<typeof withoutWords> {
  const binary = text.search(/\/(?:Subrs|CharStrings)[\s\d]/);
  if (binary < 0) return undefined;
  const head = withoutWords(text.slice(0, binary), 'strings of names');
  return head && { ...head, text: `${head.text}${text.slice(binary)}\n` };
}
