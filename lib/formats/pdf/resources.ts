// Which resources the content of a document names (ISO 32000-2 7.8.3). A dictionary that several pages share keeps the
// union of what they name. What a form, glyph or pattern does not find in its own dictionary is looked for where it is
// drawn, as readers do and old files rely on.

import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Content } from './content.ts';
import { stringsIn } from './content-bytes.ts';
import type { Category } from './content-operators.ts';
import { dictAt, entry, nameAt, nameText, resolve } from './objects.ts';
import { IMPLICIT, isPlain, type ResourceNames, SPACES } from './resource-names.ts';
import { valuesOf } from './texts.ts';

/** Something that draws: a page, form, glyph or pattern. */
type User = {
  readonly own: PDFDict | undefined;
  readonly drawnBy: Set<User>;
  /** What it does not have itself, and for whom it is looked for. */
  readonly missing: Map<string, Set<User>>;
  readonly led: Set<PDFObject>;
};
type Question = { readonly user: User; readonly category: Category; readonly name: string; readonly asker: User };

export type Resources = {
  /** The entries of one category that something names, under what they are called in the copy. Reports the others. */
  kept(category: Category, entries: PDFDict, at: string): readonly (readonly [PDFName, PDFObject])[];
};

export type PageContent = { readonly page: PDFDict; readonly parts: readonly PDFRawStream[] };

const MAX_QUESTIONS = 20_000_000;

/** Follows what is drawn from every page on. `read` answers what a content stream names. */
export function resourcesOf(
  pages: readonly PageContent[],
  read: (stream: PDFRawStream) => Pick<Content, 'names'> & { readonly bytes: Uint8Array },
  names: ResourceNames,
  found: Found,
): Resources {
  const used = new Map<PDFDict, Set<PDFName>>();
  const users = new Map<PDFObject, Map<PDFDict | undefined, User>>();
  const waiting: Question[] = [];
  let questions = 0;

  const newUser = (own: PDFDict | undefined): User => ({
    own,
    drawnBy: new Set(),
    missing: new Map(),
    led: new Set(),
  });
  const ask = (user: User, category: Category, name: string, asker: User) => {
    questions += 1;
    names.add(name);
    if (questions > MAX_QUESTIONS) throw new Refusal('limit', 'resources that are looked for too often');
    waiting.push({ user, category, name, asker });
  };
  const askAll = (stream: PDFRawStream, user: User) => {
    for (const [category, named] of read(stream).names) for (const name of named) ask(user, category, name, user);
  };

  /** `start` is called the first time that something draws. */
  function draw(what: PDFObject, own: PDFDict | undefined, by: User, start: (user: User) => void): void {
    const known = users.get(what) ?? new Map<PDFDict | undefined, User>();
    users.set(what, known);
    let user = known.get(own);
    if (!user) {
      user = newUser(own);
      known.set(own, user);
      start(user);
    }
    if (user.drawnBy.has(by)) return;
    user.drawnBy.add(by);
    for (const [key, askers] of user.missing) for (const asker of askers) ask(by, ...parsed(key), asker);
  }

  function answer({ user, category, name, asker }: Question): void {
    const entries = user.own && dictAt(user.own, category);
    const key = PDFName.of(name.replace(/#/g, '#23'));
    const value = entries?.get(key);
    if (entries && value) {
      const marked = used.get(entries);
      if (marked) marked.add(key);
      else used.set(entries, new Set([key]));
      lead(category, resolve(entries.context, value), asker);
      return;
    }
    const askers = user.missing.get(keyOf(category, name)) ?? new Set();
    if (askers.has(asker)) return;
    user.missing.set(keyOf(category, name), askers.add(asker));
    for (const above of user.drawnBy) ask(above, category, name, asker);
  }

  /** On to what a resource draws itself. */
  function lead(category: Category, value: PDFObject | undefined, by: User): void {
    if (!value || by.led.has(value)) return;
    by.led.add(value);
    const dict = value instanceof PDFRawStream ? value.dict : value instanceof PDFDict ? value : undefined;
    if (!dict) return;
    switch (category) {
      case 'XObject':
        if (value instanceof PDFRawStream && nameAt(dict, 'Subtype') === 'Form') form(value, by);
        else space(entry(dict, 'ColorSpace'), by);
        break;
      case 'Font':
        if (nameAt(dict, 'Subtype') === 'Type3') glyphs(dict, by);
        break;
      case 'ExtGState':
        state(dict, by);
        break;
      case 'Pattern':
        if (value instanceof PDFRawStream) drawStream(value, by);
        else pattern(dict, by);
        break;
      case 'Shading':
        space(entry(dict, 'ColorSpace'), by);
    }
  }

  function drawStream(stream: PDFRawStream, by: User): void {
    draw(stream, dictAt(stream.dict, 'Resources'), by, (user) => askAll(stream, user));
  }

  function form(stream: PDFRawStream, by: User): void {
    drawStream(stream, by);
    const group = dictAt(stream.dict, 'Group');
    if (group) space(entry(group, 'CS'), by);
  }

  function glyphs(font: PDFDict, by: User): void {
    draw(font, dictAt(font, 'Resources'), by, (user) => {
      for (const value of dictAt(font, 'CharProcs')?.values() ?? []) {
        const glyph = resolve(font.context, value);
        if (glyph instanceof PDFRawStream) drawStream(glyph, user);
      }
    });
  }

  function state(dict: PDFDict, by: User): void {
    const font = entry(dict, 'Font');
    if (font instanceof PDFArray) lead('Font', resolve(dict.context, font.asArray()[0]), by);
    const mask = dictAt(dict, 'SMask');
    const group = mask && entry(mask, 'G');
    if (group instanceof PDFRawStream) form(group, by);
  }

  function pattern(dict: PDFDict, by: User): void {
    const shading = entry(dict, 'Shading');
    lead('Shading', shading, by);
    const graphics = dictAt(dict, 'ExtGState');
    if (graphics) state(graphics, by);
  }

  /** The name of a colour space where one may stand by itself: some readers look for it among the resources. */
  function space(value: PDFObject | undefined, by: User): void {
    if (value instanceof PDFName && !SPACES.has(nameText(value))) ask(by, 'ColorSpace', nameText(value), by);
  }

  for (const { page, parts } of pages) {
    const user = newUser(dictAt(page, 'Resources'));
    const group = dictAt(page, 'Group');
    if (group) space(entry(group, 'CS'), user);
    for (const part of parts) askAll(part, user);
    for (let next = waiting.pop(); next; next = waiting.pop()) answer(next);
  }

  return {
    kept(category, entries, at) {
      const keys = used.get(entries);
      const kept: (readonly [PDFName, PDFObject])[] = [];
      const unused: PDFObject[] = [];
      const renamed: string[] = [];
      for (const [key, value] of entries.entries()) {
        const name = nameText(key);
        if (!keys?.has(key) && !(category === 'ColorSpace' && IMPLICIT.has(name))) {
          unused.push(value);
          continue;
        }
        if (!isPlain(name)) renamed.push(name);
        kept.push([PDFName.of(names.called(category, name)), value]);
      }
      if (unused.length > 0)
        found('pdf.resource.unused', at, { count: unused.length, values: saidBy(unused, entries, read) });
      if (renamed.length > 0) found('pdf.resource.name', at, { count: renamed.length, values: names.telling(renamed) });
      return kept;
    },
  };
}

const CATEGORIES: readonly Category[] = [
  'XObject',
  'Font',
  'ExtGState',
  'ColorSpace',
  'Pattern',
  'Shading',
  'Properties',
];

function keyOf(category: Category, name: string): string {
  return `${category} ${name}`;
}

function parsed(key: string): readonly [Category, string] {
  const category = CATEGORIES.find((word) => key.startsWith(`${word} `)) ?? 'XObject';
  return [category, key.slice(category.length + 1)];
}

const MOST_READ = 20;

/** Sentences that forms would have shown. Single words of them may well stand on a page. */
function saidBy(
  unused: readonly PDFObject[],
  { context }: PDFDict,
  read: (stream: PDFRawStream) => { readonly bytes: Uint8Array },
): readonly string[] {
  const forms = unused
    .map((value) => resolve(context, value))
    .filter((value) => value instanceof PDFRawStream && nameAt(value.dict, 'Subtype') === 'Form')
    .slice(0, MOST_READ);
  return valuesOf(
    forms.flatMap((form) => (form instanceof PDFRawStream ? stringsIn(read(form).bytes) : [])).filter(isSentence),
  );
}

function isSentence(text: string): boolean {
  return /^[\x20-\x7e]{8,}$/.test(text) && /[@\\]|\s\S+\s/.test(text);
}
