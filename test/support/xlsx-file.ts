// Workbooks, small and whole, out of the XML that a test is about.

import { HEAD, office, type Part, type Rel, type WordFile, wordFile } from './docx-file.ts';

const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const MICROSOFT = 'http://schemas.microsoft.com/office';

const NAMESPACES = {
  r: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  mc: 'http://schemas.openxmlformats.org/markup-compatibility/2006',
  x14: `${MICROSOFT}/spreadsheetml/2009/9/main`,
  x14ac: `${MICROSOFT}/spreadsheetml/2009/9/ac`,
  x15: `${MICROSOFT}/spreadsheetml/2010/11/main`,
  x15ac: `${MICROSOFT}/spreadsheetml/2010/11/ac`,
  xr: `${MICROSOFT}/spreadsheetml/2014/revision`,
  xdr: 'http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing',
  a: 'http://schemas.openxmlformats.org/drawingml/2006/main',
  c: 'http://schemas.openxmlformats.org/drawingml/2006/chart',
};
const PREFIXES = `${Object.entries(NAMESPACES)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ')} mc:Ignorable="x14ac x15 xr"`;
export const DECLARED = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ${PREFIXES}`;

export const sheetType = (name: string): string => `${SHEET}.${name}+xml`;

export type Book = Pick<WordFile, 'rootRels' | 'parts' | 'mainType' | 'zip' | 'entries' | 'rels'> & {
  /** Inside sheetData of the first sheet. */
  readonly rows?: string;
  /** What stands before and behind the cells of the first sheet. */
  readonly before?: string;
  readonly after?: string;
  readonly sheetRels?: readonly Rel[];
  /** The whole of the first sheet. */
  readonly sheet?: string | Uint8Array;
  /** Inside sst; undefined for a workbook without shared strings. */
  readonly strings?: string;
  /** Inside styleSheet. */
  readonly styles?: string;
  /** In the workbook, before bookViews and behind the sheets. */
  readonly workbook?: string;
  readonly names?: string;
  /** Further sheets as they stand in the list of sheets. */
  readonly sheets?: string;
  readonly state?: string;
};

/** A row of cells, each of them XML. */
export const row = (number: number, cells: string, attributes = ''): string =>
  `<row r="${number}"${attributes}>${cells}</row>`;
/** A cell whose text stands in it. */
export const inline = (reference: string, text: string, attributes = ''): string =>
  `<c r="${reference}" t="inlineStr"${attributes}><is><t>${text}</t></is></c>`;
export const number = (reference: string, value: number, attributes = ''): string =>
  `<c r="${reference}"${attributes}><v>${value}</v></c>`;
export const si = (text: string): string => `<si><t>${text}</t></si>`;

export const SIMPLE_STYLES =
  '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>';

export function xlsxFile(book: Book = {}): Buffer {
  const { rels = [], parts = [], strings, styles } = book;
  const rows = book.rows ?? row(1, inline('A1', 'Begroting'));
  const sheet: Part = {
    name: 'xl/worksheets/sheet1.xml',
    type: sheetType('worksheet'),
    content:
      book.sheet ??
      `${HEAD}<worksheet ${DECLARED}>${book.before ?? ''}<sheetData>${rows}</sheetData>${book.after ?? ''}</worksheet>`,
    rels: book.sheetRels ?? [],
  };
  const main = `${HEAD}<workbook ${DECLARED}>${book.workbook ?? ''}<sheets><sheet name="Blad1" sheetId="1"${book.state ?? ''} r:id="rId1"/>${book.sheets ?? ''}</sheets>${book.names ?? ''}</workbook>`;
  const usual = [
    ...(strings === undefined ? [] : [['sharedStrings', 'sst', strings] as const]),
    ['styles', 'styleSheet', styles ?? SIMPLE_STYLES] as const,
  ];
  return wordFile({
    mainName: 'xl/workbook.xml',
    mainType: book.mainType ?? sheetType('sheet.main'),
    main,
    rels: [
      { id: 'rId1', type: office('worksheet'), target: 'worksheets/sheet1.xml' },
      ...usual.map(([name], i) => ({ id: `rId${90 + i}`, type: office(name), target: `${name}.xml` })),
      ...rels,
    ],
    parts: [
      sheet,
      ...usual.map(([name, root, inner]) => ({
        name: `xl/${name}.xml`,
        type: sheetType(name),
        content: `${HEAD}<${root} ${DECLARED}>${inner}</${root}>`,
      })),
      ...parts,
    ],
    ...(book.rootRels ? { rootRels: book.rootRels } : {}),
    ...(book.zip ? { zip: book.zip } : {}),
    ...(book.entries ? { entries: book.entries } : {}),
  });
}

export const drawingType = 'application/vnd.openxmlformats-officedocument.drawing+xml';

/** What a workbook needs for a drawing on its first sheet. */
export function drawn(anchors: string, rels: readonly Rel[] = [], parts: readonly Part[] = []): Book {
  return {
    after: '<drawing r:id="rId7"/>',
    sheetRels: [{ id: 'rId7', type: office('drawing'), target: '../drawings/drawing1.xml' }],
    parts: [
      {
        name: 'xl/drawings/drawing1.xml',
        type: drawingType,
        content: `${HEAD}<xdr:wsDr ${PREFIXES}>${anchors}</xdr:wsDr>`,
        rels,
      },
      ...parts,
    ],
  };
}

/** An anchor over the first cells. */
export const anchor = (inner: string): string =>
  `<xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>${inner}<xdr:clientData/></xdr:twoCellAnchor>`;

export const shape = (text: string, { name = 'Rectangle 1', more = '', attributes = '' } = {}): string =>
  anchor(
    `<xdr:sp macro="" textlink=""${attributes}><xdr:nvSpPr><xdr:cNvPr id="2" name="${name}"${more}/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>${text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>`,
  );

export const picture = (id: string, { descr = '', crop = '', inside = '', link = '' } = {}): string =>
  anchor(
    `<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="Picture 1" descr="${descr}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip ${link || `r:embed="${id}"`}>${inside}</a:blip>${crop}<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>`,
  );

export const pictureRel = (name: string, id = 'rId5'): Rel => ({
  id,
  type: office('image'),
  target: `../media/${name}`,
});

const CHART = 'http://schemas.openxmlformats.org/drawingml/2006/chart';

/** A chart on the first sheet; `inner` stands in c:chartSpace. */
export function charted(inner: string, rels: readonly Rel[] = [], parts: readonly Part[] = []): Book {
  return drawn(
    anchor(
      `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart 1"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="${CHART}"><c:chart r:id="rId5"/></a:graphicData></a:graphic></xdr:graphicFrame>`,
    ),
    [{ id: 'rId5', type: office('chart'), target: '../charts/chart1.xml' }],
    [
      {
        name: 'xl/charts/chart1.xml',
        type: 'application/vnd.openxmlformats-officedocument.drawingml.chart+xml',
        content: `${HEAD}<c:chartSpace ${PREFIXES}>${inner}</c:chartSpace>`,
        rels,
      },
      ...parts,
    ],
  );
}

/** A series whose names come from cells. */
export const series = (formula: string, text: string): string =>
  `<c:chart><c:plotArea><c:barChart><c:ser><c:idx val="0"/><c:cat><c:strRef><c:f>${formula}</c:f><c:strCache><c:pt idx="0"><c:v>${text}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:barChart></c:plotArea></c:chart>`;
