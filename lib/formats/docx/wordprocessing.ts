// The elements of WordprocessingML that say who, when and where, each with its carrier and with what is done about it.
// They are handled wherever they stand: body, headers, notes, text boxes, both branches of alternate content.

import { isClosed } from './attribute-values.ts';

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

/** Attributes, in whatever namespace of Word's, that are ids of the document or its authors. */
export const ATTRIBUTE_CARRIERS: ReadonlyMap<string, string> = new Map([
  ...['rsidR', 'rsidRPr', 'rsidRDefault', 'rsidP', 'rsidDel', 'rsidSect', 'rsidTr'].map(
    (name) => [name, 'rsid'] as const,
  ),
  ...['paraId', 'textId', 'anchorId', 'editId', 'tplc', 'durableId', 'spid'].map(
    (name) => [name, 'document-id'] as const,
  ),
  ...['author', 'initials', 'date', 'dateUtc'].map((name) => [name, 'people'] as const),
  ...['gfxdata'].map((name) => [name, 'picture.alternate'] as const),
]);

/** Elements of drawings, by the carrier that they are. */
const OTHERS = new Map(
  (
    [
      ['signature', 'o:signatureline'],
      ['ink', 'o:ink w14:nvContentPartPr a14:contentPart cdr14:contentPart'],
      ['printer', 'c:printSettings cx:printSettings'],
      ['chart.source', 'c:pivotSource cx:geoCache c15:pivotSource'],
      ['embedded.ole', 'o:FieldCodes'],
      ['video', 'a:snd a:wavAudioFile a:audioFile a:audioCd a:videoFile a:quickTimeFile wp15:webVideoPr'],
      // What layouts of diagrams show as an example before there is anything to show.
      ['xml.unknown', 'dgm:sampData dgm:styleData dgm:clrData'],
    ] as const
  ).flatMap(([carrier, names]) => names.split(' ').map((name) => [name, carrier] as const)),
);

export function otherTreatmentOf(name: string): string | undefined {
  return OTHERS.get(name);
}

const isNumber = (text: string) => /^[-+]?[\d.]{1,20}(?:[eE][-+]?\d{1,3})?$/.test(text);
const isAny = () => true;

/** Elements that hold text, and which: that which is seen, numbers, words. Text anywhere else does not stay. */
export const TEXT_ELEMENTS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ...'w:t w:instrText w:delText w:delInstrText a:t m:t c:v c:f c:formatCode c:name c:separator c15:f c15:txfldGUID'
    .concat(' cx:pt cx:v cx:f cx:nf cx:separator')
    .split(' ')
    .map((name) => [name, isAny] as const),
  ...'wp:posOffset wp14:pctWidth wp14:pctHeight wp14:pctPosHOffset wp14:pctPosVOffset cdr:x cdr:y cs:lineWidthScale'
    .concat(' c16:ptidx cx:axisId cx:binCount cx:binSize cx:idx')
    .split(' ')
    .map((name) => [name, isNumber] as const),
  ...'wp:align o:LinkType o:LockedField'.split(' ').map((name) => [name, isClosed] as const),
]);
