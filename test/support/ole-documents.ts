// What stands in the streams of compound files: property sets, a Word document with tables, records of workbooks and
// presentations, properties of messages.

import { u16, u32, wide } from './emf-file.ts';
import type { Tree } from './ole-file.ts';

/** A value of a property: text in one byte a letter, a time, or one of any type. */
export type Value = string | { readonly type: number; readonly bytes: Buffer };

function typedValue(value: Value): Buffer {
  if (typeof value !== 'string') return Buffer.concat([u32(value.type), value.bytes]);
  const text = Buffer.from(`${value}\0`, 'latin1');
  return Buffer.concat([u32(30, text.length), text, Buffer.alloc(-text.length & 3)]);
}

function setOf(properties: Readonly<Record<number, Value>>, names?: Readonly<Record<number, string>>): Buffer {
  const values = Object.entries(properties).map(([number, value]) => ({
    number: Number(number),
    bytes: typedValue(value),
  }));
  if (names) {
    const entries = Object.entries(names).map(([number, name]) => {
      const text = Buffer.from(`${name}\0`, 'latin1');
      return Buffer.concat([u32(Number(number), text.length), text]);
    });
    const dictionary = Buffer.concat([u32(entries.length), ...entries]);
    values.unshift({ number: 0, bytes: Buffer.concat([dictionary, Buffer.alloc(-dictionary.length & 3)]) });
  }
  let at = 8 + values.length * 8;
  const table = values.map(({ number, bytes }) => {
    at += bytes.length;
    return u32(number, at - bytes.length);
  });
  return Buffer.concat([u32(at, values.length), ...table, ...values.map(({ bytes }) => bytes)]);
}

/** A property set stream; the second set gives its properties names. */
export function propertiesOf(
  first: Readonly<Record<number, Value>>,
  named?: { readonly [name: string]: Value },
): Buffer {
  const own = named && Object.entries(named);
  const sets = [setOf(first)];
  if (own)
    sets.push(
      setOf(
        Object.fromEntries(own.map(([, value], i) => [i + 2, value])),
        Object.fromEntries(own.map(([name], i) => [i + 2, name])),
      ),
    );
  let at = 28 + sets.length * 20;
  const places = sets.map((set) => {
    at += set.length;
    return Buffer.concat([Buffer.alloc(16), u32(at - set.length)]);
  });
  return Buffer.concat([u16(0xfffe, 0), u32(0), Buffer.alloc(16), u32(sets.length), ...places, ...sets]);
}

/** A table of strings as Word 97 writes it. */
export function stringsOf(...strings: readonly string[]): Buffer {
  return Buffer.concat([u16(0xffff, strings.length, 0), ...strings.flatMap((text) => [u16(text.length), wide(text)])]);
}

/** Strings each behind its length, as names of authors of comments stand. */
export function namesOf(...names: readonly string[]): Buffer {
  return Buffer.concat(names.flatMap((name) => [u16(name.length), wide(name)]));
}

const TEXT_AT = 1536;
// As many as Word 2000 has.
const TABLES = 108;

export type Word = {
  readonly flags?: number;
  /** More of the visible text. */
  readonly text?: string;
  /** Tables by their index in the file information block. */
  readonly tables?: Readonly<Record<number, Buffer>>;
  /** What stands in the text and between the two pieces of it. */
  readonly between?: string;
  /** Modifiers of the one run of characters. */
  readonly modifiers?: Buffer;
};

/** A Word 97 document of two pieces of text. */
export function wordOf({
  flags = 0,
  text: more = '',
  tables = {},
  between = '',
  modifiers = Buffer.alloc(0),
}: Word = {}): Tree {
  const [before, after] = [`Begroting van de afdeling${more}`, ' en een tweede zin\r'];
  const text = Buffer.from(before + between + after, 'latin1');
  const place = (at: number) => Buffer.concat([u16(0), u32((at * 2) | 0x40000000), u16(0)]);
  const pieces = Buffer.concat([
    u32(0, before.length, before.length + after.length),
    place(TEXT_AT),
    place(TEXT_AT + before.length + between.length),
  ]);
  const page = Buffer.alloc(512);
  u32(TEXT_AT, TEXT_AT + text.length).copy(page);
  if (modifiers.length > 0) page[8] = 200;
  Buffer.concat([Buffer.from([modifiers.length]), modifiers]).copy(page, 400);
  page[511] = 1;
  const all: Record<number, Buffer> = {
    12: u32(TEXT_AT, TEXT_AT + text.length, 2),
    33: Buffer.concat([Buffer.from([2]), u32(pieces.length), pieces]),
    ...tables,
  };
  const main = Buffer.concat([Buffer.alloc(1024), page, text], 5000);
  u16(0xa5ec, 0xc1, 0, 0x413, 0, flags | 0x200).copy(main);
  u32(before.length + after.length).copy(main, 0x4c);
  u16(TABLES).copy(main, 152);
  let at = 0;
  for (const [index, bytes] of Object.entries(all)) {
    u32(at, bytes.length).copy(main, 154 + Number(index) * 8);
    at += bytes.length;
  }
  return { WordDocument: main, '1Table': Buffer.concat(Object.values(all)) };
}

/** A record of a workbook. */
export function record(type: number, ...parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([u16(type, data.length), data]);
}

const START = (kind: number) => record(0x809, u16(0x600, kind), Buffer.alloc(12));
const STOP = record(0x0a);

/** The records of a workbook before its sheets, and those of its one sheet. */
export function workbookOf(global: readonly Buffer[] = [], sheet: readonly Buffer[] = []): Tree {
  const cells = record(0x208, u16(0, 0, 1, 255), Buffer.alloc(4), u16(0x100, 0));
  return { Workbook: Buffer.concat([START(5), ...global, STOP, START(16), cells, ...sheet, STOP]) };
}

/** A workbook of sheets by the records of their cells, with its table of texts cut into these records. */
export function cellsOf(sheets: readonly (readonly Buffer[])[], strings: readonly Buffer[] = []): Tree {
  const list = (places: readonly number[]) =>
    places.map((place, i) => {
      const entry = sheet(`Blad${i + 1}`);
      u32(place).copy(entry, 4);
      return entry;
    });
  const [first = Buffer.alloc(0), ...more] = strings;
  const table = strings.length > 0 ? [record(0xfc, first), ...more.map((part) => record(0x3c, part))] : [];
  const globals = (places: readonly number[]) => Buffer.concat([START(5), ...list(places), ...table, STOP]);
  const bodies = sheets.map((cells) => Buffer.concat([START(16), ...cells, STOP]));
  let at = globals(sheets.map(() => 0)).length;
  const places = bodies.map(({ length }) => {
    at += length;
    return at - length;
  });
  return { Workbook: Buffer.concat([globals(places), ...bodies]) };
}

/** A sheet in the list of them: how it is hidden, of which kind. */
export function sheet(name: string, hidden = 0, kind = 0): Buffer {
  return record(0x85, u32(0), Buffer.from([hidden, kind, name.length, 0]), Buffer.from(name));
}

/** An atom of a presentation. */
export function atom(type: number, data: Buffer): Buffer {
  return Buffer.concat([u16(0, type), u32(data.length), data]);
}

/** A container of a presentation. */
export function container(type: number, ...inside: readonly Buffer[]): Buffer {
  const data = Buffer.concat(inside);
  return Buffer.concat([u16(0xf, type), u32(data.length), data]);
}

const SAVE = atom(0x0ff5, Buffer.alloc(28));

export function presentationOf(records: readonly Buffer[] = [], user = '', token = 0xe391c05f): Tree {
  const current = Buffer.concat([u32(20, token, 0), u16(user.length, 0x3f4, 0x003, 0), Buffer.from(user), u32(8)]);
  return {
    'Current User': atom(0x0ff6, current),
    'PowerPoint Document': Buffer.concat([container(0x03e8, ...records), SAVE]),
  };
}

export { SAVE as anotherSave };

/** A presentation whose slides say this, of which the first text of each stands in the list of slides. */
export function slidesOf(slides: readonly (readonly string[])[]): Tree {
  const chars = (text: string) => atom(0x0fa0, wide(text));
  const box = (...inside: readonly Buffer[]) => container(0xf004, container(0xf00d, ...inside));
  const listed = slides.flatMap(([title = ''], i) => [
    ...[atom(0x03f3, u32(i + 2, 0, 0, 0, 0)), atom(0x0f9f, u32(0)), chars(title)],
  ]);
  const objects = [
    container(0x03e8, container(0x0ff0, ...listed)),
    ...slides.map(([, ...rest]) =>
      container(0x03ee, box(atom(0x0f9e, u32(0))), ...rest.map((text) => box(atom(0x0f9f, u32(4)), chars(text)))),
    ),
  ];
  let at = 0;
  const places = objects.map(({ length }) => {
    at += length;
    return at - length;
  });
  const directory = atom(0x1772, u32(((objects.length << 20) | 1) >>> 0, ...places));
  const edit = atom(0x0ff5, u32(0, 0, 0, at, 1, 0, 0));
  return {
    'Current User': atom(0x0ff6, Buffer.concat([u32(20, 0xe391c05f, at + directory.length), Buffer.alloc(12)])),
    'PowerPoint Document': Buffer.concat([...objects, directory, edit]),
  };
}

/** A property of a message that is text. */
export function property(number: string, text: string): Tree {
  return { [`__substg1.0_${number}001F`]: wide(text) };
}

/** Rows in the table of a recipient or an attachment. */
export function tableOf(...values: readonly (readonly [number: number, value: number])[]): Buffer {
  return Buffer.concat([
    Buffer.alloc(8),
    ...values.map(([number, value]) => Buffer.concat([u16(3, number), u32(6, value, 0)])),
  ]);
}

export function messageOf(inside: Tree = {}): Tree {
  return { '__properties_version1.0': Buffer.alloc(32), ...inside };
}
