// qpdf numbers objects anew. In its QDF form it also says, in the line before each object, what number the object had in
// the original, so that findings can name that one. The form has a price: lengths of streams stand in objects of their
// own, which are read here and given back. Only what qpdf itself wrote is believed: lines at places that the
// cross-reference table names, never bytes inside of streams.

import { type PDFDict, PDFName, PDFNumber, PDFRef } from 'pdf-lib';

export const QDF = ['--qdf', '--normalize-content=n'];

export type ObjectNumbers = {
  /** The number in the original of the object that now has this one; the same where nothing is known. */
  original(number: number): number;
  /** Whether the object is only the length of a stream. */
  isLength(number: number): boolean;
  /** Gives a dictionary of a stream its length. */
  mend(dict: PDFDict): void;
};

const BEFORE = 64;
const ORIGINAL = /%% Original object ID: (\d+) \d+\n$/;
const LENGTH = /^\d+ 0 obj\n(\d+)\nendobj\n/;

export function objectNumbers(normalised: Uint8Array): ObjectNumbers {
  const bytes = Buffer.from(normalised.buffer, normalised.byteOffset, normalised.length);
  const originals = new Map<number, number>();
  const lengths = new Map<number, number>();
  for (const [number, offset] of offsetsIn(bytes)) {
    const before = ORIGINAL.exec(bytes.toString('latin1', Math.max(0, offset - BEFORE), offset));
    if (before) originals.set(number, Number(before[1]));
    else {
      const length = LENGTH.exec(bytes.toString('latin1', offset, offset + 64));
      if (length) lengths.set(number, Number(length[1]));
    }
  }
  return {
    original: (number) => originals.get(number) ?? number,
    isLength: (number) => lengths.has(number),
    mend(dict) {
      const length = dict.get(NAME);
      const known = length instanceof PDFRef ? lengths.get(length.objectNumber) : undefined;
      if (known !== undefined) dict.set(NAME, PDFNumber.of(known));
    },
  };
}

const NAME = PDFName.of('Length');

/** The one table that qpdf wrote (ISO 32000-2 7.5.4): object numbers from 0 on, twenty bytes each. */
function* offsetsIn(bytes: Buffer): Generator<readonly [number: number, offset: number]> {
  const end = bytes.toString('latin1', Math.max(0, bytes.length - 64));
  const start = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(end)?.[1]);
  const head = /^xref\n0 (\d+)\n/.exec(bytes.toString('latin1', start, start + 32));
  if (!head) return;
  for (let number = 1; number < Number(head[1]); number++) {
    const at = start + head[0].length + number * 20;
    yield [number, Number(bytes.toString('latin1', at, at + 10))];
  }
}
