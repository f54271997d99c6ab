// Shared strings (ISO/IEC 29500-1 18.4.8): cells have them by number, so one that no cell has any more stays in its
// place and loses its text.

import { type Job, tally } from '../shared/ooxml/job.ts';
import { scanXml, unescaped } from '../shared/xml-scan.ts';
import { type Names, passOver } from './markup-pass.ts';

export type Strings = {
  readonly xml: string;
  /** The texts of the strings that cells have, by their number. */
  readonly texts: ReadonlyMap<number, string>;
  readonly size: number;
};

export type Use = {
  /** Strings that cells have. */
  readonly used: ReadonlySet<number>;
  /** Strings that only cells had which are gone: what they say was found with these. */
  readonly gone: ReadonlySet<number>;
  /** Whether cells show how their text was typed. */
  readonly keepsPhonetic: boolean;
};

export function cleanStrings(xml: string, names: Names, { used, gone, keepsPhonetic }: Use, job: Job): Strings {
  const counts = tally(job);
  const texts = new Map<number, string>();
  const orphans: string[] = [];
  let index = -1;
  let text = '';
  let phoneticStart = 0;
  let isPhonetic = false;
  let isWritten = false;
  const cleaned = passOver(xml, 'sst', names, job, counts, {
    open(local, { scanner }) {
      if (local === 'si') {
        index++;
        text = '';
        isWritten = !scanner.isEmpty;
      } else if (local === 'rPh' || local === 'phoneticPr') {
        phoneticStart = scanner.start;
        isPhonetic = local === 'rPh';
      }
    },
    text(local, value) {
      if (local === 't' && !isPhonetic) text += value;
    },
    close(local, { scanner, splices }) {
      if (local === 'rPh' || local === 'phoneticPr') {
        isPhonetic = false;
        if (!keepsPhonetic && counts.drop('phonetic')) splices.replace(phoneticStart, scanner.end, '');
      }
      if (local !== 'si') return;
      if (used.has(index)) texts.set(index, text);
      else if (text !== '' && isWritten && !gone.has(index)) orphans.push(text);
    },
  });
  counts.report();
  const isDropped = orphans.length > 0 && job.drop('string.orphan', job.what, orphans, orphans.length);
  const size = index + 1;
  const stays = (number: number) => used.has(number) || !(isDropped || gone.has(number));
  const isWhole = !isDropped && gone.size === 0;
  return { xml: isWhole ? cleaned : withoutOrphans(cleaned, names.prefix, stays), texts, size };
}

/** The texts of all strings, by their number. */
export function readStrings(xml: string, { prefix }: Names, what: string): readonly string[] {
  const scanner = scanXml(xml, 0, xml.length, what, MAX_DEPTH);
  const texts: string[] = [];
  let text = '';
  let isText = false;
  let phonetic = 0;
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    const local = scanner.name.slice(prefix.length);
    if (scanner.kind === 'text' && isText) text += unescaped(xml.slice(scanner.start, scanner.end));
    if (scanner.kind === 'open' && local === 'si') text = '';
    if (scanner.kind === 'open' && local === 'rPh') phonetic++;
    if (scanner.kind === 'close' && local === 'rPh') phonetic--;
    if (scanner.kind !== 'text') isText = scanner.kind === 'open' && local === 't' && phonetic === 0;
    if (scanner.kind === 'close' && local === 'si') texts.push(text);
  }
  return texts;
}

const MAX_DEPTH = 16;

/** Empties the strings that are not used. The first pass has shown that the XML is what it seems. */
function withoutOrphans(xml: string, prefix: string, stays: (index: number) => boolean): string {
  const open = `<${prefix}si`;
  const close = `</${prefix}si>`;
  const pieces: string[] = [];
  let reached = 0;
  let index = -1;
  for (let at = xml.indexOf(open); at >= 0; at = xml.indexOf(open, reached)) {
    index++;
    const openEnd = xml.indexOf('>', at) + 1;
    const isEmpty = xml[openEnd - 2] === '/';
    const end = isEmpty ? openEnd : xml.indexOf(close, openEnd) + close.length;
    if (isEmpty || stays(index)) pieces.push(xml.slice(reached, end));
    else pieces.push(xml.slice(reached, openEnd), `<${prefix}t/>`, close);
    reached = end;
  }
  pieces.push(xml.slice(reached));
  return pieces.join('');
}
