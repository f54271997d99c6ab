// The parts of a workbook (ISO/IEC 29500-1 12.3, [MS-XLSX] 2.1, [MS-OFFMACRO2]).

import { drawingParts, droppedParts, type KeptPart, OFFICE, part } from '../shared/ooxml/part-table.ts';

const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.';

export const WORKBOOK_TYPE = `${SHEET}sheet.main+xml`;
export const TEMPLATE_TYPE = `${SHEET}template.main+xml`;
/** The whole workbook in records of its own ([MS-XLSB]), recognised so that it is refused for what it is. */
export const BINARY_TYPE = 'application/vnd.ms-excel.sheet.binary.macroEnabled.main';

/** Main parts by content type, and what they become: the macro-enabled ones and add-ins their macro-free twins. */
export const MAIN_TYPES: ReadonlyMap<string, string> = new Map([
  [WORKBOOK_TYPE, WORKBOOK_TYPE],
  [TEMPLATE_TYPE, TEMPLATE_TYPE],
  ['application/vnd.ms-excel.sheet.macroEnabled.main+xml', WORKBOOK_TYPE],
  ['application/vnd.ms-excel.template.macroEnabled.main+xml', TEMPLATE_TYPE],
  ['application/vnd.ms-excel.addin.macroEnabled.main+xml', WORKBOOK_TYPE],
]);

const text = (name: string, place: string, implicit = false) => part('text', [`${SHEET}${name}+xml`], place, implicit);

export const KEPT_PARTS: ReadonlyMap<string, KeptPart> = new Map([
  ['officeDocument', part('text', [...MAIN_TYPES.keys()], 'xl/workbook', true)],
  ['worksheet', { ...text('worksheet', 'xl/worksheets/sheet'), lifts: 'sheetData' }],
  ['chartsheet', text('chartsheet', 'xl/chartsheets/sheet')],
  ['sharedStrings', { ...text('sharedStrings', 'xl/sharedStrings', true), lifts: 'sst' }],
  ['styles', text('styles', 'xl/styles', true)],
  ['table', text('table', 'xl/tables/table')],
  ['pivotTable', text('pivotTable', 'xl/pivotTables/pivotTable', true)],
  ['pivotCacheDefinition', text('pivotCacheDefinition', 'xl/pivotCache/pivotCacheDefinition', true)],
  ...drawingParts('xl'),
  ['drawing', part('drawing', [`${OFFICE}drawing+xml`], 'xl/drawings/drawing')],
]);

/** Relationships whose targets are carriers, by the carrier. */
export const DROPPED_PARTS: ReadonlyMap<string, string> = droppedParts({
  comment: 'comments threadedComment',
  people: 'person',
  'legacy-drawing': 'vmlDrawing',
  'external-link': 'externalLink externalLinkPath externalLinkLongPath xlPathMissing xlStartup xlLibrary',
  query: 'connections queryTable powerPivotData customData attachedConnections',
  'custom-xml': 'tableSingleCells',
  'pivot.records': 'pivotCacheRecords',
  revision: 'revisionHeaders revisionLog usernames',
  'custom-property': 'customProperty',
  'cell-metadata': 'sheetMetadata',
  'rich-data': `rdRichValue rdRichValueStructure rdRichValueTypes rdArray rdSupportingPropertyBag
    rdSupportingPropertyBagStructure richStyles richValueRel rdRichValueWebImage`.replace(/\s+/g, ' '),
  slicer: 'slicer slicerCache timeline timelineCache',
  'macro-sheet': 'xlMacrosheet xlIntlMacrosheet dialogsheet',
  macro: 'attachedToolbars',
  'workbook.view': 'namedSheetView namedSheetViews',
  'part.superfluous': 'calcChain volatileDependencies FeaturePropertyBag',
});
