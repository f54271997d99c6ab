// The elements of WordprocessingML that say who, when and where, each with its carrier and with what is done about it.
// They are handled wherever they stand: body, headers, notes, text boxes, both branches of alternate content.

/** 'remove' with everything inside; 'unwrap' leaves the inside; 'deletion' and 'insertion' depend on where they stand. */
export type Treatment = 'remove' | 'unwrap' | 'insertion' | 'deletion' | 'cell-deletion' | 'object';

const ROWS: readonly (readonly [Treatment, carrier: string, elements: string])[] = [
  ['insertion', 'revision.insertion', 'ins moveTo'],
  ['deletion', 'revision.deletion', 'del moveFrom'],
  ['cell-deletion', 'revision.deletion', 'cellDel'],
  [
    'remove',
    'revision.deletion',
    'delText delInstrText moveFromRangeStart moveFromRangeEnd customXmlDelRangeStart customXmlDelRangeEnd customXmlMoveFromRangeStart customXmlMoveFromRangeEnd',
  ],
  [
    'remove',
    'revision.insertion',
    'cellIns moveToRangeStart moveToRangeEnd customXmlInsRangeStart customXmlInsRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd',
  ],
  [
    'remove',
    'revision.formatting',
    'rPrChange pPrChange sectPrChange tblPrChange tblPrExChange tblGridChange trPrChange tcPrChange numberingChange cellMerge',
  ],
  ['remove', 'comment', 'commentRangeStart commentRangeEnd commentReference annotationRef'],
  ['remove', 'rsid', 'rsid rsids rsidRoot'],
  ['remove', 'document-id', 'nsid tmpl'],
  ['remove', 'settings.variable', 'docVars'],
  ['remove', 'settings.mail-merge', 'mailMerge'],
  ['remove', 'settings.template', 'attachedTemplate'],
  ['remove', 'settings.protection', 'writeProtection'],
  ['remove', 'field.data', 'fldData entryMacro exitMacro'],
  ['remove', 'permission', 'permStart permEnd'],
  ['remove', 'printer', 'printerSettings'],
  ['remove', 'content-control', 'alias tag dataBinding placeholder id docPartUnique docPartCategory'],
  ['remove', 'smart-tag', 'smartTagPr customXmlPr smartTagType'],
  ['unwrap', 'smart-tag', 'smartTag customXml'],
  ['remove', 'style.name', 'aliases'],
  ['remove', 'ink', 'contentPart'],
  ['remove', 'video', 'movie'],
  ['object', 'active-x', 'control'],
];

const TREATMENTS = new Map(
  ROWS.flatMap(([how, carrier, names]) => names.split(' ').map((name) => [name, { how, carrier }] as const)),
);

export function treatmentOf(local: string): { readonly how: Treatment; readonly carrier: string } | undefined {
  return TREATMENTS.get(local);
}

/** The same for Word's own later namespaces (w14, w15). */
const LATER = new Map<string, { readonly how: Treatment; readonly carrier: string }>([
  ['docId', { how: 'remove', carrier: 'document-id' }],
  ['presenceInfo', { how: 'remove', carrier: 'people' }],
  ['conflictIns', { how: 'insertion', carrier: 'revision.insertion' }],
  ['conflictDel', { how: 'deletion', carrier: 'revision.deletion' }],
  ['customXmlConflictInsRangeStart', { how: 'remove', carrier: 'revision.insertion' }],
  ['customXmlConflictInsRangeEnd', { how: 'remove', carrier: 'revision.insertion' }],
  ['customXmlConflictDelRangeStart', { how: 'remove', carrier: 'revision.deletion' }],
  ['customXmlConflictDelRangeEnd', { how: 'remove', carrier: 'revision.deletion' }],
  ['dataBinding', { how: 'remove', carrier: 'content-control' }],
  ['webExtensionLinked', { how: 'remove', carrier: 'web-extension' }],
  ['webExtensionCreated', { how: 'remove', carrier: 'web-extension' }],
  ['contentPart', { how: 'remove', carrier: 'ink' }],
]);

export function laterTreatmentOf(local: string): { readonly how: Treatment; readonly carrier: string } | undefined {
  return LATER.get(local);
}
