// What draws (ISO 32000-2 clauses 8, 11): resources, graphics states, XObjects, colours, patterns, shadings, functions.
// Each row is a key that is kept, what it must be, and why; every other key of such a dictionary is dropped.

import {
  array,
  boolean,
  by,
  bytes,
  dict,
  either,
  language,
  map,
  name,
  number,
  numbers,
  oneOf,
  resources,
  row,
  type Shape,
  special,
  stream,
  type Tables,
  text,
} from '../shape.ts';
import { FONT } from './fonts.ts';

// 8.6.5.8; a reader takes every other name for the second.
const INTENTS = ['AbsoluteColorimetric', 'RelativeColorimetric', 'Saturation', 'Perceptual'];
const INTENT = oneOf(...INTENTS);
export const isRenderingIntent = (name: string): boolean => INTENTS.includes(name);
// 11.3.5, with the name that PDF 1.3 had for Normal.
export const BLEND_MODES: ReadonlySet<string> = new Set([
  ...['Normal', 'Compatible', 'Multiply', 'Screen', 'Overlay', 'Darken', 'Lighten', 'ColorDodge', 'ColorBurn'],
  ...['HardLight', 'SoftLight', 'Difference', 'Exclusion', 'Hue', 'Saturation', 'Color', 'Luminosity'],
]);

export const FUNCTION = by('FunctionType', {
  0: stream('Function', 'samples'),
  2: dict('Function'),
  3: dict('Function'),
  4: stream('Function', 'postscript'),
});
export const COLOR_SPACE = either(special('colorSpace'), special('spaceName'));
export const FORM = stream('Form', 'content');
export const IMAGE = stream('Image', 'image');
export const XOBJECT = by('Subtype', { Image: IMAGE, Form: FORM });
/** What is on a layer. Whether the layer is shown is looked at before it is copied. */
export const LAYER = by('Type', { OCG: special('layerOwner'), OCMD: special('layerOwner') });
/** A group of optional content, or a membership in several. */
export const LAYER_ITSELF = by('Type', { OCG: dict('Layer'), OCMD: dict('LayerMembership') });

const SHADING = by('ShadingType', {
  1: dict('Shading'),
  2: dict('Shading'),
  3: dict('Shading'),
  4: stream('Shading', 'mesh'),
  5: stream('Shading', 'mesh'),
  6: stream('Shading', 'mesh'),
  7: stream('Shading', 'mesh'),
});
const PATTERN = by('PatternType', { 1: stream('TilingPattern', 'content'), 2: dict('ShadingPattern') });
const TRANSFER = either(oneOf('Identity', 'Default'), FUNCTION, array(either(oneOf('Identity', 'Default'), FUNCTION)));

/** Colour spaces (8.6) by family: what follows the family's name, and how much of that has to be there. */
export const FAMILIES: Readonly<Record<string, { readonly needs: number; readonly parts: readonly Shape[] }>> = {
  DeviceGray: { needs: 0, parts: [] },
  DeviceRGB: { needs: 0, parts: [] },
  DeviceCMYK: { needs: 0, parts: [] },
  CalGray: { needs: 1, parts: [dict('CalibratedSpace')] },
  CalRGB: { needs: 1, parts: [dict('CalibratedSpace')] },
  Lab: { needs: 1, parts: [dict('CalibratedSpace')] },
  ICCBased: { needs: 1, parts: [stream('Profile', 'profile')] },
  Indexed: { needs: 3, parts: [COLOR_SPACE, number, either(bytes, stream('Data'))] },
  Pattern: { needs: 0, parts: [COLOR_SPACE] },
  Separation: { needs: 3, parts: [name, COLOR_SPACE, FUNCTION] },
  DeviceN: { needs: 3, parts: [row(name), COLOR_SPACE, FUNCTION, dict('DeviceNAttributes')] },
};

export const graphics: Tables = {
  // 7.8.3
  Resources: [
    ['ExtGState', resources('ExtGState', dict('GraphicsState')), 'named by the gs operator'],
    ['ColorSpace', resources('ColorSpace', COLOR_SPACE), 'named by cs and CS'],
    ['Pattern', resources('Pattern', PATTERN), 'named by scn and SCN'],
    ['Shading', resources('Shading', SHADING), 'named by sh'],
    ['XObject', resources('XObject', XOBJECT), 'named by Do'],
    ['Font', resources('Font', FONT), 'named by Tf'],
    [
      'Properties',
      resources(
        'Properties',
        by('Type', { OCG: special('layerOwner'), OCMD: special('layerOwner') }, dict('MarkedContent')),
      ),
      'named by BDC and DP',
    ],
    ['ProcSet', array(oneOf('PDF', 'Text', 'ImageB', 'ImageC', 'ImageI')), 'asked for by old PostScript printers'],
  ],
  // 7.8.2: a page's content has no entries but those of streams.
  Content: [],
  // 8.4.5
  GraphicsState: [
    ['Type', oneOf('ExtGState'), 'says what the dictionary is'],
    ['LW', number, 'line width'],
    ['LC', number, 'line cap'],
    ['LJ', number, 'line join'],
    ['ML', number, 'miter limit'],
    ['D', row(either(numbers, number)), 'dash pattern'],
    ['RI', INTENT, 'rendering intent'],
    ['OP', boolean, 'overprint of strokes'],
    ['op', boolean, 'overprint of fills'],
    ['OPM', number, 'overprint mode'],
    ['Font', row(either(FONT, number)), 'font and size'],
    ['BG', FUNCTION, 'black generation'],
    ['BG2', either(oneOf('Default'), FUNCTION), 'black generation'],
    ['UCR', FUNCTION, 'undercolour removal'],
    ['UCR2', either(oneOf('Default'), FUNCTION), 'undercolour removal'],
    ['TR', TRANSFER, 'transfer functions change colours'],
    ['TR2', TRANSFER, 'transfer functions change colours'],
    ['FL', number, 'flatness'],
    ['SM', number, 'smoothness'],
    ['SA', boolean, 'stroke adjustment'],
    ['BM', special('blendMode'), 'blend mode'],
    ['SMask', either(oneOf('None'), dict('SoftMask')), 'soft mask'],
    ['CA', number, 'opacity of strokes'],
    ['ca', number, 'opacity of fills'],
    ['AIS', boolean, 'whether the mask is shape or opacity'],
    ['TK', boolean, 'text knockout'],
    ['UseBlackPtComp', oneOf('ON', 'OFF', 'Default'), 'black point compensation'],
  ],
  // 11.5.3
  SoftMask: [
    ['Type', oneOf('Mask'), 'says what the dictionary is'],
    ['S', oneOf('Alpha', 'Luminosity'), 'how the mask is made'],
    ['G', FORM, 'the group that makes it'],
    ['BC', numbers, 'backdrop colour'],
    ['TR', either(oneOf('Identity'), FUNCTION), 'transfer function'],
  ],
  // 8.10.2
  Form: [
    ['Type', oneOf('XObject'), 'says what the dictionary is'],
    ['Subtype', oneOf('Form'), 'says what the dictionary is'],
    ['FormType', number, 'its version, always 1'],
    ['BBox', numbers, 'what it is clipped to'],
    ['Matrix', numbers, 'where it goes'],
    ['Resources', dict('Resources'), 'what its content names'],
    ['Group', dict('Group'), 'transparency'],
    ['OC', LAYER, 'the layer it is on'],
    ['StructParent', number, 'its place in the structure tree'],
    ['StructParents', number, 'the place of its content in the structure tree'],
  ],
  // 11.6.6
  Group: [
    ['Type', oneOf('Group'), 'says what the dictionary is'],
    ['S', oneOf('Transparency'), 'the only kind'],
    ['CS', COLOR_SPACE, 'blending colour space'],
    ['I', boolean, 'isolated'],
    ['K', boolean, 'knockout'],
  ],
  // 8.9.5; Name, Metadata, OPI, Alternates, ID, Measure, PtData and AF are not copied.
  Image: [
    ['Type', oneOf('XObject'), 'says what the dictionary is'],
    ['Subtype', oneOf('Image'), 'says what the dictionary is'],
    ['Width', number, 'samples in a row'],
    ['Height', number, 'rows'],
    ['ColorSpace', COLOR_SPACE, 'what the samples mean'],
    ['BitsPerComponent', number, 'size of a sample'],
    ['Intent', INTENT, 'rendering intent'],
    ['ImageMask', boolean, 'a stencil'],
    ['Mask', either(IMAGE, numbers), 'what is left out'],
    ['Decode', numbers, 'what the samples mean'],
    ['Interpolate', boolean, 'smoothing'],
    ['SMask', IMAGE, 'opacity'],
    ['SMaskInData', number, 'opacity inside JPEG 2000'],
    ['Matte', numbers, 'colour that the samples were blended with'],
    ['OC', LAYER, 'the layer it is on'],
    ['StructParent', number, 'its place in the structure tree'],
  ],
  // 8.7.3
  TilingPattern: [
    ['Type', oneOf('Pattern'), 'says what the dictionary is'],
    ['PatternType', number, 'says what the dictionary is'],
    ['PaintType', number, 'coloured or not'],
    ['TilingType', number, 'spacing'],
    ['BBox', numbers, 'the cell'],
    ['XStep', number, 'spacing'],
    ['YStep', number, 'spacing'],
    ['Resources', dict('Resources'), 'what its content names'],
    ['Matrix', numbers, 'where it goes'],
  ],
  // 8.7.4
  ShadingPattern: [
    ['Type', oneOf('Pattern'), 'says what the dictionary is'],
    ['PatternType', number, 'says what the dictionary is'],
    ['Shading', SHADING, 'the colours'],
    ['Matrix', numbers, 'where it goes'],
    ['ExtGState', dict('GraphicsState'), 'how it is painted'],
  ],
  Shading: [
    ['ShadingType', number, 'says what the dictionary is'],
    ['ColorSpace', COLOR_SPACE, 'what the numbers mean'],
    ['Background', numbers, 'colour outside'],
    ['BBox', numbers, 'what it is clipped to'],
    ['AntiAlias', boolean, 'smoothing'],
    ['Function', either(FUNCTION, row(FUNCTION)), 'the colours'],
    ['Domain', numbers, 'the range of the function'],
    ['Matrix', numbers, 'where it goes'],
    ['Coords', numbers, 'axis or circles'],
    ['Extend', row(boolean), 'colour beyond the ends'],
    ['BitsPerCoordinate', number, 'layout of the mesh'],
    ['BitsPerComponent', number, 'layout of the mesh'],
    ['BitsPerFlag', number, 'layout of the mesh'],
    ['Decode', numbers, 'layout of the mesh'],
    ['VerticesPerRow', number, 'layout of the mesh'],
  ],
  // 7.10
  Function: [
    ['FunctionType', number, 'says what the dictionary is'],
    ['Domain', numbers, 'inputs'],
    ['Range', numbers, 'outputs'],
    ['Size', numbers, 'sample table'],
    ['BitsPerSample', number, 'sample table'],
    ['Order', number, 'interpolation'],
    ['Encode', numbers, 'inputs to samples'],
    ['Decode', numbers, 'samples to outputs'],
    ['C0', numbers, 'value at 0'],
    ['C1', numbers, 'value at 1'],
    ['N', number, 'exponent'],
    ['Functions', row(FUNCTION), 'functions that are stitched'],
    ['Bounds', numbers, 'where they are stitched'],
  ],
  // 8.6.5
  CalibratedSpace: [
    ['WhitePoint', numbers, 'computes colours'],
    ['BlackPoint', numbers, 'computes colours'],
    ['Gamma', either(number, numbers), 'computes colours'],
    ['Matrix', numbers, 'computes colours'],
    ['Range', numbers, 'computes colours'],
  ],
  Profile: [
    ['N', number, 'how many components'],
    ['Alternate', COLOR_SPACE, 'for readers without colour management'],
    ['Range', numbers, 'range of the components'],
  ],
  // 8.6.6.5; MixingHints only speak to printing presses.
  DeviceNAttributes: [
    ['Subtype', oneOf('DeviceN', 'NChannel'), 'says how to treat the colorants'],
    ['Colorants', map(COLOR_SPACE), 'single colorants'],
    ['Process', dict('DeviceNProcess'), 'process colorants'],
  ],
  DeviceNProcess: [
    ['ColorSpace', COLOR_SPACE, 'process colour space'],
    ['Components', array(name), 'process colorants'],
  ],
  // 7.4.4, 7.4.6, 7.4.7, 7.4.8
  DecodeParms: [
    ['Predictor', number, 'how samples were packed'],
    ['Colors', number, 'how samples were packed'],
    ['BitsPerComponent', number, 'how samples were packed'],
    ['Columns', number, 'how samples were packed'],
    ['Rows', number, 'how many rows'],
    ['K', number, 'fax group'],
    ['EndOfLine', boolean, 'fax coding'],
    ['EncodedByteAlign', boolean, 'fax coding'],
    ['EndOfBlock', boolean, 'fax coding'],
    ['BlackIs1', boolean, 'fax coding'],
    ['DamagedRowsBeforeError', number, 'fax coding'],
    ['ColorTransform', number, 'JPEG colours'],
    ['JBIG2Globals', stream('Data', 'jbig2'), 'shared symbols of JBIG2 pictures'],
  ],
  // 14.6.2; the same keys may stand in a property list inside a content stream.
  MarkedContent: [
    ['Type', oneOf('Pagination', 'Layout', 'Page', 'Background', 'Inline'), 'kind of artifact'],
    ['Subtype', oneOf('Header', 'Footer', 'Watermark', 'PageNum', 'LineNum', 'Redaction', 'Bates'), 'kind of artifact'],
    ['MCID', number, 'place in the structure tree'],
    ['Lang', language, 'language of the content'],
    ['Alt', text, 'read aloud'],
    ['ActualText', text, 'read aloud and copied'],
    ['E', text, 'expansion of an abbreviation'],
    ['BBox', numbers, 'extent of an artifact'],
    ['Attached', array(oneOf('Top', 'Bottom', 'Left', 'Right')), 'edge that an artifact belongs to'],
  ],
};
