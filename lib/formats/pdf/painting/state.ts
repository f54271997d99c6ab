// The graphics state (ISO 32000-2 8.4, 9.3), as much of it as decides where something is drawn and whether it is seen.

import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRawStream } from 'pdf-lib';
import { entry, nameAt, nameText, numberAt } from '../objects.ts';
import { BLACK, type Colour, colourOf, firstColour, type Space, spaceOf } from './colours.ts';
import { type Font, fontOf, NO_FONT } from './fonts.ts';
import { type Box, type Matrix, times } from './geometry.ts';
import { matrixOf, nameOf, numberOf, type Operation } from './operations.ts';

export type Paint = { space: Space; colour: Colour | undefined; alpha: number };

export type State = {
  matrix: Matrix;
  clip: Box;
  /** False where something is clipped to a shape that is no upright rectangle. */
  clipIsBox: boolean;
  fill: Paint;
  stroke: Paint;
  lineWidth: number;
  /** Whether a blend mode could let what is below show through. */
  blend: string;
  masked: boolean;
  font: Font;
  size: number;
  charSpace: number;
  wordSpace: number;
  /** Horizontal scale, 1 for 100. */
  scale: number;
  leading: number;
  mode: number;
  rise: number;
};

export function firstState(matrix: Matrix, clip: Box): State {
  return {
    matrix,
    clip,
    clipIsBox: true,
    fill: { space: 'gray', colour: BLACK, alpha: 1 },
    stroke: { space: 'gray', colour: BLACK, alpha: 1 },
    lineWidth: 1,
    blend: 'Normal',
    masked: false,
    font: NO_FONT,
    size: 0,
    charSpace: 0,
    wordSpace: 0,
    scale: 1,
    leading: 0,
    mode: 0,
    rise: 0,
  };
}

/** Colours are replaced, never written into, so that one level is enough. */
export function saved(state: State): State {
  return { ...state, fill: { ...state.fill }, stroke: { ...state.stroke } };
}

/** 8.4.5, and 11.6.4.3 on masks. */
function applyExtGState(state: State, dict: PDFDict): void {
  state.fill.alpha = numberAt(dict, 'ca') ?? state.fill.alpha;
  state.stroke.alpha = numberAt(dict, 'CA') ?? state.stroke.alpha;
  state.lineWidth = numberAt(dict, 'LW') ?? state.lineWidth;
  const mask = entry(dict, 'SMask');
  if (mask) state.masked = !(mask instanceof PDFName);
  const blend = entry(dict, 'BM');
  if (blend instanceof PDFArray) state.blend = 'Normal';
  else if (blend) state.blend = nameAt(dict, 'BM') ?? 'Normal';
  const font = entry(dict, 'Font');
  if (!(font instanceof PDFArray)) return;
  const [named, size] = [dict.context.lookup(font.get(0)), font.get(1)];
  if (named instanceof PDFDict) state.font = fontOf(named);
  if (size instanceof PDFNumber) state.size = size.asNumber();
}

/** Operators that set one thing (8.4.4, 9.3, 8.6.8); answers whether this was one. */
export function setState(state: State, operation: Operation, resources: PDFDict | undefined): boolean {
  const { operator, operands } = operation;
  const value = numberOf(operation, 0);
  const numeric = NUMERIC.get(operator);
  if (numeric) {
    state[numeric] = operator === 'Tz' ? value / 100 : value;
    return true;
  }
  const paint = (operator.charCodeAt(0) & 0x20) !== 0 ? state.fill : state.stroke;
  switch (operator) {
    case 'cm':
      state.matrix = times(matrixOf(operation), state.matrix);
      return true;
    case 'gs': {
      const { value: dict } = resource(resources, 'ExtGState', nameOf(operation, 0)) ?? {};
      if (dict instanceof PDFDict) applyExtGState(state, dict);
      return true;
    }
    case 'Tf': {
      const { value: font } = resource(resources, 'Font', nameOf(operation, 0)) ?? {};
      state.font = font instanceof PDFDict ? fontOf(font) : NO_FONT;
      state.size = numberOf(operation, 1);
      return true;
    }
    case 'g':
    case 'rg':
    case 'k':
    case 'G':
    case 'RG':
    case 'K':
      paint.space = DEVICE[operator.toLowerCase()] ?? 'other';
      paint.colour = colourOf(paint.space, operands);
      return true;
    case 'cs':
    case 'CS':
      paint.space = spaceOf(nameOf(operation, 0), resources);
      paint.colour = firstColour(paint.space);
      return true;
    case 'sc':
    case 'scn':
    case 'SC':
    case 'SCN':
      paint.colour = colourOf(paint.space, operands);
      return true;
    default:
      return false;
  }
}

const NUMERIC: ReadonlyMap<string, NumericKey> = new Map<string, NumericKey>([
  ['w', 'lineWidth'],
  ['Tc', 'charSpace'],
  ['Tw', 'wordSpace'],
  ['Tz', 'scale'],
  ['TL', 'leading'],
  ['Tr', 'mode'],
  ['Ts', 'rise'],
]);
type NumericKey = 'lineWidth' | 'charSpace' | 'wordSpace' | 'scale' | 'leading' | 'mode' | 'rise';
const DEVICE: Readonly<Record<string, Space>> = { g: 'gray', rg: 'rgb', k: 'cmyk' };

/** A resource by its name, and the reference that it stands at. */
export function resource(resources: PDFDict | undefined, category: string, name: string) {
  const named = resources && entry(resources, category);
  if (!(named instanceof PDFDict)) return undefined;
  const object = named.get(PDFName.of(name)) ?? named.entries().find(([key]) => nameText(key) === name)?.[1];
  if (!object) return undefined;
  const value = named.context.lookup(object);
  return { object, value: value instanceof PDFDict || value instanceof PDFRawStream ? value : undefined };
}
