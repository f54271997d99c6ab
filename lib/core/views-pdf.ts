// Streams of a PDF (ISO 32000-2 7.3.8), found by scanning for the keyword as a person with an editor would: no cross
// reference table is believed, so streams that no object refers to are looked at too.

import type { Part } from './byte-views.ts';
import { applyFilter, type Budget } from './views-filters.ts';

const HEADER_WITHIN = 1024;
// A stream dictionary is short; ten thousand entries of /Filter parameters are not written by anything.
const DICTIONARY_WITHIN = 8192;
const SAMPLE_FILTERS = new Set(['DCTDecode', 'DCT', 'JPXDecode', 'CCITTFaxDecode', 'CCF', 'JBIG2Decode']);
const OPAQUE_FILTERS = new Set(['CCITTFaxDecode', 'CCF', 'JBIG2Decode']);

export function isPdf(untrusted: Uint8Array): boolean {
  return bufferOf(untrusted.subarray(0, HEADER_WITHIN)).includes('%PDF-');
}

export function* pdfParts(untrusted: Uint8Array, budget: Budget): Generator<Part> {
  const file = bufferOf(untrusted);
  for (let at = file.indexOf('stream'); at >= 0; at = file.indexOf('stream', at)) {
    const keyword = at;
    at += 6;
    const start = bodyStart(file, at);
    if (start === undefined || file.toString('latin1', Math.max(0, keyword - 3), keyword) === 'end') continue;
    const dictionary = dictionaryBefore(file, keyword);
    const body = file.subarray(start, bodyEnd(file, start, dictionary));
    at = start;
    for (const part of streamParts(body, start, dictionary, budget)) {
      // The word 'stream' inside compressed data is chance; behind it, the search goes on.
      if (part.spent) at = part.spent[1];
      if (part.slice !== undefined && part.bytes) at = part.slice + part.bytes.length;
      yield part;
    }
  }
}

function* streamParts(body: Buffer, start: number, dictionary: string, budget: Budget): Generator<Part> {
  const filters = filtersIn(dictionary);
  const early = !/\/EarlyChange\s+0/.test(dictionary);
  const isImage = /\/Subtype\s*\/Image\b/.test(dictionary);
  let bytes: Uint8Array = body;
  let done = 0;
  for (const filter of filters) {
    const filtered = applyFilter(filter, bytes, early, budget);
    if (!filtered) break;
    if (done === 0) yield { kind: 'filter', spent: [start, start + filtered.consumed] };
    // What the first filter leaves over stands in the file; what a later one leaves over stands nowhere else.
    else if (filtered.consumed < bytes.length) yield { kind: 'rest', bytes: bytes.subarray(filtered.consumed) };
    bytes = filtered.bytes;
    done++;
  }
  const rest = filters[done];
  const slice = done === 0 ? { slice: start } : {};
  // A DCT picture keeps its segments readable; samples, and codes that are nothing but samples, are noise.
  const samples = rest === undefined ? isImage : OPAQUE_FILTERS.has(rest);
  yield { kind: 'stream', bytes, ...slice, samples, pdf: rest === undefined || !SAMPLE_FILTERS.has(rest) };
}

function bodyStart(file: Buffer, at: number): number | undefined {
  if (file[at] === 0x0a) return at + 1;
  if (file[at] === 0x0d) return file[at + 1] === 0x0a ? at + 2 : at + 1;
  return undefined;
}

/** Where /Length says, if 'endstream' follows there; else where the next 'endstream' is; else the end of the file. */
function bodyEnd(file: Buffer, start: number, dictionary: string): number {
  const length = /\/Length\s+(\d{1,10})(?!\s+\d+\s+R|\d)/.exec(dictionary)?.[1];
  const said = start + Number(length);
  if (length !== undefined && /^\s{0,2}endstream/.test(file.toString('latin1', said, said + 11))) return said;
  const keyword = file.indexOf('endstream', start);
  return keyword < 0 ? file.length : keyword;
}

function dictionaryBefore(file: Buffer, keyword: number): string {
  const before = file.toString('latin1', Math.max(0, keyword - DICTIONARY_WITHIN), keyword);
  return before.slice(before.lastIndexOf(' obj') + 1);
}

function filtersIn(dictionary: string): readonly string[] {
  const [, one, many] = /\/Filter\s*(?:\/([^\s/<>[\]()]+)|\[([^\]]{0,400})\])/.exec(dictionary) ?? [];
  if (one) return [one];
  return [...(many ?? '').matchAll(/\/([^\s/<>[\]()]+)/g)].map((name) => name[1] ?? '');
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
