// XML without a tree, for the parts that are too large for one: the rows of a sheet, the strings of a workbook. One
// token after the other, with where it stands. It reads well-formed XML 1.0 without DOCTYPE and CDATA and refuses the
// rest; namespaces are the caller's business.

import { Refusal } from '../../core/refusal.ts';

/** The current token. `aside` is a comment or a processing instruction. Attributes are those of an open tag. */
export type Scanner = {
  readonly kind: 'open' | 'close' | 'text' | 'aside' | 'end';
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly isEmpty: boolean;
  /** How many elements are open around what follows the token. */
  readonly depth: number;
  readonly count: number;
  readonly names: readonly string[];
  /** From the white space before an attribute to its value, and where that ends; the closing quote follows. */
  readonly starts: readonly number[];
  readonly valueStarts: readonly number[];
  readonly valueEnds: readonly number[];
  /** Moves to the next token. Rejects with Refusal('malformed'). */
  next(): void;
  /** From an open tag to its close tag; answers where that ends. */
  skip(): number;
};

const LT = 60;
const GT = 62;
const SLASH = 47;
const BANG = 33;
const QUESTION = 63;
const EQUALS = 61;
const DOUBLE = 34;
const SINGLE = 39;
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const REFERENCE = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/;
const MAX_ATTRIBUTES = 100;

/** 1 for what may begin a name, 2 for what may only go on in it; in ASCII, which is what the names of formats are in. */
const NAME = new Uint8Array(128);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') NAME[letter.charCodeAt(0)] = 1;
for (const letter of '0123456789.-:') NAME[letter.charCodeAt(0)] = 2;

/** Scans a stretch of the source that holds whole elements. `what` names it in refusals. */
export function scanXml(source: string, from: number, to: number, what: string, maxDepth: number): Scanner {
  const names: string[] = [];
  const starts: number[] = [];
  const valueStarts: number[] = [];
  const valueEnds: number[] = [];
  const open: string[] = [];
  let at = from;
  const malformed = () => new Refusal('malformed', `${what}: XML is not well-formed near character ${at}`);
  if (FORBIDDEN.test(source)) throw malformed();
  // Asked once for all of it: most rows have neither.
  const hasReferences = source.indexOf('&', from) >= 0;
  const hasSectionEnds = source.indexOf(']]>', from) >= 0;

  const scanner = {
    kind: 'end' as Scanner['kind'],
    start: from,
    end: from,
    name: '',
    isEmpty: false,
    depth: 0,
    count: 0,
    names,
    starts,
    valueStarts,
    valueEnds,
    next() {
      if (scanner.kind === 'open' && scanner.isEmpty) {
        // An empty element closes where it opened.
        scanner.kind = 'close';
        scanner.isEmpty = false;
        scanner.depth = open.length;
        return;
      }
      scanner.start = at;
      if (at >= to) {
        if (open.length > 0) throw malformed();
        scanner.kind = 'end';
      } else if (source.charCodeAt(at) !== LT) text();
      else if (source.charCodeAt(at + 1) === SLASH) close();
      else if (source.charCodeAt(at + 1) === BANG || source.charCodeAt(at + 1) === QUESTION) aside();
      else openTag();
      scanner.end = at;
    },
    skip() {
      const around = scanner.depth - (scanner.isEmpty ? 0 : 1);
      do scanner.next();
      while (scanner.kind !== 'close' || scanner.depth > around);
      return scanner.end;
    },
  };

  const text = () => {
    const end = source.indexOf('<', at);
    at = end < 0 || end > to ? to : end;
    scanner.kind = 'text';
    checkText(scanner.start, at);
    if (hasSectionEnds && source.slice(scanner.start, at).includes(']]>')) throw malformed();
    // White space around the outermost element is all that may stand there; the caller sees what does.
  };
  const checkText = (start: number, end: number) => {
    if (hasReferences && REFERENCE.test(source.slice(start, end))) throw malformed();
  };
  const close = () => {
    const name = open.pop();
    const end = at + 2 + (name?.length ?? 0);
    if (name === undefined || !source.startsWith(name, at + 2)) throw malformed();
    at = end;
    space();
    if (source.charCodeAt(at) !== GT || at >= to) throw malformed();
    at++;
    scanner.kind = 'close';
    scanner.name = name;
    scanner.depth = open.length;
  };
  const aside = () => {
    const isComment = source.startsWith('<!--', at);
    if (source.startsWith('<![CDATA[', at))
      throw new Refusal('unsupported', `${what}: a CDATA section where rows or strings stand`);
    if (!isComment && source.charCodeAt(at + 1) === BANG) throw new Refusal('malformed', `${what}: has a DOCTYPE`);
    const end = source.indexOf(isComment ? '-->' : '?>', at + (isComment ? 4 : 2));
    if (end < 0 || end >= to) throw malformed();
    at = end + (isComment ? 3 : 2);
    scanner.kind = 'aside';
  };
  const space = () => {
    for (let code = source.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; )
      code = source.charCodeAt(++at);
  };
  const name = () => {
    const start = at;
    if (NAME[source.charCodeAt(at)] !== 1) throw malformed();
    while ((NAME[source.charCodeAt(at)] ?? 0) > 0) at++;
    return source.slice(start, at);
  };
  const openTag = () => {
    at++;
    scanner.name = name();
    scanner.count = 0;
    for (;;) {
      const before = at;
      space();
      const code = source.charCodeAt(at);
      if (code === GT) {
        at++;
        scanner.isEmpty = false;
        break;
      }
      if (code === SLASH) {
        if (source.charCodeAt(at + 1) !== GT) throw malformed();
        at += 2;
        scanner.isEmpty = true;
        break;
      }
      if (before === at || at >= to) throw malformed();
      attribute(before);
    }
    if (at > to) throw malformed();
    if (!scanner.isEmpty) open.push(scanner.name);
    if (open.length > maxDepth) throw new Refusal('limit', `${what}: XML nested deeper than ${maxDepth}`);
    scanner.kind = 'open';
    scanner.depth = open.length;
  };
  const attribute = (start: number) => {
    const own = name();
    space();
    if (source.charCodeAt(at) !== EQUALS) throw malformed();
    at++;
    space();
    const quote = source.charCodeAt(at);
    if (quote !== DOUBLE && quote !== SINGLE) throw malformed();
    let end = at + 1;
    for (let code = source.charCodeAt(end); code !== quote; code = source.charCodeAt(++end))
      if (end >= to || code === LT) throw malformed();
    const { count } = scanner;
    if (count >= MAX_ATTRIBUTES) throw new Refusal('limit', `${what}: ${count} attributes on one element`);
    for (let i = 0; i < count; i++) if (names[i] === own) throw malformed();
    names[count] = own;
    starts[count] = start;
    valueStarts[count] = at + 1;
    valueEnds[count] = end;
    checkText(at + 1, end);
    at = end + 1;
    scanner.count = count + 1;
  };
  return scanner;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text that a stretch of well-formed character data stands for. */
export function unescaped(text: string): string {
  if (!text.includes('&') && !text.includes('\r')) return text;
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (whole, hex: string, decimal: string, name: string) => {
      const code = hex ? Number.parseInt(hex, 16) : decimal ? Number.parseInt(decimal, 10) : undefined;
      if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return ENTITIES[name] ?? whole;
    });
}

/** Splices of a source in the order in which they stand, none inside another. */
export function splicer(source: string, from: number, to: number) {
  const pieces: string[] = [];
  let reached = from;
  return {
    replace(start: number, end: number, text: string) {
      if (start < reached) return;
      pieces.push(source.slice(reached, start), text);
      reached = end;
    },
    /** The stretch after all splices: the same string where there were none. */
    result: () => (pieces.length === 0 ? source.slice(from, to) : `${pieces.join('')}${source.slice(reached, to)}`),
  };
}
