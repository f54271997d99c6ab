import type { Carrier } from '../../../core/finding.ts';
import { type CarrierRow, carrierTable } from '../carrier-table.ts';
import { LINK_CARRIERS } from '../field-kinds.ts';

/** Places that every Office document has. */
const SHARED: readonly CarrierRow[] = [
  ['core.creator', 'metadata', 'H', 'creator in docProps/core.xml (ISO/IEC 29500-2 8.3)'],
  ['core.modifier', 'metadata', 'H', 'last modified by, in docProps/core.xml'],
  [
    'core.title',
    'metadata',
    'M',
    'title in docProps/core.xml that is a path, a file name or an address; other titles stay',
  ],
  [
    'core.other',
    'metadata',
    'M',
    'subject, description, keywords, category, status, dates and revision in docProps/core.xml',
  ],
  ['app', 'metadata', 'M', 'docProps/app.xml: company, manager, template, hyperlink base, editing time'],
  ['custom-properties', 'metadata', 'M', 'docProps/custom.xml: document management and label properties'],
  ['thumbnail', 'hidden-content', 'M', 'preview picture of an older state'],
  ['comment', 'hidden-content', 'H', 'comments, their authors and their anchors'],
  ['people', 'metadata', 'H', 'list of people: names and account ids'],
  ['document-id', 'metadata', 'L', 'ids of the document and its paragraphs, lists and shapes'],
  ['text.stray', 'hidden-content', 'M', 'text where the format shows none'],
  ['shape.hidden', 'hidden-content', 'M', 'a drawing that is set to hidden'],
  ['alt-text', 'metadata', 'M', 'paths and file names in alternative texts; the rest of the text stays'],
  ['chart.source', 'metadata', 'M', 'names of the workbook, sheets and pivot table that a chart was made from'],
  ['theme.name', 'metadata', 'L', "names of themes and of their colours, fonts and effects that are not Office's own"],
  ['diagram.unseen', 'hidden-content', 'M', 'text in the data of a diagram that its drawing does not show'],
  ['object-name', 'metadata', 'L', 'names of drawings that are not the usual ones'],
  ...LINK_CARRIERS,
  ['picture.external', 'active-content', 'M', 'picture that is fetched from elsewhere when opened'],
  [
    'picture.crop',
    'hidden-content',
    'M',
    'picture whose cropped part is still there, a whole pixel or more; removed, the part that is shown becomes a picture',
  ],
  ['picture.alternate', 'hidden-content', 'L', 'second version of a picture (SVG, unedited layers)'],
  ['media.unknown', 'hidden-content', 'M', 'picture or medium in a format that cannot be cleaned'],
  ['custom-xml', 'hidden-content', 'M', 'custom XML parts and their bindings'],
  ['macro', 'active-content', 'M', 'macros, their data, key maps and toolbars'],
  ['embedded.ole', 'active-content', 'M', 'embedded or linked OLE object; its preview picture stays'],
  ['embedded.package', 'hidden-content', 'M', 'embedded document that cannot be cleaned; its preview stays'],
  ['active-x', 'active-content', 'M', 'ActiveX control; its preview picture stays'],
  ['web-extension', 'active-content', 'M', 'task panes and add-ins'],
  ['custom-ui', 'active-content', 'M', 'changes to the ribbon and its commands'],
  ['printer', 'metadata', 'M', 'printer name and settings'],
  ['signature', 'metadata', 'H', 'digital signature; any change to the document breaks it'],
  ['label', 'metadata', 'M', 'sensitivity label with the ids of tenant and site'],
  ['ink', 'hidden-content', 'M', 'ink with its time stamps; its picture stays'],
  ['video', 'active-content', 'M', 'sound, film and web video; their picture stays'],
  ['part.superfluous', 'metadata', 'L', 'part that only older or newer programs read'],
  ['part.unreachable', 'hidden-content', 'M', 'part that no relationship leads to'],
  ['part.name', 'metadata', 'L', 'name of a part that is not the usual one'],
  ['relationship', 'metadata', 'L', 'relationship that leads nowhere, or outside, or is not used'],
  ['xml.comment', 'hidden-content', 'M', 'XML comment'],
  ['xml.instruction', 'hidden-content', 'M', 'XML processing instruction'],
  ['xml.extension', 'hidden-content', 'L', 'extension of a drawing that its look does not need'],
  ['xml.unknown', 'hidden-content', 'L', 'elements, attributes and namespaces that are in no table'],
  ['zip.extra', 'metadata', 'L', 'comments, extra fields and dates in the zip archive'],
  ['zip.stray', 'trailing-data', 'M', 'bytes before, between or after the members of the zip archive'],
  ['zip.directory', 'metadata', 'L', 'folders as members of the zip archive'],
];

/** Every place that is looked at in documents of a dialect: the shared ones, and its own. */
export function carriersOf(dialect: string, own: readonly CarrierRow[]): readonly Carrier[] {
  return carrierTable(dialect, [...SHARED, ...own]);
}
