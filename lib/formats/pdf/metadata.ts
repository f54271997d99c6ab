// What the document says of itself: the information dictionary (ISO 32000-2 14.3.3) and the XMP packet. Title, language
// and the identification of PDF/A and PDF/UA are kept, in both places alike, as PDF/A asks; all else is removed.

import { type PDFContext, PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import { peopleIn } from '../shared/personal.ts';
import type { Copy } from './copy.ts';
import { decodeText, dictObject, entry, nameText, resolve, stringBytes, textObject } from './objects.ts';
import { type Budget, decodedBytes } from './streams.ts';
import { hasPath, valuesOf } from './texts.ts';
import { type Claim, type Facts, readPacket, writePacket } from './xmp.ts';

const LONGEST_TITLE = 1000;
const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z\d]{1,8})*$/;

export type Reading = {
  readonly found: Found;
  readonly budget: Budget;
  /** A place with the number of the object that stands there. */
  placeOf(place: string, value: PDFObject | undefined): string;
};

/** Reads both places, reports what goes, and answers what stays. */
export function readMetadata(
  { source, Info }: { readonly source: PDFContext; readonly Info: PDFObject | undefined },
  catalog: PDFDict,
  { found, budget, placeOf }: Reading,
): Facts {
  const dict = resolve(source, Info);
  const info = dict instanceof PDFDict ? dict : undefined;
  const inInfo = placeOf('trailer/Info', Info);
  const stream = entry(catalog, 'Metadata');
  const packet = stream instanceof PDFRawStream ? readPacket(decodedBytes(stream, budget)) : undefined;
  const candidates = [info && textOf(info, 'Title'), packet?.title]
    .map((title) => title && tidy(title))
    .filter((title) => title !== undefined && title !== '');
  const title = candidates.find((candidate) => candidate !== undefined && isPublicTitle(candidate));
  const kept = title?.slice(0, LONGEST_TITLE);

  if (info) reportInfo(info, kept, inInfo, found);
  const titles = candidates.filter((candidate) => candidate !== undefined && candidate !== kept);
  if (
    titles.length > 0 &&
    found('pdf.info.title', inInfo, { values: valuesOf(titles.flatMap((value) => value ?? [])) }) === 'keep'
  )
    return facts(titles[0]);
  if (packet && packet.others.length > 0)
    found('pdf.xmp', placeOf('catalog/Metadata', catalog.get(PDFName.of('Metadata'))), {
      count: packet.others.length,
      values: valuesOf(packet.others.filter((value) => value !== kept)),
    });
  return facts(kept);

  function facts(chosen: string | undefined): Facts {
    const language = [textOf(catalog, 'Lang'), packet?.language].find((value) => value && LANGUAGE.test(value));
    return { title: chosen, language, claims: packet?.claims ?? [] };
  }
}

/** PDF/A-4f is PDF/A-4 with files in it (ISO 19005-4 annex A); without them it is PDF/A-4. */
export function withoutFiles(facts: Facts): Facts {
  const isOfFiles = ({ space, key, value }: Claim) =>
    space === 'pdfaid' && key === 'conformance' && value.toUpperCase() === 'F';
  return { ...facts, claims: facts.claims.filter((claim) => !isOfFiles(claim)) };
}

/** Control characters have no place in XML, and both places must say the same. */
function tidy(title: string): string {
  return title.replace(/[\0-\x1f\x7f-\x9f\ufffe\uffff]+/g, ' ').trim();
}

// Table 349. Other keys are called what the document calls them, which is not repeated.
const STANDARD = ['Subject', 'Keywords', 'Creator', 'Producer', 'CreationDate', 'ModDate', 'Trapped'];
const MAX_OWN_KEYS = 100;

function reportInfo(info: PDFDict, title: string | undefined, place: string, found: Found): void {
  const author = textOf(info, 'Author');
  if (author !== undefined && author !== '')
    found('pdf.info.author', `${place}/Author`, { values: valuesOf([author]) });
  const said = (keys: readonly string[]) =>
    valuesOf(keys.map((key) => textOf(info, key) ?? '')).filter((value) => value !== title);
  const keys = info.keys().map(nameText);
  for (const key of STANDARD.filter((one) => keys.includes(one)))
    found('pdf.info.other', `${place}/${key}`, { values: said([key]) });
  const own = keys.filter((key) => !STANDARD.includes(key) && key !== 'Title' && key !== 'Author');
  for (const [i, key] of own.slice(0, MAX_OWN_KEYS).entries())
    found('pdf.info.other', `${place}/own key ${i + 1}`, { values: said([key]) });
  const more = own.slice(MAX_OWN_KEYS);
  if (more.length > 0) found('pdf.info.other', `${place}/further own keys`, { count: more.length, values: said(more) });
}

function textOf(dict: PDFDict, key: string): string | undefined {
  const bytes = stringBytes(entry(dict, key));
  return bytes && decodeText(bytes).replace(/\0/g, '');
}

/** A title that somebody gave, and that names nobody by mailbox, account or number. */
export function isPublicTitle(title: string): boolean {
  return !isFileName(title) && peopleIn(title).length === 0;
}

// What programs put there when nobody gave a title: the file's name, or their own before it.
const FILE_NAME =
  /^(?:microsoft (?:word|excel|powerpoint|office \w+) ?- |[^\s]?[\w .()+,&'-]{0,200}\.(?:docx?|docm|dotx?|rtf|odt|xlsx?|xlsm|ods|pptx?|odp|pdf|indd|qxd|pub|tiff?|jpe?g|png|txt|html?|tex|dvi|ps|eps|ai|psd|dwg|vsdx?|pages|msg|eml)$)/i;

/** Whether nobody gave the document this title: it is a path, a file's name, or a program's name before one. */
function isFileName(title: string): boolean {
  return hasPath(title) || FILE_NAME.test(title) || /^[^\s]+[\\/][^\s]*\.\w{2,5}$/.test(title);
}

/** The packet as a stream that every archive can read: not compressed, as PDF/A-1 asks. */
export function metadataStream(facts: Facts, copy: Copy): PDFObject | undefined {
  const packet = writePacket(facts);
  if (!packet) return undefined;
  const dict = dictObject(copy.target, [
    ['Type', PDFName.of('Metadata')],
    ['Subtype', PDFName.of('XML')],
  ]);
  return copy.target.register(PDFRawStream.of(dict, packet));
}

/** Title alone, and none at all in PDF/A-4, which has no information dictionary. */
export function infoDictionary(facts: Facts, copy: Copy): PDFObject | undefined {
  const isPart4 = facts.claims.some(({ space, key, value }) => space === 'pdfaid' && key === 'part' && value === '4');
  if (facts.title === undefined || isPart4) return undefined;
  return copy.target.register(dictObject(copy.target, [['Title', textObject(facts.title)]]));
}
