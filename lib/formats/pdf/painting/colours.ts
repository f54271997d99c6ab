// Colours (ISO 32000-2 8.6) as far as they can be compared: red, green and blue from 0 to 1, converted as plainly as
// viewers without colour management do. What a function or a profile would have to say is not known.

import { PDFArray, type PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import { dictAt, nameText, numberAt, resolve } from '../objects.ts';
import type { Operand } from './operations.ts';

export type Colour = readonly [red: number, green: number, blue: number];
export type Space = 'gray' | 'rgb' | 'cmyk' | 'ink' | 'pattern' | 'other';

export const BLACK: Colour = [0, 0, 0];
export const WHITE: Colour = [1, 1, 1];

export function spaceOf(name: string, resources: PDFDict | undefined): Space {
  const direct = SPACES[name];
  if (direct) return direct;
  const spaces = resources && dictAt(resources, 'ColorSpace');
  return spaces ? familyOf(spaces.get(PDFName.of(name)), spaces) : 'other';
}

const SPACES: Readonly<Record<string, Space>> = {
  DeviceGray: 'gray',
  CalGray: 'gray',
  DeviceRGB: 'rgb',
  CalRGB: 'rgb',
  DeviceCMYK: 'cmyk',
  Separation: 'ink',
  DeviceN: 'ink',
  Pattern: 'pattern',
};
const BY_COMPONENTS: readonly (Space | undefined)[] = [undefined, 'gray', undefined, 'rgb', 'cmyk'];

function familyOf(value: PDFObject | undefined, { context }: PDFDict): Space {
  const space = resolve(context, value);
  if (space instanceof PDFName) return SPACES[nameText(space)] ?? 'other';
  if (!(space instanceof PDFArray)) return 'other';
  const [family, profile] = space.asArray().map((item) => resolve(context, item));
  const name = family instanceof PDFName ? nameText(family) : '';
  if (name !== 'ICCBased') return SPACES[name] ?? 'other';
  return (profile instanceof PDFRawStream && BY_COMPONENTS[numberAt(profile.dict, 'N') ?? 0]) || 'other';
}

/** Undefined where the colour is not known from its numbers alone. */
export function colourOf(space: Space, operands: readonly Operand[]): Colour | undefined {
  const numbers = operands.filter((operand) => typeof operand === 'number').map((value) => clamp(value));
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  switch (space) {
    case 'gray':
      return [a, a, a];
    case 'rgb':
      return [a, b, c];
    case 'cmyk':
      return [(1 - a) * (1 - d), (1 - b) * (1 - d), (1 - c) * (1 - d)];
    case 'ink':
      // No ink is paper, whatever the ink.
      return numbers.length > 0 && numbers.every((tint) => tint === 0) ? WHITE : undefined;
    default:
      return undefined;
  }
}

/** What a space begins with (8.6.5.1). */
export function firstColour(space: Space): Colour | undefined {
  return space === 'gray' || space === 'rgb' || space === 'cmyk' ? BLACK : undefined;
}

export function areAlike(one: Colour, other: Colour): boolean {
  return one.every((part, at) => Math.abs(part - (other[at] ?? 0)) < 0.04);
}

export function isLight(colour: Colour): boolean {
  return Math.min(...colour) > 0.93;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
