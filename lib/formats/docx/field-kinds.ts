// The fields of WordprocessingML (ISO/IEC 29500-1 17.16.5) that may stay fields: what they show is in the document
// itself. Every other one is unlinked, which keeps what it shows and drops the code that says where it came from.

import { classifyLink, isPrivateText } from './places.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const KEPT = words(`
  PAGE NUMPAGES SECTION SECTIONPAGES TOC TOA INDEX SEQ REF PAGEREF NOTEREF HYPERLINK STYLEREF FORMTEXT FORMCHECKBOX
  FORMDROPDOWN EQ SYMBOL ADVANCE LISTNUM AUTONUM AUTONUMLGL AUTONUMOUT BIDIOUTLINE DATE TIME QUOTE =
`);
/** Entries of a table or index, kept only where the document has the table that shows them. */
const ENTRIES = new Map([
  ['XE', 'INDEX'],
  ['TC', 'TOC'],
  ['TA', 'TOA'],
]);
const RUNNING = words('DDE DDEAUTO MACROBUTTON GOTOBUTTON CONTROL HTMLACTIVEX HTMLCONTROL ADDIN PRINT');
const READING = words(
  'INCLUDETEXT INCLUDEPICTURE INCLUDE IMPORT LINK EMBED DATABASE RD AUTOTEXT AUTOTEXTLIST GLOSSARY',
);
const TELLING = words(`
  AUTHOR LASTSAVEDBY USERNAME USERINITIALS USERADDRESS FILENAME FILESIZE TEMPLATE DOCPROPERTY DOCVARIABLE INFO TITLE
  SUBJECT KEYWORDS COMMENTS CREATEDATE SAVEDATE PRINTDATE EDITTIME REVNUM NUMCHARS NUMWORDS MERGEFIELD MERGEREC MERGESEQ
  NEXT NEXTIF SKIPIF ASK FILLIN SET IF COMPARE ADDRESSBLOCK GREETINGLINE BARCODE CITATION BIBLIOGRAPHY PRIVATE
`);

/** The field's kind: its first word, in capitals. */
export function kindOf(code: string): string {
  const trimmed = code.trim();
  return trimmed.startsWith('=') ? '=' : (/^[^\s"\\]+/.exec(trimmed)?.[0] ?? '').toUpperCase();
}

/** Whether the field may stay one. `kinds` are those of all fields in the document. */
export function mayStay(code: string, kinds: ReadonlySet<string>): boolean {
  const kind = kindOf(code);
  const table = ENTRIES.get(kind);
  if (!KEPT.has(kind) && !(table && kinds.has(table))) return false;
  const words = argumentsOf(code);
  if (kind === 'HYPERLINK') {
    const link = linkOf(code);
    if (link && classifyLink(link) !== 'public') return false;
    return words.every((word) => word === link || !isPrivateText(word));
  }
  return words.every((word) => !isPrivateText(word));
}

/** The carrier that a field's code is. */
export function fieldCarrier(code: string): string {
  const kind = kindOf(code);
  if (kind === 'HYPERLINK') {
    const link = linkOf(code);
    const place = link === undefined ? 'public' : classifyLink(link);
    return place === 'public' || place === 'anchor' ? 'link.tooltip' : `link.${place}`;
  }
  if (RUNNING.has(kind)) return 'field.dde';
  if (READING.has(kind)) return 'field.external';
  return TELLING.has(kind) ? 'field.property' : 'field.other';
}

/** The address of a HYPERLINK field: the first argument that is no switch. */
export function linkOf(code: string): string | undefined {
  const rest = code.trim().slice('HYPERLINK'.length).trim();
  if (rest.startsWith('\\')) return undefined;
  return argumentsOf(code)[0];
}

/** What a button shows is the tail of its own code (17.16.5.34): 'MACROBUTTON Name text'. */
export function buttonText(code: string): string | undefined {
  const match = /^\s*(?:MACROBUTTON|GOTOBUTTON)\s+(?:"[^"]*"|\S+)\s+([\s\S]+)$/i.exec(code);
  return match?.[1];
}

/** The words after the kind, without quotes; a doubled backslash stands for one. */
export function argumentsOf(code: string): readonly string[] {
  const rest = code.trim().replace(/^[^\s"\\]+/, '');
  return [...rest.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll('\\\\', '\\'),
  );
}
