// Did a conversion keep what the document shows? The old document is read by the readers beside this file, the new one
// by yauzl and saxes: neither knows the program between.

import { Refusal } from '../../core/refusal.ts';
import { eachToken, type Files, fileOf, linksOf } from '../shared/ooxml/reader-files.ts';
import { readBook } from './converted-book.ts';
import type { Cell, Cells } from './story-excel.ts';
import type { Slides } from './story-powerpoint.ts';
import { isCounted, type WordStory } from './story-word.ts';

/** The main text in order, without blanks, hyphens that readers make, and signs of fonts of their own. */
function bare(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, '')
    .replace(/[\u2010\u2011\u00ad]/g, '');
}

/** Rejects with Refusal('unverified') where text is lost, added or in another order. */
export function sameWord(story: WordStory, files: Files): void {
  const part = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  const told = new Set(story.beside.map(bare));
  const shown: string[] = [];
  const boxes: string[] = [];
  let body = '';
  for (const [name, content] of files) {
    if (!/^word\/[^/]*\.xml$/i.test(name)) continue;
    const paragraphs = paragraphsOf(content);
    boxes.push(...paragraphs.boxes);
    shown.push(...paragraphs.boxes);
    if (name === part) body = paragraphs.outside.join('');
    else shown.push(...paragraphs.outside);
  }
  const kept = new Set(shown.map(bare));
  // Paragraphs in frames stand in the main text; their conversion makes boxes of them.
  const framed = boxes.map(bare).filter((paragraph) => paragraph !== '' && !told.has(paragraph));
  const main = framed.reduce((text, paragraph) => text.replace(paragraph, ''), bare(story.main));
  if (bare(body) !== main) throw differs('the text');
  for (const paragraph of framed) told.add(paragraph);
  for (const paragraph of kept)
    if (paragraph !== '' && !told.has(paragraph)) throw differs('text beside the main text');
  if ([...told].some((paragraph) => paragraph !== '' && !kept.has(paragraph)))
    throw differs('text beside the main text');
}

function differs(what: string): Refusal {
  return new Refusal('unverified', `${what} of the converted document differs`);
}

type Paragraphs = { readonly outside: readonly string[]; readonly boxes: readonly string[] };

/** Texts of paragraphs, those in text boxes apart; of alternatives the first. */
function paragraphsOf(content: Buffer): Paragraphs {
  const outside: string[] = [];
  const boxes: string[] = [];
  const open: { text: string; isBox: boolean }[] = [];
  const fields: string[] = [];
  let [boxDepth, fallback] = [0, 0];
  let inside = '';
  eachToken(content, {
    open(name, attributes) {
      inside = name;
      if (name === 'Fallback') fallback++;
      if (name === 'txbxContent') boxDepth++;
      if (name === 'p') open.push({ text: '', isBox: boxDepth > 0 });
      const type = name === 'fldChar' ? attributes['w:fldCharType'] : undefined;
      if (type === 'begin') fields.push('');
      if (type === 'end') fields.pop();
      if (name === 'fldSimple') fields.push(attributes['w:instr'] ?? '');
    },
    text(value) {
      const paragraph = open.at(-1);
      if (inside === 'instrText') fields[fields.length - 1] += value;
      if (inside === 't' && paragraph && !fields.some(isCounted)) paragraph.text += value;
    },
    close(name) {
      inside = '';
      if (name === 'fldSimple') fields.pop();
      if (name === 'Fallback') fallback--;
      if (name === 'txbxContent') boxDepth--;
      const ended = name === 'p' ? open.pop() : undefined;
      if (ended && fallback === 0) (ended.isBox ? boxes : outside).push(ended.text);
    },
  });
  return { outside, boxes };
}

/** Rejects with Refusal('unverified') where a cell has another value, or there is one more or less. */
export function sameExcel(sheets: readonly Cells[], files: Files): void {
  const book = readBook(files);
  const made = book.sheets;
  if (made.length !== sheets.length) throw differs('the number of sheets');
  for (const [i, cells] of sheets.entries()) {
    const content = fileOf(files, made[i] ?? '');
    const became = content ? cellsOf(content, book.strings) : new Map<string, Cell>();
    for (const [place, cell] of cells) if (!isSame(cell, became.get(place))) throw differs(`a cell of sheet ${i + 1}`);
    for (const [place, cell] of became) if (cell !== '' && !cells.has(place)) throw differs(`a cell of sheet ${i + 1}`);
  }
}

const RELATIVE = 1e-12;

function isSame(cell: Cell, other: Cell | undefined): boolean {
  if (typeof cell === 'string')
    return bare(cell) === (typeof other === 'string' ? bare(other) : other === undefined ? '' : undefined);
  if (typeof cell === 'boolean') return cell === other;
  return typeof other === 'number' && Math.abs(cell - other) <= Math.abs(cell) * RELATIVE;
}

function cellsOf(content: Buffer, strings: readonly string[]): Cells {
  const cells = new Map<string, Cell>();
  let [place, type, value] = ['', '', ''];
  let isValue = false;
  eachToken(content, {
    open(name, attributes) {
      if (name === 'c') [place, type, value] = [placeOf(attributes.r ?? ''), attributes.t ?? 'n', ''];
      isValue = name === 'v' || name === 't';
    },
    text(text) {
      if (isValue) value += text;
    },
    close(name) {
      isValue = false;
      if (name !== 'c' || value === '' || type === 'e') return;
      if (type === 's') cells.set(place, strings[Number(value)] ?? '');
      else cells.set(place, type === 'n' ? Number(value) : type === 'b' ? value === '1' : value);
    },
  });
  return cells;
}

/** 'C5' as '4,2'. */
function placeOf(reference: string): string {
  const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(reference) ?? [];
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return `${Number(row) - 1},${column - 1}`;
}

/** Rejects with Refusal('unverified') where a slide says more or less; the order of shapes may be another. */
export function samePowerPoint(slides: Slides, files: Files): void {
  const main = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  const content = fileOf(files, main);
  const ids: string[] = [];
  if (content)
    eachToken(content, {
      open(name, attributes) {
        const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
        if (name === 'sldId' && id !== undefined) ids.push(id);
      },
      text: () => undefined,
      close: () => undefined,
    });
  if (ids.length !== slides.length) throw differs('the number of slides');
  const links = linksOf(files, main);
  for (const [i, told] of slides.entries()) {
    const slide = fileOf(files, links.find(({ id }) => id === ids[i])?.target ?? '');
    const shown = slide ? slideTexts(slide) : [];
    if (sorted(told) !== sorted(shown)) throw differs(`the text of slide ${i + 1}`);
  }
}

function sorted(paragraphs: readonly string[]): string {
  // What fields count stands as an asterisk in the old format, and is left out in the new one.
  return paragraphs
    .map((paragraph) => bare(paragraph).replaceAll('*', ''))
    .filter((text) => text !== '')
    .sort()
    .join('\n');
}

/** Paragraphs of a slide, without what fields count. */
function slideTexts(content: Buffer): string[] {
  const texts: string[] = [];
  let [text, fallback, field] = ['', 0, 0];
  let isText = false;
  eachToken(content, {
    open(name) {
      if (name === 'Fallback') fallback++;
      if (name === 'fld') field++;
      if (name === 'p') text = '';
      isText = name === 't' && fallback === 0 && field === 0;
    },
    text(value) {
      if (isText) text += value;
    },
    close(name) {
      isText = false;
      if (name === 'Fallback') fallback--;
      if (name === 'fld') field--;
      if (name === 'p') texts.push(text);
    },
  });
  return texts;
}
