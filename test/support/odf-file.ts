// OpenDocument files, small and whole, out of the XML that a test is about.

import { type ZipAround, type ZipEntry, zipFile } from './zip-file.ts';

const OASIS = 'urn:oasis:names:tc:opendocument:xmlns:';
const NAMESPACES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['office', 'style', 'text', 'table', 'chart', 'form', 'presentation', 'script', 'meta'].map((name) => [
      name,
      `${OASIS}${name}:1.0`,
    ]),
  ),
  draw: `${OASIS}drawing:1.0`,
  fo: `${OASIS}xsl-fo-compatible:1.0`,
  svg: `${OASIS}svg-compatible:1.0`,
  xlink: 'http://www.w3.org/1999/xlink',
  dc: 'http://purl.org/dc/elements/1.1/',
  math: 'http://www.w3.org/1998/Math/MathML',
  xhtml: 'http://www.w3.org/1999/xhtml',
  officeooo: 'http://openoffice.org/2009/office',
  field: 'urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0',
};
export const DECLARED = Object.entries(NAMESPACES)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');
export const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const TYPE = 'application/vnd.oasis.opendocument.';
const BODIES = { text: 'text', spreadsheet: 'spreadsheet', presentation: 'presentation', graphics: 'drawing' } as const;

export type OdfFile = {
  readonly kind?: keyof typeof BODIES;
  readonly suffix?: '-template';
  /** Inside the element for the kind, in office:body. */
  readonly body?: string;
  readonly automatic?: string;
  /** Inside office:document-styles. */
  readonly styles?: string;
  readonly meta?: string;
  /** The whole of content.xml, where the body is not enough. */
  readonly content?: string | Uint8Array;
  readonly members?: readonly ZipEntry[];
  /** Inside manifest:manifest, after the usual entries. */
  readonly manifest?: string;
  readonly mimetype?: string;
  readonly zip?: ZipAround;
  /** Changes to the members of the archive, after everything else. */
  readonly entries?: (entries: readonly ZipEntry[]) => readonly ZipEntry[];
};

export const p = (text: string, style = ''): string =>
  `<text:p${style === '' ? '' : ` text:style-name="${style}"`}>${text}</text:p>`;

export const styleOf = (name: string, family: string, properties: string, more = ''): string =>
  `<style:style style:name="${name}" style:family="${family}"${more}>${properties}</style:style>`;

export const frameOf = (href: string, { style = '', name = 'Image1', more = '' } = {}): string =>
  `<draw:frame draw:name="${name}"${style === '' ? '' : ` draw:style-name="${style}"`} svg:width="2cm" svg:height="2cm"><draw:image xlink:href="${href}" xlink:type="simple"/>${more}</draw:frame>`;

export const contentOf = (body: string, automatic = '', root = ''): string =>
  `${HEAD}<office:document-content ${DECLARED} office:version="1.3"${root}><office:automatic-styles>${automatic}</office:automatic-styles><office:body>${body}</office:body></office:document-content>`;

export function odfFile(file: OdfFile = {}): Buffer {
  const kind = file.kind ?? 'text';
  const type = file.mimetype ?? `${TYPE}${kind}${file.suffix ?? ''}`;
  const body = `<office:${BODIES[kind]}>${file.body ?? p('Raadsvergadering')}</office:${BODIES[kind]}>`;
  const members: ZipEntry[] = [
    { name: 'content.xml', data: file.content ?? contentOf(body, file.automatic) },
    ...(file.styles === undefined
      ? []
      : [
          {
            name: 'styles.xml',
            data: `${HEAD}<office:document-styles ${DECLARED} office:version="1.3">${file.styles}</office:document-styles>`,
          },
        ]),
    ...(file.meta === undefined
      ? []
      : [
          {
            name: 'meta.xml',
            data: `${HEAD}<office:document-meta ${DECLARED} office:version="1.3"><office:meta>${file.meta}</office:meta></office:document-meta>`,
          },
        ]),
    ...(file.members ?? []),
  ];
  const listed = members.map(({ name }) => entryOf(name, name.endsWith('.xml') ? 'text/xml' : ''));
  const entries: ZipEntry[] = [
    { name: 'mimetype', data: type, stored: true },
    ...members,
    {
      name: 'META-INF/manifest.xml',
      data: `${HEAD}<manifest:manifest xmlns:manifest="${OASIS}manifest:1.0">${entryOf('/', type)}${listed.join('')}${file.manifest ?? ''}</manifest:manifest>`,
    },
  ];
  return zipFile(file.entries?.(entries) ?? entries, file.zip);
}

const entryOf = (name: string, type: string) =>
  `<manifest:file-entry manifest:full-path="${name}" manifest:media-type="${type}"/>`;

/** A flat document: the same parts in one file. */
export function flatFile({ kind = 'text', ...file }: OdfFile & { readonly settings?: string } = {}): Buffer {
  const body = `<office:${BODIES[kind]}>${file.body ?? p('Raadsvergadering')}</office:${BODIES[kind]}>`;
  return Buffer.from(
    `${HEAD}<office:document ${DECLARED} office:version="1.3" office:mimetype="${file.mimetype ?? `${TYPE}${kind}${file.suffix ?? ''}`}">` +
      `<office:meta>${file.meta ?? ''}</office:meta>${file.settings ?? ''}<office:automatic-styles>${file.automatic ?? ''}</office:automatic-styles>` +
      `${file.styles ?? ''}<office:body>${body}</office:body></office:document>`,
  );
}
