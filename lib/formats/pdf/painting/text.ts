// Text objects (ISO 32000-2 9.4): where the next glyph goes, and the box around those that one operation shows.

import { type Box, IDENTITY, type Matrix, times } from './geometry.ts';
import { matrixOf, numberOf, type Operand, type Operation } from './operations.ts';
import type { State } from './state.ts';

export type Line = {
  /** The line matrix, which is the text matrix before something was shown. */
  readonly matrix: Matrix;
  /** How far the line has come, along it. */
  along: number;
  /** Something was shown since the line began. */
  begun: boolean;
};

export function newLine(matrix: Matrix = IDENTITY): Line {
  return { matrix, along: 0, begun: false };
}

function nextLine(line: Line, x: number, y: number): Line {
  return newLine(times([1, 0, 0, 1, x, y], line.matrix));
}

/** Before something is shown: a line begins where the operator says (9.4.1, 9.4.2, and ' and " of 9.4.3). */
export function moveLine(line: Line, state: State, operation: Operation): Line {
  const number = (at: number) => numberOf(operation, at);
  switch (operation.operator) {
    case 'BT':
      return newLine();
    case 'Tm':
      return newLine(matrixOf(operation));
    case 'Td':
      return nextLine(line, number(0), number(1));
    case 'TD':
      state.leading = -number(1);
      return nextLine(line, number(0), number(1));
    case '"':
      state.wordSpace = number(0);
      state.charSpace = number(1);
      return nextLine(line, 0, -state.leading);
    case "'":
    case 'T*':
      return nextLine(line, 0, -state.leading);
    default:
      return line;
  }
}

/** What is shown: strings, and numbers between them. Undefined for operators that show nothing. */
export function shownBy({ operator, operands }: Operation): readonly Operand[] | undefined {
  switch (operator) {
    case 'Tj':
    case "'":
      return operands;
    case '"':
      return operands.slice(2);
    case 'TJ':
      return Array.isArray(operands[0]) ? operands[0] : [];
    default:
      return undefined;
  }
}

// Of the font size: what letters have above and below the line.
const ASCENT = 0.8;
const DESCENT = 0.22;

/** Moves along the line; answers the box, in the coordinates of the line. */
export function show(
  line: Line,
  state: State,
  parts: readonly Operand[],
): { readonly box: Box; readonly follows: boolean; readonly advance: number | undefined } {
  const { font, size, scale, rise } = state;
  const start = line.along;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of parts) {
    if (typeof part === 'number') line.along -= (part / 1000) * size * (font.isVertical ? 1 : scale);
    else if (part instanceof Uint8Array) {
      for (let at = 0; at + font.codeBytes <= part.length; at += font.codeBytes) {
        const code = font.codeBytes === 2 ? ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0) : (part[at] ?? 0);
        const space = state.charSpace + (font.codeBytes === 1 && code === 32 ? state.wordSpace : 0);
        const before = line.along;
        if (font.isVertical) line.along -= size - space;
        else line.along += ((font.widthOf(code) / 1000) * size + space) * scale;
        least = Math.min(least, before, line.along);
        most = Math.max(most, before, line.along);
      }
    }
  }
  const follows = line.begun;
  line.begun = true;
  if (least > most) [least, most] = [start, start];
  const height = size * font.height;
  const across = [rise - DESCENT * height, rise + ASCENT * height] as const;
  const half = Math.abs(size) / 2;
  const box: Box = font.isVertical
    ? [-half, least, half, most]
    : [least, Math.min(...across), most, Math.max(...across)];
  const unit = size * scale;
  const isExact = font.isMeasured && !font.isVertical && unit !== 0;
  return { box, follows, advance: isExact ? ((start - line.along) / unit) * 1000 : undefined };
}
