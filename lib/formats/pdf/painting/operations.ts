// The operations of a content stream (ISO 32000-2 7.8.2), with their operands and with the range of bytes they take, so
// that one can be cut out. Reads as viewers do: what makes no sense is stepped over.

import { endOfData, startOfData } from '../inline-images.ts';
import type { Matrix } from './geometry.ts';

export type Name = { readonly name: string };
/** A dictionary is left as the bytes it takes: only marked content has them, and few. */
export type Operand = number | Name | Uint8Array | readonly Operand[] | { readonly range: readonly [number, number] };

export type Operation = {
  readonly operator: string;
  readonly operands: readonly Operand[];
  /** From its first operand to behind its operator; of an inline picture from BI to behind EI. */
  readonly start: number;
  readonly end: number;
};

export function numberOf(operation: Operation, at: number): number {
  const operand = operation.operands[at];
  return typeof operand === 'number' ? operand : 0;
}

export function nameOf(operation: Operation, at: number): string {
  const operand = operation.operands[at];
  return typeof operand === 'object' && 'name' in operand ? operand.name : '';
}

/** The first six operands. */
export function matrixOf(operation: Operation): Matrix {
  const number = (at: number) => numberOf(operation, at);
  return [number(0), number(1), number(2), number(3), number(4), number(5)];
}

const MAX_OPERANDS = 4096;
const MAX_DEPTH = 64;

const KIND = new Uint8Array(256);
const [WHITE, DELIMITER, NUMERIC] = [1, 2, 3];
for (const byte of Buffer.from('\0\t\n\f\r ')) KIND[byte] = WHITE;
for (const byte of Buffer.from('()<>[]{}/%')) KIND[byte] = DELIMITER;
for (const byte of Buffer.from('+-.0123456789')) KIND[byte] = NUMERIC;

/** Calls `visit` for each operation in order. */
export function readOperations(untrusted: Uint8Array, visit: (operation: Operation) => void): void {
  const bytes = untrusted;
  const { length } = bytes;
  let at = 0;
  let operands: Operand[] = [];
  let start = -1;
  const open: { readonly list: Operand[]; readonly from: number; readonly isDict: boolean }[] = [];

  const push = (operand: Operand, from: number) => {
    const inner = open.at(-1);
    if (inner) {
      if (inner.list.length < MAX_OPERANDS || !inner.isDict) inner.list.push(operand);
      return;
    }
    if (start < 0) start = from;
    if (operands.length < MAX_OPERANDS) operands.push(operand);
  };

  const close = () => {
    const inner = open.pop();
    if (!inner) return;
    push(inner.isDict ? { range: [inner.from, at] } : inner.list, inner.from);
  };

  while (at < length) {
    const from = at;
    const byte = bytes[at] ?? 0;
    const kind = KIND[byte];
    if (kind === WHITE) {
      at += 1;
    } else if (kind === NUMERIC) {
      at = regularEnd(bytes, at);
      push(numberFrom(bytes, from, at), from);
    } else if (kind === DELIMITER) {
      delimiter(byte, from);
    } else {
      at = regularEnd(bytes, at);
      if (open.length === 0) keyword(word(bytes, from, Math.min(at, from + 32)), from);
    }
  }

  function delimiter(byte: number, from: number): void {
    switch (byte) {
      case 0x25:
        while (at < length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at += 1;
        return;
      case 0x28: {
        const end = literalEnd(bytes, at);
        at = end < 0 ? length : end;
        if (end >= 0) push(literalBytes(bytes, from + 1, end - 1), from);
        return;
      }
      case 0x2f:
        at = regularEnd(bytes, at + 1);
        push({ name: nameFrom(bytes, from + 1, at) }, from);
        return;
      case 0x3c: {
        if (bytes[at + 1] === 0x3c) {
          at += 2;
          opened(from, true);
          return;
        }
        const end = bytes.indexOf(0x3e, at);
        at = end < 0 ? length : end + 1;
        if (end >= 0) push(hexBytes(bytes, from + 1, end), from);
        return;
      }
      case 0x5b:
        at += 1;
        opened(from, false);
        return;
      case 0x3e:
        at += bytes[at + 1] === 0x3e ? 2 : 1;
        close();
        return;
      case 0x5d:
        at += 1;
        close();
        return;
      default:
        at += 1;
    }
  }

  function opened(from: number, isDict: boolean): void {
    if (open.length < MAX_DEPTH) open.push({ list: [], from, isDict });
  }

  function keyword(operator: string, from: number): void {
    if (operator === 'true' || operator === 'false' || operator === 'null') {
      push({ name: '' }, from);
      return;
    }
    if (operator === 'BI') {
      const data = startOfData(bytes, at);
      const end = data < 0 ? -1 : endOfData(bytes, data);
      at = end < 0 ? length : end;
    }
    visit({ operator, operands, start: start < 0 ? from : start, end: at });
    operands = [];
    start = -1;
  }
}

function regularEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length; at++) {
    const kind = KIND[bytes[at] ?? 0];
    if (kind === WHITE || kind === DELIMITER) break;
  }
  return at;
}

/** Digits are added up; what else stands in a number is rare enough to be left to the language. */
function numberFrom(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 0;
  let negative = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      if (scale > 0) scale *= 10;
    } else if (byte === 0x2e && scale === 0) scale = 1;
    else if (byte === 0x2d && at === start) negative = true;
    else if (byte !== 0x2b && byte !== 0x2d) break;
    // A minus within a number ends it for some readers and counts for nothing for others.
    else if (byte === 0x2d && value > 0) break;
  }
  const size = scale > 1 ? value / scale : value;
  return negative ? -size : size;
}

function nameFrom(bytes: Uint8Array, start: number, end: number): string {
  const written = word(bytes, start, Math.min(end, start + 512));
  return written.includes('#')
    ? written.replace(/#([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : written;
}

function word(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function literalEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at += 1;
    else if (byte === 0x28) depth += 1;
    else if (byte === 0x29 && --depth === 0) return at + 1;
  }
  return -1;
}

const ESCAPED: Readonly<Record<number, number>> = { 110: 10, 114: 13, 116: 9, 98: 8, 102: 12 };

/** 7.3.4.2 */
function literalBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const slice = bytes.subarray(start, end);
  if (!slice.includes(0x5c) && !slice.includes(0x0d)) return slice;
  const out: number[] = [];
  for (let at = 0; at < slice.length; at++) {
    const byte = slice[at] ?? 0;
    if (byte === 0x0d) {
      out.push(0x0a);
      if (slice[at + 1] === 0x0a) at += 1;
    } else if (byte !== 0x5c) out.push(byte);
    else {
      at += 1;
      const next = slice[at] ?? 0;
      if (next >= 0x30 && next <= 0x37) {
        let code = 0;
        let digits = 0;
        for (; digits < 3; digits++) {
          const digit = slice[at + digits] ?? 0;
          if (digit < 0x30 || digit > 0x37) break;
          code = code * 8 + digit - 0x30;
        }
        at += digits - 1;
        out.push(code & 0xff);
      } else if (next === 0x0d) {
        if (slice[at + 1] === 0x0a) at += 1;
      } else if (next !== 0x0a) out.push(ESCAPED[next] ?? next);
    }
  }
  return Uint8Array.from(out);
}

function hexBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const digits = word(bytes, start, end).replace(/[^\dA-Fa-f]/g, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}
