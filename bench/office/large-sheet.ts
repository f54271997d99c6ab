// A workbook with one large sheet: numbers, texts in their cells and formulas by turns. It names who made it and the
// folder it was saved in, so that there is something to remove. The same bytes every time, made here.

import { writeZip } from '../../lib/formats/shared/zip-write.ts';
import { noiseFrom } from '../pdf/noise.ts';

export const AUTHOR = 'Wilhelmina van Voorbeeldstein';
export const FOLDER = 'C:\\Users\\wvoorbeeldstein\\Documents\\';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OPEN = 'http://schemas.openxmlformats.org';
const MAIN = `${OPEN}/spreadsheetml/2006/main`;
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const X15AC = 'http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac';
const NUMBERS_PER_ROW = 8;

/** The workbook whose sheet has at least so many bytes of XML, and that XML's size. */
export function largeSheet(minBytes: number): { readonly bytes: Buffer; readonly sheetBytes: number } {
  const sheet = Buffer.from(sheetXml(minBytes), 'latin1');
  const relation = (id: number, type: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${type}" Target="${target}"/>`;
  const relations = (inner: string) =>
    `${HEAD}<Relationships xmlns="${OPEN}/package/2006/relationships">${inner}</Relationships>`;
  const office = (name: string) => `${OPEN}/officeDocument/2006/relationships/${name}`;
  const override = (name: string, type: string) => `<Override PartName="${name}" ContentType="${type}"/>`;
  const members: readonly (readonly [string, string])[] = [
    [
      '[Content_Types].xml',
      `${HEAD}<Types xmlns="${OPEN}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('/xl/workbook.xml', `${TYPES}.sheet.main+xml`)}${override('/xl/worksheets/sheet1.xml', `${TYPES}.worksheet+xml`)}${override('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml')}</Types>`,
    ],
    [
      '_rels/.rels',
      relations(
        relation(1, office('officeDocument'), 'xl/workbook.xml') +
          relation(2, `${OPEN}/package/2006/relationships/metadata/core-properties`, 'docProps/core.xml'),
      ),
    ],
    [
      'docProps/core.xml',
      `${HEAD}<cp:coreProperties xmlns:cp="${OPEN}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>${AUTHOR}</dc:creator></cp:coreProperties>`,
    ],
    [
      'xl/workbook.xml',
      `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OPEN}/officeDocument/2006/relationships" xmlns:mc="${OPEN}/markup-compatibility/2006" xmlns:x15ac="${X15AC}" mc:Ignorable="x15ac"><x15ac:absPath url="${FOLDER}"/><sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    ['xl/_rels/workbook.xml.rels', relations(relation(1, office('worksheet'), 'worksheets/sheet1.xml'))],
  ];
  const written = members.map(([name, content]) => ({ name, content: Buffer.from(content) }));
  const bytes = writeZip([...written, { name: 'xl/worksheets/sheet1.xml', content: sheet }]);
  return { bytes, sheetBytes: sheet.length };
}

function sheetXml(minBytes: number): string {
  const noise = noiseFrom(1);
  const parts = [`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`];
  let length = 0;
  for (let row = 1; length < minBytes; row++) {
    const values = noise.bytes(NUMBERS_PER_ROW * 4);
    const numbers = Array.from({ length: NUMBERS_PER_ROW }, (_, at) => values.readUInt32LE(at * 4) % 1e6);
    const cells = numbers.map((value, at) => `<c r="${String.fromCharCode(66 + at)}${row}"><v>${value}</v></c>`);
    const sum = numbers.reduce((total, value) => total + value, 0);
    const last = String.fromCharCode(65 + NUMBERS_PER_ROW);
    const text = `<c r="A${row}" t="inlineStr"><is><t>${noise.words(4)}</t></is></c>`;
    const made = `<row r="${row}">${text}${cells.join('')}<c r="${String.fromCharCode(66 + NUMBERS_PER_ROW)}${row}"><f>SUM(B${row}:${last}${row})</f><v>${sum}</v></c></row>`;
    parts.push(made);
    length += made.length;
  }
  parts.push('</sheetData></worksheet>');
  return parts.join('');
}
