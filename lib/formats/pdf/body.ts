// Reads a rebuilt PDF as bytes, without pdf-lib, which wrote it (ISO 32000-2 7.5): a header, objects one after the
// other, one cross-reference section, one end. Anything else between or behind them refuses the body, so that there
// is no place in it that no object accounts for.

import { inflateSync } from 'node:zlib';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Token, type Tokenizer, tokenizer } from './tokens.ts';

export type Value =
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'ref'; readonly number: number }
  | {
      readonly kind: 'string' | 'name' | 'number' | 'keyword';
      readonly text: string;
      readonly start: number;
      readonly end: number;
    };

export type BodyObject = {
  readonly number: number;
  readonly value: Value;
  /** The bytes that offsets in `value` count in: the file, or an inflated object stream. */
  readonly view: Uint8Array;
  /** Where a stream's bytes stand in the file. */
  readonly data?: readonly [start: number, end: number];
};

export type Body = {
  readonly file: Uint8Array;
  readonly objects: ReadonlyMap<number, BodyObject>;
  readonly trailer: ReadonlyMap<string, Value>;
};

const MAX_DEPTH = 512;
const MAX_OBJECTS = 8_388_607;

/** Rejects with Refusal('unverified') when the bytes are not one revision of objects in a row. */
export function readBody(file: Uint8Array, limits: Limits): Body {
  try {
    return read(file, limits);
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'malformed') throw new Refusal('unverified', error.detail);
    throw error;
  }
}

function read(file: Uint8Array, limits: Limits): Body {
  const objects = new Map<number, BodyObject>();
  const add = (object: BodyObject) => {
    if (objects.has(object.number)) throw unlike(`object ${object.number} is there twice`);
    if (objects.size >= MAX_OBJECTS) throw new Refusal('limit', 'too many objects');
    objects.set(object.number, object);
  };
  const tokens = tokenizer(file, headerEnd(file), { comments: 'refused' });
  let trailer: ReadonlyMap<string, Value> | undefined;
  let expanded = 0;
  while (!trailer) {
    const token = expect(tokens, 'number', 'keyword');
    if (token.kind === 'keyword') {
      if (token.text !== 'xref') throw unlike(`something else than an object at byte ${token.start}`);
      trailer = tableTrailer(tokens);
      break;
    }
    const object = objectFrom(file, tokens, Number(token.text));
    const dict = entriesOf(object.value);
    const type = nameOf(dict?.get('Type'));
    if (object.data && dict && type === 'XRef') {
      trailer = dict;
    } else if (object.data && type === 'ObjStm') {
      const inflated = streamBytes(file, object, limits);
      if (!inflated) throw unlike('an object stream that cannot be inflated');
      expanded += inflated.length;
      if (expanded > limits.maxExpandedBytes) throw new Refusal('limit', `${expanded} bytes in object streams`);
      for (const packed of packedObjects(inflated, dict)) add(packed);
    } else add(object);
  }
  checkEnd(file, tokens);
  for (const key of ['Prev', 'Encrypt', 'XRefStm']) if (trailer.has(key)) throw unlike(`/${key} in the trailer`);
  return { file, objects, trailer };
}

function headerEnd(file: Uint8Array): number {
  const head = Buffer.from(file.subarray(0, 64)).toString('latin1');
  // The second line is 7.5.2's comment of bytes above 127, which says that the file is binary.
  const header = /^%PDF-\d\.\d\r?\n(?:%[\x80-\xff]{4,16}\r?\n)?/.exec(head);
  if (!header) throw unlike('no header');
  return header[0].length;
}

function objectFrom(file: Uint8Array, tokens: Tokenizer, number: number): BodyObject {
  expect(tokens, 'number');
  expectWord(tokens, 'obj');
  const value = valueFrom(tokens, 0);
  const token = expect(tokens, 'keyword');
  if (token.text === 'endobj') return { number, value, view: file };
  if (token.text !== 'stream') throw unlike(`no end of object ${number}`);
  const length = entriesOf(value)?.get('Length');
  if (length?.kind !== 'number') throw unlike(`a stream without length in object ${number}`);
  const start = token.end + (file[token.end] === 0x0d ? 2 : 1);
  const end = start + Number(length.text);
  if (!(end <= file.length)) throw unlike(`a stream beyond the end in object ${number}`);
  tokens.seek(end);
  expectWord(tokens, 'endstream');
  expectWord(tokens, 'endobj');
  return { number, value, view: file, data: [start, end] };
}

function* packedObjects(view: Uint8Array, dict: ReadonlyMap<string, Value> | undefined): Generator<BodyObject> {
  const count = numberOf(dict?.get('N'));
  const first = numberOf(dict?.get('First'));
  const index = tokenizer(view, 0, { comments: 'refused' });
  for (let at = 0; at < count; at++) {
    const number = Number(expect(index, 'number').text);
    const offset = Number(expect(index, 'number').text);
    const value = valueFrom(tokenizer(view, first + offset, { comments: 'refused' }), 0);
    yield { number, value, view };
  }
}

function tableTrailer(tokens: Tokenizer): ReadonlyMap<string, Value> {
  for (let token = expect(tokens); token.text !== 'trailer'; token = expect(tokens))
    if (token.kind !== 'number' && token.text !== 'n' && token.text !== 'f')
      throw unlike(`something else than a row of the table at byte ${token.start}`);
  const entries = entriesOf(valueFrom(tokens, 0));
  if (!entries) throw unlike('no trailer');
  return entries;
}

function checkEnd(file: Uint8Array, tokens: Tokenizer): void {
  expectWord(tokens, 'startxref');
  const end = Buffer.from(file.subarray(tokens.at())).toString('latin1');
  if (!/^\s*\d+\s+%%EOF\s{0,2}$/.test(end)) throw unlike('something behind the cross-reference section');
}

function valueFrom(tokens: Tokenizer, depth: number): Value {
  return fromToken(expect(tokens), tokens, depth);
}

function fromToken(token: Token, tokens: Tokenizer, depth: number): Value {
  if (depth > MAX_DEPTH) throw new Refusal('limit', `objects nested ${depth} deep`);
  if (token.text === '<<' && token.kind === 'open') return dictFrom(tokens, depth);
  if (token.text === '[' && token.kind === 'open') return arrayFrom(tokens, depth);
  const { kind, text, start, end } = token;
  if (kind === 'open' || kind === 'close' || kind === 'image') throw unlike(`a stray bracket at byte ${start}`);
  return kind === 'number' ? (refFrom(token, tokens) ?? { kind, text, start, end }) : { kind, text, start, end };
}

/** Two numbers and an R are a reference; otherwise the tokenizer is put back behind the first number. */
function refFrom(token: Token, tokens: Tokenizer): Value | undefined {
  if (!/^\d+$/.test(token.text)) return undefined;
  const after = tokens.at();
  const generation = tokens.next();
  if (generation?.kind === 'number' && tokens.next()?.text === 'R') return { kind: 'ref', number: Number(token.text) };
  tokens.seek(after);
  return undefined;
}

function dictFrom(tokens: Tokenizer, depth: number): Value {
  const entries = new Map<string, Value>();
  for (let token = expect(tokens); token.text !== '>>' || token.kind !== 'close'; token = expect(tokens)) {
    if (token.kind !== 'name') throw unlike(`a key that is no name at byte ${token.start}`);
    entries.set(token.text, valueFrom(tokens, depth + 1));
  }
  return { kind: 'dict', entries };
}

function arrayFrom(tokens: Tokenizer, depth: number): Value {
  const items: Value[] = [];
  for (let token = expect(tokens); token.text !== ']' || token.kind !== 'close'; token = expect(tokens))
    items.push(fromToken(token, tokens, depth + 1));
  return { kind: 'array', items };
}

function expect(tokens: Tokenizer, ...kinds: readonly Token['kind'][]): Token {
  const token = tokens.next();
  if (!token) throw unlike('the end comes too early');
  if (kinds.length > 0 && !kinds.includes(token.kind)) throw unlike(`something unexpected at byte ${token.start}`);
  return token;
}

function expectWord(tokens: Tokenizer, word: string): void {
  const token = expect(tokens, 'keyword');
  if (token.text !== word) throw unlike(`no ${word} at byte ${token.start}`);
}

function unlike(detail: string): Refusal {
  return new Refusal('unverified', detail);
}

/** The entries of a dictionary (a stream's too); undefined for every other value. */
export function entriesOf(value: Value | undefined): ReadonlyMap<string, Value> | undefined {
  return value?.kind === 'dict' ? value.entries : undefined;
}

export function nameOf(value: Value | undefined): string | undefined {
  return value?.kind === 'name' ? value.text : undefined;
}

function numberOf(value: Value | undefined): number {
  if (value?.kind !== 'number') throw unlike('a number is missing');
  return Number(value.text);
}

/** A stream's bytes as they are or inflated; undefined where another filter or broken data stands in the way. */
export function streamBytes(file: Uint8Array, object: BodyObject, limits: Limits): Uint8Array | undefined {
  if (!object.data) return undefined;
  const raw = file.subarray(...object.data);
  const dict = entriesOf(object.value);
  const filter = dict?.get('Filter');
  const filters = filter?.kind === 'array' ? filter.items : filter ? [filter] : [];
  if (filters.length === 0) return raw;
  if (filters.length > 1 || nameOf(filters[0]) !== 'FlateDecode' || isPredicted(dict?.get('DecodeParms')))
    return undefined;
  try {
    return inflateSync(raw, { maxOutputLength: limits.maxExpandedBytes });
  } catch {
    return undefined;
  }
}

/** Whether the parameters of a filter name a predictor (7.4.4.4), or might. */
function isPredicted(parameters: Value | undefined): boolean {
  if (!parameters || parameters.kind === 'keyword') return false;
  const only = parameters.kind === 'array' && parameters.items.length === 1 ? parameters.items[0] : parameters;
  const predictor = entriesOf(only)?.get('Predictor');
  return only?.kind !== 'dict' || (predictor !== undefined && !(predictor.kind === 'number' && predictor.text === '1'));
}

/** References in a value, depth-first. */
export function* refsIn(value: Value): Generator<number> {
  if (value.kind === 'ref') yield value.number;
  else if (value.kind === 'array') for (const item of value.items) yield* refsIn(item);
  else if (value.kind === 'dict') for (const item of value.entries.values()) yield* refsIn(item);
}

/** Numbers of objects that nothing leads to from the trailer: writers keep them, readers never show them. */
export function unreachable({ objects, trailer }: Body): readonly number[] {
  const reached = new Set<number>();
  const waiting = [...trailer.values()].flatMap((value) => [...refsIn(value)]);
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const object = objects.get(number);
    if (!object || reached.has(number)) continue;
    reached.add(number);
    for (const next of refsIn(object.value)) if (!reached.has(next)) waiting.push(next);
  }
  return [...objects.keys()].filter((number) => !reached.has(number));
}
