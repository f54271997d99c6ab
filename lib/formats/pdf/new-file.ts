// Bytes of a new file, object by object (ISO 32000-2 7.5). pdf-lib's own writers serialise every object twice, deflate
// in JavaScript and copy streams byte by byte; this writes the same layout once, and streams as they are.

import { deflateSync } from 'node:zlib';
import { type PDFContext, type PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream, type PDFRef } from 'pdf-lib';
import { arrayObject, dictObject } from './objects.ts';

export type Indirect = readonly [PDFRef, PDFObject];

export type NewFile = {
  add(number: number, object: PDFObject): void;
  /** Adds an object stream (7.5.7) of the objects given, none of which may be a stream. */
  addPack(number: number, objects: readonly Indirect[], context: PDFContext): void;
  /** Ends the file with a cross-reference table and a trailer (7.5.4, 7.5.5). */
  endWithTable(trailer: PDFDict): void;
  /** Ends the file with a cross-reference stream (7.5.8), whose dictionary lacks what says how it is coded. */
  endWithStream(number: number, dict: PDFDict): void;
  bytes(): Buffer;
};

/** An object in the open at a byte (1), or as one of those in an object stream (2). */
type Place = { readonly kind: 1 | 2; readonly at: number; readonly index: number };

export function newFile(version: string): NewFile {
  const parts: Uint8Array[] = [];
  const places: (Place | undefined)[] = [undefined];
  let length = 0;

  const put = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    parts.push(bytes);
    length += bytes.length;
  };
  // The second line says that the file is binary (7.5.2).
  put(`%PDF-${version}\n%\x81\x81\x81\x81\n\n`);
  const putEnd = (references: number) => put(`startxref\n${references}\n%%EOF`);

  const file: NewFile = {
    add(number, object) {
      places[number] = { kind: 1, at: length, index: 0 };
      if (!(object instanceof PDFRawStream)) return put(`${number} 0 obj\n${object}\nendobj\n\n`);
      object.dict.set(PDFName.of('Length'), PDFNumber.of(object.contents.length));
      put(`${number} 0 obj\n${object.dict}\nstream\n`);
      put(object.contents);
      put('\nendstream\nendobj\n\n');
    },

    addPack(number, objects, context) {
      let [index, texts] = ['', ''];
      for (const [order, [ref, object]] of objects.entries()) {
        places[ref.objectNumber] = { kind: 2, at: number, index: order };
        index += `${ref.objectNumber} ${texts.length} `;
        texts += `${object}\n`;
      }
      const dict = dictObject(context, [
        ['Filter', PDFName.of('FlateDecode')],
        ['Type', PDFName.of('ObjStm')],
        ['N', PDFNumber.of(objects.length)],
        ['First', PDFNumber.of(index.length)],
      ]);
      file.add(number, PDFRawStream.of(dict, deflateSync(Buffer.from(index + texts, 'latin1'))));
    },

    endWithTable(trailer) {
      const start = length;
      const rows = places.map((place) => (place ? `${String(place.at).padStart(10, '0')} 00000 n \n` : FREE));
      put(`xref\n0 ${rows.length}\n${rows.join('')}trailer\n${trailer}\n\n`);
      putEnd(start);
    },

    endWithStream(number, dict) {
      const start = length;
      places[number] = { kind: 1, at: start, index: 0 };
      const [data, widths] = packedReferences(places, start);
      const numbers = widths.map((width) => PDFNumber.of(width));
      dict.set(PDFName.of('Filter'), PDFName.of('FlateDecode'));
      dict.set(PDFName.of('W'), arrayObject(dict.context, numbers));
      file.add(number, PDFRawStream.of(dict, deflateSync(data)));
      putEnd(start);
    },

    bytes: () => Buffer.concat(parts, length),
  };
  return file;
}

const FREE = '0000000000 65535 f \n';

/** Rows of kind, place and index (7.5.8.3); nothing of an object that is not there. */
function packedReferences(
  places: readonly (Place | undefined)[],
  last: number,
): readonly [data: Buffer, widths: readonly number[]] {
  let width = 1;
  while (256 ** width <= last) width++;
  const data = Buffer.alloc(places.length * (width + 2));
  for (const [number, place] of places.entries()) {
    if (!place) continue;
    const row = number * (width + 2);
    data[row] = place.kind;
    data.writeUIntBE(place.at, row + 1, width);
    data[row + 1 + width] = place.index;
  }
  return [data, [1, width, 1]];
}
