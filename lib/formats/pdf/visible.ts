// Where the text that people see or hear stands in a rebuilt PDF: operands of the operators that show text
// (ISO 32000-2 9.4.3), alternative and replacement text (14.9), bookmarks, the title, and the addresses of kept links.
// Only these ranges are exempt from the proof of absence. What cannot be read has no ranges, so that doubt refuses.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Body, type BodyObject, entriesOf, nameOf, readBody, streamBytes, type Value } from './body.ts';
import { bytesOf, latin1 } from './content-bytes.ts';
import { decodeText } from './objects.ts';
import { spoken } from './spoken.ts';
import { type Token, tokenizer } from './tokens.ts';

const SHOWS_TEXT = new Set(['Tj', 'TJ', "'", '"']);
const HAS_PROPERTIES = new Set(['BDC', 'DP']);
const NAMES_DRAWN = new Set(['Do', 'scn', 'SCN']);
// Read aloud, copied, or shown in place of the content (14.9.3 to 14.9.5, 14.8.5), and the prefixes of page labels
// (12.4.2). Elsewhere these keys hold references or dictionaries, no strings.
const SPOKEN = new Set(['Alt', 'ActualText', 'E', 'Summary', 'Short', 'Desc', 'P']);

/** Ranges of kept visible text, for each byte view by the SHA-256 of its bytes. Rejects as `readBody` does. */
export async function visiblePdf(
  file: Uint8Array,
  { limits, policy }: Pick<Context, 'limits' | 'policy'>,
): Promise<VisibleRanges> {
  const keepsPeople = policy.actionFor('pdf.text.personal') === 'keep';
  const body = readBody(file, limits);
  const found = new Map<string, Range[]>();
  const rangesOf = (hash: string): Range[] => {
    const ranges = found.get(hash) ?? [];
    found.set(hash, ranges);
    return ranges;
  };
  const inFile: Range[] = rangesOf(sha256(file));
  // Views are let go as soon as they are read: all inflated streams at once can be many times the file.
  const view: ViewOf = (stream) => {
    const bytes = streamBytes(file, stream, limits);
    if (!bytes) return undefined;
    const ranges = rangesOf(sha256(bytes));
    const offset = stream.data && !entriesOf(stream.value)?.has('Filter') ? stream.data[0] : undefined;
    const shown: Range[] = [];
    const commit = () => {
      for (const [start, end] of shown) {
        ranges.push([start, end]);
        // An unfiltered stream is seen twice: by itself and in the file.
        if (offset !== undefined) inFile.push([start + offset, end + offset]);
      }
    };
    return { bytes, show: (range) => void shown.push(range), commit };
  };

  const named = new Set<string>();
  const forms: (readonly [number: number, views: readonly View[]])[] = [];
  for (const { streams, form } of contentStreams(body)) {
    const views = addContent(streams, view, named, keepsPeople);
    if (form === undefined) for (const { commit } of views) commit();
    else forms.push([form, views]);
  }
  // What nothing draws nobody sees.
  const drawn = formsCalled(body, named);
  for (const [form, views] of forms) if (drawn.has(form)) for (const { commit } of views) commit();
  for (const object of body.objects.values()) addTitle(object, view);
  const packs = new Map<Uint8Array, Range[]>([[file, inFile]]);
  for (const { pack, text, decided } of keptStrings(body)) {
    const ranges = packs.get(pack) ?? rangesOf(sha256(pack));
    packs.set(pack, ranges);
    if (text.kind === 'string' && (decided || maySay(pack, text, keepsPeople))) ranges.push([text.start, text.end]);
  }
  return new Map([...found].map(([hash, ranges]) => [hash, merged(ranges)]));
}

type View = {
  readonly bytes: Uint8Array;
  readonly show: (range: Range) => void;
  /** Takes over what was shown. */
  readonly commit: () => void;
};
type ViewOf = (stream: BodyObject) => View | undefined;

/** Streams that draw a page, form or pattern. A page's streams are one content (7.8.2), so they come together. */
function* contentStreams({
  objects,
}: Body): Generator<{ readonly streams: readonly BodyObject[]; readonly form?: number }> {
  for (const object of objects.values()) {
    const dict = entriesOf(object.value);
    if (!dict) continue;
    if (object.data) {
      if (nameOf(dict.get('Subtype')) === 'Form' || textOf(dict.get('PatternType')) === '1')
        yield { streams: [object], form: object.number };
    } else if (nameOf(dict.get('Type')) === 'Page') {
      const contents = resolved(objects, dict.get('Contents'));
      const parts = contents?.kind === 'array' ? contents.items : [dict.get('Contents')];
      yield { streams: parts.flatMap((part) => (part?.kind === 'ref' ? (objects.get(part.number) ?? []) : [])) };
    }
  }
}

/** Shows what is visible in the streams, and adds what they name to `named`. */
function addContent(
  streams: readonly BodyObject[],
  view: ViewOf,
  named: Set<string>,
  keepsPeople: boolean,
): readonly View[] {
  const views: View[] = [];
  // Operands may stand in one stream and their operator in the next.
  let operands: Operand[] = [];
  for (const stream of streams) {
    const seen = view(stream);
    if (!seen) return views;
    views.push(seen);
    try {
      const tokens = tokenizer(seen.bytes, 0, { inlineImages: true });
      for (let token = tokens.next(); token; token = tokens.next()) {
        if (token.kind === 'string' || token.kind === 'name') operands.push({ token, show: seen.show });
        if (token.kind !== 'keyword') continue;
        for (const { token: text, show } of visibleOperands(token.text, operands))
          if (!HAS_PROPERTIES.has(token.text) || maySay(seen.bytes, text, keepsPeople)) show([text.start, text.end]);
        const last = operands.at(-1)?.token;
        if (NAMES_DRAWN.has(token.text) && last?.kind === 'name') named.add(last.text);
        operands = [];
      }
    } catch (error) {
      // What follows has no ranges: a removed value in it refuses the document.
      if (error instanceof Refusal && error.reason === 'malformed') return views;
      throw error;
    }
  }
  return views;
}

/** What is read aloud and should not be said is not exempt: it is looked for as if it stood elsewhere. */
function maySay(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  keepsPeople: boolean,
): boolean {
  return spoken(decodeText(bytesOf(latin1(bytes, start, end))), { keepsPeople }) === undefined;
}

/** Forms and patterns that content calls by one of these names, and groups of masks, which have none. */
function formsCalled({ objects }: Body, named: ReadonlySet<string>): ReadonlySet<number> {
  const called = new Set<number>();
  const visit = (value: Value): void => {
    if (value.kind === 'array') for (const item of value.items) visit(item);
    if (value.kind !== 'dict') return;
    for (const [key, inner] of value.entries) {
      if (key === 'G' && inner.kind === 'ref') called.add(inner.number);
      const category = key === 'XObject' || key === 'Pattern' ? resolved(objects, inner) : undefined;
      if (category?.kind === 'dict')
        for (const [name, form] of category.entries)
          if (form.kind === 'ref' && named.has(name)) called.add(form.number);
      visit(inner);
    }
  };
  for (const { value } of objects.values()) visit(value);
  return called;
}

type Operand = { readonly token: Token; readonly show: (range: Range) => void };

function visibleOperands(operator: string, operands: readonly Operand[]): readonly Operand[] {
  if (SHOWS_TEXT.has(operator)) return operands.filter(({ token }) => token.kind === 'string');
  if (!HAS_PROPERTIES.has(operator)) return [];
  return operands.filter(({ token }, place) => {
    const key = operands[place - 1]?.token;
    return token.kind === 'string' && key?.kind === 'name' && SPOKEN.has(key.text);
  });
}

/** A string, and the bytes that its offsets count in. */
type Kept = {
  readonly pack: Uint8Array;
  readonly text: Value;
  /** Policy has its own say about titles and addresses. */
  readonly decided: boolean;
};

function* keptStrings(body: Body): Generator<Kept> {
  const { objects, trailer } = body;
  for (const object of objects.values()) yield* spokenIn(object.value, object.view);
  const info = resolvedObject(objects, trailer.get('Info'));
  if (info) yield* entryOf(info, 'Title', true);
  const root = resolvedObject(objects, trailer.get('Root'));
  const outlines = resolvedObject(objects, root && entriesOf(root.value)?.get('Outlines'));
  if (outlines) yield* titlesUnder(objects, outlines);
}

/** Alternative texts, link addresses and names of layers, wherever they stand in an object. */
function* spokenIn(value: Value, pack: Uint8Array): Generator<Kept> {
  if (value.kind === 'array') for (const item of value.items) yield* spokenIn(item, pack);
  if (value.kind !== 'dict') return;
  const isAddress = nameOf(value.entries.get('S')) === 'URI';
  // 12.5.2: of a link its contents are an alternative text, of other annotations what somebody wrote in them.
  const isLink = nameOf(value.entries.get('Subtype')) === 'Link';
  const isLayer = nameOf(value.entries.get('Type')) === 'OCG';
  for (const [key, text] of value.entries) {
    const isKept = (isAddress && key === 'URI') || (isLink && key === 'Contents') || (isLayer && key === 'Name');
    if (isKept || SPOKEN.has(key)) yield { pack, text, decided: isAddress };
    yield* spokenIn(text, pack);
  }
}

function* titlesUnder(objects: Body['objects'], outlines: BodyObject): Generator<Kept> {
  const seen = new Set<BodyObject>();
  const waiting = [outlines];
  for (let item = waiting.pop(); item; item = waiting.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    if (item !== outlines) yield* entryOf(item, 'Title', false);
    for (const key of ['First', 'Next']) {
      const next = resolvedObject(objects, entriesOf(item.value)?.get(key));
      if (next) waiting.push(next);
    }
  }
}

function* entryOf({ value, view }: BodyObject, key: string, decided: boolean): Generator<Kept> {
  const text = entriesOf(value)?.get(key);
  if (text) yield { pack: view, text, decided };
}

/** The title in a metadata packet (ISO 16684-1 dc:title), which is kept when policy keeps the title. */
function addTitle(object: BodyObject, view: ViewOf): void {
  if (!object.data || nameOf(entriesOf(object.value)?.get('Type')) !== 'Metadata') return;
  const seen = view(object);
  if (!seen) return;
  const packet = Buffer.from(seen.bytes.buffer, seen.bytes.byteOffset, seen.bytes.length);
  const start = packet.indexOf('<dc:title>');
  const end = packet.indexOf('</dc:title>', Math.max(start, 0));
  if (start < 0 || end < 0) return;
  seen.show([start, end]);
  seen.commit();
}

function resolved(objects: Body['objects'], value: Value | undefined): Value | undefined {
  return value?.kind === 'ref' ? objects.get(value.number)?.value : value;
}

function resolvedObject(objects: Body['objects'], value: Value | undefined): BodyObject | undefined {
  return value?.kind === 'ref' ? objects.get(value.number) : undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'number' ? value.text : undefined;
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const kept: [number, number][] = [];
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = kept.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else kept.push([start, end]);
  }
  return kept;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
