// Fonts (ISO 32000-2 clause 9). What maps codes to glyphs, widths and characters is kept; names of resources, licences
// and identifiers of the producing program are not.

import { cmapName } from '../cmaps.ts';
import { isLanguage } from '../languages.ts';
import {
  array,
  by,
  bytes,
  dict,
  either,
  map,
  name,
  named,
  number,
  numbers,
  oneOf,
  row,
  special,
  stream,
  type Tables,
} from '../shape.ts';

export const FONT = by(
  'Subtype',
  {
    Type1: dict('Font'),
    MMType1: dict('Font'),
    TrueType: dict('Font'),
    Type3: dict('Type3Font'),
    Type0: dict('CompositeFont'),
  },
  dict('Font'),
);
const CID_FONT = by('Subtype', { CIDFontType0: dict('CIDFont'), CIDFontType2: dict('CIDFont') }, dict('CIDFont'));
// Annex D.1; every other name has to be that of a predefined character map (9.7.5.2).
const ENCODINGS = new Set([
  ...['StandardEncoding', 'MacRomanEncoding', 'WinAnsiEncoding', 'PDFDocEncoding', 'MacExpertEncoding'],
]);
const isMap = (name: string) => cmapName(name) === name;
const CMAP = either(named('character map', isMap), stream('CMap', 'cmap'));
const ENCODING = either(
  named('encoding', (name) => ENCODINGS.has(name) || isMap(name)),
  dict('Encoding'),
);

export const fonts: Tables = {
  // 9.6
  Font: [
    ['Type', oneOf('Font'), 'says what the dictionary is'],
    ['Subtype', oneOf('Type1', 'MMType1', 'TrueType'), 'says what the dictionary is'],
    ['BaseFont', special('fontName'), 'which font is drawn'],
    ['FirstChar', number, 'widths'],
    ['LastChar', number, 'widths'],
    ['Widths', numbers, 'widths'],
    ['FontDescriptor', special('fontDescriptor'), 'metrics and glyphs'],
    ['Encoding', ENCODING, 'codes to glyphs'],
    ['ToUnicode', CMAP, 'codes to characters: copying and reading aloud'],
  ],
  Type3Font: [
    ['Type', oneOf('Font'), 'says what the dictionary is'],
    ['Subtype', oneOf('Type3'), 'says what the dictionary is'],
    ['FontBBox', numbers, 'extent of the glyphs'],
    ['FontMatrix', numbers, 'size of the glyphs'],
    ['CharProcs', map(stream('Glyph', 'content')), 'the glyphs'],
    ['Encoding', ENCODING, 'codes to glyphs'],
    ['FirstChar', number, 'widths'],
    ['LastChar', number, 'widths'],
    ['Widths', numbers, 'widths'],
    ['FontDescriptor', special('fontDescriptor'), 'metrics'],
    ['Resources', dict('Resources'), 'what the glyphs name'],
    ['ToUnicode', CMAP, 'codes to characters'],
  ],
  Glyph: [['Resources', dict('Resources'), 'what the glyph names, in old files']],
  // 9.7
  CompositeFont: [
    ['Type', oneOf('Font'), 'says what the dictionary is'],
    ['Subtype', oneOf('Type0'), 'says what the dictionary is'],
    ['BaseFont', special('fontName'), 'which font is drawn'],
    ['Encoding', CMAP, 'codes to glyphs'],
    ['DescendantFonts', array(CID_FONT), 'the font proper'],
    ['ToUnicode', CMAP, 'codes to characters'],
  ],
  CIDFont: [
    ['Type', oneOf('Font'), 'says what the dictionary is'],
    ['Subtype', oneOf('CIDFontType0', 'CIDFontType2'), 'says what the dictionary is'],
    ['BaseFont', special('fontName'), 'which font is drawn'],
    ['CIDSystemInfo', dict('CIDSystemInfo'), 'the character collection'],
    ['FontDescriptor', special('fontDescriptor'), 'metrics and glyphs'],
    ['DW', number, 'widths'],
    ['W', row(either(number, numbers)), 'widths'],
    ['DW2', numbers, 'widths of vertical writing'],
    ['W2', row(either(number, numbers)), 'widths of vertical writing'],
    ['CIDToGIDMap', either(oneOf('Identity'), stream('Data', 'codes')), 'codes to glyphs'],
  ],
  CIDSystemInfo: [
    ['Registry', special('collectionName'), 'names a public character collection'],
    ['Ordering', special('collectionName'), 'names a public character collection'],
    ['Supplement', number, 'its version'],
  ],
  CMap: [
    ['Type', oneOf('CMap'), 'says what the dictionary is'],
    ['CMapName', special('cmapName'), 'its name, repeated in the stream'],
    ['CIDSystemInfo', dict('CIDSystemInfo'), 'the character collection'],
    ['WMode', number, 'writing mode'],
    ['UseCMap', CMAP, 'the map it extends'],
  ],
  Encoding: [
    ['Type', oneOf('Encoding'), 'says what the dictionary is'],
    ['BaseEncoding', named('base encoding', (name) => ENCODINGS.has(name)), 'codes to glyphs'],
    ['Differences', array(either(number, name)), 'codes to glyphs'],
  ],
  // 9.8; which of these are kept depends on whether the program is embedded, see fonts/descriptor.ts.
  FontDescriptor: [
    ['Type', oneOf('FontDescriptor'), 'says what the dictionary is'],
    ['FontName', special('fontName'), 'which font is drawn'],
    ['FontFamily', bytes, 'the substitute for a font that is not embedded'],
    [
      'FontStretch',
      oneOf(
        ...['UltraCondensed', 'ExtraCondensed', 'Condensed', 'SemiCondensed', 'Normal'],
        ...['SemiExpanded', 'Expanded', 'ExtraExpanded', 'UltraExpanded'],
      ),
      'the substitute',
    ],
    ['FontWeight', number, 'the substitute'],
    ['Flags', number, 'how the font is read and substituted'],
    ['FontBBox', numbers, 'extent of the glyphs'],
    ['ItalicAngle', number, 'the substitute'],
    ['Ascent', number, 'metrics'],
    ['Descent', number, 'metrics'],
    ['Leading', number, 'metrics'],
    ['CapHeight', number, 'metrics'],
    ['XHeight', number, 'metrics'],
    ['StemV', number, 'the substitute'],
    ['StemH', number, 'the substitute'],
    ['AvgWidth', number, 'metrics'],
    ['MaxWidth', number, 'metrics'],
    ['MissingWidth', number, 'widths'],
    ['FontFile', stream('FontFile', 'font'), 'Type 1 glyphs'],
    ['FontFile2', stream('FontFile', 'font'), 'TrueType glyphs'],
    ['FontFile3', stream('FontFile', 'font'), 'compact and OpenType glyphs'],
    ['CharSet', bytes, 'the glyphs in the subset, asked for by PDF/A-1'],
    ['CIDSet', stream('Data'), 'the glyphs in the subset, asked for by PDF/A-1'],
    ['Style', dict('FontStyle'), 'the substitute'],
    ['Lang', named('language', isLanguage), 'the substitute'],
  ],
  FontStyle: [['Panose', bytes, 'twelve bytes that classify the substitute']],
  FontFile: [
    ['Subtype', oneOf('Type1C', 'CIDFontType0C', 'OpenType'), 'format of the glyphs'],
    ['Length1', number, 'layout of a Type 1 program'],
    ['Length2', number, 'layout of a Type 1 program'],
    ['Length3', number, 'layout of a Type 1 program'],
  ],
  Data: [],
};
