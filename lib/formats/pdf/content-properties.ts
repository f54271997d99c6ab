// Property lists that stand in a content stream (ISO 32000-2 14.6.2): the same keys are kept as of those among the
// resources, and texts that are read aloud are kept without what may not be said.

import { bytesOf, endOfRegular, endOfValue, latin1, skipWhite } from './content-bytes.ts';
import { isLanguage } from './languages.ts';
import { decodeText, encodeText, stringObject } from './objects.ts';
import type { Shape } from './shape.ts';
import { type Spoken, spoken } from './spoken.ts';
import { KEPT } from './tables/kept.ts';

export type KeptProperties = {
  /** What takes the list's place; undefined when everything in it may stay. */
  readonly instead: string | undefined;
  /** Whether something went that is no part of a text. */
  readonly hasDropped: boolean;
  readonly spoken: readonly Spoken[];
};

const ROWS: ReadonlyMap<string, Shape> = new Map((KEPT.MarkedContent ?? []).map(([key, shape]) => [key, shape]));

export function keptProperties(bytes: Uint8Array, start: number, end: number, keepsPeople: boolean): KeptProperties {
  const stop = end - 2;
  const kept: string[] = [];
  const said: Spoken[] = [];
  let hasDropped = false;
  let at = skipWhite(bytes, start + 2);
  while (at < stop) {
    if (bytes[at] !== 0x2f) return { instead: '<<>>', hasDropped: true, spoken: said };
    const keyEnd = endOfRegular(bytes, at + 1);
    const valueStart = skipWhite(bytes, keyEnd);
    const valueEnd = endOfValue(bytes, valueStart, stop);
    const shape = ROWS.get(latin1(bytes, at + 1, keyEnd));
    const value = latin1(bytes, valueStart, valueEnd);
    const found =
      shape?.is === 'text' && isString(value) ? spoken(decodeText(bytesOf(value)), { keepsPeople }) : undefined;
    if (found) {
      said.push(found);
      // An empty text would say that there is nothing to read.
      if (found.text !== '') kept.push(`${latin1(bytes, at, keyEnd)} ${stringObject(encodeText(found.text))}`);
    } else if (shape && mayStay(value, shape)) kept.push(`${latin1(bytes, at, keyEnd)} ${value}`);
    else hasDropped = true;
    at = skipWhite(bytes, valueEnd);
  }
  const changed = hasDropped || said.length > 0;
  return { instead: changed ? `<<${kept.join(' ')}>>` : undefined, hasDropped, spoken: said };
}

function isString(value: string): boolean {
  return /^(?:\(|<(?!<))/.test(value);
}

function mayStay(value: string, shape: Shape): boolean {
  switch (shape.is) {
    case 'number':
      return /^[-+.\d]+$/.test(value);
    case 'name':
      return /^\/[^\s()<>[\]{}/%]*$/.test(value) && (!shape.of || shape.of.has(value.slice(1)));
    case 'row':
    case 'array': {
      const { of } = shape;
      const inner = /^\[([^()<>{}%[\]]*)\]$/.exec(value)?.[1];
      return inner?.split(/\s+|(?=\/)/).every((item) => item === '' || mayStay(item, of)) ?? false;
    }
    case 'language':
      return isString(value) && isLanguage(decodeText(bytesOf(value)));
    case 'text':
      return isString(value);
    default:
      return false;
  }
}
