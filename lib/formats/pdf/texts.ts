// What is said by things that are removed, for the proof of absence, and what may not be said by texts that are kept.

import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRawStream, PDFRef } from 'pdf-lib';
import type { RemovedValue } from '../../core/format.ts';
import { telling } from '../shared/telling.ts';
import { decodeText, resolve, stringBytes } from './objects.ts';

const MAX_VISITED = 5000;
const MAX_VALUES = 500;

// Keys under which something stands that is kept elsewhere, visible anyway, or a word of the format.
const NOT_TELLING = new Set([
  ...[
    '/P',
    '/Parent',
    '/Popup',
    '/IRT',
    '/Page',
    '/Pg',
    '/Dest',
    '/D',
    '/AP',
    '/MK',
    '/DA',
    '/DR',
    '/DS',
    '/Resources',
  ],
  ...[
    '/Kids',
    '/Prev',
    '/Next',
    '/M',
    '/CreationDate',
    '/ModDate',
    '/LastModified',
    '/Lang',
    '/ByteRange',
    '/StructParent',
    '/Filter',
    '/DecodeParms',
  ],
  // What is typed into a form is shown on the page, and the page is kept.
  ...['/V', '/DV', '/Opt', '/I'],
]);
const DATE = /^D?:?\d{4,14}([Z+-]\d{0,2}'?\d{0,2}'?)?$/;

/** The strings of an object and of what it leads to, bounded. `also` names keys to follow that usually tell nothing. */
export function stringsOf(
  root: PDFObject | undefined,
  context: PDFDict['context'],
  also: readonly string[] = [],
): readonly string[] {
  const texts: string[] = [];
  const seen = new Set<PDFObject>();
  const waiting: PDFObject[] = root ? [root] : [];
  for (let i = 0; i < waiting.length && i < MAX_VISITED && texts.length < MAX_VALUES; i++) {
    const item = waiting[i];
    const object = resolve(context, item);
    if (!object || (item instanceof PDFRef && seen.has(object))) continue;
    seen.add(object);
    const bytes = stringBytes(object);
    if (bytes) texts.push(decodeText(bytes));
    else if (object instanceof PDFArray) waiting.push(...object.asArray().slice(0, MAX_VISITED));
    else {
      const dict = object instanceof PDFRawStream ? object.dict : object;
      if (!(dict instanceof PDFDict) || (i > 0 && isOfTheDocument(dict))) continue;
      for (const [key, value] of dict.entries()) {
        const name = key.asString();
        if (!NOT_TELLING.has(name) || also.includes(name)) waiting.push(value);
      }
    }
  }
  return valuesOf(texts);
}

/** What leads back from something private to the document, which is kept. */
function isOfTheDocument(dict: PDFDict): boolean {
  const type = dict.get(PDFName.of('Type'));
  return type instanceof PDFName && OF_THE_DOCUMENT.has(type.asString());
}
const OF_THE_DOCUMENT = new Set(
  ['Catalog', 'Pages', 'Page', 'Outlines', 'StructTreeRoot', 'StructElem', 'XObject', 'Font', 'OCG', 'Annot'].map(
    (type) => `/${type}`,
  ),
);

/** Texts that say something about a person, a place or a machine. */
export function valuesOf(texts: Iterable<string>): readonly string[] {
  return telling(texts).filter((value) => !DATE.test(value) && !OF_PROGRAMS.test(value) && !NAMESPACE.test(value));
}

// Public names of vocabularies stand in the structure tree as well.
const NAMESPACE = /^https?:\/\/(?:www\.w3\.org|iso\.org|www\.aiim\.org|ns\.adobe\.com|purl\.org)\//;

// One common word each, that programs write as their name: finding it elsewhere says nothing.
const OF_PROGRAMS =
  /^(?:writer|impress|calc|draw|latex with hyperref( package)?|microsoft|acrobat|document|unknown|untitled|application\/pdf|textedit)$/i;

// Names of colour spaces and printing conditions may stand in an output intent too, which is kept.
export function isOfAMaker(text: string): boolean {
  return /\s\S+\s/.test(text) && !/RGB|CMYK|Gr[ae]y|FOGRA|SWOP|GRACoL|\bISO\b|\bIEC\b/i.test(text);
}

// Drive and UNC paths, file addresses, home folders. A path ends where a quotation or a line does.
const PATH =
  /(?:file:\/{1,3}|\b[A-Za-z]:[\\/](?![\\/])|\\\\[\w.$-]+\\|(?<![\w/.])\/(?:Users|home|Volumes|mnt|private|tmp|var)\/)[^"'<>|\r\n\t]*/g;

export function hasPath(value: string): boolean {
  return value.search(PATH) >= 0;
}

export function pathsIn(value: string): readonly string[] {
  return value.match(PATH) ?? [];
}

/** The text without paths. */
export function withoutPaths(value: string): string {
  return value.replace(PATH, '').trim();
}

/** Raw bytes worth searching for: long enough to be no accident. */
export function tellingBytes(bytes: Uint8Array | undefined): readonly RemovedValue[] {
  return bytes && bytes.length >= 8 && bytes.some((byte) => byte !== 0) ? [bytes] : [];
}
