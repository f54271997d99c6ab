// The fields of WordprocessingML (ISO/IEC 29500-1 17.16.5) that may stay fields: what they show is in the document
// itself. Every other one is unlinked, which keeps what it shows and drops the code that says where it came from.

import { isBuiltInStyleId } from './built-in.ts';
import type { CarrierRow } from './carrier-table.ts';
import { argumentsFor, isFormula } from './field-arguments.ts';
import { classifyLink, isPrivateText } from './ooxml/places.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const KEPT = words(`
  PAGE NUMPAGES SECTION SECTIONPAGES TOC TOA INDEX SEQ REF PAGEREF NOTEREF HYPERLINK STYLEREF FORMTEXT FORMCHECKBOX
  FORMDROPDOWN EQ SYMBOL ADVANCE LISTNUM AUTONUM AUTONUMLGL AUTONUMOUT BIDIOUTLINE DATE TIME =
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
  NEXT NEXTIF SKIPIF ASK FILLIN SET IF COMPARE ADDRESSBLOCK GREETINGLINE BARCODE CITATION BIBLIOGRAPHY PRIVATE QUOTE
`);

/** The field's kind: its first word, in capitals. */
export function kindOf(code: string): string {
  const trimmed = code.trim();
  return trimmed.startsWith('=') ? '=' : (/^[^\s"\\]+/.exec(trimmed)?.[0] ?? '').toUpperCase();
}

/** What of a document fields may speak of, in small letters. */
export type Spoken = {
  readonly kinds: ReadonlySet<string>;
  readonly bookmarks: ReadonlySet<string>;
  /** Names and ids of styles, without spaces. */
  readonly styles: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
};

/** Fields that mean the same without anything but their kind. */
const ALONE = words('PAGE NUMPAGES SECTION SECTIONPAGES FORMTEXT FORMCHECKBOX FORMDROPDOWN DATE TIME');
const LISTS = words('numberdefault outlinedefault legaldefault');

/** Whether the field stays as it is, stays with its kind alone, or goes. */
export function fateOf(code: string, spoken: Spoken): 'stays' | 'alone' | 'goes' {
  const kind = kindOf(code);
  const table = ENTRIES.get(kind);
  if (!KEPT.has(kind) && !(table && spoken.kinds.has(table))) return 'goes';
  if (maySay(kind, code, spoken)) return 'stays';
  return ALONE.has(kind) ? 'alone' : 'goes';
}

function maySay(kind: string, code: string, { bookmarks, styles, lists }: Spoken): boolean {
  const link = kind === 'HYPERLINK' ? linkOf(code) : undefined;
  if (link && classifyLink(link) !== 'public') return false;
  if (argumentsOf(code).some((word) => word !== link && isPrivateText(word))) return false;
  if (kind === '=') return isFormula(code, bookmarks);
  const parsed = argumentsFor(kind, code);
  if (!parsed) return true;
  if (!parsed.fits) return false;
  const [first = ''] = parsed.words;
  switch (kind) {
    case 'REF':
    case 'PAGEREF':
    case 'NOTEREF':
      return leadsToBookmark(first, bookmarks);
    case 'HYPERLINK':
      return (
        leadsToPlace(link, parsed.switches.get('l'), bookmarks) &&
        ['', '_blank', '_self', '_parent', '_top'].includes(parsed.switches.get('t') ?? '')
      );
    case 'STYLEREF': {
      const id = first.toLowerCase().replace(/\s/g, '');
      return styles.has(id) || /^\d$/.test(id) || isBuiltInStyleId(id);
    }
    case 'LISTNUM':
      return first === '' || lists.has(first.toLowerCase()) || LISTS.has(first.toLowerCase());
    default:
      return true;
  }
}

/** With an address, it is a place in what that leads to. */
function leadsToPlace(link: string | undefined, name: string | undefined, bookmarks: ReadonlySet<string>): boolean {
  return link !== undefined || leadsToBookmark(name ?? '', bookmarks);
}

/** Whether the name is that of a bookmark, or one that Word makes by itself and has lost. */
export function leadsToBookmark(name: string, bookmarks: ReadonlySet<string>): boolean {
  return (
    name === '' || bookmarks.has(name.toLowerCase()) || /^_(?:(?:Toc|Ref|Hlk|Hlt)\d{1,12}|top|GoBack)$/i.test(name)
  );
}

/** What `fieldCarrier` answers of links and of other fields. */
export const LINK_CARRIERS: readonly CarrierRow[] = [
  ['link.file', 'metadata', 'H', 'hyperlink to a file, a share or a relative path; the text stays'],
  ['link.intranet', 'metadata', 'M', 'hyperlink to a private network; the text stays'],
  ['link.personal-share', 'metadata', 'H', 'hyperlink to a personal store; the text stays'],
  ['link.wrapped', 'metadata', 'H', 'hyperlink through a mail scanner, which names the recipient; the text stays'],
  ['link.mail', 'metadata', 'M', 'hyperlink to a mail address; the text stays'],
  ['link.other', 'active-content', 'M', 'hyperlink of another kind; the text stays'],
  ['link.tooltip', 'metadata', 'M', 'path or address in the tip of a hyperlink'],
];
export const FIELD_CARRIERS: readonly CarrierRow[] = [
  ['field.dde', 'active-content', 'M', 'field that runs or asks another program (DDE, DDEAUTO, macro buttons)'],
  [
    'field.external',
    'active-content',
    'M',
    'field that reads another file or database (INCLUDETEXT, LINK, DATABASE …)',
  ],
  [
    'field.property',
    'metadata',
    'M',
    'field that shows metadata (AUTHOR, FILENAME, DOCPROPERTY …); its result stays as text',
  ],
  [
    'field.other',
    'hidden-content',
    'M',
    'code of any other field that is not on the list of kept ones; its result stays',
  ],
];

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
