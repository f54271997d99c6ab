// What can only be decided when every part has been read: bookmarks that nothing refers to, notes that no visible text
// refers to, styles that are named after one of the document's own people.

import { isBuiltInStyle, isBuiltInStyleId, isGallery } from '../shared/built-in.ts';
import { leadsToBookmark } from '../shared/field-kinds.ts';
import { type Job, tally } from '../shared/ooxml/job.ts';
import { isPrivateText } from '../shared/ooxml/places.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isWord, placer, wordValue } from './word.ts';

/** Removes the bookmarks of a part that are not referred to. Names do not tell capitals apart. */
export function removeBookmarks(document: XmlDocument, referred: ReadonlySet<string>, edits: XmlEdits, job: Job): void {
  const counts = tally(job);
  const kept = new Set<string>();
  const ends: Element[] = [];
  for (const element of elementsOf(document.root)) {
    if (isWord(element, 'bookmarkEnd')) ends.push(element);
    if (!isWord(element, 'bookmarkStart')) continue;
    const name = wordValue(element, 'name') ?? '';
    if (referred.has(name.toLowerCase()) || !counts.drop('bookmark', name)) kept.add(wordValue(element, 'id') ?? '');
    else edits.removeElement(element);
  }
  for (const end of ends) if (!kept.has(wordValue(end, 'id') ?? '')) edits.removeElement(end);
  counts.report();
}

/** The ids of the notes that a part refers to. */
export function* noteReferences({ root }: XmlDocument, kind: 'footnote' | 'endnote'): Generator<string> {
  for (const element of elementsOf(root)) {
    // The settings refer to the notes that are separators.
    const refers =
      isWord(element, `${kind}Reference`) ||
      (isWord(element, kind) && element.parent !== undefined && isWord(element.parent, `${kind}Pr`));
    if (refers) yield wordValue(element, 'id') ?? '';
  }
}

/** Removes notes that nothing refers to, and what separators say where there is nothing to separate. */
export function removeNotes(document: XmlDocument, referred: ReadonlySet<string>, edits: XmlEdits, job: Job): void {
  const notes = document.root.children.filter((note) => isWord(note, 'footnote') || isWord(note, 'endnote'));
  const typeOf = (note: Element) => wordValue(note, 'type') ?? 'normal';
  const isReferred = (note: Element) => referred.has(wordValue(note, 'id') ?? '');
  const hasNotes = notes.some((note) => typeOf(note) === 'normal' && isReferred(note));
  const types = new Set<string>();
  notes.forEach((note, i) => {
    const type = typeOf(note);
    const isFirst = type !== 'normal' && !types.has(type);
    types.add(type);
    const at = `${job.what}/note ${i + 1}`;
    if (!isReferred(note) && !isFirst) {
      if (job.drop('note.orphan', at, [textOf(note)])) edits.removeElement(note);
    } else if (!hasNotes && type !== 'normal' && textOf(note).trim() !== '') {
      if (!job.drop('note.orphan', at, [textOf(note)])) return;
      for (const text of elementsOf(note)) if (isWord(text, 't')) edits.removeElement(text);
    }
  });
}

/** Old and new ids of the styles that have to be renamed. */
export type Renamed = ReadonlyMap<string, string>;

export function namesToChange(styles: XmlDocument, people: ReadonlySet<string>): Renamed {
  const renamed = new Map<string, string>();
  const taken = new Set(styles.root.children.map((style) => wordValue(style, 'styleId')));
  styles.root.children.forEach((style, i) => {
    if (!isWord(style, 'style') || wordValue(style, 'customStyle') === undefined) return;
    const id = wordValue(style, 'styleId') ?? '';
    const name = wordValue(childOf(style, 'name'), 'val') ?? '';
    if (![id, name].some((text) => isTelling(text, people))) return;
    let fresh = `Style${i}`;
    while (taken.has(fresh)) fresh += 'a';
    taken.add(fresh);
    renamed.set(id, fresh);
  });
  return renamed;
}

const NOBODY = new Set([
  'author',
  'windowsuser',
  'unknownauthor',
  'unknown',
  'sample',
  'administrator',
  'admin',
  'office',
  'microsoft',
  'microsoftoffice',
  'standard',
  'default',
  'normal',
]);

function isTelling(text: string, people: ReadonlySet<string>): boolean {
  if (isPrivateText(text)) return true;
  const spaceless = text.toLowerCase().replace(/\s/g, '');
  for (const person of people) {
    const name = person.toLowerCase().replace(/\s/g, '');
    // Names of four letters and less are in too many words, and some names are nobody's.
    if (name.length > 4 && !NOBODY.has(name) && spaceless.includes(name)) return true;
  }
  return false;
}

const STYLE_REFERENCES = [
  'pStyle',
  'rStyle',
  'tblStyle',
  'basedOn',
  'next',
  'link',
  'numStyleLink',
  'styleLink',
  'clickAndTypeStyle',
  'defaultTableStyle',
];

export function renameStyles(document: XmlDocument, renamed: Renamed, edits: XmlEdits, job: Job): void {
  if (renamed.size === 0) return;
  const place = placer(job, document);
  for (const element of elementsOf(document.root)) {
    if (STYLE_REFERENCES.some((name) => isWord(element, name)))
      changeValue(element, 'val', renamed.get(wordValue(element, 'val') ?? ''), edits);
    const id = isWord(element, 'style') ? wordValue(element, 'styleId') : undefined;
    const fresh = renamed.get(id ?? '');
    if (id === undefined || fresh === undefined) continue;
    const name = childOf(element, 'name');
    // Decided before: a document with half of its styles renamed has lost their look.
    job.drop('style.name', place(element), [wordValue(name, 'val') ?? '', id]);
    changeValue(element, 'styleId', fresh, edits);
    if (name) changeValue(name, 'val', fresh, edits);
  }
}

/** The names that the parts of a document have for each other, in small letters but for ids of styles. */
export type Names = {
  readonly styles: ReadonlySet<string>;
  readonly bookmarks: ReadonlySet<string>;
  /** Words of field codes, which name lists and bookmarks. */
  readonly words: ReadonlySet<string>;
};

/** Takes away names that lead to nothing, and those of lists, styles and galleries that nobody is shown. */
export function removeIdleNames(document: XmlDocument, names: Names, edits: XmlEdits, job: Job): void {
  const counts = tally(job);
  for (const element of elementsOf(document.root)) {
    const value = wordValue(element, 'val') ?? '';
    if (STYLE_REFERENCES.some((name) => isWord(element, name))) {
      if (names.styles.has(value) || isBuiltInStyleId(value)) continue;
      if (counts.drop('style.name', value)) edits.removeElement(element);
    } else if (isWord(element, 'lsdException')) {
      const name = wordValue(element, 'name') ?? '';
      if (!isBuiltInStyle(name) && counts.drop('style.name', name)) edits.removeElement(element);
    } else if (isWord(element, 'name') && element.parent && isWord(element.parent, 'abstractNum')) {
      if (!names.words.has(value.toLowerCase()) && counts.drop('style.name', value)) edits.removeElement(element);
    } else if (isWord(element, 'docPartGallery')) {
      if (!isGallery(value) && counts.drop('content-control', value)) edits.removeElement(element);
    } else if (isWord(element, 'hyperlink')) removeIdleAnchor(element, names, edits, counts);
  }
  counts.report();
}

function removeIdleAnchor(element: Element, names: Names, edits: XmlEdits, counts: ReturnType<typeof tally>): void {
  const anchor = element.attributes.find(({ local, uri }) => local === 'anchor' && uri === element.uri);
  // With an address it is a place in what that leads to.
  const leadsOut = element.attributes.some(({ local, uri }) => local === 'id' && uri !== element.uri);
  if (!anchor || leadsOut || leadsToBookmark(anchor.value, names.bookmarks)) return;
  if (counts.drop('bookmark', anchor.value)) edits.unwrap(element);
}

function changeValue(element: Element, local: string, value: string | undefined, edits: XmlEdits): void {
  const attribute = element.attributes.find((one) => one.local === local && one.uri === element.uri);
  if (attribute && value !== undefined) edits.setAttribute(element, attribute, value);
}
