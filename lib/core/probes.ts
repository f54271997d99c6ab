// Our own probes (design 3.5c): things that point at a person or a machine whatever the format, looked for in every byte
// view outside the visible ranges. They need no list of removed values, so they also see what no format thought of. Each
// starts at a byte that is rare or a word, and looks at a window of fixed size around it, so they take linear time.

import { visibility } from './absence.ts';
import { gaps } from './byte-ranges.ts';
import { byteViews, type View } from './byte-views.ts';
import type { Range, VisibleRanges } from './format.ts';
import type { Limits } from './limits.ts';
import known from './probes-guids.json' with { type: 'json' };
import { type Decoded, syntaxReadings } from './views-decoded.ts';
import { narrowed } from './views-narrow.ts';

export type Probed = { readonly kind: string; readonly view: string; readonly at: number };

const MAX_PROBED = 1000;

/** Looks for paths, UNC names, home folders, e-mail addresses, printers and GUIDs outside the visible ranges. */
export async function probe(body: Uint8Array, visible: VisibleRanges, limits: Limits): Promise<readonly Probed[]> {
  const isVisible = visibility(visible);
  const probed: Probed[] = [];
  for (const view of byteViews(body, limits)) {
    const seen = new Set<string>();
    for (const { kind, range } of sightings(view)) {
      const [start, end] = range;
      if (seen.has(`${kind} ${start}`) || isVisible(view, start, end)) continue;
      seen.add(`${kind} ${start}`);
      probed.push({ kind, view: view.name, at: start });
      if (probed.length >= MAX_PROBED) return probed;
    }
  }
  return probed;
}

type Sighting = { readonly kind: string; readonly range: Range };

/** In the plain ranges as they stand, after the escapes of the syntax, and in UTF-16 of either. */
function* sightings(view: View): Generator<Sighting> {
  const syntax = view.pdf && !isXml(view.bytes);
  const plain = syntax ? withoutInlineImages(view) : view.plain;
  const sources = [...syntaxReadings(view.bytes, plain, syntax), ...(view.names ? [view.names] : [])];
  for (const [start, end] of plain) {
    const text = view.bytes.subarray(start, end);
    // In PDF syntax a backslash is half of an escape; paths are looked for once it is undone.
    const probes = syntax ? PROBES.filter(({ trigger }) => !trigger.includes('\\')) : PROBES;
    yield* sightingsIn(text, probes, (from, to) => [start + from, start + to]);
    const wide = narrowed(text);
    if (wide) yield* sightingsIn(wide.bytes, PROBES, (from, to) => shifted(wide.source(from, to), start));
  }
  for (const decoded of sources) {
    yield* sightingsIn(decoded.bytes, PROBES, decoded.source);
    const wide = narrowed(decoded.bytes);
    if (wide) yield* sightingsIn(wide.bytes, PROBES, (from, to) => decoded.source(...wide.source(from, to)));
  }
}

function shifted([start, end]: Range, by: number): Range {
  return [start + by, end + by];
}

const XML_WITHIN = 64;

/** Markup rather than PDF syntax, in which a stream may start with a hexadecimal string or a dictionary. */
function isXml(bytes: Uint8Array): boolean {
  return /^(?:\xef\xbb\xbf)?\s*<(?:[?!]|(?![0-9A-Fa-f\s]*(?:>|$))[A-Za-z])/.test(latin1(bytes, 0, XML_WITHIN));
}

const IMAGE_DICTIONARY_WITHIN = 1024;

/** Samples that stand between ID and EI in page content (ISO 32000-2 8.9.7) are no text, however they are encoded. */
function withoutInlineImages(view: View): readonly Range[] {
  const content = Buffer.from(view.bytes.buffer, view.bytes.byteOffset, view.bytes.length);
  const images: Range[] = [];
  for (let at = content.indexOf('ID'); at >= 0; at = content.indexOf('ID', at + 2)) {
    if (!/\sID\s/.test(latin1(content, at - 1, at + 3))) continue;
    if (!/(?:^|\s)BI\s/.test(latin1(content, at - IMAGE_DICTIONARY_WITHIN, at))) continue;
    let end = content.indexOf('EI', at + 3);
    while (end >= 0 && !/^\sEI(?:\s|$)/.test(latin1(content, end - 1, end + 3))) end = content.indexOf('EI', end + 2);
    if (end < 0) break;
    images.push([at, end]);
    at = end;
  }
  if (images.length === 0) return view.plain;
  const hidden = gaps(content.length, view.plain);
  return gaps(content.length, [...hidden, ...images]);
}

type Probe = {
  readonly kind: string;
  readonly trigger: string;
  /** What ends just before the trigger, and what goes on from it. */
  readonly before: RegExp;
  readonly from: RegExp;
  readonly allows?: (text: string) => boolean;
};

const KNOWN = new Set(known.guids.map((guid) => guid.toUpperCase()));
/** A number in the form of one, which is what formats write that must have one and may not have one of somebody's. */
const NUMBERED = /^\{0{8}-(?:0{4}-){3}0{8}[0-9A-F]{4}\}$/;
const ANYTHING = /$/;
const NO_WORD = /(?:^|[^\w.~%-])$/;
const MAKES =
  'HP|Hewlett.Packard|Canon|Xerox|Ricoh|RICOH|Lexmark|Konica|KONICA|Kyocera|Brother|Epson|EPSON|Samsung|Sharp|SHARP|Toshiba|OKI|Oce|Dell';

const PROBES: readonly Probe[] = [
  {
    kind: 'e-mail address',
    trigger: '@',
    before: /[A-Za-z0-9][\w.+%-]{0,63}$/,
    from: /^@(?:[A-Za-z0-9-]{2,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])/,
  },
  {
    kind: 'windows path',
    trigger: ':\\',
    before: /(?:^|[^A-Za-z0-9])[A-Za-z]$/,
    from: /^:\\{1,2}[\w$~\x80-\xff][\w$~ .()\x80-\xff-]{2}/,
  },
  {
    kind: 'windows path',
    trigger: ':/',
    before: /(?:^|[^A-Za-z0-9])[A-Za-z]$/,
    from: /^:\/[\w$~ .()\x80-\xff-]{2,64}[/.]\w/,
  },
  {
    kind: 'unc path',
    trigger: '\\\\',
    before: /(?:^|[\s"'<>(=,;\0[{|])$/,
    from: /^(?:\\\\){1,2}[A-Za-z0-9][\w.-]{1,62}\\{1,2}[\w$~ .()\x80-\xff-]{2}/,
  },
  { kind: 'home folder', trigger: '/Users/', before: NO_WORD, from: /^\/Users\/[\w.\x80-\xff-]{1,64}\/[^/\s]/ },
  { kind: 'home folder', trigger: '/home/', before: NO_WORD, from: /^\/home\/[\w.\x80-\xff-]{1,64}\/[^/\s]/ },
  { kind: 'file address', trigger: 'file:/', before: /(?:^|[^A-Za-z0-9])$/, from: /^file:\/{1,5}[\w%.\x80-\xff-]/ },
  { kind: 'printer', trigger: 'winspool', before: ANYTHING, from: /^winspool/ },
  ...['LaserJet', 'OfficeJet', 'DeskJet', 'imageRUNNER', 'WorkCentre', 'bizhub', 'TASKalfa'].map((model) => ({
    kind: 'printer',
    trigger: model,
    before: new RegExp(`(?:${MAKES})[ _][\\w -]{0,20}$`),
    from: /^/,
  })),
  {
    kind: 'guid',
    trigger: '{',
    // An extension's uri names a feature of the format (ISO/IEC 29500-1 A.4.1), the same in every document.
    before: /(?<!\buri=["'])$/,
    from: /^\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}/,
    allows: (text) => KNOWN.has(text.slice(1, -1).toUpperCase()) || NUMBERED.test(text),
  },
];

const WINDOW = 256;
const WEB_ADDRESS = /https?:\/\/[^\s"'<>()\\\0]*$/i;

function* sightingsIn(bytes: Uint8Array, probes: readonly Probe[], source: Decoded['source']): Generator<Sighting> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const { kind, trigger, before, from, allows } of probes) {
    for (let at = text.indexOf(trigger, 0, 'latin1'); at >= 0; at = text.indexOf(trigger, at + 1, 'latin1')) {
      const tail = from.exec(latin1(text, at, at + WINDOW))?.[0];
      if (tail === undefined) continue;
      const ahead = latin1(text, at - WINDOW, at);
      const head = before.exec(ahead)?.[0];
      if (head === undefined || allows?.(tail)) continue;
      // A part of a web address is no path and no person of this document; links are judged by the format.
      if (WEB_ADDRESS.test(ahead)) continue;
      const end = at + tail.length;
      if (!isReadable(text, at - NEIGHBOURS, at) || !isReadable(text, end, end + NEIGHBOURS)) continue;
      yield { kind, range: source(Math.max(0, at - head.length), Math.max(end, at + trigger.length)) };
    }
  }
}

const NEIGHBOURS = 8;

/** At least half of the neighbours are text or zero: what surrounds a text in samples or codes is neither. */
function isReadable(text: Uint8Array, from: number, to: number): boolean {
  const around = text.subarray(Math.max(0, from), Math.max(0, to));
  let readable = 0;
  for (const byte of around) if ((byte >= 0x20 && byte < 0x7f) || byte === 0 || (byte >= 9 && byte <= 13)) readable++;
  return readable * 2 >= around.length;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  const start = Math.max(0, from);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', start, Math.max(start, to));
}
