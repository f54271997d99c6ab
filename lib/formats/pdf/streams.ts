// Stream bytes (ISO 32000-2 7.3.8, 7.4): which filters they went through, what they decode to, where their data ends.
// Bytes after the end of data are cut off. A Flate stream that is whole keeps its bytes, so that nothing is recoded
// twice and pictures keep their predictors; what zlib cannot read to the end is read as far as it goes, as viewers do.

import { constants, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';
import { decodePDFRawStream, PDFArray, PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { entry, nameText, numberAt, resolve } from './objects.ts';

/** Bytes that may still be inflated for this document. */
export type Budget = { left: number };

// A blank scanned page inflates a thousandfold; this much is allowed however small the file is.
const FREE_BYTES = 64 * 1024 * 1024;

export function budgetOf(inputBytes: number, limits: Limits): Budget {
  return { left: Math.min(limits.maxExpandedBytes, Math.max(FREE_BYTES, inputBytes * limits.maxRatio)) };
}

export type Filter = { readonly name: string; readonly parameters: PDFDict | undefined };

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  A85: 'ASCII85Decode',
  AHx: 'ASCIIHexDecode',
  RL: 'RunLengthDecode',
  CCF: 'CCITTFaxDecode',
  DCT: 'DCTDecode',
};
const PLAIN = new Set(['FlateDecode', 'LZWDecode', 'ASCII85Decode', 'ASCIIHexDecode', 'RunLengthDecode']);
const CODECS = new Set(['DCTDecode', 'JPXDecode', 'CCITTFaxDecode', 'JBIG2Decode']);

export type Encoded = {
  /** Bytes as they stand before the last filter that is not plain (a picture's), or before Flate. */
  readonly bytes: Uint8Array;
  readonly filter: Filter | undefined;
  /** Bytes after the end of data that were cut off. */
  readonly cut: Uint8Array;
  /** What Flate decodes to; undefined for pictures' own codecs. */
  readonly decoded: Uint8Array | undefined;
};

/** The stream with at most one filter left. Rejects a filter that no table knows with Refusal('unsupported'). */
export function readStream(stream: PDFRawStream, budget: Budget): Encoded {
  const filters = filtersOf(stream.dict);
  const codec = filters.findIndex(({ name }) => !PLAIN.has(name));
  const last = codec < 0 ? undefined : filters[codec];
  if (last && (codec !== filters.length - 1 || !CODECS.has(last.name)))
    throw new Refusal('unsupported', 'a stream filter that no table knows');
  if (last)
    return { bytes: plain(stream, filters.slice(0, -1), budget), filter: last, cut: NOTHING, decoded: undefined };

  const only = filters[0];
  if (filters.length === 1 && only?.name === 'FlateDecode') {
    const { data, used, whole } = inflate(stream.contents, budget);
    const predictor =
      only.parameters && (numberAt(only.parameters, 'Predictor') ?? 1) > 1 ? only : { ...only, parameters: undefined };
    if (!whole) return { bytes: deflateSync(data), filter: predictor, cut: NOTHING, decoded: data };
    const cut = stream.contents.subarray(used);
    return {
      bytes: stream.contents.subarray(0, used),
      filter: predictor,
      cut: isPadding(cut) ? NOTHING : cut,
      decoded: data,
    };
  }
  const data = plain(stream, filters, budget);
  return { ...deflated(data), cut: NOTHING };
}

/** Newly compressed bytes. */
export function deflated(data: Uint8Array): Omit<Encoded, 'cut'> {
  return { bytes: deflateSync(data), filter: { name: 'FlateDecode', parameters: undefined }, decoded: data };
}

/** The decoded bytes of a stream without a picture's codec or predictor: content, functions, XMP. */
export function decodedBytes(stream: PDFRawStream, budget: Budget): Uint8Array {
  return plainBytes(readStream(stream, budget));
}

/** The same of a stream that was read. */
export function plainBytes({ decoded, filter }: Encoded): Uint8Array {
  if (!decoded) throw new Refusal('unsupported', 'a picture codec on a stream that is no picture');
  return filter?.parameters ? unpredicted(decoded, filter.parameters) : decoded;
}

export function filtersOf(dict: PDFDict): readonly Filter[] {
  const value = entry(dict, 'Filter') ?? entry(dict, 'F');
  const parameters = entry(dict, 'DecodeParms') ?? entry(dict, 'DP');
  const names = value instanceof PDFArray ? value.asArray().map((item) => resolve(dict.context, item)) : [value];
  return names.flatMap((name, at) => {
    // F is a file outside the document where it is no name (7.3.8.2).
    if (!(name instanceof PDFName)) return [];
    const word = nameText(name);
    const own =
      parameters instanceof PDFArray
        ? resolve(dict.context, parameters.asArray()[at])
        : at === 0
          ? parameters
          : undefined;
    // qpdf decrypted what was encrypted; what is left is Identity.
    if (word === 'Crypt') return [];
    return [{ name: ABBREVIATIONS[word] ?? word, parameters: own instanceof PDFDict ? own : undefined }];
  });
}

const NOTHING = new Uint8Array();

/** Undoes plain filters. qpdf leaves only RunLength alone, and others in front of a picture's codec. */
function plain(stream: PDFRawStream, filters: readonly Filter[], budget: Budget): Uint8Array {
  let bytes = stream.contents;
  for (const { name, parameters } of filters) {
    if (name === 'FlateDecode') {
      bytes = inflate(bytes, budget).data;
      if (parameters && (numberAt(parameters, 'Predictor') ?? 1) > 1) bytes = unpredicted(bytes, parameters);
    } else bytes = decodeOld(bytes, name, parameters, stream.dict, budget);
  }
  return bytes;
}

// LZW codes of 9 bits and more stand for at most 4,096 bytes each.
const MAX_OLD_RATIO = 3700;

function decodeOld(
  bytes: Uint8Array,
  name: string,
  parameters: PDFDict | undefined,
  dict: PDFDict,
  budget: Budget,
): Uint8Array {
  const ratio = name === 'LZWDecode' ? MAX_OLD_RATIO : name === 'RunLengthDecode' ? 64 : 4;
  if (bytes.length * ratio > Math.max(budget.left, FREE_BYTES))
    throw new Refusal('limit', 'a stream that may expand too far');
  const head = PDFDict.withContext(dict.context);
  head.set(PDFName.of('Filter'), PDFName.of(name));
  if (parameters) head.set(PDFName.of('DecodeParms'), parameters);
  try {
    const data = decodePDFRawStream(PDFRawStream.of(head, bytes)).decode();
    spend(budget, data.length);
    return data;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('malformed', 'a stream that cannot be decoded');
  }
}

type Inflated = { readonly data: Uint8Array; readonly used: number; readonly whole: boolean };

function inflate(bytes: Uint8Array, budget: Budget): Inflated {
  if (bytes.length === 0) return { data: NOTHING, used: 0, whole: true };
  const most = Math.max(1, budget.left);
  try {
    // Node answers an object with `info`, which its types leave out.
    const result: unknown = inflateSync(bytes, { info: true, maxOutputLength: most } as Parameters<
      typeof inflateSync
    >[1]);
    if (!isInflated(result)) throw new Error('zlib gave no info');
    spend(budget, result.buffer.length);
    return { data: result.buffer, used: result.engine.bytesWritten, whole: true };
  } catch (error) {
    if (isTooLarge(error)) throw new Refusal('limit', 'streams that inflate too far');
    if (!isZlib(error)) throw error;
    return { data: salvage(bytes, budget), used: bytes.length, whole: false };
  }
}

/** As much as can be read of a damaged stream: up to the first bit that makes no sense. */
function salvage(bytes: Uint8Array, budget: Budget): Uint8Array {
  const most = Math.max(1, budget.left);
  // Without the two bytes of header zlib does not check the sum at the end.
  const body = bytes.subarray(2);
  const upTo = (length: number): Uint8Array | undefined => {
    try {
      return inflateRawSync(body.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most });
    } catch (error) {
      if (isTooLarge(error)) throw new Refusal('limit', 'streams that inflate too far');
      if (!isZlib(error)) throw error;
      return undefined;
    }
  };
  const all = upTo(body.length);
  if (all) {
    spend(budget, all.length);
    return all;
  }
  let [good, bad] = [0, body.length];
  let best: Uint8Array = NOTHING;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const data = upTo(middle);
    if (data) {
      best = data;
      good = middle;
    } else bad = middle;
  }
  spend(budget, best.length);
  return best;
}

function spend(budget: Budget, bytes: number): void {
  budget.left -= bytes;
  if (budget.left < 0) throw new Refusal('limit', 'streams that inflate too far');
}

/** Undoes PNG and TIFF predictors (7.4.4.4) for streams that have to be read. */
function unpredicted(data: Uint8Array, parameters: PDFDict): Uint8Array {
  const predictor = numberAt(parameters, 'Predictor') ?? 1;
  const colors = numberAt(parameters, 'Colors') ?? 1;
  const bits = numberAt(parameters, 'BitsPerComponent') ?? 8;
  const columns = numberAt(parameters, 'Columns') ?? 1;
  const pixel = Math.max(1, (colors * bits) >> 3);
  const row = Math.ceil((colors * bits * columns) / 8);
  if (predictor < 10 || !(row > 0) || row > data.length)
    throw new Refusal('unsupported', 'a predictor on a stream that has to be read');
  const rows = Math.ceil(data.length / (row + 1));
  const out = new Uint8Array(rows * row);
  for (let y = 0; y < rows; y++) {
    const kind = data[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x++) {
      const raw = data[y * (row + 1) + 1 + x] ?? 0;
      const left = x >= pixel ? (out[y * row + x - pixel] ?? 0) : 0;
      const up = y > 0 ? (out[(y - 1) * row + x] ?? 0) : 0;
      const corner = y > 0 && x >= pixel ? (out[(y - 1) * row + x - pixel] ?? 0) : 0;
      out[y * row + x] = raw + predicted(kind, left, up, corner);
    }
  }
  return out;
}

function predicted(kind: number, left: number, up: number, corner: number): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return 0;
  }
}

/** A line end before endstream that the length counts. */
function isPadding(bytes: Uint8Array): boolean {
  return bytes.length <= 2 && bytes.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0);
}

function isInflated(value: unknown): value is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value;
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/** The entries of a rebuilt stream that say how it is coded. */
export function codingOf(
  { filter }: Pick<Encoded, 'filter'>,
  copyParameters: (dict: PDFDict) => PDFDict,
): readonly (readonly [string, PDFObject])[] {
  if (!filter) return [];
  const entries: [string, PDFObject][] = [['Filter', PDFName.of(filter.name)]];
  const parameters = filter.parameters && copyParameters(filter.parameters);
  if (parameters && parameters.keys().length > 0) entries.push(['DecodeParms', parameters]);
  return entries;
}
