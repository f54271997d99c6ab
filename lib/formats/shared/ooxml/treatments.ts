// Elements and attributes outside a dialect's own vocabulary that are carriers wherever they stand, and elements that
// hold text.

import { isClosed } from './attribute-values.ts';

/** Attributes, in whatever namespace of Office's, that are ids of the document or its authors. */
export const ATTRIBUTE_CARRIERS: ReadonlyMap<string, string> = new Map([
  ...['rsidR', 'rsidRPr', 'rsidRDefault', 'rsidP', 'rsidDel', 'rsidSect', 'rsidTr'].map(
    (name) => [name, 'rsid'] as const,
  ),
  ...['paraId', 'textId', 'anchorId', 'editId', 'tplc', 'durableId', 'spid'].map(
    (name) => [name, 'document-id'] as const,
  ),
  ...['uid', 'uidLastSave', 'documentId', 'coauthVersionLast', 'coauthVersionMax'].map(
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
    .concat(' cx:pt cx:v cx:f cx:nf cx:separator x:t x:v x:f x:formula x:formula1 x:formula2 x:definedName xm:f')
    .concat(' x:calculatedColumnFormula x:totalsRowFormula x:oddHeader x:oddFooter x:evenHeader x:evenFooter')
    .concat(' x:firstHeader x:firstFooter')
    .split(' ')
    .map((name) => [name, isAny] as const),
  ...'wp:posOffset wp14:pctWidth wp14:pctHeight wp14:pctPosHOffset wp14:pctPosVOffset cdr:x cdr:y cs:lineWidthScale xdr:col xdr:colOff xdr:row xdr:rowOff'
    .concat(' c16:ptidx cx:axisId cx:binCount cx:binSize cx:idx')
    .split(' ')
    .map((name) => [name, isNumber] as const),
  ...'wp:align o:LinkType o:LockedField xm:sqref x14:id p:attrName a:tableStyleId'
    .split(' ')
    .map((name) => [name, isClosed] as const),
]);
