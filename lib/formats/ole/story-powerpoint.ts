// What the slides of a presentation say, read from the records that the last save leads to ([MS-PPT] 2.1.2): paragraphs
// of each slide in the order of its shapes. It judges conversions and shares nothing with what makes them.

import { Refusal } from '../../core/refusal.ts';
import { u16, u32 } from './bytes.ts';

/** Paragraphs by slide. */
export type Slides = readonly (readonly string[])[];

const HEAD = 8;
const MAX_DEPTH = 32;
const MAX_EDITS = 10_000;
const MAX_RECORDS = 5_000_000;
const [USER_EDIT, PERSIST_DIRECTORY, SLIDE_LIST, SLIDE_PERSIST, OUTLINE_TEXT] = [
  ...[0x0ff5, 0x1772, 0x0ff0, 0x03f3, 0x0f9e],
];
const [TEXT_HEADER, TEXT_CHARS, TEXT_BYTES, CLIENT_TEXT_BOX] = [0x0f9f, 0x0fa0, 0x0fa8, 0xf00d];

type Atom = { readonly type: number; readonly instance: number; readonly isContainer: boolean; readonly data: Buffer };

/** `currentUser` is the stream of that name, which says where the last save is. Throws Refusal('limit'). */
export function readPowerPoint(stream: Buffer, currentUser: Buffer): Slides {
  const { places, document } = persistsOf(stream, u32(currentUser, 16));
  const lists = [...childrenOf(atomAt(stream, places.get(document) ?? stream.length))];
  const list = lists.find(({ type, instance }) => type === SLIDE_LIST && instance === 0);
  const slides: string[][] = [];
  // Slides may lead to one place as often as somebody likes.
  const budget = { left: MAX_RECORDS };
  for (const { reference, outline } of list ? outlinesOf(list) : []) {
    const slide = atomAt(stream, places.get(reference) ?? stream.length);
    slides.push([...textsOf(slide, outline, 0, budget)].flatMap((text) => text.split('\r')));
  }
  return slides;
}

function atomAt(stream: Buffer, at: number): Atom {
  const head = u16(stream, at);
  const data = stream.subarray(at + HEAD, at + HEAD + u32(stream, at + 4));
  return { type: u16(stream, at + 2), instance: head >> 4, isContainer: (head & 0xf) === 0xf, data };
}

function* childrenOf({ data }: Atom): Generator<Atom> {
  for (let at = 0; at + HEAD <= data.length; ) {
    const child = atomAt(data, at);
    yield child;
    at += HEAD + child.data.length;
  }
}

/** Where the newest version of each object stands: saves are chained, each with the objects that it wrote. */
function persistsOf(
  stream: Buffer,
  last: number,
): { readonly places: ReadonlyMap<number, number>; readonly document: number } {
  const places = new Map<number, number>();
  let document = 0;
  let entries = 0;
  const seen = new Set<number>();
  for (let at = last; at > 0 && !seen.has(at) && seen.size < MAX_EDITS; ) {
    seen.add(at);
    const edit = atomAt(stream, at);
    if (edit.type !== USER_EDIT) break;
    document ||= u32(edit.data, 16);
    const directory = atomAt(stream, u32(edit.data, 12));
    if (directory.type === PERSIST_DIRECTORY)
      for (const [id, place] of persistsIn(directory.data)) {
        // Saves may share one directory as often as somebody likes.
        if (++entries > MAX_RECORDS) throw new Refusal('limit', `more than ${MAX_RECORDS} objects`);
        if (!places.has(id)) places.set(id, place);
      }
    at = u32(edit.data, 8);
  }
  return { places, document };
}

/** [MS-PPT] 2.3.5: a first number, how many follow, and as many places. */
function* persistsIn(data: Buffer): Generator<readonly [id: number, place: number]> {
  for (let at = 0; at + 4 <= data.length; ) {
    const head = u32(data, at);
    const [first, count] = [head & 0xfffff, head >>> 20];
    for (let i = 0; i < count && at + 8 + i * 4 <= data.length; i++) yield [first + i, u32(data, at + 4 + i * 4)];
    at += 4 + count * 4;
  }
}

type Outline = { readonly reference: number; readonly outline: string[] };

/** Texts of placeholders stand in the list of slides, each slide's behind its number. */
function outlinesOf(list: Atom): readonly Outline[] {
  const slides: Outline[] = [];
  for (const { type, data } of childrenOf(list)) {
    const texts = slides.at(-1)?.outline;
    if (type === SLIDE_PERSIST) slides.push({ reference: u32(data, 0), outline: [] });
    else if (type === TEXT_HEADER) texts?.push('');
    else if ((type === TEXT_CHARS || type === TEXT_BYTES) && texts) texts[texts.length - 1] = decoded(type, data);
  }
  return slides;
}

/** The texts in the boxes of a slide's shapes, their own or those of the outline that they lead to. */
function* textsOf(
  container: Atom,
  outline: readonly string[],
  depth: number,
  budget: { left: number },
): Generator<string> {
  if (depth > MAX_DEPTH) return;
  for (const child of childrenOf(container)) {
    spent('', budget);
    if (child.type === CLIENT_TEXT_BOX) {
      for (const { type, data } of childrenOf(child))
        if (type === OUTLINE_TEXT) yield spent(outline[u32(data, 0)] ?? '', budget);
        else if (type === TEXT_CHARS || type === TEXT_BYTES) yield spent(decoded(type, data), budget);
    } else if (child.isContainer) yield* textsOf(child, outline, depth + 1, budget);
  }
}

/** The text, with a record and its letters taken off what may be read. */
function spent(text: string, budget: { left: number }): string {
  budget.left -= 1 + text.length;
  if (budget.left < 0) throw new Refusal('limit', `more than ${MAX_RECORDS} records and letters`);
  return text;
}

/** One byte a character are the first 256 of Unicode ([MS-PPT] 2.9.45). */
function decoded(type: number, data: Buffer): string {
  return data.toString(type === TEXT_BYTES ? 'latin1' : 'utf16le');
}
