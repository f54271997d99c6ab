// Word documents, small and whole, out of the XML that a test is about.

import { type ZipAround, type ZipEntry, zipFile } from './zip-file.ts';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const MICROSOFT = 'http://schemas.microsoft.com/office';
export const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';

const NAMESPACES = {
  w: 'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
  r: OFFICE,
  mc: 'http://schemas.openxmlformats.org/markup-compatibility/2006',
  wp: 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing',
  a: 'http://schemas.openxmlformats.org/drawingml/2006/main',
  pic: 'http://schemas.openxmlformats.org/drawingml/2006/picture',
  v: 'urn:schemas-microsoft-com:vml',
  o: 'urn:schemas-microsoft-com:office:office',
  m: 'http://schemas.openxmlformats.org/officeDocument/2006/math',
  w14: `${MICROSOFT}/word/2010/wordml`,
  w15: `${MICROSOFT}/word/2012/wordml`,
  wps: `${MICROSOFT}/word/2010/wordprocessingShape`,
};
/** Declarations of every namespace that the snippets of tests use. */
export const DECLARED = `${Object.entries(NAMESPACES)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ')} mc:Ignorable="w14 w15"`;

export type Rel = { readonly id: string; readonly type: string; readonly target: string; readonly external?: boolean };
export type Part = {
  /** The member's name. */
  readonly name: string;
  /** Undefined leaves it out of [Content_Types].xml. */
  readonly type?: string;
  readonly content: string | Uint8Array;
  readonly rels?: readonly Rel[];
  readonly zip?: Partial<ZipEntry>;
};

export type WordFile = {
  /** Inside w:body. */
  readonly body?: string;
  readonly rels?: readonly Rel[];
  readonly rootRels?: readonly Rel[];
  readonly parts?: readonly Part[];
  readonly mainType?: string;
  readonly mainName?: string;
  /** The whole of the main part, where the body is not enough. */
  readonly main?: string | Uint8Array;
  readonly zip?: ZipAround;
  /** Changes to the members of the archive, after everything else. */
  readonly entries?: (entries: readonly ZipEntry[]) => readonly ZipEntry[];
};

/** A paragraph with a run of text. */
export const p = (text: string, properties = ''): string =>
  `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

export const office = (name: string): string => `${OFFICE}/${name}`;
export const microsoft = (name: string): string => `${MICROSOFT}/${name}`;
export const wordType = (name: string): string => `${WORD}.${name}+xml`;

/** A part of WordprocessingML with the given root element. */
export function wordPart(name: string, root: string, inner: string, rels: readonly Rel[] = []): Part {
  return {
    name: `word/${name}.xml`,
    type: wordType(name.replace(/\d+$/, '')),
    content: `${HEAD}<w:${root} ${DECLARED}>${inner}</w:${root}>`,
    rels,
  };
}

export function wordFile(file: WordFile = {}): Buffer {
  const mainName = file.mainName ?? 'word/document.xml';
  const main: Part = {
    name: mainName,
    type: file.mainType ?? wordType('document.main'),
    content:
      file.main ?? `${HEAD}<w:document ${DECLARED}><w:body>${file.body ?? p('Raadsvergadering')}</w:body></w:document>`,
    rels: file.rels ?? [],
  };
  const parts = [main, ...(file.parts ?? [])];
  const rootRels = [{ id: 'rId1', type: office('officeDocument'), target: mainName }, ...(file.rootRels ?? [])];
  const entries: ZipEntry[] = [
    { name: '[Content_Types].xml', data: contentTypes(parts) },
    { name: '_rels/.rels', data: relsXml(rootRels) },
    ...parts.flatMap(({ name, content, rels = [], zip }): ZipEntry[] => [
      { name, data: content, ...zip },
      ...(rels.length > 0
        ? [{ name: name.replace(/[^/]*$/, (last) => `_rels/${last}.rels`), data: relsXml(rels) }]
        : []),
    ]),
  ];
  return zipFile(file.entries?.(entries) ?? entries, file.zip);
}

function contentTypes(parts: readonly Part[]): string {
  const overrides = parts.flatMap(({ name, type }) =>
    type === undefined ? [] : [`<Override PartName="/${name}" ContentType="${type}"/>`],
  );
  return `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
}

function relsXml(rels: readonly Rel[]): string {
  const lines = rels.map(
    ({ id, type, target, external }) =>
      `<Relationship Id="${id}" Type="${type}" Target="${target}"${external ? ' TargetMode="External"' : ''}/>`,
  );
  return `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${lines.join('')}</Relationships>`;
}

export const CORE_REL: Rel = {
  id: 'rId2',
  type: 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties',
  target: 'docProps/core.xml',
};

export function corePart(inner: string): Part {
  return {
    name: 'docProps/core.xml',
    type: 'application/vnd.openxmlformats-package.core-properties+xml',
    content: `${HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${inner}</cp:coreProperties>`,
  };
}

/** A field in runs of its own. */
export const field = (code: string, result: string): string =>
  `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ${code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>${result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`;

/** An inline picture that leads to a relationship. */
export const picture = (id: string, { name = 'Picture 1', descr = '', crop = '', more = '' } = {}): string =>
  `<w:r><w:drawing><wp:inline><wp:extent cx="100000" cy="100000"/><wp:docPr id="1" name="${name}" descr="${descr}"${more}/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="Picture 1"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="${id}"/>${crop}<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`;

export const image = (id: string, name: string): Rel => ({ id, type: office('image'), target: `media/${name}` });
