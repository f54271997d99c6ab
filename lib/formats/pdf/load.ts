// From untrusted bytes to objects. qpdf is the first reader: it follows the cross-reference table, leaves older
// revisions, freed and unreferenced objects behind, decrypts with the empty password and unpacks what is not Flate.
// What qpdf wrote is then read into pdf-lib's objects (parse.ts); pdf-lib's own parser, which reads every object in the
// file and lets the last one win, is not used.

import type { PDFContext, PDFDict } from 'pdf-lib';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { hasIdentifier } from './history.ts';
import { type ObjectNumbers, objectNumbers, QDF } from './object-numbers.ts';
import { parseNormalised } from './parse.ts';

const NORMALISE = [
  '--decrypt',
  '--object-streams=disable',
  // Leaves pure Flate as it is (an image's predictors stay), turns LZW, ASCII85 and ASCIIHex into Flate.
  '--stream-data=compress',
  '--decode-level=generalized',
  ...QDF,
];

export type Loaded = {
  readonly source: PDFContext;
  readonly trailer: PDFDict;
  /** The version in the header, '1.7'. */
  readonly version: string;
  /** Whether the file itself had an identifier: qpdf makes one up where there is none. */
  readonly hasIdentifier: boolean;
  readonly numbers: ObjectNumbers;
};

/** Reads the document as a conforming reader does. Rejects with Refusal('malformed' | 'encrypted' | 'limit' | 'timeout'). */
export async function load(
  untrusted: Uint8Array,
  { engines, limits }: Pick<Context, 'engines' | 'limits'>,
): Promise<Loaded> {
  if (untrusted.length > limits.maxPdfBytes) throw new Refusal('limit', `${untrusted.length} bytes of PDF`);
  const normalised = await engines.qpdf(untrusted, NORMALISE);
  if (normalised.length > limits.maxExpandedBytes) throw new Refusal('limit', `${normalised.length} bytes after qpdf`);
  const version = /^%PDF-(\d\.\d)/.exec(Buffer.from(normalised.subarray(0, 16)).toString('latin1'))?.[1] ?? '1.7';
  const numbers = objectNumbers(normalised);
  const { context: source, trailer } = parseNormalised(normalised, numbers);
  if (source.trailerInfo.Encrypt) throw new Refusal('encrypted', 'still encrypted after qpdf');
  return { source, trailer, version, hasIdentifier: hasIdentifier(untrusted), numbers };
}
