// Reading and writing single objects (ISO 32000-2 7.3) with pdf-lib's types. Strings are decoded to bytes and written
// again in one form, so that a document that was rebuilt once is rebuilt to the same bytes.

import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNull,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFString,
} from 'pdf-lib';

export type Bytes = Uint8Array;

/** The dictionary of a dictionary or stream; undefined for every other object. */
export function dictOf(object: PDFObject | undefined): PDFDict | undefined {
  if (object instanceof PDFDict) return object;
  return object instanceof PDFRawStream ? object.dict : undefined;
}

/** The value of a key, references followed once; null counts as absent. */
export function entry(dict: PDFDict, key: string): PDFObject | undefined {
  return resolve(dict.context, dict.get(PDFName.of(key)));
}

export function resolve(context: PDFContext, object: PDFObject | undefined): PDFObject | undefined {
  const resolved = object instanceof PDFRef ? context.lookup(object) : object;
  // An indirect object that is itself a reference is no PDF (7.3.10); it counts as null.
  return resolved === PDFNull || resolved instanceof PDFRef ? undefined : resolved;
}

/** The reference that stands at a key, if one does. */
export function refAt(dict: PDFDict, key: string): PDFRef | undefined {
  const value = dict.get(PDFName.of(key));
  return value instanceof PDFRef ? value : undefined;
}

export function nameAt(dict: PDFDict, key: string): string | undefined {
  const value = entry(dict, key);
  return value instanceof PDFName ? nameText(value) : undefined;
}

export function numberAt(dict: PDFDict, key: string): number | undefined {
  const value = entry(dict, key);
  return value instanceof PDFNumber ? value.asNumber() : undefined;
}

export function dictAt(dict: PDFDict, key: string): PDFDict | undefined {
  const value = entry(dict, key);
  return value instanceof PDFDict ? value : undefined;
}

export function arrayAt(dict: PDFDict, key: string): PDFArray | undefined {
  const value = entry(dict, key);
  return value instanceof PDFArray ? value : undefined;
}

export function textAt(dict: PDFDict, key: string): string | undefined {
  const bytes = stringBytes(entry(dict, key));
  return bytes && decodeText(bytes);
}

/** Numbers of an array, or undefined when it holds anything else or has another length. */
export function numbersAt(dict: PDFDict, key: string, length: number): readonly number[] | undefined {
  const array = arrayAt(dict, key);
  if (array?.size() !== length) return undefined;
  const numbers = array.asArray().map((item) => resolve(dict.context, item));
  return numbers.every((item) => item instanceof PDFNumber) ? numbers.map((item) => item.asNumber()) : undefined;
}

/** The characters of a name, one for each byte. */
export function nameText(name: PDFName): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const text = name.decodeText();
  texts.set(name, text);
  return text;
}

// pdf-lib has one object for each name, and decodes it anew each time.
const texts = new WeakMap<PDFName, string>();

/** The bytes of a string object; undefined for every other object. */
export function stringBytes(object: PDFObject | undefined): Bytes | undefined {
  if (object instanceof PDFString) return object.asBytes();
  // 7.3.4.3: white space between the digits counts for nothing.
  if (object instanceof PDFHexString) return PDFHexString.of(object.asString().replace(/[^\dA-Fa-f]/g, '')).asBytes();
  return undefined;
}

/** The one way we write a string: literal where it is plain ASCII, else hexadecimal. */
export function stringObject(bytes: Bytes): PDFString | PDFHexString {
  const plain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (!plain) return PDFHexString.of(Buffer.from(bytes).toString('hex').toUpperCase());
  return PDFString.of(
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\\()]/g, '\\$&'),
  );
}

// PDFDocEncoding (annex D.3) where it differs from Latin-1.
const PDF_DOC = new Map<number, number>([
  ...[0x02d8, 0x02c7, 0x02c6, 0x02d9, 0x02dd, 0x02db, 0x02da, 0x02dc].map((code, i) => [0x18 + i, code] as const),
  ...[
    0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039, 0x203a, 0x2212, 0x2030, 0x201e, 0x201c,
    0x201d, 0x2018, 0x2019, 0x201a, 0x2122, 0xfb01, 0xfb02, 0x0141, 0x0152, 0x0160, 0x0178, 0x017d, 0x0131, 0x0142,
    0x0153, 0x0161, 0x017e,
  ].map((code, i) => [0x80 + i, code] as const),
  [0xa0, 0x20ac],
]);

/** A text string (7.9.2.2) in any of its three encodings. */
export function decodeText(bytes: Bytes): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  // Not in the specification, but written by producers and read by viewers.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8').decode(bytes);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(PDF_DOC.get(byte) ?? byte);
  return text;
}

/** ASCII as it is, everything else as UTF-16 with its mark. */
export function encodeText(text: string): Bytes {
  if (/^[\x20-\x7e]*$/.test(text)) return Buffer.from(text, 'latin1');
  const bytes = Buffer.alloc(2 + text.length * 2);
  bytes.writeUInt16BE(0xfeff, 0);
  for (let i = 0; i < text.length; i++) bytes.writeUInt16BE(text.charCodeAt(i), 2 + i * 2);
  return bytes;
}

export function textObject(text: string): PDFString | PDFHexString {
  return stringObject(encodeText(text));
}

/** A new dictionary in `context` with the entries that are not undefined, in the order given. */
export function dictObject(context: PDFContext, entries: Iterable<readonly [string, PDFObject | undefined]>): PDFDict {
  const dict = PDFDict.withContext(context);
  for (const [key, value] of entries) if (value) dict.set(PDFName.of(key), value);
  return dict;
}

export function arrayObject(context: PDFContext, items: Iterable<PDFObject>): PDFArray {
  const array = PDFArray.withContext(context);
  for (const item of items) array.push(item);
  return array;
}
