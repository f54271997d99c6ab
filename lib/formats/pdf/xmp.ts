// The document's XMP packet (ISO 16684-1, ISO 32000-2 14.3.2): read for what is kept (title, language, PDF/A and PDF/UA
// identification) and for what has to be gone, and written anew, the same bytes for the same few facts.

import { SaxesParser } from 'saxes';
import { Refusal } from '../../core/refusal.ts';
import { xmpTexts } from '../shared/xmp-texts.ts';

const NS = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  dc: 'http://purl.org/dc/elements/1.1/',
  pdfaid: 'http://www.aiim.org/pdfa/ns/id/',
  pdfuaid: 'http://www.aiim.org/pdfua/ns/id/',
  xml: 'http://www.w3.org/XML/1998/namespace',
} as const;

/** Identification of an archive or accessibility standard: a key of its namespace and a short value. */
export type Claim = { readonly space: 'pdfaid' | 'pdfuaid'; readonly key: string; readonly value: string };

export type Facts = {
  readonly title: string | undefined;
  readonly language: string | undefined;
  readonly claims: readonly Claim[];
};

export type Packet = Facts & {
  /** Texts of every other property. */
  readonly others: readonly string[];
};

// ISO 19005 parts 1 to 4 and ISO 14289 parts 1 and 2: nothing else is claimed.
const CLAIMS: Readonly<Record<string, RegExp>> = {
  'pdfaid part': /^[1-4]$/,
  'pdfaid conformance': /^[ABUEF]$/i,
  'pdfaid rev': /^20\d\d$/,
  'pdfaid amd': /^[\w:. -]{1,20}$/,
  'pdfuaid part': /^[12]$/,
  'pdfuaid rev': /^20\d\d$/,
  'pdfuaid amd': /^[\w:. -]{1,20}$/,
};

// Words of formats and numbers: what fonts are called, colours, sizes. They stand in the document itself as well.
const OF_THE_DOCUMENT =
  /^http:\/\/(?:ns\.adobe\.com\/(?:xap\/1\.0\/(?:t\/pg|g|sType\/(?:Font|Dimensions))|camera-raw-settings|tiff|exif)|www\.aiim\.org\/pdfa\/ns\/(?:extension|schema|property|type|id))/;
// Of the history of a file's parts only identifiers and sentences tell something, not its words ('Inches', 'saved').
const OF_HISTORY = /^http:\/\/ns\.adobe\.com\/xap\/1\.0\/(?:mm|sType)\//;
const WORDS =
  /^(?:application\/pdf|true|false|default|converted|saved|created|derived|proof:pdf|uuid|x-default|print)$/i;

const MAX_DEPTH = 64;
const MAX_OTHERS = 2000;

/** Reads a packet. One that is no XML has no facts, but its texts are still answered. Never rejects. */
export function readPacket(untrusted: Uint8Array): Packet {
  const text = decode(untrusted);
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { title: undefined, language: undefined, claims: [], others: xmpTexts(untrusted) };
  }
}

function parse(text: string): Packet {
  const facts: { title?: string; language?: string } = {};
  const claims = new Map<string, Claim>();
  const others = new Set<string>();
  const path: { readonly uri: string; readonly local: string; readonly lang: string }[] = [];
  let own = '';

  const take = (
    uri: string,
    local: string,
    raw: string,
    within: { uri: string; local: string } | undefined,
    lang: string,
  ) => {
    const value = raw.trim();
    if (value === '') return;
    const space = uri === NS.pdfaid ? 'pdfaid' : uri === NS.pdfuaid ? 'pdfuaid' : undefined;
    if (space && CLAIMS[`${space} ${local}`]?.test(value)) {
      claims.set(`${space} ${local}`, claims.get(`${space} ${local}`) ?? { space, key: local, value });
      return;
    }
    const property = within ?? { uri, local };
    if (property.uri === NS.dc && property.local === 'title') {
      if (facts.title === undefined || lang === 'x-default') {
        if (facts.title !== undefined) others.add(facts.title);
        facts.title = value;
      } else others.add(value);
    } else if (property.uri === NS.dc && property.local === 'language') facts.language ??= value;
    else if (
      !OF_THE_DOCUMENT.test(uri) &&
      !OF_THE_DOCUMENT.test(property.uri) &&
      !WORDS.test(value) &&
      !(OF_HISTORY.test(uri) && /^[A-Za-z]*$/.test(value)) &&
      others.size < MAX_OTHERS
    )
      others.add(value);
  };
  /** The property that an item of an array (rdf:Alt, Bag, Seq) belongs to. */
  const property = () => path.findLast(({ uri }) => uri !== NS.rdf);

  const parser = new SaxesParser({ xmlns: true });
  const fail = () => {
    throw new Refusal('malformed', 'XMP that is no XML');
  };
  // A prefix that nobody declared is a fault that others do not mind; the text is read all the same.
  parser.on('error', (error) => {
    if (!/unbound namespace prefix/.test(error.message)) fail();
  });
  // Entities could make a small packet large.
  parser.on('doctype', fail);
  parser.on('opentag', (tag) => {
    if (path.length >= MAX_DEPTH) fail();
    own = '';
    path.push({ uri: tag.uri, local: tag.local, lang: tag.attributes['xml:lang']?.value ?? '' });
    for (const attribute of Object.values(tag.attributes)) {
      const isSyntax = attribute.prefix === 'xmlns' || attribute.name === 'xmlns' || attribute.uri === NS.xml;
      if (!isSyntax && !(attribute.uri === NS.rdf && attribute.local !== 'resource')) {
        const isFact = attribute.uri === NS.dc || attribute.uri === NS.pdfaid || attribute.uri === NS.pdfuaid;
        take(attribute.uri || tag.uri, attribute.local, attribute.value, isFact ? undefined : property(), '');
      }
    }
  });
  parser.on('text', (piece) => {
    own += piece;
  });
  parser.on('cdata', (piece) => {
    own += piece;
  });
  parser.on('comment', (piece) => {
    others.add(piece.trim());
  });
  parser.on('closetag', (tag) => {
    const isItem = tag.uri === NS.rdf;
    take(tag.uri, tag.local, own, isItem ? property() : undefined, path.at(-1)?.lang ?? '');
    path.pop();
    own = '';
  });
  parser.write(text).close();
  return { title: facts.title, language: facts.language, claims: [...claims.values()], others: [...others] };
}

function decode(untrusted: Uint8Array): string {
  const [a, b] = untrusted;
  const encoding =
    (a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)
      ? 'utf-16be'
      : (a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)
        ? 'utf-16le'
        : 'utf-8';
  // Padding and zero bytes at the end are no XML.
  return withoutPadding(new TextDecoder(encoding).decode(untrusted).replace(/\0/g, '').trim());
}

/** Two kilobytes of blanks before the packet's end (ISO 16684-1 7.3.3) take longer to read than the rest. */
function withoutPadding(packet: string): string {
  const end = packet.lastIndexOf('<?xpacket end');
  return end < 0 ? packet : packet.slice(0, end).trimEnd() + packet.slice(end);
}

/** The packet for these facts, or undefined when there is nothing to say. */
export function writePacket({ title, language, claims }: Facts): Uint8Array | undefined {
  if (title === undefined && language === undefined && claims.length === 0) return undefined;
  const spaces = (['pdfaid', 'pdfuaid'] as const).filter((space) => claims.some((claim) => claim.space === space));
  const lines = [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    `<rdf:RDF xmlns:rdf="${NS.rdf}">`,
    `<rdf:Description rdf:about="" xmlns:dc="${NS.dc}"${spaces.map((space) => ` xmlns:${space}="${NS[space]}"`).join('')}>`,
    '<dc:format>application/pdf</dc:format>',
    ...(title === undefined
      ? []
      : [`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped(title)}</rdf:li></rdf:Alt></dc:title>`]),
    ...(language === undefined
      ? []
      : [`<dc:language><rdf:Bag><rdf:li>${escaped(language)}</rdf:li></rdf:Bag></dc:language>`]),
    ...claims
      .toSorted((a, b) => (a.space + a.key < b.space + b.key ? -1 : 1))
      .map(({ space, key, value }) => `<${space}:${key}>${escaped(value)}</${space}:${key}>`),
    '</rdf:Description>',
    '</rdf:RDF>',
    '</x:xmpmeta>',
    '<?xpacket end="r"?>',
  ];
  return Buffer.from(lines.join('\n'), 'utf8');
}

function escaped(text: string): string {
  return (
    text
      // Characters that XML 1.0 has no place for.
      .replace(
        /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
        '',
      )
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
  );
}
