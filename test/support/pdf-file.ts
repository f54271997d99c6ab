import { deflateSync } from 'node:zlib';

/** An object's text, or a stream. Objects are numbered from 1, in order. */
export type PdfObject =
  | string
  | { readonly dict?: string; readonly data: string | Uint8Array; readonly deflate?: boolean };

/** Writes a PDF by hand, byte for byte as given: one revision, a classic cross-reference table. Strings are latin1. */
export function pdfFile(objects: readonly PdfObject[], trailer: string, version = '1.7'): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  const write = (bytes: Buffer) => {
    parts.push(bytes);
    length += bytes.length;
  };
  const offsets: number[] = [];
  write(Buffer.from(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`, 'latin1'));
  objects.forEach((object, index) => {
    offsets.push(length);
    write(Buffer.from(`${index + 1} 0 obj\n`, 'latin1'));
    write(bodyOf(object));
    write(Buffer.from('\nendobj\n', 'latin1'));
  });
  const start = length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  write(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<</Size ${size} ${trailer}>>\n`, 'latin1'));
  write(Buffer.from(`startxref\n${start}\n%%EOF\n`, 'latin1'));
  return Buffer.concat(parts);
}

function bodyOf(object: PdfObject): Buffer {
  if (typeof object === 'string') return Buffer.from(object, 'latin1');
  const plain = typeof object.data === 'string' ? Buffer.from(object.data, 'latin1') : Buffer.from(object.data);
  const data = object.deflate ? deflateSync(plain) : plain;
  const filter = object.deflate ? '/Filter/FlateDecode' : '';
  const head = `<<${object.dict ?? ''}${filter}/Length ${data.length}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), data, Buffer.from('\nendstream', 'latin1')]);
}
