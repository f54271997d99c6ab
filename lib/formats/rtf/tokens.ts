// Rich Text Format 1.9.1, "RTF Syntax": groups in braces, control words and symbols behind a backslash, text. Read once from
// front to back into a tree, with limits; what follows the last brace is not read.

import { Refusal } from '../../core/refusal.ts';

export type Token =
  | {
      readonly kind: 'word';
      readonly word: string;
      readonly param: number | undefined;
      readonly start: number;
      readonly end: number;
    }
  /** A backslash and one character that is no letter. */
  | { readonly kind: 'symbol'; readonly symbol: string; readonly start: number; readonly end: number }
  | { readonly kind: 'hex'; readonly byte: number; readonly start: number; readonly end: number }
  /** Bytes in the character set of the document, none of them a line end or another control. */
  | { readonly kind: 'text'; readonly start: number; readonly end: number }
  /** Line ends, which say nothing. */
  | { readonly kind: 'break'; readonly start: number; readonly end: number }
  /** What follows the word bin. */
  | { readonly kind: 'binary'; readonly start: number; readonly end: number };

export type Group = { readonly kind: 'group'; readonly start: number; end: number; readonly items: Item[] };
export type Item = Token | Group;

const MAX_DEPTH = 250;
const MAX_ITEMS = 5_000_000;
// The longest word that a reader has to know, and the digits of a number of 32 bits.
const MAX_LETTERS = 32;
const MAX_DIGITS = 10;

const [BACKSLASH, OPEN, CLOSE, SPACE, TAB] = [0x5c, 0x7b, 0x7d, 0x20, 0x09];

/** The outermost group. Throws Refusal('malformed' | 'limit'). */
export function parse(bytes: Buffer, from: number): Group {
  if (bytes[from] !== OPEN) throw new Refusal('malformed', 'no group at the start');
  const root: Group = { kind: 'group', start: from, end: from, items: [] };
  const open: Group[] = [root];
  let at = from + 1;
  let count = 0;
  for (let group: Group | undefined = root; group; group = open.at(-1)) {
    if (at >= bytes.length) throw new Refusal('malformed', `${open.length} groups are never closed`);
    if (++count > MAX_ITEMS) throw new Refusal('limit', `more than ${MAX_ITEMS} tokens`);
    const byte = bytes[at];
    if (byte === OPEN) {
      if (open.length >= MAX_DEPTH) throw new Refusal('limit', `groups nested more than ${MAX_DEPTH} deep`);
      const inner: Group = { kind: 'group', start: at++, end: at, items: [] };
      group.items.push(inner);
      open.push(inner);
    } else if (byte === CLOSE) {
      group.end = ++at;
      open.pop();
    } else {
      const tokens = tokensAt(bytes, at);
      group.items.push(...tokens);
      at = tokens.at(-1)?.end ?? at + 1;
    }
  }
  return root;
}

function tokensAt(bytes: Buffer, at: number): readonly Token[] {
  const byte = bytes[at] ?? 0;
  if (byte === BACKSLASH) return controlAt(bytes, at);
  const isText = (one: number | undefined) =>
    one !== undefined && (one >= SPACE || one === TAB) && one !== BACKSLASH && one !== OPEN && one !== CLOSE;
  let end = at + 1;
  if (isText(byte)) {
    while (isText(bytes[end])) end++;
    return [{ kind: 'text', start: at, end }];
  }
  while (end < bytes.length && (bytes[end] ?? SPACE) < SPACE && bytes[end] !== TAB) end++;
  return [{ kind: 'break', start: at, end }];
}

function controlAt(bytes: Buffer, start: number): readonly Token[] {
  const first = bytes[start + 1];
  if (first === undefined) throw new Refusal('malformed', `cut off at byte ${start}`);
  if (!isLetter(first)) {
    const symbol = String.fromCharCode(first);
    if (symbol !== "'") return [{ kind: 'symbol', symbol, start, end: start + 2 }];
    const digits = bytes.toString('latin1', start + 2, start + 4);
    if (!/^[\da-fA-F]{2}$/.test(digits)) throw new Refusal('malformed', `no character at byte ${start}`);
    return [{ kind: 'hex', byte: Number.parseInt(digits, 16), start, end: start + 4 }];
  }
  let end = start + 1;
  while (isLetter(bytes[end]) && end - start <= MAX_LETTERS) end++;
  if (isLetter(bytes[end])) throw new Refusal('malformed', `a control word without end at byte ${start}`);
  const word = bytes.toString('latin1', start + 1, end);
  const digits = /^-?\d{1,11}/.exec(bytes.toString('latin1', end, end + MAX_DIGITS + 2))?.[0];
  if (digits && digits.replace('-', '').length > MAX_DIGITS)
    throw new Refusal('malformed', `a number too long at byte ${end}`);
  end += digits?.length ?? 0;
  if (bytes[end] === SPACE) end++;
  const token: Token = { kind: 'word', word, param: digits === undefined ? undefined : Number(digits), start, end };
  if (word !== 'bin') return [token];
  const length = token.param ?? 0;
  if (length < 0 || end + length > bytes.length) throw new Refusal('malformed', `binary data cut off at byte ${end}`);
  return [{ kind: 'binary', start: end, end: end + length }];
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a));
}

/** The word that says what a group is, and whether readers that do not know it skip the group. */
export function headOf({
  items,
}: Group): { readonly word: string; readonly isStarred: boolean; readonly body: number } | undefined {
  let at = 0;
  const skip = () => {
    while (items[at]?.kind === 'break') at++;
  };
  skip();
  const first = items[at];
  const isStarred = first?.kind === 'symbol' && first.symbol === '*';
  if (isStarred) {
    at++;
    skip();
  }
  const head = items[at];
  return head?.kind === 'word'
    ? { word: head.word, isStarred, body: at + 1 }
    : isStarred
      ? { word: '', isStarred, body: at }
      : undefined;
}
