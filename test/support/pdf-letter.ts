// A letter of one page, tagged, with a bookmark and a public link, in which nothing is hidden; and the same letter with
// something put in each place that a PDF has. Written by hand: names in braces are references to other parts.

import { type PdfObject, pdfFile } from './pdf-file.ts';

export type Parts = Readonly<Record<string, PdfObject>>;

/** A document of named parts; `{name}` in a part's dictionary or in the trailer refers to another. */
export function pdfOfParts(parts: Parts, trailer: string, version = '1.7'): Buffer {
  const numbers = new Map(Object.keys(parts).map((name, index) => [name, index + 1]));
  const linked = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const number = numbers.get(name);
      if (number === undefined) throw new Error(`no part is called ${name}`);
      return ` ${number} 0 R `;
    });
  const objects = Object.values(parts).map((part) =>
    typeof part === 'string' ? linked(part) : { ...part, dict: linked(part.dict ?? '') },
  );
  return pdfFile(objects, linked(trailer), version);
}

export const WORDS = 'Geachte mevrouw, hierbij onze beslissing.';

export type Letter = {
  /** Further entries of the catalog, the page, its resources, the trailer. */
  readonly catalog: string;
  readonly page: string;
  readonly resources: string;
  readonly trailer: string;
  /** Drawn after the words. */
  readonly content: string | Uint8Array;
  /** Annotations besides the public link, as parts or dictionaries. */
  readonly annotations: string;
  /** Entries of the only structure element, besides its kind and content. */
  readonly element: string;
  readonly bookmark: string;
  readonly info: string;
  readonly parts: Parts;
  readonly version: string;
};

const PLAIN: Letter = {
  catalog: '',
  page: '',
  resources: '',
  trailer: '',
  content: '',
  annotations: '',
  element: '',
  bookmark: '/Title(Beslissing)/Dest[{page}/XYZ 72 720 0]',
  info: '/Title(Brief over de beslissing)',
  parts: {},
  version: '1.7',
};

/** Everything that the letter has, before it is numbered. */
export function letterParts(changes: Partial<Letter> = {}): { readonly parts: Parts; readonly trailer: string } {
  const letter = { ...PLAIN, ...changes };
  const words = Buffer.from(`/P <</MCID 0>> BDC BT /F1 12 Tf 72 700 Td (${WORDS}) Tj ET EMC\n`, 'latin1');
  const parts: Parts = {
    catalog: `<</Type/Catalog/Pages{pages}/Lang(nl-NL)/MarkInfo<</Marked true>>/StructTreeRoot{tree}/Outlines{outlines}
      /ViewerPreferences<</DisplayDocTitle true>>${letter.catalog}>>`,
    pages: '<</Type/Pages/Kids[{page}]/Count 1>>',
    page: `<</Type/Page/Parent{pages}/MediaBox[0 0 595 842]/Contents{content}/StructParents 0/Tabs/S
      /Resources<</Font<</F1{font}>>${letter.resources}>>/Annots[{link}${letter.annotations}]${letter.page}>>`,
    content: { data: Buffer.concat([words, Buffer.from(letter.content as Uint8Array)]), deflate: true },
    font: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    link: `<</Type/Annot/Subtype/Link/Rect[72 650 200 670]/Border[0 0 0]/F 4/Contents(Naar de regels)
      /A<</S/URI/URI(https://www.example.org/regels)>>>>`,
    outlines: '<</Type/Outlines/First{bookmark}/Last{bookmark}/Count 1>>',
    bookmark: `<</Parent{outlines}${letter.bookmark}>>`,
    tree: '<</Type/StructTreeRoot/K[{element}]/ParentTree<</Nums[0[{element}]]>>>>',
    element: `<</Type/StructElem/S/P/P{tree}/Pg{page}/K 0${letter.element}>>`,
    info: `<<${letter.info}>>`,
    ...letter.parts,
  };
  return { parts, trailer: `/Root{catalog}/Info{info}${letter.trailer}` };
}

export function letterPdf(changes: Partial<Letter> = {}): Buffer {
  const { parts, trailer } = letterParts(changes);
  return pdfOfParts(parts, trailer, changes.version);
}

/** A content stream's drawing of words, for appearances. */
export function appearance(words: string, more = ''): PdfObject {
  return {
    dict: `/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1{font}>>>>${more}`,
    data: `BT /F1 10 Tf 2 5 Td (${words}) Tj ET`,
    deflate: true,
  };
}

/** Adds a revision (ISO 32000-2 7.5.6) in which these objects are other ones. */
export function withRevision(pdf: Buffer, objects: ReadonlyMap<number, string>, trailer: string): Buffer {
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(pdf.toString('latin1'))?.[1];
  const parts: Buffer[] = [pdf];
  let length = pdf.length;
  const rows: string[] = [];
  for (const [number, text] of objects) {
    const object = Buffer.from(`${number} 0 obj\n${text}\nendobj\n`, 'latin1');
    rows.push(`${number} 1\n${String(length).padStart(10, '0')} 00000 n \n`);
    parts.push(object);
    length += object.length;
  }
  parts.push(
    Buffer.from(
      `xref\n${rows.join('')}trailer\n<<${trailer}/Prev ${previous}>>\nstartxref\n${length}\n%%EOF\n`,
      'latin1',
    ),
  );
  return Buffer.concat(parts);
}

/** The text as a UTF-16 string object in hexadecimal digits. */
export function hexText(text: string): string {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return `<${bytes.toString('hex')}>`;
}
