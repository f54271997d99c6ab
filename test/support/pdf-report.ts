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
  readonly markup: string;
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
  width: 300,
  pages: 2,
  deflate: true,
};

/** A small tagged document with two pages or more, bookmarks, links and a picture with alternative text. */
export function reportPdf(changes: Partial<Report> = {}): Buffer {
  const report = { ...REPORT, ...changes };
  const { deflate } = report;
  const page = (contents: number, more = '') =>
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${report.width} 200]/Contents ${contents} 0 R/Resources<</Font<</F 5 0 R>>>>${more}>>`;
  const extraPages = Math.max(report.pages - 2, 0);
  const firstExtra = 18;
  const kids = ['3 0 R', '4 0 R', ...Array.from({ length: extraPages }, (_, at) => `${firstExtra + at} 0 R`)];
  const annotations = report.markup === '' ? '[12 0 R 13 0 R]' : '[12 0 R 13 0 R 16 0 R]';
  const objects: PdfObject[] = [
    `<</Type/Catalog/Pages 2 0 R/Lang(${report.language})/MarkInfo<</Marked ${report.tagged}>>/Outlines 8 0 R/StructTreeRoot 10 0 R>>`,
    `<</Type/Pages/Count ${report.pages}/Kids[${kids.slice(0, report.pages).join(' ')}]>>`,
    page(6, `/StructParents 0/Annots ${annotations}`),
    page(7),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    { data: `/${report.element}<</MCID 0>>BDC BT /F 18 Tf 20 100 Td (${report.words}) Tj ET EMC`, deflate },
    { data: `${report.grey} g 50 50 40 40 re f BT /F 12 Tf 20 150 Td [(Second)-250(page)] TJ ET`, deflate },
    '<</Type/Outlines/First 9 0 R/Last 9 0 R/Count 1>>',
    `<</Title(${report.bookmark})/Parent 8 0 R/Dest[4 0 R/Fit]>>`,
    '<</Type/StructTreeRoot/K 11 0 R/ParentTree 14 0 R>>',
    `<</Type/StructElem/S/${report.element}/P 10 0 R/Pg 3 0 R/K 0/Alt(${report.alt})/Lang(en)>>`,
    `<</Type/Annot/Subtype/Link/Rect[20 20 80 40]/Border[0 0 0]/A<</S/URI/URI(${report.link})>>>>`,
    `<</Type/Annot/Subtype/Link/Rect[90 20 150 40]/Border[0 0 0]/Dest[${report.linkTarget} 0 R/Fit]>>`,
    '<</Nums[0[11 0 R]]>>',
    `<</Title(${report.title})>>`,
    `<</Type/Annot/Subtype/Stamp/Rect[200 20 280 60]/F 4/AP<</N 17 0 R>>>>`,
    { dict: '/Type/XObject/Subtype/Form/BBox[0 0 80 40]', data: report.markup, deflate },
    ...Array.from({ length: extraPages }, () => page(7)),
  ];
  return pdfFile(objects, '/Root 1 0 R/Info 15 0 R');
}
