// Presentations, small and whole, out of the XML that a test is about.

import { HEAD, office, type Part, type Rel, wordFile } from './docx-file.ts';
import type { ZipAround, ZipEntry } from './zip-file.ts';

const SHOW = 'application/vnd.openxmlformats-officedocument.presentationml';
const MICROSOFT = 'http://schemas.microsoft.com/office';
const OFFICE_XML = 'http://schemas.openxmlformats.org';

/** Declarations of every namespace that the snippets of tests use. */
export const DECLARED = [
  `xmlns:p="${OFFICE_XML}/presentationml/2006/main"`,
  `xmlns:a="${OFFICE_XML}/drawingml/2006/main"`,
  `xmlns:r="${OFFICE_XML}/officeDocument/2006/relationships"`,
  `xmlns:mc="${OFFICE_XML}/markup-compatibility/2006"`,
  `xmlns:p14="${MICROSOFT}/powerpoint/2010/main"`,
  `xmlns:v="urn:schemas-microsoft-com:vml"`,
].join(' ');

export const showType = (name: string): string => `${SHOW}.${name}+xml`;
export const SLIDE_TYPE = office('slide');

/** A text box. */
export const sp = (text: string, { id = 2, name = 'Title 1', more = '', xfrm = '', ph = '', run = '' } = {}): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${name}"${more}/><p:cNvSpPr/><p:nvPr>${ph}</p:nvPr></p:nvSpPr><p:spPr>${xfrm}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="nl-NL">${run}</a:rPr><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;

export const xfrm = (x: number, y: number, cx = 1000000, cy = 500000): string =>
  `<a:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="${cx}" cy="${cy}"/></a:xfrm>`;

/** A picture that leads to a relationship. */
export const pic = (id: string, { name = 'Picture 3', descr = '', crop = '', nvPr = '' } = {}): string =>
  `<p:pic><p:nvPicPr><p:cNvPr id="4" name="${name}" descr="${descr}"/><p:cNvPicPr/><p:nvPr>${nvPr}</p:nvPr></p:nvPicPr><p:blipFill><a:blip r:embed="${id}"/>${crop}<a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>${xfrm(0, 0)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>`;

/** What a frame shows: a table, a chart, an object. */
export const frame = (uri: string, inner: string): string =>
  `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="5" name="Object 4"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="100" y="100"/><a:ext cx="2000000" cy="1000000"/></p:xfrm><a:graphic><a:graphicData uri="${OFFICE_XML}/${uri}">${inner}</a:graphicData></a:graphic></p:graphicFrame>`;

export const TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';

/** One root element of PresentationML with shapes in it. */
export const content = (
  root: string,
  shapes: string,
  { attributes = '', inside = '', after = '', name = '' } = {},
): string =>
  `${HEAD}<p:${root} ${DECLARED}${attributes}><p:cSld${name ? ` name="${name}"` : ''}><p:spTree>${TREE}${shapes}</p:spTree>${inside}</p:cSld>${after}</p:${root}>`;

export type Slide = {
  readonly shapes?: string;
  /** Attributes of the root, what stands in p:cSld behind the shapes, and behind p:cSld. */
  readonly attributes?: string;
  readonly inside?: string;
  readonly after?: string;
  readonly rels?: readonly Rel[];
};

export type ShowFile = {
  readonly slides?: readonly Slide[];
  readonly layout?: Slide & { readonly name?: string };
  /** In p:presentation, before and behind the list of slides. */
  readonly lists?: string;
  readonly settings?: string;
  readonly rels?: readonly Rel[];
  readonly rootRels?: readonly Rel[];
  readonly parts?: readonly Part[];
  readonly mainType?: string;
  readonly attributes?: string;
  /** Slides that are parts of the package and in no list. */
  readonly unlisted?: number;
  readonly zip?: ZipAround;
  readonly entries?: (entries: readonly ZipEntry[]) => readonly ZipEntry[];
};

const COLOURS =
  'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"';

export const showPart = (folder: string, name: string, xml: string, rels: readonly Rel[] = []): Part => ({
  name: `ppt/${folder}${name}.xml`,
  type: showType(name.replace(/\d+$/, '')),
  content: xml,
  rels,
});

export function showFile(file: ShowFile = {}): Buffer {
  const slides = file.slides ?? [{ shapes: sp('Raadsvergadering') }];
  const listed = slides.length - (file.unlisted ?? 0);
  const ids = slides
    .slice(0, listed)
    .map((_, i) => `<p:sldId id="${256 + i}" r:id="rId${10 + i}"/>`)
    .join('');
  const main = `${HEAD}<p:presentation ${DECLARED}${file.attributes ?? ''}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>${file.lists ?? ''}<p:sldIdLst>${ids}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>${file.settings ?? ''}</p:presentation>`;
  const { layout = {} } = file;
  return wordFile({
    mainName: 'ppt/presentation.xml',
    mainType: file.mainType ?? showType('presentation.main'),
    main,
    rels: [
      { id: 'rId1', type: office('slideMaster'), target: 'slideMasters/slideMaster1.xml' },
      ...slides.map((_, i) => ({ id: `rId${10 + i}`, type: SLIDE_TYPE, target: `slides/slide${i + 1}.xml` })),
      ...(file.rels ?? []),
    ],
    rootRels: file.rootRels,
    parts: [
      showPart(
        'slideMasters/',
        'slideMaster1',
        content('sldMaster', sp('Titelstijl', { ph: '<p:ph type="title"/>' }), {
          after: `<p:clrMap ${COLOURS}/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>`,
        }),
        [
          { id: 'rId1', type: office('slideLayout'), target: '../slideLayouts/slideLayout1.xml' },
          { id: 'rId2', type: office('theme'), target: '../theme/theme1.xml' },
        ],
      ),
      showPart(
        'slideLayouts/',
        'slideLayout1',
        content('sldLayout', layout.shapes ?? sp('Klik om te bewerken', { ph: '<p:ph type="title"/>' }), {
          ...layout,
          name: layout.name ?? 'Titeldia',
        }),
        [
          { id: 'rId1', type: office('slideMaster'), target: '../slideMasters/slideMaster1.xml' },
          ...(layout.rels ?? []),
        ],
      ),
      {
        name: 'ppt/theme/theme1.xml',
        type: 'application/vnd.openxmlformats-officedocument.theme+xml',
        content: `${HEAD}<a:theme ${DECLARED} name="Office Theme"><a:themeElements/></a:theme>`,
      },
      ...slides.map((slide, i) =>
        showPart('slides/', `slide${i + 1}`, content('sld', slide.shapes ?? sp('Dia'), slide), [
          { id: 'rId1', type: office('slideLayout'), target: '../slideLayouts/slideLayout1.xml' },
          ...(slide.rels ?? []),
        ]),
      ),
      ...(file.parts ?? []),
    ],
    ...(file.zip ? { zip: file.zip } : {}),
    ...(file.entries ? { entries: file.entries } : {}),
  });
}
