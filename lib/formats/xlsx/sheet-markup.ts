// The elements and attributes of SpreadsheetML that say who, when and where, each with its carrier. They are handled
// wherever they stand: workbook, sheets, styles, tables, pivot tables.

const rows = (lists: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(lists).flatMap(([carrier, names]) => names.split(/\s+/).map((name) => [name, carrier])));

/** Elements that go with everything in them. */
export const ELEMENTS = rows({
  'workbook.user': 'fileSharing',
  'workbook.recovery': 'fileRecoveryPr',
  'workbook.view': 'customWorkbookViews customSheetViews',
  'workbook.publish': 'webPublishing webPublishItems webPublishObjects',
  'settings.other': 'functionGroups cellWatches dataConsolidate oleSize ignoredErrors',
  'external-link': 'externalReferences',
  'legacy-drawing': 'legacyDrawing',
  'header.picture': 'legacyDrawingHF drawingHF',
  'active-x': 'controls',
  'embedded.ole': 'oleObjects',
  'custom-property': 'customProperties',
  'smart-tag': 'smartTags smartTagPr smartTagTypes cellSmartTags',
  scenario: 'scenarios',
  query: 'xmlColumnPr queryTableRefresh',
});

/** Attributes by element, or of any element of the main namespace. */
export const ATTRIBUTES = rows({
  'code-name': '@codeName',
  'document-id': 'fileVersion@codeName',
  'settings.other': `workbookPr@filterPrivacy workbookPr@hidePivotFieldList workbookPr@updateLinks workbookPr@backupFile
    workbookPr@publishItems workbookPr@saveExternalLinkValues sheetPr@syncRef sheetPr@published`,
  protection: `@hashValue @saltValue @spinCount @algorithmName @password @securityDescriptor @workbookPassword
    @workbookAlgorithmName @workbookHashValue @workbookSaltValue @workbookSpinCount @revisionsPassword
    @revisionsAlgorithmName @revisionsHashValue @revisionsSaltValue @revisionsSpinCount`,
  'defined-name': `definedName@comment definedName@customMenu definedName@description definedName@help
    definedName@statusBar definedName@shortcutKey definedName@publishToServer definedName@workbookParameter
    definedName@functionGroupId table@comment`,
  'pivot.user': '@refreshedBy @refreshedDate @refreshedDateIso pivotTableDefinition@tag',
  query: `table@connectionId table@tableType tableColumn@uniqueName tableColumn@queryTableFieldId
    pivotCacheDefinition@backgroundQuery`,
});
