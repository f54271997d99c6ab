// XML edited in place: saxes checks well-formedness and namespaces and says where everything stands; edits are splices
// of the source text, so what is not edited stays byte-identical. XML 1.0 in UTF-8, or UTF-16 with a byte order mark.
// A DOCTYPE is refused: no format of ours needs one, and entities are how XML expands and reads files.

import { SaxesParser } from 'saxes';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export type Attribute = {
  readonly uri: string;
  readonly local: string;
  /** As written, with its prefix. */
  readonly name: string;
  readonly value: string;
};

/** An element and where it stands: `start` at '<', `openEnd` after the open tag, `closeStart` at '</', `end` after it. */
export type Element = {
  readonly uri: string;
  readonly local: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly parent: Element | undefined;
  readonly children: Element[];
  /** Stretches of character data directly in this element, in order. */
  readonly texts: Stretch[];
  readonly start: number;
  readonly openEnd: number;
  closeStart: number;
  end: number;
};

/** Character data between two tags, CDATA sections included, as it stands and as it reads. */
export type Stretch = { readonly start: number; end: number; value: string };

export type Aside = { readonly start: number; readonly end: number; readonly value: string };

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export type XmlDocument = {
  readonly source: string;
  readonly encoding: Encoding;
  readonly root: Element;
  readonly comments: readonly Aside[];
  readonly instructions: readonly Aside[];
};

const MAX_ATTRIBUTES = 1000;

// A part is parsed when it is rebuilt, when its words are listed and when the result is looked at, and mostly nothing in
// it has changed: two of three parses of a small document were of a text that had been parsed before. Trees are never
// changed, so they can be shared, among those who judge one document: each has a limits object of its own, and what was
// parsed under it goes with it. Bounded, because a tree takes some twenty times its text.
type Parses = { readonly documents: Map<string, XmlDocument>; length: number };
const PARSES = new WeakMap<Pick<Limits, 'maxXmlDepth'>, Parses>();
const MAX_REMEMBERED_LENGTH = 4_000_000;

function parsesUnder(limits: Pick<Limits, 'maxXmlDepth'>): Parses {
  const parses = PARSES.get(limits) ?? { documents: new Map(), length: 0 };
  PARSES.set(limits, parses);
  return parses;
}

/** Parses bytes into a tree with positions. Rejects with Refusal('malformed'), or 'limit' for depth. */
export function parseXml(untrusted: Uint8Array, what: string, limits: Pick<Limits, 'maxXmlDepth'>): XmlDocument {
  const { source, encoding } = decodeXml(untrusted, what);
  return parseSource(source, encoding, what, limits);
}

/** The same from a text that was decoded before. The same text under the same limits object is the same tree. */
export function parseSource(
  source: string,
  encoding: Encoding,
  what: string,
  limits: Pick<Limits, 'maxXmlDepth'>,
): XmlDocument {
  const parses = parsesUnder(limits);
  const known = parses.documents.get(source);
  if (known?.encoding === encoding) return known;
  const document = parse(source, encoding, what, limits);
  if (parses.length + source.length <= MAX_REMEMBERED_LENGTH) {
    parses.documents.set(source, document);
    parses.length += source.length;
  }
  return document;
}

function parse(source: string, encoding: Encoding, what: string, limits: Pick<Limits, 'maxXmlDepth'>): XmlDocument {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const comments: Aside[] = [];
  const instructions: Aside[] = [];
  const open: Element[] = [];
  let root: Element | undefined;
  let cursor = 0;
  let pending: string[] = [];

  // Character data holds no raw '<', so the first one after the last markup is where the next markup starts.
  const markup = (end = parser.position) => {
    const start = source.indexOf('<', cursor);
    flush(start);
    cursor = end;
    return { start, end };
  };
  const flush = (end: number) => {
    const element = open.at(-1);
    if (element && pending.length > 0) {
      const last = element.texts.at(-1);
      const value = pending.join('');
      if (last && last.end === cursor) Object.assign(last, { end, value: last.value + value });
      else element.texts.push({ start: cursor, end, value });
    }
    pending = [];
  };

  parser.on('error', (cause) => {
    throw new Refusal('malformed', `${what}: XML is not well-formed near character ${parser.position}`, { cause });
  });
  parser.on('doctype', () => {
    throw new Refusal('malformed', `${what}: has a DOCTYPE`);
  });
  parser.on('xmldecl', (declaration) => {
    if (declaration.version !== '1.0') throw new Refusal('malformed', `${what}: not XML 1.0`);
    checkDeclared(declaration.encoding, encoding, source, what);
    cursor = parser.position;
  });
  parser.on('text', (text) => pending.push(text));
  parser.on('cdata', (text) => {
    const { start, end } = markup();
    const element = open.at(-1);
    const last = element?.texts.at(-1);
    if (last && last.end === start) Object.assign(last, { end, value: last.value + text });
    else element?.texts.push({ start, end, value: text });
  });
  parser.on('comment', (value) => {
    // saxes speaks before it has read the '>'.
    comments.push({ ...markup(source.indexOf('-->', source.indexOf('<', cursor) + 4) + 3), value });
  });
  parser.on('processinginstruction', ({ target, body }) =>
    instructions.push({ ...markup(), value: `${target} ${body}` }),
  );
  parser.on('opentag', (tag) => {
    const { start, end } = markup();
    const parent = open.at(-1);
    const attributes = Object.values(tag.attributes).map(({ uri, local, name, value }) => ({
      uri,
      local,
      name,
      value,
    }));
    if (attributes.length > MAX_ATTRIBUTES)
      throw new Refusal('limit', `${what}: ${attributes.length} attributes on one element`);
    const about = { uri: tag.uri, local: tag.local, name: tag.name, attributes, parent };
    const element = { ...about, children: [], texts: [], start, openEnd: end, closeStart: end, end };
    if (open.push(element) > limits.maxXmlDepth)
      throw new Refusal('limit', `${what}: XML nested deeper than ${limits.maxXmlDepth}`);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.on('closetag', (tag) => {
    const element = open.at(-1);
    if (element && !tag.isSelfClosing) {
      const { start, end } = markup();
      Object.assign(element, { closeStart: start, end });
    }
    open.pop();
  });

  parser.write(source).close();
  if (!root) throw new Refusal('malformed', `${what}: no XML element`);
  return { source, encoding, root, comments, instructions };
}

/** Every element, parents first, in document order. */
export function* elementsOf(root: Element): Generator<Element> {
  // An explicit stack: the depth limit bounds it, and generators that nest cost time for every level.
  const stack: Element[] = [root];
  for (let element = stack.pop(); element; element = stack.pop()) {
    yield element;
    for (let i = element.children.length - 1; i >= 0; i--) stack.push(element.children[i] as Element);
  }
}

/** The text of the element and everything in it, in order. */
export function textOf(element: Element): string {
  const pieces = [...elementsOf(element)].flatMap(({ texts }) => texts);
  return pieces
    .sort((a, b) => a.start - b.start)
    .map(({ value }) => value)
    .join('');
}

export function attributeOf(element: Element, uri: string, local: string): string | undefined {
  return element.attributes.find((attribute) => attribute.local === local && attribute.uri === uri)?.value;
}

/** Where an attribute's value stands, without its quotes, and the whole attribute with the white space before it. */
export function placeOf(source: string, element: Element, attribute: Attribute) {
  const tag = source.slice(element.start, element.openEnd);
  const pattern = /(\s+)([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
  for (const match of tag.matchAll(pattern)) {
    if (match[2] !== attribute.name) continue;
    const start = element.start + match.index;
    const end = start + match[0].length;
    const valueEnd = end - 1;
    return { start, end, valueStart: valueEnd - (match[3] ?? match[4] ?? '').length, valueEnd };
  }
  throw new Error('an attribute that saxes read is not in its tag');
}

export function bytesOf(source: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(source, 'utf8');
  const bytes = Buffer.from(source, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The text of UTF-8, or of UTF-16 with a byte order mark. Rejects with Refusal('malformed'). */
export function decodeXml(
  untrusted: Uint8Array,
  what: string,
): { readonly source: string; readonly encoding: Encoding } {
  const [first, second] = untrusted;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    // The byte order mark stays in the text, so that encoding it again gives the same bytes.
    return { source: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(untrusted), encoding };
  } catch (cause) {
    throw new Refusal('malformed', `${what}: not ${encoding}`, { cause });
  }
}

/** Two readers that believe two encodings read two documents. */
function checkDeclared(declared: string | undefined, encoding: Encoding, source: string, what: string): void {
  const name = declared?.toLowerCase() ?? 'utf-8';
  const allowed = encoding === 'utf-8' ? ['utf-8', 'utf8'] : ['utf-16', encoding];
  if (allowed.includes(name)) return;
  if (declared === undefined) return;
  const ascii = encoding === 'utf-8' && /^(us-ascii|ascii|iso-8859-\d+|windows-125\d)$/.test(name);
  if (ascii && /^[\0-\x7f]*$/.test(source)) return;
  throw new Refusal('unsupported', `${what}: XML declares another encoding than it has`);
}
