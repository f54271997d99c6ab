// The new file (ISO 32000-2 7.5): one revision, and an identifier (14.4) that is a hash of everything else in it, so
// that the same document gives the same bytes and two documents have nothing in common.

import { createHash } from 'node:crypto';
import { PDFHexString, type PDFObject, PDFStreamWriter, PDFWriter } from 'pdf-lib';
import type { Copy } from './copy.ts';
import { arrayObject } from './objects.ts';

// pdf-lib's default of 50 makes larger files; more than this helps little and costs readers memory.
const OBJECTS_PER_STREAM = 100;
const ID_BYTES = 16;

export type Ends = {
  readonly root: PDFObject;
  readonly info: PDFObject | undefined;
  /** PDF/A-1 knows no object streams. */
  readonly classic: boolean;
  readonly version: string;
};

/** Writes the document. Object numbers have to be without gaps, which the copier sees to. */
export async function write(
  copy: Copy,
  { root, info, classic, version }: Ends,
): Promise<{ readonly body: Uint8Array; readonly id: Uint8Array }> {
  const empty = PDFHexString.of('0'.repeat(ID_BYTES * 2));
  copy.target.trailerInfo = {
    Root: root,
    ...(info ? { Info: info } : {}),
    ID: arrayObject(copy.target, [empty, empty]),
  };
  const writer = classic
    ? PDFWriter.forContext(copy.target, Number.POSITIVE_INFINITY)
    : PDFStreamWriter.forContext(copy.target, Number.POSITIVE_INFINITY, true, OBJECTS_PER_STREAM);
  const body = Buffer.from(await writer.serializeToBuffer());
  // pdf-lib always writes 1.7 in the header.
  body.write(versionOf(version, classic), 5, 'latin1');
  const id = createHash('sha256').update(body).digest().subarray(0, ID_BYTES);
  const hex = id.toString('hex').toUpperCase();
  const place = `<${empty.asString()}>`;
  let at = body.lastIndexOf(place);
  for (let i = 0; i < 2 && at >= 0; i++) {
    body.write(`<${hex}>`, at, 'latin1');
    at = body.lastIndexOf(place, at);
  }
  return { body, id };
}

/** Object streams came with 1.5. */
function versionOf(version: string, classic: boolean): string {
  return !classic && version < '1.5' ? '1.5' : version;
}
