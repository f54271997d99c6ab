// What the file holds besides the document, told from its bytes: earlier revisions (ISO 32000-2 7.5.6), bytes before
// the header and after the end, encryption, objects that nothing leads to. All of it goes, because the document is
// written anew; this only says that it was there. Nothing here follows what the bytes say.

import type { Found } from '../../core/format.ts';

const HEADER_WITHIN = 1024;
const MANY = 10_000;

/** Where '%PDF-' stands in the first kilobyte, or -1. */
export function headerOf(untrusted: Uint8Array): number {
  return view(untrusted)
    .subarray(0, HEADER_WITHIN + 5)
    .indexOf('%PDF-');
}

export function reportHistory(untrusted: Uint8Array, objects: number, found: Found): void {
  const bytes = view(untrusted);
  const header = headerOf(untrusted);
  if (header > 0) found('pdf.leading', 'byte 0', { values: textsOf(bytes.subarray(0, header)) });

  const ends = count(bytes, '%%EOF');
  // A linearized file has two sections, the first of which is no older revision (annex F).
  const isLinearized = bytes.subarray(0, 2 * HEADER_WITHIN).includes('/Linearized');
  const older = ends - 1 - (isLinearized ? 1 : 0);
  if (older > 0) found('pdf.revision.old', 'file', { count: older });

  const end = bytes.lastIndexOf('%%EOF');
  const after = end < 0 ? 0 : bytes.length - end - 5;
  if (after > 0 && /[^\s\0]/.test(bytes.toString('latin1', end + 5, end + 5 + 4096)))
    found('pdf.trailing', `byte ${end + 5}`, { values: textsOf(bytes.subarray(end + 5)) });

  if (/\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(lastSections(bytes))) found('pdf.encryption', 'trailer/Encrypt');

  // Counted only where all objects stand in the open; inside object streams there may be more.
  // Lengths that stand in objects of their own and cross-reference streams are no objects of the document.
  const technical = () =>
    countAround(bytes, '/Length', /^\/Length\s+\d+\s+\d+\s+R\b/) + countAround(bytes, '/XRef', /^\/XRef\b/);
  const written = bytes.includes('/ObjStm')
    ? 0
    : countAround(bytes, ' obj', /^ obj\b/, /\b\d{1,10} \d{1,5}$/) - technical();
  if (older <= 0 && written > objects) found('pdf.unreferenced', 'file', { count: written - objects });
}

/** Whether the trailer has an identifier (14.4). */
export function hasIdentifier(untrusted: Uint8Array): boolean {
  return /\/ID\s*\[/.test(lastSections(view(untrusted)));
}

/** Both ends of the file, where trailers stand. */
function lastSections(bytes: Buffer): string {
  return bytes.toString('latin1', 0, 8192) + bytes.toString('latin1', Math.max(0, bytes.length - 16384));
}

function count(bytes: Buffer, what: string): number {
  let found = 0;
  for (let at = bytes.indexOf(what); at >= 0 && found < MANY; at = bytes.indexOf(what, at + what.length)) found += 1;
  return found;
}

// More than the longest of what is looked for, when it is written as programs do.
const WINDOW = 64;

/** How often the word stands where what follows, from the word on, and what precedes it is as said. */
function countAround(bytes: Buffer, word: string, follows: RegExp, precedes = /$/): number {
  let found = 0;
  for (let at = bytes.indexOf(word); at >= 0 && found < MANY * 100; at = bytes.indexOf(word, at + word.length))
    if (
      follows.test(bytes.toString('latin1', at, at + WINDOW)) &&
      precedes.test(bytes.toString('latin1', Math.max(0, at - WINDOW), at))
    )
      found += 1;
  return found;
}

/** Printable stretches of bytes that belong to nothing. */
function textsOf(bytes: Buffer): readonly string[] {
  const text = bytes.toString('latin1', 0, 64 * 1024);
  return [...text.matchAll(/[\x20-\x7e]{12,400}/g)]
    .slice(0, 200)
    .map(([run]) => run.trim())
    .filter((run) => run.length >= 12);
}

function view(untrusted: Uint8Array): Buffer {
  return Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
}
