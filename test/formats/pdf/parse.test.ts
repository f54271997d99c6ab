import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream, PDFRef } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../lib/core/refusal.ts';
import { parseNormalised } from '../../../lib/formats/pdf/parse.ts';

const END = 'xref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 2 >>\nstartxref\n9\n%%EOF\n';

function parsed(objects: string): (number: number) => PDFObject | undefined {
  const { context } = parseNormalised(Buffer.from(`%PDF-1.7\n%\xbf\xf7\xa2\xfe\n${objects}${END}`, 'latin1'));
  return (number) => context.lookup(PDFRef.of(number));
}

describe('what qpdf writes', () => {
  const rows: readonly (readonly [written: string, read: string])[] = [
    ['/a#2fb', '/a#2Fb'],
    ['/a#2Fb', '/a#2Fb'],
    ['[ 1 0 R 2 0 R ]', '[ 1 0 R 2 0 R ]'],
    ['[ 1 0 12 ]', '[ 1 0 12 ]'],
    ['[ 1 2 3 R ]', '[ 1 2 3 R ]'],
    ['[ -1.5 +2 .5 ]', '[ -1.5 2 0.5 ]'],
    ['(a \\) (b) \\\\)', '(a \\) (b) \\\\)'],
    ['<00fF>', '<00fF>'],
    ['<< /A true /B [ null false ] >>', '<<\n/A true\n/B [ null false ]\n>>'],
    ['(endobj 2 0 obj)', '(endobj 2 0 obj)'],
  ];
  test.each(rows)('is read: %s', (written, read) => {
    expect(String(parsed(`1 0 obj\n${written}\nendobj\n`)(1))).toBe(read);
  });

  test('is read with its streams, whatever stands in them', () => {
    const data = 'endstream endobj\n2 0 obj << /A 1 >> endobj trailer';
    const at = parsed(`1 0 obj\n<< /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n`);
    const stream = at(1);
    expect(stream).toBeInstanceOf(PDFRawStream);
    expect(stream instanceof PDFRawStream && Buffer.from(stream.contents).toString('latin1')).toBe(data);
    expect(at(2)).toBeUndefined();
  });

  test('gives back nothing of a stream that calls itself an object stream', () => {
    const data = '5 0 << /Hidden true >>';
    const dict = `<< /Type /ObjStm /N 1 /First 4 /Length ${data.length} >>`;
    const at = parsed(`1 0 obj\n${dict}\nstream\n${data}\nendstream\nendobj\n`);
    expect(at(1)).toBeInstanceOf(PDFRawStream);
    expect(at(5)).toBeUndefined();
  });

  test('is read with its kinds', () => {
    const at = parsed('1 0 obj\n[ /N 7 << >> ]\nendobj\n');
    const array = at(1);
    const kinds = array instanceof PDFArray ? array.asArray().map((item) => item.constructor) : [];
    expect(kinds).toEqual([PDFName, PDFNumber, PDFDict]);
  });
});

describe('what qpdf does not write', () => {
  const rows = [
    '1 0 obj\n<< /A 1\nendobj\n',
    '1 0 obj\n[ 1 2\nendobj\n',
    '1 0 obj\n(never ends\nendobj\n',
    '1 0 obj\n12',
    '1 0 obj\nnonsense\nendobj\n',
    '1 0 obj\n--1\nendobj\n',
    '1 0 obj\n<< /Length 9 0 R >>\nstream\nx\nendstream\nendobj\n',
    '1 0 obj\n<< /Length 999999 >>\nstream\nx\nendstream\nendobj\n',
    '1 0 obj\n<< /Length 0 >>\nstream\nx\nendstream\nendobj\n',
    `1 0 obj\n${'['.repeat(5000)}\nendobj\n`,
    'junk\n',
  ];
  test.each(rows)('is refused: %s', (objects) => {
    expect(() => parsed(objects)).toThrow(Refusal);
  });
});
