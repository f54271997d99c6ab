// Inline pictures (ISO 32000-2 8.9.7): where their data end, and what of their dictionary says how they are drawn. Every
// other key goes.

import {
  type Cut,
  DELIMITER,
  endOfRegular,
  endOfString,
  endOfValue,
  latin1,
  skipWhite,
  WHITE,
} from './content-bytes.ts';
import { isRenderingIntent } from './tables/graphics.ts';

export type InlineImage = {
  /** After ID and its white space; -1 where there is no ID. */
  readonly dataAt: number;
  /** After EI; -1 where the picture has no end. */
  readonly end: number;
  /** Entries of its dictionary that no reader needs. */
  readonly cuts: readonly Cut[];
  /** The name of its colour space, which may be one of the resources. */
  readonly space: { readonly start: number; readonly end: number } | undefined;
};

const isNumber = (value: string) => /^[-+.\d]+$/.test(value);
const isBoolean = (value: string) => value === 'true' || value === 'false';
const isName = (value: string) => /^\/[^\s()<>[\]{}/%]*$/.test(value);
const isSpace = (value: string) =>
  isName(value) || /^\[\s*\/I(?:ndexed)?\s*\/[^\s()<>[\]{}/%]+\s+\d+\s*[(<]/.test(value);
const isList = (value: string) => /^\[[-+.\d\s]*\]$/.test(value);
const isFilter = (value: string) =>
  /^\[?[\s/A-Za-z0-9]*\]?$/.test(value) && namesIn(value).every((word) => FILTERS.has(word));
const isIntent = (value: string) => value.startsWith('/') && isRenderingIntent(value.slice(1));
const areParameters = (value: string) =>
  /^[[\]<>\s\w/.+-]*$/.test(value) &&
  !/(?<!<)<(?!<)/.test(value) &&
  namesIn(value).every((word) => PARAMETERS.has(word));

const FILTERS = new Set(
  (
    'AHx ASCIIHexDecode A85 ASCII85Decode LZW LZWDecode Fl FlateDecode RL RunLengthDecode CCF CCITTFaxDecode DCT ' +
    'DCTDecode'
  ).split(' '),
);
const PARAMETERS = new Set(
  (
    'Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 ' +
    'DamagedRowsBeforeError ColorTransform'
  ).split(' '),
);

/** Table 91, with abbreviations: each key and what its value must be. */
const KEYS: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ...['BPC', 'BitsPerComponent', 'H', 'Height', 'L', 'Length', 'W', 'Width'].map((key) => [key, isNumber] as const),
  ...['I', 'Interpolate', 'IM', 'ImageMask'].map((key) => [key, isBoolean] as const),
  ...['CS', 'ColorSpace'].map((key) => [key, isSpace] as const),
  ...['D', 'Decode'].map((key) => [key, isList] as const),
  ...['DP', 'DecodeParms'].map((key) => [key, areParameters] as const),
  ...['F', 'Filter'].map((key) => [key, isFilter] as const),
  ['Intent', isIntent] as const,
]);

function namesIn(value: string): readonly string[] {
  return [...value.matchAll(/\/(\w*)/g)].map(([, word = '']) => word);
}

/** Reads a picture whose BI ended at `start`. */
export function readInlineImage(bytes: Uint8Array, start: number): InlineImage {
  const dataAt = startOfData(bytes, start);
  if (dataAt < 0) return { dataAt, end: -1, cuts: [], space: undefined };
  // Before ID and the one white space after it.
  const stop = dataAt - 3;
  const cuts: Cut[] = [];
  let space: InlineImage['space'];
  for (let at = skipWhite(bytes, start); at < stop; at = skipWhite(bytes, at)) {
    const entryAt = at;
    const keyEnd = bytes[at] === 0x2f ? endOfRegular(bytes, at + 1) : at;
    const valueAt = skipWhite(bytes, keyEnd);
    at = Math.max(endOfValue(bytes, valueAt, stop), entryAt + 1);
    const key = latin1(bytes, entryAt + 1, keyEnd);
    const value = latin1(bytes, valueAt, at);
    if (!KEYS.get(key)?.(value)) cuts.push({ start: entryAt, end: at, instead: '' });
    else if (isName(value) && (key === 'CS' || key === 'ColorSpace')) space = { start: valueAt, end: at };
  }
  return { dataAt, end: endOfData(bytes, dataAt), cuts, space };
}

/** The first byte of an inline picture's data (8.9.7): after ID and one white space. */
export function startOfData(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x28) {
      at = endOfString(bytes, at);
      if (at < 0) return -1;
    } else if (WHITE[byte] || DELIMITER[byte]) at += byte === 0x2f ? endOfRegular(bytes, at + 1) - at : 1;
    else {
      const end = endOfRegular(bytes, at);
      if (end === at + 2 && byte === 0x49 && bytes[at + 1] === 0x44) return end + 1;
      at = end;
    }
  }
  return -1;
}

const LOOKAHEAD = 24;

/**
 * After EI. Data may hold those letters too: they end it only where content follows that could be content. Some
 * programs leave out the white space before them, so that is asked for first and done without next.
 */
export function endOfData(bytes: Uint8Array, start: number): number {
  const strict = endOfDataWhere(bytes, start, (before) => WHITE[before] === 1);
  return strict < 0 ? endOfDataWhere(bytes, start, () => true) : strict;
}

function endOfDataWhere(bytes: Uint8Array, start: number, mayPrecede: (before: number) => boolean): number {
  for (let at = bytes.indexOf(0x45, start); at >= 0; at = bytes.indexOf(0x45, at + 1)) {
    const after = bytes[at + 2];
    if (bytes[at + 1] !== 0x49 || !(at === start || mayPrecede(bytes[at - 1] ?? 0))) continue;
    if (after !== undefined && !WHITE[after] && !DELIMITER[after]) continue;
    const following = bytes.subarray(at + 2, at + 2 + LOOKAHEAD);
    if (following.every((byte) => (byte >= 0x20 && byte < 0x7f) || WHITE[byte])) return at + 2;
  }
  return -1;
}
