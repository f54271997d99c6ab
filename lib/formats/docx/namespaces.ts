// The XML namespaces that Word documents are made of, transitional (ECMA-376) and strict (ISO/IEC 29500) side by side.
// Prefixes mean nothing: everything is looked up by these names.

/** Short names for the namespaces whose elements rules speak of. */
export type Vocabulary =
  | 'w'
  | 'r'
  | 'mc'
  | 'a'
  | 'wp'
  | 'pic'
  | 'c'
  | 'v'
  | 'o'
  | 'm'
  | 'w14'
  | 'w15'
  | 'xml'
  | 'xmlns';

const SPOKEN: readonly (readonly [string, Vocabulary])[] = [
  ['http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'w'],
  ['http://purl.oclc.org/ooxml/wordprocessingml/main', 'w'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'r'],
  ['http://purl.oclc.org/ooxml/officeDocument/relationships', 'r'],
  ['http://schemas.openxmlformats.org/markup-compatibility/2006', 'mc'],
  ['http://schemas.openxmlformats.org/drawingml/2006/main', 'a'],
  ['http://purl.oclc.org/ooxml/drawingml/main', 'a'],
  ['http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing', 'wp'],
  ['http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing', 'wp'],
  ['http://schemas.openxmlformats.org/drawingml/2006/picture', 'pic'],
  ['http://purl.oclc.org/ooxml/drawingml/picture', 'pic'],
  ['http://schemas.openxmlformats.org/drawingml/2006/chart', 'c'],
  ['http://purl.oclc.org/ooxml/drawingml/chart', 'c'],
  ['urn:schemas-microsoft-com:vml', 'v'],
  ['urn:schemas-microsoft-com:office:office', 'o'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/math', 'm'],
  ['http://purl.oclc.org/ooxml/officeDocument/math', 'm'],
  ['http://schemas.microsoft.com/office/word/2010/wordml', 'w14'],
  ['http://schemas.microsoft.com/office/word/2012/wordml', 'w15'],
  ['http://www.w3.org/XML/1998/namespace', 'xml'],
  ['http://www.w3.org/2000/xmlns/', 'xmlns'],
];

const OTHERS = [
  'http://schemas.openxmlformats.org/drawingml/2006/diagram',
  'http://purl.oclc.org/ooxml/drawingml/diagram',
  'http://schemas.openxmlformats.org/drawingml/2006/chartDrawing',
  'http://purl.oclc.org/ooxml/drawingml/chartDrawing',
  'http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas',
  'http://purl.oclc.org/ooxml/drawingml/lockedCanvas',
  'http://schemas.openxmlformats.org/schemaLibrary/2006/main',
  'http://purl.oclc.org/ooxml/schemaLibrary/main',
  'urn:schemas-microsoft-com:office:word',
  'http://schemas.microsoft.com/office/word/2006/wordml',
  'http://schemas.microsoft.com/office/word/2015/wordml/symex',
  'http://schemas.microsoft.com/office/word/2018/wordml',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingShape',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingGroup',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas',
  'http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing',
  'http://schemas.microsoft.com/office/drawing/2007/8/2/chart',
  'http://schemas.microsoft.com/office/drawing/2008/diagram',
  'http://schemas.microsoft.com/office/drawing/2010/main',
  'http://schemas.microsoft.com/office/drawing/2010/picture',
  'http://schemas.microsoft.com/office/drawing/2010/diagram',
  'http://schemas.microsoft.com/office/drawing/2010/chartDrawing',
  'http://schemas.microsoft.com/office/drawing/2012/chart',
  'http://schemas.microsoft.com/office/drawing/2012/chartStyle',
  'http://schemas.microsoft.com/office/drawing/2014/chart',
  'http://schemas.microsoft.com/office/drawing/2014/main',
  'http://schemas.microsoft.com/office/drawing/2014/chartex',
  'http://schemas.microsoft.com/office/drawing/2015/06/chart',
  'http://schemas.microsoft.com/office/drawing/2015/9/8/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/14/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/13/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/12/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/11/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/10/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/9/chartex',
  'http://schemas.microsoft.com/office/drawing/2015/10/21/chartex',
  'http://schemas.microsoft.com/office/drawing/2017/decorative',
];

/** Declared by Office without being used, or used only for what is dropped; harmless as names. */
const DECLARED_ONLY = [
  'urn:schemas-microsoft-com:mac:vml',
  'urn:schemas-microsoft-com:office:excel',
  'urn:schemas-microsoft-com:office:powerpoint',
  'http://schemas.openxmlformats.org/officeDocument/2006/customXml',
  'http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes',
  'http://schemas.microsoft.com/office/mac/drawingml/2011/main',
  'http://schemas.microsoft.com/office/mac/office/2008/main',
  'http://schemas.microsoft.com/office/2019/extlst',
  'http://schemas.microsoft.com/office/drawing/2013/main/command',
  'http://schemas.microsoft.com/office/drawing/2016/ink',
  'http://schemas.microsoft.com/office/drawing/2017/model3d',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingInk',
  'http://schemas.microsoft.com/office/word/2016/wordml/cid',
  'http://schemas.microsoft.com/office/word/2018/wordml/cex',
  'http://schemas.microsoft.com/office/word/2020/wordml/sdtdatahash',
  'http://schemas.microsoft.com/office/word/2020/oembed',
  'http://schemas.microsoft.com/office/word/2023/wordml/word16du',
  'http://schemas.microsoft.com/office/word/2024/wordml/sdtformatlock',
  'http://schemas.microsoft.com/office/thememl/2012/main',
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://www.w3.org/2001/XMLSchema',
];

/** What an unknown namespace is called after the document was cleaned: the declaration stays valid, its name says nothing. */
export const UNKNOWN_NAMESPACE = 'urn:unknown';

const VOCABULARIES = new Map(SPOKEN);
const ELEMENTS = new Set([...VOCABULARIES.keys(), ...OTHERS]);
const DECLARABLE = new Set([...ELEMENTS, ...DECLARED_ONLY, UNKNOWN_NAMESPACE]);

/** The short name of a namespace that rules speak of. */
export function vocabularyOf(uri: string): Vocabulary | undefined {
  return VOCABULARIES.get(uri);
}

/** Whether elements and attributes of the namespace may stay. */
export function isKnown(uri: string): boolean {
  return ELEMENTS.has(uri);
}

/** Whether the name of the namespace may stand in the document. */
export function isDeclarable(uri: string): boolean {
  return DECLARABLE.has(uri);
}

export const NAMESPACES: readonly string[] = [...DECLARABLE];
