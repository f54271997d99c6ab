// What the file holds besides the document, told from its bytes: earlier revisions (ISO 32000-2 7.5.6), bytes before
// the header and after the end, encryption, objects that nothing leads to. All of it goes, because the document is
// written anew; this only says that it was there. Nothing here follows what the bytes say.

import type { Found } from '../../core/format.ts';

const HEADER_WITHIN = 1024;
const MANY = 10_000;
const MAX_PLACES = 100;

/** Where '%PDF-' stands in the first kilobyte, or -1. */
export function headerOf(untrusted: Uint8Array): number {
  return view(untrusted)
    .subarray(0, HEADER_WITHIN + 5)
    .indexOf('%PDF-');
}

/** `kept` are the numbers of the objects that the document leads to. */
export function reportHistory(untrusted: Uint8Array, kept: ReadonlySet<number>, found: Found): void {
  const bytes = view(untrusted);
  const header = headerOf(untrusted);
  if (header > 0) found('pdf.leading', 'byte 0', { values: textsOf(bytes.subarray(0, header)) });

  const ends = placesOf(bytes, '%%EOF');
  // A linearized file has two sections, the first of which is no older revision (annex F).
  const isLinearized = bytes.subarray(0, 2 * HEADER_WITHIN).includes('/Linearized');
  const older = ends.slice(isLinearized ? 1 : 0, -1);
  for (const [i, place] of older.slice(0, MAX_PLACES).entries())
    found('pdf.revision.old', `revision ${i + 1}/byte ${place + 5}`);
  if (older.length > MAX_PLACES) found('pdf.revision.old', 'further revisions', { count: older.length - MAX_PLACES });

  const end = bytes.lastIndexOf('%%EOF');
  const after = end < 0 ? 0 : bytes.length - end - 5;
  if (after > 0 && /[^\s\0]/.test(bytes.toString('latin1', end + 5, end + 5 + 4096)))
    found('pdf.trailing', `byte ${end + 5}`, { values: textsOf(bytes.subarray(end + 5)) });

  if (/\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(lastSections(bytes))) found('pdf.encryption', 'trailer/Encrypt');

  // Only where all objects stand in the open: inside object streams there may be more, if anything can lead there (7.5.8).
  if (older.length > 0 || (bytes.includes('/ObjStm') && bytes.includes('/XRef'))) return;
  const lost = writtenIn(bytes).filter((number) => !kept.has(number));
  for (const number of lost.slice(0, MAX_PLACES)) found('pdf.unreferenced', `object ${number}`);
  if (lost.length > MAX_PLACES) found('pdf.unreferenced', 'further objects', { count: lost.length - MAX_PLACES });
}

/** Numbers of the objects, but for lengths that are objects of their own and cross-reference streams: no part of the document. */
function writtenIn(bytes: Buffer): readonly number[] {
  const lengths = around(bytes, '/Length', /^\/Length\s+(\d{1,10})\s+\d{1,5}\s+R\b/);
  const technical = new Set(lengths.map(Number));
  const objects = around(bytes, ' obj', /^ obj\b(?!(?:(?!stream|endobj)[\s\S])*\/XRef\b)/, /\b(\d{1,10}) \d{1,5}$/);
  return [...new Set(objects.map(Number))].filter((number) => !technical.has(number));
}

/** Whether the trailer has an identifier (14.4). */
export function hasIdentifier(untrusted: Uint8Array): boolean {
  return /\/ID\s*\[/.test(lastSections(view(untrusted)));
}

/** Both ends of the file, where trailers stand. */
function lastSections(bytes: Buffer): string {
  return bytes.toString('latin1', 0, 8192) + bytes.toString('latin1', Math.max(0, bytes.length - 16384));
}

function placesOf(bytes: Buffer, what: string): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(what); at >= 0 && places.length < MANY; at = bytes.indexOf(what, at + what.length))
    places.push(at);
  return places;
}

// More than the longest of what is looked for, when it is written as programs do.
const [BEFORE, AFTER] = [64, 256];

/** What the patterns capture wherever the word stands and what follows, from the word on, and what precedes it is as said. */
function around(bytes: Buffer, what: string, follows: RegExp, precedes = /$/): readonly string[] {
  const found: string[] = [];
  for (let at = bytes.indexOf(what); at >= 0 && found.length < MANY * 100; at = bytes.indexOf(what, at + what.length)) {
    const after = follows.exec(bytes.toString('latin1', at, at + AFTER));
    const before = after && precedes.exec(bytes.toString('latin1', Math.max(0, at - BEFORE), at));
    const captured = after?.[1] ?? before?.[1];
    if (before && captured !== undefined) found.push(captured);
  }
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
