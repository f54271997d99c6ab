// What the parts of a package are (ISO/IEC 29500-1 11, [MS-OFFMACRO2]). A part stays when both its relationship and its
// content type are in a dialect's table; a relationship among the dropped ones is a carrier; any other refuses the
// document, because nobody knows what would be published with it.

const TRANSITIONAL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';
const STRICT = 'http://purl.oclc.org/ooxml/officeDocument/relationships/';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships/';
const MICROSOFT = /^http:\/\/schemas\.microsoft\.com\/office\/(?:20\d\d\/(?:\d\d\/)?)?relationships\//;

const DRAWING = 'application/vnd.openxmlformats-officedocument.drawingml.';
export const OFFICE = 'application/vnd.openxmlformats-officedocument.';

/** How a part is rebuilt: as the dialect's own text, as drawing, or by the pipeline of what is in it. */
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
  /** The element whose inside is too large for a tree: the root, or a child of it. */
  readonly lifts?: string;
};

/** A row of a table of kept parts; `place` is the usual name without number and extension. */
export function part(kind: Kind, types: readonly string[], place: string, implicit = false): KeptPart {
  const slash = place.lastIndexOf('/');
  return { kind, contentTypes: types, folder: place.slice(0, slash + 1), stem: place.slice(slash + 1), implicit };
}

/** The parts that documents of every dialect have, under the dialect's folder. */
export function drawingParts(folder: string): [string, KeptPart][] {
  const drawing = (type: string, place: string, implicit = false) =>
    part('drawing', [type], `${folder}/${place}`, implicit);
  return [
    ['theme', drawing(`${OFFICE}theme+xml`, 'theme/theme', true)],
    ['themeOverride', drawing(`${OFFICE}themeOverride+xml`, 'theme/themeOverride', true)],
    ['chart', drawing(`${DRAWING}chart+xml`, 'charts/chart')],
    ['chartEx', drawing('application/vnd.ms-office.chartex+xml', 'charts/chartEx')],
    ['chartStyle', drawing('application/vnd.ms-office.chartstyle+xml', 'charts/style', true)],
    ['chartColorStyle', drawing('application/vnd.ms-office.chartcolorstyle+xml', 'charts/colors', true)],
    ['chartUserShapes', drawing(`${DRAWING}chartshapes+xml`, 'drawings/drawing')],
    ['diagramData', drawing(`${DRAWING}diagramData+xml`, 'diagrams/data')],
    ['diagramLayout', drawing(`${DRAWING}diagramLayout+xml`, 'diagrams/layout')],
    ['diagramQuickStyle', drawing(`${DRAWING}diagramStyle+xml`, 'diagrams/quickStyle')],
    ['diagramColors', drawing(`${DRAWING}diagramColors+xml`, 'diagrams/colors')],
    ['diagramDrawing', drawing('application/vnd.ms-office.drawingml.diagramDrawing+xml', 'diagrams/drawing', true)],
    ['image', part('media', [], `${folder}/media/image`)],
    ['package', part('package', [], `${folder}/embeddings/package`)],
  ];
}

/** Relationships whose targets are carriers in every dialect, by the carrier. */
const DROPPED = {
  app: 'extended-properties extendedProperties',
  'custom-properties': 'custom-properties customProperties',
  thumbnail: 'thumbnail',
  'custom-xml': 'customXml customXmlProps xmlMaps',
  macro: 'vbaProject vbaProjectSignature vbaProjectSignatureAgile vbaProjectSignatureV3',
  printer: 'printerSettings',
  'active-x': 'control activeXControlBinary ctrlProp',
  'embedded.ole': 'oleObject',
  'web-extension': 'webextension webextensiontaskpanes',
  'custom-ui': 'extensibility userCustomization',
  signature: 'origin signature certificate',
  label: 'classificationlabels',
  'picture.alternate': 'hdphoto',
  ink: 'ink',
  video: 'video audio media model3d',
};

/** The dropped relationships of every dialect with a dialect's own: names by carrier, with spaces between. */
export function droppedParts(own: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    [DROPPED, own].flatMap((rows) =>
      Object.entries(rows).flatMap(([carrier, names]) => names.split(' ').map((name) => [name, carrier] as const)),
    ),
  );
}

/** The last word of a relationship type from one of the known families, undefined for any other. */
export function relationshipName(type: string): string | undefined {
  // Some writers get the case of the family wrong; Office reads them all the same.
  const lower = type.toLowerCase();
  const family =
    [TRANSITIONAL, STRICT, PACKAGE].find((one) => lower.startsWith(one.toLowerCase()))?.length ??
    MICROSOFT.exec(type)?.[0].length;
  if (family === undefined) return undefined;
  return /^(?:metadata\/|digital-signature\/|ui\/)?([A-Za-z0-9-]+)$/.exec(type.slice(family))?.[1];
}

export const CORE_RELATIONSHIP = `${PACKAGE}metadata/core-properties`;
export const CORE_TYPE = 'application/vnd.openxmlformats-package.core-properties+xml';
