// The new file (ISO 32000-2 7.5): one revision, and an identifier (14.4) that is a hash of everything else in it, so
// that the same document gives the same bytes and two documents have nothing in common.

import { createHash } from 'node:crypto';
import { PDFHexString, PDFName, PDFNumber, type PDFObject, PDFRawStream } from 'pdf-lib';
import type { Copy } from './copy.ts';
import { type Indirect, newFile } from './new-file.ts';
import { arrayObject, dictObject } from './objects.ts';

// More than this helps little and costs readers memory.
const OBJECTS_PER_STREAM = 100;
const ID_BYTES = 16;
const NO_ID = '0'.repeat(ID_BYTES * 2);

export type Ends = {
  readonly root: PDFObject;
  readonly info: PDFObject | undefined;
  /** PDF/A-1 knows no object streams. */
  readonly classic: boolean;
  readonly version: string;
};

/** Writes the document. Object numbers have to be without gaps, which the copier sees to. */
export function write(
  { target }: Pick<Copy, 'target'>,
  { root, info, classic, version }: Ends,
): { readonly body: Uint8Array; readonly id: Uint8Array } {
  const file = newFile(versionOf(version, classic));
  const ids = arrayObject(target, [PDFHexString.of(NO_ID), PDFHexString.of(NO_ID)]);
  const ends = (size: number) =>
    [
      ['Size', PDFNumber.of(size)],
      ['Root', root],
      ['Info', info],
      ['ID', ids],
    ] as const;
  const packed: Indirect[] = [];
  for (const [ref, object] of target.enumerateIndirectObjects()) {
    if (classic || object instanceof PDFRawStream) file.add(ref.objectNumber, object);
    else packed.push([ref, object]);
  }
  if (classic) {
    file.endWithTable(dictObject(target, ends(target.largestObjectNumber + 1)));
    return identified(file.bytes());
  }
  let number = target.largestObjectNumber;
  for (let at = 0; at < packed.length; at += OBJECTS_PER_STREAM)
    file.addPack(++number, packed.slice(at, at + OBJECTS_PER_STREAM), target);
  number++;
  const dict = dictObject(target, [['Type', PDFName.of('XRef')], ...ends(number + 1)]);
  file.endWithStream(number, dict);
  return identified(file.bytes());
}

/** Puts the hash of the file in the places of both identifiers, which stand near its end. */
function identified(body: Buffer): { readonly body: Buffer; readonly id: Uint8Array } {
  const id = createHash('sha256').update(body).digest().subarray(0, ID_BYTES);
  const place = `<${NO_ID}>`;
  let at = body.lastIndexOf(place);
  for (let i = 0; i < 2 && at >= 0; i++) {
    body.write(`<${id.toString('hex').toUpperCase()}>`, at, 'latin1');
    at = body.lastIndexOf(place, at);
  }
  return { body, id };
}

/** Object streams came with 1.5. */
function versionOf(version: string, classic: boolean): string {
  return !classic && version < '1.5' ? '1.5' : version;
}
