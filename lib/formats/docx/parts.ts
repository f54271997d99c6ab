// What the parts of a Word document are (ISO/IEC 29500-1 11, [MS-DOCX] 2.2, [MS-OFFMACRO2]). A part stays when both its
// relationship and its content type are in this table; a relationship in DROPPED is a carrier; any other refuses the
// document, because nobody knows what would be published with it.

const TRANSITIONAL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';
const STRICT = 'http://purl.oclc.org/ooxml/officeDocument/relationships/';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships/';
const MICROSOFT = /^http:\/\/schemas\.microsoft\.com\/office\/(?:20\d\d\/(?:\d\d\/)?)?relationships\//;

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.';
const DRAWING = 'application/vnd.openxmlformats-officedocument.drawingml.';
const OFFICE = 'application/vnd.openxmlformats-officedocument.';

/** Main parts by content type, and what they become: the macro-enabled ones their macro-free twins. */
export const MAIN_TYPES: ReadonlyMap<string, string> = new Map([
  [`${WORD}document.main+xml`, `${WORD}document.main+xml`],
  [`${WORD}template.main+xml`, `${WORD}template.main+xml`],
  ['application/vnd.ms-word.document.macroEnabled.main+xml', `${WORD}document.main+xml`],
  ['application/vnd.ms-word.template.macroEnabledTemplate.main+xml', `${WORD}template.main+xml`],
]);
export const TEMPLATE_TYPE = `${WORD}template.main+xml`;

/** How a part is rebuilt: as text, as drawing, or by the pipeline of what is in it. */
export type Kind = 'text' | 'drawing' | 'media' | 'package' | 'font';

export type KeptPart = {
  readonly kind: Kind;
  /** Empty where the content decides, not the label. */
  readonly contentTypes: readonly string[];
  /** Folder and stem of the usual name; a part named otherwise is renamed. */
  readonly folder: string;
  readonly stem: string;
  /** Used by the part itself rather than by an element with its id. */
  readonly implicit: boolean;
};

const part = (kind: Kind, types: readonly string[], place: string, implicit = false): KeptPart => {
  const slash = place.lastIndexOf('/');
  return { kind, contentTypes: types, folder: place.slice(0, slash + 1), stem: place.slice(slash + 1), implicit };
};
const text = (name: string, implicit = false) => part('text', [`${WORD}${name}+xml`], `word/${name}`, implicit);
const drawing = (type: string, place: string, implicit = false) => part('drawing', [type], place, implicit);

export const KEPT_PARTS: ReadonlyMap<string, KeptPart> = new Map([
  ['officeDocument', part('text', [...MAIN_TYPES.keys()], 'word/document', true)],
  ['styles', text('styles', true)],
  ['numbering', text('numbering', true)],
  ['settings', text('settings', true)],
  ['webSettings', text('webSettings', true)],
  ['fontTable', text('fontTable', true)],
  ['footnotes', text('footnotes', true)],
  ['endnotes', text('endnotes', true)],
  ['header', text('header')],
  ['footer', text('footer')],
  ['theme', drawing(`${OFFICE}theme+xml`, 'word/theme/theme', true)],
  ['themeOverride', drawing(`${OFFICE}themeOverride+xml`, 'word/theme/themeOverride', true)],
  ['chart', drawing(`${DRAWING}chart+xml`, 'word/charts/chart')],
  ['chartEx', drawing('application/vnd.ms-office.chartex+xml', 'word/charts/chartEx')],
  ['chartStyle', drawing('application/vnd.ms-office.chartstyle+xml', 'word/charts/style', true)],
  ['chartColorStyle', drawing('application/vnd.ms-office.chartcolorstyle+xml', 'word/charts/colors', true)],
  ['chartUserShapes', drawing(`${DRAWING}chartshapes+xml`, 'word/drawings/drawing')],
  ['diagramData', drawing(`${DRAWING}diagramData+xml`, 'word/diagrams/data')],
  ['diagramLayout', drawing(`${DRAWING}diagramLayout+xml`, 'word/diagrams/layout')],
  ['diagramQuickStyle', drawing(`${DRAWING}diagramStyle+xml`, 'word/diagrams/quickStyle')],
  ['diagramColors', drawing(`${DRAWING}diagramColors+xml`, 'word/diagrams/colors')],
  ['diagramDrawing', drawing('application/vnd.ms-office.drawingml.diagramDrawing+xml', 'word/diagrams/drawing', true)],
  ['image', part('media', [], 'word/media/image')],
  ['package', part('package', [], 'word/embeddings/package')],
  ['font', part('font', [`${OFFICE}obfuscatedFont`, 'application/x-fontdata'], 'word/fonts/font')],
]);

/** Relationships whose targets are carriers, by the carrier. */
export const DROPPED_PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    app: 'extended-properties extendedProperties',
    'custom-properties': 'custom-properties customProperties',
    thumbnail: 'thumbnail',
    comment: 'comments commentsExtended commentsIds commentsExtensible',
    people: 'people',
    tasks: 'documenttasks',
    glossary: 'glossaryDocument',
    'custom-xml': 'customXml customXmlProps xmlMaps',
    macro:
      'vbaProject wordVbaData vbaProjectSignature vbaProjectSignatureAgile vbaProjectSignatureV3 keyMapCustomizations attachedToolbars',
    'settings.template': 'attachedTemplate',
    'settings.mail-merge': 'mailMergeSource mailMergeHeaderSource mailMergeRecipientData recipientData',
    'settings.other': 'transform',
    printer: 'printerSettings',
    'active-x': 'control activeXControlBinary ctrlProp',
    'embedded.ole': 'oleObject',
    'web-extension': 'webextension webextensiontaskpanes',
    'custom-ui': 'extensibility userCustomization',
    signature: 'origin signature certificate',
    label: 'classificationlabels',
    // The second is how Word 2010 wrote it at first.
    'part.superfluous': 'stylesWithEffects stylesWithtEffects',
    'alt-chunk': 'aFChunk afChunk',
    'sub-document': 'subDocument frame htmlPubSaveAs',
    'picture.alternate': 'hdphoto',
    ink: 'ink',
    video: 'video audio media model3d',
  }).flatMap(([carrier, names]) => names.split(' ').map((name) => [name, carrier] as const)),
);

/** The last word of a relationship type from one of the known families, undefined for any other. */
export function relationshipName(type: string): string | undefined {
  // Some writers get the case of the family wrong; Word reads them all the same.
  const lower = type.toLowerCase();
  const family =
    [TRANSITIONAL, STRICT, PACKAGE].find((one) => lower.startsWith(one.toLowerCase()))?.length ??
    MICROSOFT.exec(type)?.[0].length;
  if (family === undefined) return undefined;
  return /^(?:metadata\/|digital-signature\/|ui\/)?([A-Za-z0-9-]+)$/.exec(type.slice(family))?.[1];
}

export const CORE_RELATIONSHIP = `${PACKAGE}metadata/core-properties`;
export const CORE_TYPE = 'application/vnd.openxmlformats-package.core-properties+xml';
export const DOCUMENT_RELATIONSHIP = `${TRANSITIONAL}officeDocument`;
export const ALL_TYPES: readonly string[] = [...KEPT_PARTS.values()].flatMap(({ contentTypes }) => contentTypes);
