// Font programs (ISO 32000-2 9.9) are what their bytes say: documents in which the key says another kind are drawn all
// the same. What is kept of each kind is in its own file.

import { cleanCff, isCff } from './cff.ts';
import { cleanSfnt, isSfnt } from './sfnt.ts';
import { cleanType1, isType1 } from './type1.ts';

export type CleanProgram = {
  readonly bytes: Uint8Array;
  /** Texts that were not copied. */
  readonly texts: readonly string[];
  /** How many things were not copied that could say something. */
  readonly count: number;
  /** Of a Type 1 program: the clear text, the encrypted portion, the fixed end (table 125). */
  readonly lengths?: readonly [clear: number, encrypted: number, fixed: number];
};

/** The program without names, notices, identifiers and dates; undefined when it cannot be followed. Never throws. */
export function cleanProgram(untrusted: Uint8Array): CleanProgram | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (isSfnt(bytes)) return cleanSfnt(bytes);
  if (isType1(bytes)) return cleanType1(bytes);
  if (isCff(bytes)) return cleanCff(bytes);
  return undefined;
}

/** Whether a program that cannot be followed has words in it that are not the names of glyphs. */
export function maySaySomething(untrusted: Uint8Array): boolean {
  const text = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length).toString('latin1');
  const narrow = text.replace(/\0([\x20-\x7e])(?=\0)/g, '$1');
  return [text, narrow].some((one) => SENTENCE.test(one));
}

const SENTENCE = /[A-Za-z]{3,} [A-Za-z(]{3,}|\w@\w+\.\w|[A-Za-z]:\\|\/(?:Users|home)\/|copyright|licen[cs]ed/i;
