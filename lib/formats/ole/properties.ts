// Property sets, [MS-OLEPS] 2.21: a header, one or two sets, each a table of numbered values. Which number says what
// stands in [MS-OLEPS] 3.1 for the summary and the document's summary; the second set of the latter has names of its own.

import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { decoderOf } from '../shared/code-pages.ts';
import { isPublicTitle } from '../shared/ooxml/places.ts';
import { telling } from '../shared/telling.ts';
import { isBlank, saysSomething, u16, u32 } from './bytes.ts';

const MAX_PROPERTIES = 10_000;
const [TEXT, WIDE_TEXT, TIME] = [30, 31, 64];
const [DICTIONARY, CODE_PAGE] = [0, 1];
const UTF_16 = 1200;

const SUMMARY: Readonly<Record<number, CarrierId>> = {
  2: 'ole.summary.title',
  3: 'ole.summary.title',
  4: 'ole.summary.author',
  5: 'ole.summary.comments',
  6: 'ole.summary.comments',
  7: 'ole.summary.template',
  8: 'ole.summary.last-author',
  9: 'ole.summary.edits',
  10: 'ole.summary.edits',
  11: 'ole.summary.dates',
  12: 'ole.summary.dates',
  13: 'ole.summary.dates',
  17: 'ole.summary.thumbnail',
  18: 'ole.summary.application',
};
const DOCUMENT_SUMMARY: Readonly<Record<number, CarrierId>> = {
  2: 'ole.summary.comments',
  13: 'ole.summary.parts',
  14: 'ole.summary.manager',
  15: 'ole.summary.company',
  26: 'ole.summary.comments',
  27: 'ole.summary.comments',
  29: 'ole.summary.application',
};

/** Reports what the sets of one stream say. */
export function inspectProperties(bytes: Buffer, name: string, at: string, found: Found): void {
  for (const [index, properties] of setsOf(bytes).entries()) {
    const codePage = u16(properties.get(CODE_PAGE) ?? Buffer.alloc(0), 4);
    const names = index === 1 ? namesOf(properties) : new Map<number, string>();
    for (const [number, value] of properties) {
      const carrier = carrierOf(name, index, number, names.get(number));
      if (!carrier || !saysAnything(value)) continue;
      const text = textOf(value, codePage);
      const stays = carrier === 'ole.summary.title' && isPublicTitle(text.trim());
      found(carrier, `${at}/set ${index + 1}/property ${number}`, { values: stays ? [] : telling([text]) });
    }
  }
}

function carrierOf(stream: string, set: number, number: number, name: string | undefined): CarrierId | undefined {
  // Names, the code page and the language of the values.
  if (number < 2 || number === 0x80000000 || number === 0x80000003) return undefined;
  if (stream === 'SummaryInformation') return SUMMARY[number];
  if (stream !== 'DocumentSummaryInformation') return 'ole.properties.other';
  if (set === 0) return DOCUMENT_SUMMARY[number];
  if (name === '_PID_HLINKS' || name === '_PID_LINKBASE') return 'ole.properties.links';
  if (
    name &&
    /^_(AuthorEmail|AuthorEmailDisplayName|EmailSubject|ReviewingToolsShownOnce)$|AdHocReviewCycleID$/.test(name)
  )
    return 'ole.properties.mail';
  return 'ole.properties.custom';
}

type Properties = ReadonlyMap<number, Buffer>;

/** The values by their numbers, each from its type to where the next value begins. */
function setsOf(bytes: Buffer): Properties[] {
  if (u16(bytes, 0) !== 0xfffe) return [];
  const sets = Math.min(2, u32(bytes, 24));
  return Array.from({ length: sets }, (_, index) => {
    const start = u32(bytes, 28 + index * 20 + 16);
    const set = bytes.subarray(start, start + u32(bytes, start));
    const count = Math.min(MAX_PROPERTIES, u32(set, 4), Math.floor(set.length / 8));
    const rows = Array.from({ length: count }, (_, i) => [u32(set, 8 + i * 8), u32(set, 12 + i * 8)] as const);
    const offsets = [...new Set(rows.map(([, offset]) => offset))].sort((a, b) => a - b);
    const ends = new Map(offsets.map((offset, i) => [offset, offsets[i + 1]]));
    return new Map(rows.map(([number, offset]) => [number, set.subarray(offset, ends.get(offset) ?? set.length)]));
  });
}

/** The names that a set's dictionary gives to numbers ([MS-OLEPS] 2.17), as far as they are letters of one byte. */
function namesOf(properties: Properties): Map<number, string> {
  const dictionary = properties.get(DICTIONARY) ?? Buffer.alloc(0);
  const isWide = u16(properties.get(CODE_PAGE) ?? Buffer.alloc(0), 4) === UTF_16;
  const names = new Map<number, string>();
  let at = 4;
  for (let left = Math.min(MAX_PROPERTIES, u32(dictionary, 0)); left > 0 && at + 8 <= dictionary.length; left -= 1) {
    const length = u32(dictionary, at + 4) * (isWide ? 2 : 1);
    const text = dictionary.toString(isWide ? 'utf16le' : 'latin1', at + 8, at + 8 + length);
    names.set(u32(dictionary, at), text.replace(/\0.*$/s, ''));
    at += 8 + (isWide ? (length + 3) & ~3 : length);
  }
  return names;
}

/** The text of a value; empty where it is of another type. */
function textOf(value: Buffer, codePage: number): string {
  const type = u16(value, 0);
  const length = u32(value, 4);
  const isWide = type === WIDE_TEXT || codePage === UTF_16;
  if (type !== TEXT && type !== WIDE_TEXT) return '';
  const bytes = value.subarray(8, 8 + length * (type === WIDE_TEXT ? 2 : 1));
  return decoderOf(isWide ? UTF_16 : codePage)
    .decode(bytes)
    .replace(/\0.*$/s, '');
}

function saysAnything(value: Buffer): boolean {
  const type = u16(value, 0);
  if (type === TEXT) return saysSomething(value.subarray(8, 8 + u32(value, 4)));
  if (type === WIDE_TEXT) return saysSomething(value.subarray(8, 8 + u32(value, 4) * 2));
  if (type === TIME) return !isBlank(value.subarray(4, 12));
  // Vectors, thumbnails, numbers: a value that is there says something, nothing and zero do not.
  return value.length > 4 && !isBlank(value.subarray(4));
}
