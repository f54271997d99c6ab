import { type PdfObject, pdfFile } from './pdf-file.ts';

export type Report = {
  readonly title: string;
  readonly language: string;
  readonly tagged: boolean;
  readonly words: string;
  /** Drawn on page 2; a change of 0.1 in grey is no change of text. */
  readonly grey: number;
  readonly alt: string;
  readonly element: string;
  readonly bookmark: string;
  readonly link: string;
  readonly linkTarget: number;
  /** What a stamp on page 1 draws: red is 1 0 0 rg 0 0 80 40 re f. */
  readonly markup: string;
  /** The same, drawn by the page itself. */
  readonly flattened: string;
  readonly width: number;
  readonly pages: number;
  readonly deflate: boolean;
};

export const REPORT: Report = {
  title: 'Annual report',
  language: 'en-GB',
  tagged: true,
  words: 'Water levels rose',
  grey: 0.5,
  alt: 'A chart of levels',
  element: 'Figure',
  bookmark: 'Chapter one',
  link: 'https://www.example.org/levels',
  linkTarget: 3,
  markup: '',
  flattened: '',
  width: 300,
  pages: 2,
  deflate: true,
};

const TRAILER = '/Root 1 0 R/Info 15 0 R';

/** A small tagged document with two pages or more, bookmarks, links and a picture with alternative text; `replace` edits one of its objects. */
export function reportPdf(changes: Partial<Report> = {}, replace?: readonly [from: string, to: string]): Buffer {
  const report = { ...REPORT, ...changes };
  const { deflate } = report;
  const page = (contents: number, more = '') =>
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${report.width} 200]/Contents ${contents} 0 R/Resources<</Font<</F 5 0 R>>>>${more}>>`;
  const extra = Array.from({ length: Math.max(report.pages - 2, 0) }, (_, at) => 16 + at);
  const stamp = 16 + extra.length;
  const kids = [3, 4, ...extra].slice(0, report.pages).map((number) => `${number} 0 R`);
  const annotations = report.markup === '' ? '[12 0 R 13 0 R]' : `[12 0 R 13 0 R ${stamp} 0 R]`;
  const flattened = report.flattened === '' ? '' : ` q 1 0 0 1 200 20 cm ${report.flattened} Q`;
  const stampObjects: PdfObject[] = [
    `<</Type/Annot/Subtype/Stamp/Rect[200 20 280 60]/F 4/AP<</N ${stamp + 1} 0 R>>>>`,
    { dict: '/Type/XObject/Subtype/Form/BBox[0 0 80 40]/Resources<</Font<</F 5 0 R>>>>', data: report.markup, deflate },
  ];
  const objects: PdfObject[] = [
    `<</Type/Catalog/Pages 2 0 R/Lang(${report.language})/MarkInfo<</Marked ${report.tagged}>>/Outlines 8 0 R/StructTreeRoot 10 0 R>>`,
    `<</Type/Pages/Count ${report.pages}/Kids[${kids.join(' ')}]>>`,
    page(6, `/StructParents 0/Annots ${annotations}`),
    page(7),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    { data: `/${report.element}<</MCID 0>>BDC BT /F 18 Tf 20 100 Td (${report.words}) Tj ET EMC${flattened}`, deflate },
    { data: `${report.grey} g 50 50 40 40 re f BT /F 12 Tf 20 150 Td [(Second)-250(page)] TJ ET`, deflate },
    '<</Type/Outlines/First 9 0 R/Last 9 0 R/Count 1>>',
    `<</Title(${report.bookmark})/Parent 8 0 R/Dest[4 0 R/Fit]>>`,
    '<</Type/StructTreeRoot/K 11 0 R/ParentTree 14 0 R>>',
    `<</Type/StructElem/S/${report.element}/P 10 0 R/Pg 3 0 R/K 0/Alt(${report.alt})/Lang(en)>>`,
    `<</Type/Annot/Subtype/Link/Rect[20 20 80 40]/Border[0 0 0]/A<</S/URI/URI(${report.link})>>>>`,
    `<</Type/Annot/Subtype/Link/Rect[90 20 150 40]/Border[0 0 0]/Dest[${report.linkTarget} 0 R/Fit]>>`,
    '<</Nums[0[11 0 R]]>>',
    `<</Title(${report.title})>>`,
    ...extra.map(() => page(7)),
    ...(report.markup === '' ? [] : stampObjects),
  ];
  if (!replace) return pdfFile(objects, TRAILER);
  const [from, to] = replace;
  const edited = objects.map((object) => (typeof object === 'string' ? object.replace(from, to) : object));
  if (edited.every((object, at) => object === objects[at])) throw new Error(`nothing to replace: ${from}`);
  return pdfFile(edited, TRAILER);
}
