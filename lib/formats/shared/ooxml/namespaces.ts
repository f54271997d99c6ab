// The XML namespaces that Office documents are made of, transitional (ECMA-376) and strict (ISO/IEC 29500) side by side.
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
  | 'w10'
  | 'w14'
  | 'w15'
  | 'w16se'
  | 'wp14'
  | 'wp15'
  | 'wps'
  | 'wpg'
  | 'wpc'
  | 'a14'
  | 'a16'
  | 'adec'
  | 'pic14'
  | 'c14'
  | 'c15'
  | 'c16'
  | 'cs'
  | 'cx'
  | 'cdr'
  | 'cdr14'
  | 'dgm'
  | 'dgm14'
  | 'dsp'
  | 'lc'
  | 'x'
  | 'x14'
  | 'x14ac'
  | 'x15'
  | 'x15ac'
  | 'xm'
  | 'xr'
  | 'xdr'
  | 'p'
  | 'p14'
  | 'p15'
  | 'p159'
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
  ['urn:schemas-microsoft-com:office:word', 'w10'],
  ['http://schemas.microsoft.com/office/word/2015/wordml/symex', 'w16se'],
  ['http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing', 'wp14'],
  ['http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing', 'wp15'],
  ['http://schemas.microsoft.com/office/word/2010/wordprocessingShape', 'wps'],
  ['http://schemas.microsoft.com/office/word/2010/wordprocessingGroup', 'wpg'],
  ['http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas', 'wpc'],
  ['http://schemas.microsoft.com/office/drawing/2010/main', 'a14'],
  ['http://schemas.microsoft.com/office/drawing/2014/main', 'a16'],
  ['http://schemas.microsoft.com/office/drawing/2017/decorative', 'adec'],
  ['http://schemas.microsoft.com/office/drawing/2010/picture', 'pic14'],
  ['http://schemas.microsoft.com/office/drawing/2007/8/2/chart', 'c14'],
  ['http://schemas.microsoft.com/office/drawing/2012/chart', 'c15'],
  ['http://schemas.microsoft.com/office/drawing/2014/chart', 'c16'],
  ['http://schemas.microsoft.com/office/drawing/2012/chartStyle', 'cs'],
  ['http://schemas.microsoft.com/office/drawing/2014/chartex', 'cx'],
  ['http://schemas.openxmlformats.org/drawingml/2006/chartDrawing', 'cdr'],
  ['http://purl.oclc.org/ooxml/drawingml/chartDrawing', 'cdr'],
  ['http://schemas.microsoft.com/office/drawing/2010/chartDrawing', 'cdr14'],
  ['http://schemas.openxmlformats.org/drawingml/2006/diagram', 'dgm'],
  ['http://purl.oclc.org/ooxml/drawingml/diagram', 'dgm'],
  ['http://schemas.microsoft.com/office/drawing/2010/diagram', 'dgm14'],
  ['http://schemas.microsoft.com/office/drawing/2008/diagram', 'dsp'],
  ['http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas', 'lc'],
  ['http://purl.oclc.org/ooxml/drawingml/lockedCanvas', 'lc'],
  ['http://schemas.openxmlformats.org/spreadsheetml/2006/main', 'x'],
  ['http://purl.oclc.org/ooxml/spreadsheetml/main', 'x'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2009/9/main', 'x14'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac', 'x14ac'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2010/11/main', 'x15'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac', 'x15ac'],
  ['http://schemas.microsoft.com/office/excel/2006/main', 'xm'],
  // Who changed what when: the revisions of shared workbooks and of co-authoring.
  ['http://schemas.microsoft.com/office/spreadsheetml/2014/revision', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2015/revision2', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2016/revision3', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2016/revision5', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2016/revision6', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2016/revision9', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2016/revision10', 'xr'],
  ['http://schemas.microsoft.com/office/spreadsheetml/2017/revision16', 'xr'],
  ['http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing', 'xdr'],
  ['http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing', 'xdr'],
  ['http://schemas.openxmlformats.org/presentationml/2006/main', 'p'],
  ['http://purl.oclc.org/ooxml/presentationml/main', 'p'],
  ['http://schemas.microsoft.com/office/powerpoint/2010/main', 'p14'],
  ['http://schemas.microsoft.com/office/powerpoint/2012/main', 'p15'],
  ['http://schemas.microsoft.com/office/powerpoint/2015/09/main', 'p159'],
  ['http://www.w3.org/XML/1998/namespace', 'xml'],
  ['http://www.w3.org/2000/xmlns/', 'xmlns'],
];

/** Later versions that alternate content asks for by name, with nothing in them that stays. */
const ASKED_FOR = [
  'http://schemas.microsoft.com/office/word/2018/wordml',
  'http://schemas.microsoft.com/office/drawing/2015/06/chart',
  'http://schemas.microsoft.com/office/drawing/2015/9/8/chartex',
  'http://schemas.microsoft.com/office/drawing/2015/10/21/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/9/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/10/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/11/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/12/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/13/chartex',
  'http://schemas.microsoft.com/office/drawing/2016/5/14/chartex',
];

/** Declared by Office without being used, or used only for what is dropped; harmless as names. */
const DECLARED_ONLY = [
  'http://schemas.openxmlformats.org/schemaLibrary/2006/main',
  'http://purl.oclc.org/ooxml/schemaLibrary/main',
  'http://schemas.microsoft.com/office/word/2006/wordml',
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
  'http://schemas.microsoft.com/office/spreadsheetml/2014/11/main',
  'http://schemas.microsoft.com/office/spreadsheetml/2015/02/main',
  'http://schemas.microsoft.com/office/spreadsheetml/2011/1/ac',
  'http://schemas.microsoft.com/office/spreadsheetml/2018/calcfeatures',
  'http://schemas.microsoft.com/office/excel/2010/spreadsheetDrawing',
  'http://schemas.microsoft.com/office/thememl/2012/main',
  'http://schemas.openxmlformats.org/presentationml/2006/ole',
  'http://purl.oclc.org/ooxml/presentationml/ole',
  'http://schemas.openxmlformats.org/drawingml/2006/table',
  'http://purl.oclc.org/ooxml/drawingml/table',
  'http://schemas.microsoft.com/office/powerpoint/2015/main',
  'http://schemas.microsoft.com/office/powerpoint/2017/10/main',
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://www.w3.org/2001/XMLSchema',
];

const VOCABULARIES = new Map(SPOKEN);
const UNDERSTOOD = new Set([...VOCABULARIES.keys(), ...ASKED_FOR]);
const DECLARABLE = new Set([...UNDERSTOOD, ...DECLARED_ONLY]);

/** The short name of a namespace that rules speak of. */
export function vocabularyOf(uri: string): Vocabulary | undefined {
  return VOCABULARIES.get(uri);
}

/** Whether alternate content that requires the namespace is what the published document shows. */
export function isUnderstood(uri: string): boolean {
  return UNDERSTOOD.has(uri);
}

/** Whether the name of the namespace may stand in the document. */
export function isDeclarable(uri: string): boolean {
  return DECLARABLE.has(uri);
}

export const NAMESPACES: readonly string[] = [...DECLARABLE];
