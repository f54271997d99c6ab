// What an attribute may say. Most hold numbers, switches, colours and words of the schema, and nothing else is let
// through; those whose value the schema leaves to the writer are rows here, with what is let through instead.

import type { Attribute, Element } from '../xml.ts';
import { vocabularyOf } from './namespaces.ts';
import { isPrivateText } from './places.ts';
import { isSchemaWord } from './schema.ts';

/**
 * 'shown' is read by people; 'name' is an identifier that programs and styles give; 'judged' is for other rules, which
 * see more than one attribute. The rest speak for themselves.
 */
type Kind =
  | 'shown'
  | 'name'
  | 'judged'
  | 'font'
  | 'language'
  | 'signs'
  | 'frame'
  | 'layout'
  | 'compatibility'
  | 'program'
  | 'id';

const ROWS: readonly (readonly [Kind, string])[] = [
  ['shown', 'w:hyperlink@tooltip w:tblCaption@val w:tblDescription@val w:lvlText@val w:listItem@displayText'],
  [
    'shown',
    'w:listItem@value w:listEntry@val w:helpText@val w:statusText@val w:default@val w:format@val w:numFmt@format',
  ],
  ['shown', 'w:dateFormat@val a:hlinkClick@tooltip a:hlinkHover@tooltip a:hlinkMouseOver@tooltip v:textpath@string'],
  ['shown', 'a:buChar@char m:begChr@val m:chr@val m:endChr@val m:sepChr@val c@formatCode c15@formatCode cx@formatCode'],
  ['judged', '@descr @title @alt v@alt v@src v@href v@althref v@style v@id v@type o:OLEObject@ShapeID o:r@idref'],
  ['judged', 'o:proxy@idref o:rel@idsrc o:rel@iddest o:rel@idcntr o@href o@althref o@src o@title o@opendocument'],
  ['judged', 'cNvPr@name docPr@name a:ext@uri c:ext@uri dgm:ext@uri cx:ext@uri a:graphicData@uri a@name'],
  ['judged', 'w:hyperlink@anchor w:fldSimple@instr w:bookmarkStart@name w:lsdException@name w:docPartGallery@val'],
  [
    'judged',
    'w:pStyle@val w:rStyle@val w:tblStyle@val w:name@val xml@space mc@Ignorable mc@MustUnderstand mc:Choice@Requires',
  ],
  ['name', 'w:style@styleId w:basedOn@val w:next@val w:link@val w:numStyleLink@val w:styleLink@val'],
  ['name', 'w:clickAndTypeStyle@val w:defaultTableStyle@val w:bookmarkStart@id w:bookmarkEnd@id a:gd@name a:gd@fmla'],
  ['name', 'a@gdRefAng a@gdRefR a@gdRefX a@gdRefY a:cxn@ang a:pos@x a:pos@y a:pt@x a:pt@y a:rect@l a:rect@t a:rect@r'],
  ['name', 'a:rect@b a:arcTo@hR a:arcTo@wR a:arcTo@stAng a:arcTo@swAng a@maxAng a@maxR a@maxX a@maxY a@minAng a@minR'],
  ['name', 'a@minX a@minY dgm@name dgm@presName dgm@presStyleLbl dgm@styleLbl dgm@forName dgm@refForName dgm@moveWith'],
  ['name', 'dgm@ref dgm@arg dgm:if@val dgm:param@val'],
  ['font', 'a@typeface w:font@name w:altName@val w:rFonts@ascii w:rFonts@hAnsi w:rFonts@cs w:rFonts@eastAsia'],
  ['font', 'w:sym@font w14@font m:mathFont@val w16se@font'],
  ['language', 'a@lang a@altLang c:lang@val w:lang@val w:lang@bidi w:lang@eastAsia w:lid@val w:themeFontLang@val'],
  ['language', 'w:themeFontLang@bidi w:themeFontLang@eastAsia w:noLineBreaksAfter@lang w:noLineBreaksBefore@lang'],
  ['language', 'dgm@lang cs@lang cs@altLang cx@cultureLanguage cx@cultureRegion xml@lang'],
  ['signs', 'w:noLineBreaksAfter@val w:noLineBreaksBefore@val w:decimalSymbol@val w:listSeparator@val'],
  ['frame', 'a@tgtFrame w@tgtFrame'],
  ['layout', 'dgm@uniqueId dgm@defStyle dgm@minVer dgm@loTypeId dgm@loCatId dgm@qsTypeId dgm@qsCatId dgm@csTypeId'],
  ['layout', 'dgm@csCatId dgm@presId dgm:cat@type dsp@minVer dgm:shape@type'],
  ['program', 'o:OLEObject@ProgID'],
  ['shown', 'x:sheet@name x:dataValidation@prompt x:dataValidation@promptTitle x:dataValidation@error'],
  ['shown', 'x:dataValidation@errorTitle x14:dataValidation@prompt x14:dataValidation@promptTitle'],
  ['shown', 'x14:dataValidation@error x14:dataValidation@errorTitle x:hyperlink@display x:hyperlink@tooltip'],
  ['shown', 'x:table@displayName x:table@name x:tableColumn@name x:tableColumn@totalsRowLabel x:numFmt@formatCode'],
  ['shown', 'x:cellStyle@name x:cacheField@name x:cacheField@caption x:dataField@name x:pivotField@name x:s@v x:e@v'],
  ['shown', 'x:pageField@cap x:pageField@name x:pivotField@subtotalCaption x:item@n x:d@v x:filter@val'],
  ['shown', 'x:customFilter@val x14:filter@val x14:customFilter@val x:cfvo@val x14:cfvo@val x:cfRule@text'],
  ['shown', 'x14:cfRule@text x:pivotTableDefinition@name x:pivotTableDefinition@dataCaption'],
  ['shown', 'x:pivotTableDefinition@grandTotalCaption x:pivotTableDefinition@errorCaption'],
  ['shown', 'x:pivotTableDefinition@missingCaption x:pivotTableDefinition@rowHeaderCaption'],
  ['shown', 'x:pivotTableDefinition@colHeaderCaption x:filter@stringValue1 x:filter@stringValue2'],
  ['judged', 'x:definedName@name x:hyperlink@location x:ext@uri x14:cfRule@id x:worksheetSource@sheet'],
  [
    'judged',
    'x:worksheetSource@name x:rangeSet@sheet x:rangeSet@name x:dataRef@sheet x:dataRef@name x:cacheField@formula',
  ],
  ['judged', 'x:calculatedItem@formula xdr:sp@textlink x:fileSharing@userName x:sheetProtection@algorithmName'],
  ['judged', 'x:workbookProtection@workbookAlgorithmName x:protectedRange@algorithmName'],
  ['name', 'x:tableStyle@name x:tableStyleInfo@name x:tableStyles@defaultTableStyle x:tableStyles@defaultPivotStyle'],
  ['name', 'x:pivotTableDefinition@pivotTableStyle x:table@dataCellStyle x:table@headerRowCellStyle x:f@ref'],
  ['name', 'x:tableColumn@dataCellStyle x:tableColumn@totalsRowCellStyle x:tableColumn@headerRowCellStyle'],
  ['name', 'x:table@totalsRowCellStyle x:pivotTableStyleInfo@name x:protectedRange@name x:col@style'],
  ['font', 'x:name@val x:rFont@val'],
  ['name', 'a:tblStyle@styleName'],
  ['font', 'p@typeface'],
  ['language', 'p:kinsoku@lang'],
  ['signs', 'p:kinsoku@invalStChars p:kinsoku@invalEndChars'],
  ['judged', 'p:cSld@name p:custShow@name p:sldLayout@matchingName'],
  ['program', 'p:oleObj@progId'],
  ['compatibility', 'w:compatSetting@name w:compatSetting@uri'],
  ['id', 'dgm@modelId dgm@cxnId dgm@destId dgm@srcId dgm@parTransId dgm@sibTransId dgm@presAssocID'],
  ['id', 'dsp@modelId cx@uniqueId a:fld@id c16@val w@fontKey o:OLEObject@ObjectID o:r@id dsp@relId'],
];
const KINDS = new Map(ROWS.flatMap(([kind, places]) => places.split(' ').map((place) => [place, kind] as const)));

// Operators of VML's formulas, its colours, and what its styles and strokes may say, which are lists in prose (ISO/IEC
// 29500-4 19.1.2); kinds of text fields in drawings; filters, formulas and properties of animations (part 1, 19.5).
const MORE_WORDS = new Set(
  `pixellinewidth linedrawn pixelwidth pixelheight emuwidth emuheight width height xcenter ycenter xlimo ylimo cosatan2
  sinatan2 sumangle ellipse buttonface buttonhighlight buttonshadow buttontext captiontext graytext highlight
  highlighttext inactiveborder inactivecaption infobackground infotext menutext scrollbar threeddarkshadow threedface
  threedlightshadow threedhighlight threedshadow windowframe lighten invertgray shadowcolor static absolute relative
  vertical horizontal ideographic justify letter stretch tightening tracking italic oblique bolder lighter underline
  overline blink context edited aspect longdash shortdash shortdashdot shortdashdotdot longdashdot longdashdotdot
  backward forward miterjoin drawingtoframe infinite object bezier elbow plain slidenum txlink collapse uniform inherit
  transparent visible double struck windows bottomright topleft shadow lineorfill simple process convert relationship
  cycle hierarchy pyramid matrix picture list colorful mainscheme datetime datetimefigureout checkerboard across blinds
  dissolve pixelate randombar stretch strips wedge wheel slide frombottom fromleft fromright fromtop downleft downright
  upleft upright invertical inhorizontal outvertical outhorizontal fillcolor stroke fontsize fontweight fontstyle
  fontfamily textdecorationunderline texteffect textshadow textemboss rotation scale origin offset matrix perspective
  extrusion style visibility opacity shape bounce drape curtains wind prestige fracture crush peeloff pagecurldouble
  pagecurlsingle airplane origami fallover byobject byword bychar ellipse ltrace hidden`.split(/\s+/),
);

const MAX_TEXT = 255;
const MAX_CLOSED = 64 * 1024;

/** Whether the attribute's value may stay, as far as its own words go. */
export function mayStay(element: Element, { uri, local, value }: Attribute): boolean {
  const of = vocabularyOf(element.uri) ?? '';
  const own = uri === '' || uri === element.uri ? of : (vocabularyOf(uri) ?? '');
  const kind =
    KINDS.get(`${of}:${element.local}@${local}`) ??
    KINDS.get(`${element.local}@${local}`) ??
    KINDS.get(`${own}@${local}`) ??
    KINDS.get(`@${local}`);
  if (kind === undefined) return isClosed(value);
  return value === '' || ALLOWS[kind](value);
}

const ALLOWS: Readonly<Record<Kind, (value: string) => boolean>> = {
  judged: () => true,
  shown: () => true,
  name: (value) => value.length <= MAX_TEXT && !isPrivateText(value),
  font: (value) => value.length <= MAX_TEXT && !isPrivateText(value),
  language: (value) => /^(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}(?:_tradnl)?|x-none|none)$/.test(value),
  // Marks that lines must not begin or end with are no letters, save for small ones of Japanese.
  signs: (value) => !/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u.test(value),
  frame: (value) => ['_blank', '_self', '_parent', '_top'].includes(value),
  layout: (value) =>
    isClosed(value) ||
    /^(?:urn:microsoft\.com\/office\/|http:\/\/(?:schemas|purl)\.[\w.]+\/)[\w./#+-]{1,160}$/.test(value),
  compatibility: (value) => value === 'http://schemas.microsoft.com/office/word' || isClosed(value),
  program: (value) =>
    /^(?:(?:Equation|Excel|Word|PowerPoint|Visio|MSGraph|MSProject|Paint|AcroExch|opendocument)\.[A-Za-z0-9.]{1,40}|Package|PBrush)$/.test(
      value,
    ),
  id: (value) => /^(?:-?\d{1,12}|_\d{1,12}|rId\d{1,6}|V:Rule\d{1,6}|\{[0-9A-Fa-f-]{36}\})$/.test(value),
};

/** Numbers, switches, colours, and the words of enumerations, alone or in a row. */
export function isClosed(value: string): boolean {
  if (value.length > MAX_CLOSED || !/^[\s\x21-\x7e]*$/.test(value)) return false;
  for (const [token] of value.matchAll(/[A-Za-z0-9]+/g)) if (!isClosedToken(token)) return false;
  return true;
}

function isClosedToken(token: string): boolean {
  // Codes of shapes and units are letters between numbers; colours and identifiers are hexadecimal.
  if (/^[0-9A-Fa-f]{1,32}$/.test(token) || isSchemaWord(token)) return true;
  return (token.match(/[A-Za-z]+/g) ?? []).every(
    (letters) => letters.length <= 4 || isSchemaWord(letters) || MORE_WORDS.has(letters.toLowerCase()),
  );
}
