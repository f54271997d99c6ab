// The second reader's view of one sheet: each row of cells as one line, and what stands around them.

import { createHash } from 'node:crypto';
import { eachToken } from '../shared/ooxml/reader-files.ts';
import type { Book } from './reader-book.ts';

export type SheetView = {
  /** A digest for each row: cells with their place, format and value. */
  readonly rows: readonly string[];
  /** Merged cells, headers: what is seen beside values. */
  readonly around: readonly string[];
  /** What is said to who selects a cell, and where the cell is. */
  readonly prompts: readonly { readonly text: string; readonly on: string }[];
  /** Whether some cell of an area is neither in a hidden row nor in a hidden column. */
  readonly isSeen: (reference: string) => boolean;
  /** The numbers of the strings that cells have. */
  readonly strings: ReadonlySet<number>;
  /** Cells with content where nobody is shown it, by why. */
  readonly unseen: Readonly<Record<Why, number>>;
  /** Cells without content where nobody would be shown it: 'row,column'. */
  readonly emptied: ReadonlySet<string>;
  /** The numbers of the strings in cells that were taken for empty ones. */
  readonly lost: ReadonlySet<number>;
  /** Where those stand. */
  readonly filled: ReadonlySet<string>;
  readonly formulas: readonly string[];
  /** Formulas that lead out of the workbook. */
  readonly outside: number;
  /** Names of elements and attributes that say who and where. */
  readonly marks: ReadonlySet<string>;
};

const MARKS = new Set(
  `customSheetView scenario uid codeName hashValue saltValue spinCount password webPublishItem customPr cellSmartTag
  legacyDrawing oleObject control`.split(/\s+/),
);

export type Why = 'row' | 'column' | 'format';

export type How = {
  /** Without, rows are looked at but have no digest: where they are known to be the same as another's. */
  readonly withRows: boolean;
  /** Where tables paint the ground of cells. */
  readonly painted: readonly string[];
  /** Unseen cells that are to be taken for empty ones. */
  readonly withFormulas?: boolean;
  readonly isBlanked?: (at: string, why: Why) => boolean;
};

/** What a hidden column of a table is called when its name is gone: it has to have one. */
const NEUTRAL = /^Column\d{1,5}$/;

export function readSheet(
  content: Buffer,
  book: Book,
  { withRows, painted, isBlanked, withFormulas = false }: How,
): SheetView {
  const rows: string[] = [];
  const around: string[] = [];
  const prompts: { readonly text: string; readonly on: string }[] = [];
  const hiddenRows = new Set<number>();
  const strings = new Set<number>();
  const marks = new Set<string>();
  const hiddenColumns: (readonly [number, number])[] = [];
  let cells: string[] = [];
  let isHiddenRow = false;
  const unseen = { row: 0, column: 0, format: 0 };
  const emptied = new Set<string>();
  const lost = new Set<number>();
  const filled = new Set<string>();
  const formulas: string[] = [];
  const grounds = [...painted];
  // What is painted stands behind the rows.
  const pale: { readonly row: number; readonly column: number; readonly holds: boolean }[] = [];
  let outside = 0;
  let row = 0;
  let column = 0;
  let cell = { at: '', style: '', type: '', column: 0 };
  let value = '';
  let formula = '';
  let text = '';
  let inside = '';
  let phonetic = 0;
  // Anchors of controls have rows of their own.
  let isData = false;
  const whyUnseen = (): Why | 'pale' | undefined => {
    if (isHiddenRow) return 'row';
    if (hiddenColumns.some(([first, last]) => cell.column >= first && cell.column <= last)) return 'column';
    const format = book.blank.get(cell.style);
    const isText = ['s', 'str', 'inlineStr'].includes(cell.type);
    // A cell that was emptied has no kind any more.
    const isEmpty = `${value}${text}` === '';
    if (format && (isEmpty ? format.numbers || format.texts : isText ? format.texts : format.numbers)) return 'format';
    return format?.pale ? 'pale' : undefined;
  };
  eachToken(content, {
    open(name, attributes) {
      inside = phonetic > 0 ? '' : name;
      switch (name) {
        case 'sheetData':
          isData = true;
          return;
        case 'row':
          if (!isData) return;
          row = Number(attributes.r ?? row + 1);
          column = 0;
          cells = [];
          isHiddenRow = isOn(attributes.hidden) || (attributes.ht !== undefined && Number(attributes.ht) === 0);
          if (isHiddenRow) hiddenRows.add(row);
          return;
        case 'c': {
          const letters = /^[A-Z]+/.exec(attributes.r ?? '')?.[0];
          column = letters === undefined ? column + 1 : numberOf(letters);
          cell = { at: `${row},${column}`, style: attributes.s || '0', type: attributes.t ?? 'n', column };
          value = '';
          text = '';
          return;
        }
        case 'f':
          formula = '';
          return;
        case 'v':
        case 't':
        case 'is':
          return;
        case 'rPh':
          phonetic++;
          return;
        case 'col':
          if (isOn(attributes.hidden) || Number(attributes.width ?? '1') === 0)
            hiddenColumns.push([Number(attributes.min), Number(attributes.max)]);
          return;
        case 'conditionalFormatting':
          grounds.push(...(attributes.sqref ?? '').split(/\s+/));
          return;
        case 'mergeCell':
          around.push(`merged ${attributes.ref ?? ''}`);
          return;
        case 'dataValidation':
          if (attributes.promptTitle || attributes.prompt)
            prompts.push({
              text: `${attributes.promptTitle ?? ''} ${attributes.prompt ?? ''}`,
              on: attributes.sqref ?? '',
            });
          return;
        default:
          if (MARKS.has(name)) marks.add(name);
          for (const key of Object.keys(attributes)) {
            const own = key.slice(key.indexOf(':') + 1);
            if (MARKS.has(own)) marks.add(own);
          }
      }
    },
    text(piece) {
      if (inside === 'v') value += piece;
      else if (inside === 'f') formula += piece;
      else if (inside === 't') text += piece;
      else if (/^(?:odd|even|first)(?:Header|Footer)$/.test(inside)) around.push(`${inside} ${plainHeader(piece)}`);
    },
    close(name) {
      inside = '';
      if (name === 'rPh') phonetic--;
      if (withFormulas && name === 'f' && isData && formula !== '') formulas.push(formula);
      if (name === 'f' && leadsOut(formula)) outside++;
      if (name === 'sheetData') isData = false;
      if (name === 'row' && isData) {
        if (withRows) rows.push(createHash('sha256').update(cells.join('\n')).digest('base64'));
        return;
      }
      if (name !== 'c') return;
      const key = cell.at;
      const why = whyUnseen();
      const holds = `${value}${text}` !== '' && !(why && cell.type === 'inlineStr' && NEUTRAL.test(text));
      const isEmpty = why !== undefined && (!holds || (isBlanked?.(key, why === 'pale' ? 'format' : why) ?? false));
      if (isEmpty) {
        if (cell.type === 's' && holds) lost.add(Number(value));
        if (holds) filled.add(key);
        emptied.add(key);
      }
      const shown = isEmpty ? 'n ' : shownOf(cell.type, value, text, book, strings);
      if (withRows) cells.push(`${cell.at} ${cell.style} ${shown}`);
      if (why === 'pale') pale.push({ row, column: cell.column, holds });
      else if (why && holds) unseen[why]++;
    },
  });
  for (const { row: at, column: beside, holds } of pale) {
    const isPainted = grounds.some((ground) => isWithin(at, beside, ground));
    if (isPainted) emptied.delete(`${at},${beside}`);
    else if (holds) unseen.format++;
  }
  const isSeen = (reference: string) => {
    const [top = 0, bottom = top] = (reference.match(/\d+/g) ?? []).map(Number);
    const [left = 0, right = left] = (reference.match(/[A-Z]+/g) ?? []).map(numberOf);
    const isHidden = (at: number) => hiddenColumns.some(([first, last]) => at >= first && at <= last);
    return hasOther(top, bottom, (at) => hiddenRows.has(at)) && hasOther(left, right, isHidden);
  };
  return { rows, around, prompts, isSeen, strings, unseen, emptied, lost, filled, formulas, outside, marks };
}

const isOn = (value: string | undefined) => value === '1' || value === 'true';

function hasOther(from: number, to: number, isOne: (at: number) => boolean): boolean {
  for (let at = from; at <= to; at++) if (!isOne(at)) return true;
  return false;
}

/** Whether a reference to an area holds the cell. */
export function isWithin(row: number, column: number, reference: string): boolean {
  const found = /^\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?$/.exec(reference);
  if (!found) return false;
  const [, left = '', top = '', right = left, bottom = top] = found;
  return row >= Number(top) && row <= Number(bottom) && column >= numberOf(left) && column <= numberOf(right);
}

function numberOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function shownOf(type: string, value: string, text: string, book: Book, strings: Set<number>): string {
  if (type === 's') {
    if (value.trim() === '') return 'text ';
    const index = Number(value);
    strings.add(index);
    const shared = book.strings[index];
    if (shared === undefined) throw new Error('a cell has a string that is not there');
    return `text ${shared}`;
  }
  return type === 'inlineStr' ? `text ${text}` : `${type === 'str' ? 'text' : type} ${value}`;
}

/** A book in brackets, a program behind a bar, a file behind a backslash: outside of texts. */
function leadsOut(formula: string): boolean {
  const bare = formula.replace(/"[^"]*"/g, '');
  return /(?:^|[-+*/(,=<>&;\s'{])\[\d+\]|\\|\|/.test(bare);
}

/** Without the codes for name and folder of the file. */
function plainHeader(text: string): string {
  let shown = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.slice(i, i + 2).toUpperCase();
    if (code === '&F' || code === '&Z') i++;
    else {
      shown += text[i];
      if (code === '&&') shown += text[++i];
    }
  }
  return shown;
}
