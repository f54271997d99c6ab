// The lexical conventions of PDF (ISO 32000-2 7.2, 7.3) with byte offsets: for content streams (7.8.2) and for whole
// files alike. It never looks at what tokens mean, save for inline images (8.9.7), whose data is no PDF syntax.

import { Refusal } from '../../core/refusal.ts';

export type Token = {
  readonly kind: 'number' | 'name' | 'string' | 'keyword' | 'open' | 'close' | 'image';
  /** Names without their slash and with #xx decoded; keywords, numbers and brackets as written; strings and images empty. */
  readonly text: string;
  /** With delimiters. */
  readonly start: number;
  readonly end: number;
};

export type Tokenizer = {
  /** The next token, or undefined at the end of the bytes. */
  next(): Token | undefined;
  /** Where the next token is looked for. */
  readonly at: () => number;
  seek(offset: number): void;
};

const WHITE = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const DELIMITERS = new Set(Buffer.from('()<>[]{}/%'));
const MAX_NAME_BYTES = 4096;

const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const [OPEN_PAREN, CLOSE_PAREN] = [0x28, 0x29];
const [LESS, GREATER] = [0x3c, 0x3e];

export type TokenizerOptions = {
  /** Reads the data between ID and EI as one token, as content streams have it. */
  readonly inlineImages?: boolean;
  /** Comments are skipped, or refuse the bytes as 'unverified' where none may be. */
  readonly comments?: 'skipped' | 'refused';
};

/** Tokens of the bytes from `start` on. Strings that do not end, and stray delimiters, are Refusal('malformed'). */
export function tokenizer(untrusted: Uint8Array, start = 0, options: TokenizerOptions = {}): Tokenizer {
  const { length } = untrusted;
  let at = start;

  const skip = () => {
    for (; at < length; at++) {
      const byte = untrusted[at] ?? 0;
      if (byte === PERCENT) {
        if (options.comments === 'refused') throw new Refusal('unverified', `a comment at byte ${at}`);
        while (at < length && untrusted[at] !== 0x0a && untrusted[at] !== 0x0d) at++;
      } else if (!WHITE.has(byte)) return;
    }
  };

  const regularEnd = (from: number): number => {
    let end = from;
    while (end < length && !isDelimiter(untrusted[end] ?? 0)) end++;
    return end;
  };

  const next = (): Token | undefined => {
    skip();
    if (at >= length) return undefined;
    const token = tokenAt(at);
    at = token.end;
    if (options.inlineImages && token.kind === 'keyword' && token.text === 'ID') return imageFrom(token);
    return token;
  };

  const tokenAt = (from: number): Token => {
    const byte = untrusted[from] ?? 0;
    if (byte === OPEN_PAREN) return { kind: 'string', text: '', start: from, end: literalEnd(untrusted, from) };
    if (byte === SLASH) return nameFrom(from);
    if (byte === LESS || byte === GREATER) return angleFrom(from, byte);
    if (byte === CLOSE_PAREN) throw new Refusal('malformed', `a stray delimiter at byte ${from}`);
    if (isDelimiter(byte)) {
      const text = String.fromCharCode(byte);
      return { kind: text === '[' || text === '{' ? 'open' : 'close', text, start: from, end: from + 1 };
    }
    const end = regularEnd(from);
    const text = latin1(untrusted, from, Math.min(end, from + MAX_NAME_BYTES));
    return { kind: isNumber(byte, text) ? 'number' : 'keyword', text, start: from, end };
  };

  const nameFrom = (from: number): Token => {
    const end = regularEnd(from + 1);
    const written = latin1(untrusted, from + 1, Math.min(end, from + MAX_NAME_BYTES));
    const text = written.includes('#')
      ? written.replace(/#([\da-fA-F]{2})/g, (_, hex: string) => byteChar(hex))
      : written;
    return { kind: 'name', text, start: from, end };
  };

  const angleFrom = (from: number, byte: number): Token => {
    if (untrusted[from + 1] === byte) {
      const text = byte === LESS ? '<<' : '>>';
      return { kind: byte === LESS ? 'open' : 'close', text, start: from, end: from + 2 };
    }
    const close = byte === LESS ? untrusted.indexOf(GREATER, from) : -1;
    if (close < 0) throw new Refusal('malformed', `a stray delimiter at byte ${from}`);
    return { kind: 'string', text: '', start: from, end: close + 1 };
  };

  const imageFrom = (id: Token): Token => {
    at = imageEnd(untrusted, id.end);
    return { kind: 'image', text: '', start: id.start, end: at };
  };

  return {
    next,
    at: () => at,
    seek: (offset) => {
      at = offset;
    },
  };
}

function isDelimiter(byte: number): boolean {
  return WHITE.has(byte) || DELIMITERS.has(byte);
}

function isNumber(first: number, text: string): boolean {
  const couldBe = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  return couldBe && /^[+-]*\d*\.?\d*(?:-\d*)?$/.test(text) && /\d/.test(text);
}

/** 7.3.4.2: parentheses nest, a backslash takes the next byte with it. */
function literalEnd(untrusted: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < untrusted.length; at++) {
    const byte = untrusted[at];
    if (byte === BACKSLASH) at++;
    else if (byte === OPEN_PAREN) depth++;
    else if (byte === CLOSE_PAREN && --depth === 0) return at + 1;
  }
  throw new Refusal('malformed', `a string without end from byte ${from}`);
}

// The data may hold any bytes, also 'EI': the true end stands between white space, and what follows is PDF syntax again.
const LOOK_AHEAD = 16;

function imageEnd(untrusted: Uint8Array, from: number): number {
  for (let at = untrusted.indexOf(0x45, from); at >= 0; at = untrusted.indexOf(0x45, at + 1)) {
    const after = at + 2;
    if (untrusted[at + 1] !== 0x49 || !WHITE.has(untrusted[at - 1] ?? 0)) continue;
    if (after < untrusted.length && !WHITE.has(untrusted[after] ?? 0)) continue;
    if (untrusted.subarray(after, after + LOOK_AHEAD).every(isPlain)) return after;
  }
  throw new Refusal('malformed', `an inline image without end from byte ${from}`);
}

function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || WHITE.has(byte);
}

function latin1(untrusted: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(untrusted[at] ?? 0);
  return text;
}

function byteChar(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
