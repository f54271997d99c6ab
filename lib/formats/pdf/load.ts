// From untrusted bytes to objects. qpdf is the first reader: it follows the cross-reference table, leaves older
// revisions, freed and unreferenced objects behind, decrypts with the empty password and unpacks what is not Flate.
// pdf-lib, which reads every object in the file and lets the last one win, only ever sees qpdf's output.

import { type PDFContext, PDFName, PDFParser } from 'pdf-lib';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { hasIdentifier } from './history.ts';

const NORMALISE = [
  '--decrypt',
  '--object-streams=disable',
  // Leaves pure Flate as it is (an image's predictors stay), turns LZW, ASCII85 and ASCIIHex into Flate.
  '--stream-data=compress',
  '--decode-level=generalized',
];

export type Loaded = {
  readonly source: PDFContext;
  /** The version in the header, '1.7'. */
  readonly version: string;
  /** Whether the file itself had an identifier: qpdf makes one up where there is none. */
  readonly hasIdentifier: boolean;
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
  return { source: await parse(normalised), version, hasIdentifier: hasIdentifier(untrusted) };
}

async function parse(normalised: Uint8Array): Promise<PDFContext> {
  try {
    const context = await new Parser(normalised, Number.POSITIVE_INFINITY, true).parseDocument();
    if (context.trailerInfo.Encrypt) throw new Refusal('encrypted', 'still encrypted after qpdf');
    return context;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // Messages of the parser quote the document, so the cause is left out.
    throw new Refusal('malformed', 'pdf-lib cannot read what qpdf wrote');
  }
}

/** pdf-lib 1.17.1 with two things mended. */
class Parser extends PDFParser {
  // It decodes only upper-case #XX in names, and qpdf writes lower case: /a#2fb would become /a#232fb.
  protected override parseName(): PDFName {
    this.bytes.assertNext(SLASH);
    let name = '';
    while (!this.bytes.done() && !ENDS_NAME.has(this.bytes.peek())) name += String.fromCharCode(this.bytes.next());
    return PDFName.of(name.replace(/#[\da-fA-F]{2}/g, (hex) => hex.toUpperCase()));
  }

  // It writes numbers beyond 2^53 to the console, which would put a value of the document in a log.
  protected override parseRawNumber(): number {
    let digits = '';
    while (!this.bytes.done() && NUMERIC.has(this.bytes.peek())) digits += String.fromCharCode(this.bytes.next());
    const number = Number(digits);
    if (digits === '' || !Number.isFinite(number)) throw new Error('not a number');
    return number;
  }
}

const SLASH = 0x2f;
const ENDS_NAME = new Set(Buffer.from('\0\t\n\f\r ()<>[]{}/%'));
const NUMERIC = new Set(Buffer.from('+-.0123456789'));
