// What a dropped key is called in the findings. Dropping does not depend on this table: a key that is in no table of
// kept keys is dropped, and is 'pdf.key.private' unless it has a row here. A key with a dot is of that table only.

import type { CarrierId } from '../../../core/finding.ts';

export const DROPPED: ReadonlyMap<string, CarrierId> = new Map([
  ['Metadata', 'pdf.xmp.object'],
  ['PieceInfo', 'pdf.pieceinfo'],
  ['LastModified', 'pdf.pieceinfo'],
  ['Page.Thumb', 'pdf.thumbnail'],
  ['Image.Alternates', 'pdf.thumbnail'],
  ['Catalog.AF', 'pdf.attachment'],
  ['Page.AF', 'pdf.attachment'],
  ['AF', 'pdf.attachment.detail'],
  ['Names.EmbeddedFiles', 'pdf.attachment'],
  ['Catalog.Collection', 'pdf.attachment.detail'],
  ['F', 'pdf.stream.external'],
  ['FFilter', 'pdf.stream.external'],
  ['FDecodeParms', 'pdf.stream.external'],
  ['Image.ID', 'pdf.webcapture'],
  ['Form.Ref', 'pdf.stream.external'],
  ['OPI', 'pdf.stream.external'],
  ['Catalog.URI', 'pdf.action.other'],
  ['AA', 'pdf.action.other'],
  ['PA', 'pdf.action.other'],
  ['Names.JavaScript', 'pdf.action.javascript'],
  ['Catalog.Requirements', 'pdf.action.other'],
  ['Catalog.Perms', 'pdf.signature'],
  ['Catalog.DSS', 'pdf.signature'],
  ['Catalog.Legal', 'pdf.signature'],
  ['Catalog.SpiderInfo', 'pdf.webcapture'],
  ['Names.IDS', 'pdf.webcapture'],
  ['Names.URLS', 'pdf.webcapture'],
  ['Page.ID', 'pdf.webcapture'],
  ['Page.PZ', 'pdf.webcapture'],
  ['Catalog.Threads', 'pdf.thread'],
  ['Page.B', 'pdf.thread'],
  ['Catalog.DPartRoot', 'pdf.recipients'],
  ['Page.DPart', 'pdf.recipients'],
  ['Page.VP', 'pdf.geography'],
  ['Measure', 'pdf.geography'],
  ['PtData', 'pdf.geography'],
  ['LGIDict', 'pdf.geography'],
  ['Names.Templates', 'pdf.page.template'],
  ['Names.Pages', 'pdf.page.template'],
  ['Page.TemplateInstantiated', 'pdf.page.template'],
  ['Names.AlternatePresentations', 'pdf.action.other'],
  ['Names.Renditions', 'pdf.annotation.media'],
  ['Names.AP', 'pdf.page.template'],
  ['CreatorInfo', 'pdf.layer.creator'],
  ['User', 'pdf.layer.creator'],
  ['Creator', 'pdf.layer.creator'],
  ['Configs', 'pdf.layer.creator'],
]);

/** Keys that hold numbers and words of the format only; they are dropped without a finding. */
export const SILENT: ReadonlySet<string> = new Set([
  // The bytes of a stream are written anew, with a new length and filters.
  ...['Length', 'Filter', 'DecodeParms', 'DL'],
  // Handled beside the tables.
  ...['Annots', 'AcroForm', 'OpenAction', 'Version', 'Parent', 'NeedsRendering'],
  // The page that a link is on; names that PDF 1.0 gave to resources are in their dictionaries' keys.
  ...['Link.P', 'Font.Name'],
  // Slide shows and printing presses.
  ...[
    'Trans',
    'Dur',
    'PresSteps',
    'BoxColorInfo',
    'SeparationInfo',
    'HT',
    'HTO',
    'MixingHints',
    'Solidities',
    'DotGain',
    'PrintingOrder',
    'SE',
    'SD',
  ],
]);
