// Tags that say what a picture looks like (TIFF 6.0, Supplement 1 and 2), with the types and the greatest number of values
// that they may have. None of them can hold a text. All others are carriers.

const BYTE = 1;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const UNDEFINED = 7;
const LONG8 = 16;

type Rule = { readonly types: readonly number[]; readonly most: number };

const rows = (tags: readonly number[], types: readonly number[], most: number) =>
  tags.map((tag) => [tag, { types, most }] as const);

export const KEPT: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  // Subfile types, size, compression, photometry, thresholding, fill order, orientation, samples, rows, planes.
  ...rows([254, 255, 256, 257, 259, 262, 263, 266, 274, 277, 278, 284], [SHORT, LONG], 1),
  ...rows([258, 280, 281, 338, 339], [SHORT], 64),
  // Resolution, response, options of fax, page numbers, predictor.
  ...rows([282, 283], [RATIONAL], 1),
  ...rows([290, 296, 317, 332, 334], [SHORT], 1),
  ...rows([291], [SHORT], 65_536),
  ...rows([292, 293], [LONG], 1),
  ...rows([297, 321], [SHORT], 2),
  // Colours: transfer, white point, primaries, map, dot range, tiles, YCbCr.
  ...rows([301, 320], [SHORT], 3 * 65_536),
  ...rows([318], [RATIONAL], 2),
  ...rows([319], [RATIONAL], 6),
  ...rows([322, 323], [SHORT, LONG], 1),
  ...rows([336], [BYTE, SHORT], 8),
  ...rows([529], [RATIONAL], 3),
  ...rows([530], [SHORT], 2),
  ...rows([531], [SHORT], 1),
  ...rows([532], [RATIONAL, LONG], 6),
]);

export const WIDTH = 256;
export const HEIGHT = 257;
export const BITS = 258;
export const COMPRESSION = 259;
export const SAMPLES = 277;
export const ROWS_PER_STRIP = 278;
export const PLANES = 284;
export const SUBFILE_TYPE = 254;
export const STRIPS = [273, 279] as const;
export const TILES = [324, 325] as const;
export const TILE_WIDTH = 322;
export const TILE_HEIGHT = 323;
export const YCBCR_SUBSAMPLING = 530;
export const JPEG_TABLES = 347;
export const PROFILE = 34675;
export const SUB_DIRECTORIES = 330;
export const EXIF = 34665;
export const GPS = 34853;
export const TABLE_TYPES: readonly number[] = [BYTE, UNDEFINED];
export const OFFSET_TYPES: readonly number[] = [SHORT, LONG, LONG8];

const CARRIER_OF_TAG: ReadonlyMap<number, string> = new Map([
  ...[315, 316, 33432, 42032, 42033, 42037].map((tag) => [tag, 'person'] as const),
  ...[269, 270, 285, 333, 40091, 40092, 40093, 40094, 40095].map((tag) => [tag, 'text'] as const),
  [337, 'printer'],
  ...[271, 272, 305, 306].map((tag) => [tag, 'machine'] as const),
  ...[EXIF, 40965].map((tag) => [tag, 'exif'] as const),
  [GPS, 'gps'],
  [700, 'xmp'],
  [33723, 'iptc'],
  ...[34377, 37724, 50255].map((tag) => [tag, 'photoshop'] as const),
  ...[33550, 33920, 33922, 34264, 34735, 34736, 34737, 42112, 42113].map((tag) => [tag, 'geo'] as const),
  ...[32932, 32931, 34232].map((tag) => [tag, 'annotation'] as const),
]);

/** The carrier of a tag that is not kept. */
export function carrierOf(tag: number): string {
  return `tiff.${CARRIER_OF_TAG.get(tag) ?? 'tag.unknown'}`;
}
