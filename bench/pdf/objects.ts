// A PDF's objects as qpdf's JSON has them: read by neither our own reader nor the library that wrote them, so that what
// is said of a cleaned document is not said by those who cleaned it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder, run } from '../machine.ts';

export type Dict = Readonly<Record<string, unknown>>;

export type Objects = {
  /** What a reference leads to, a stream as its dictionary; every other value itself. */
  of(value: unknown): unknown;
  /** The dictionary at a value; empty where there is none. */
  dict(value: unknown): Dict;
  readonly trailer: Dict;
  readonly catalog: Dict;
  /** References of the pages, in their order. */
  readonly pages: readonly string[];
  readonly all: ReadonlyMap<string, unknown>;
};

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an array: itself, alone in one, or none. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The characters of a string ('u:…', or 'b:…' in hexadecimal) or of a name; undefined for every other value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.startsWith('u:')) return value.slice(2);
  if (value.startsWith('b:')) return Buffer.from(value.slice(2), 'hex').toString('latin1');
  return value.startsWith('/') ? value.slice(1) : undefined;
}

/** Rejects where qpdf cannot read the file. */
export async function readObjects(bytes: Uint8Array): Promise<Objects> {
  const { code, stdout } = await inFolder(async (folder) => {
    const file = join(folder, 'in.pdf');
    await writeFile(file, bytes);
    return run('qpdf', ['--json=2', '--json-key=qpdf', '--json-stream-data=none', file]);
  });
  // 3 says that there were warnings.
  if (code !== 0 && code !== 3) throw new Error(`qpdf cannot read the file, exit ${code}`);
  const json: unknown = JSON.parse(stdout.toString('utf8'));
  const parts = isDict(json) ? listOf(json.qpdf) : [];
  const all = new Map(Object.entries(isDict(parts[1]) ? parts[1] : {}));
  return objectsOf(all);
}

const MAX_PAGES = 100_000;

function objectsOf(all: ReadonlyMap<string, unknown>): Objects {
  const inner = (object: unknown): unknown => {
    if (!isDict(object)) return undefined;
    return isDict(object.stream) ? object.stream.dict : object.value;
  };
  const of = (value: unknown): unknown =>
    typeof value === 'string' && /^\d+ \d+ R$/.test(value) ? inner(all.get(`obj:${value}`)) : value;
  const dict = (value: unknown): Dict => {
    const found = of(value);
    return isDict(found) ? found : {};
  };
  const trailer = dict(inner(all.get('trailer')));
  const catalog = dict(trailer['/Root']);
  const pages: string[] = [];
  const waiting: unknown[] = [catalog['/Pages']];
  for (let node = waiting.pop(); node !== undefined && pages.length < MAX_PAGES; node = waiting.pop()) {
    const kids = of(dict(node)['/Kids']);
    if (Array.isArray(kids)) waiting.push(...kids.toReversed());
    else if (typeof node === 'string') pages.push(node);
  }
  return { of, dict, trailer, catalog, pages, all };
}
