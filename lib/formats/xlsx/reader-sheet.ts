// The second reader's view of one sheet: each row of cells as one line, and what stands around them.

import { createHash } from 'node:crypto';
import { eachToken } from '../shared/ooxml/reader-files.ts';
import type { Book } from './reader-book.ts';

export type SheetView = {
  /** A digest for each row: cells with their place, format and value. */
  readonly rows: readonly string[];
  /** Merged cells, widths, headers, prompts: what is seen beside values. */
  readonly around: readonly string[];
  /** The numbers of the strings that cells have. */
  readonly strings: ReadonlySet<number>;
  /** Cells with content where nobody is shown it. */
  readonly unseen: number;
  /** Formulas that lead out of the workbook. */
  readonly outside: number;
  /** Names of elements and attributes that say who and where. */
  readonly marks: ReadonlySet<string>;
};

const MARKS = new Set(
  `customSheetView scenario uid codeName hashValue saltValue spinCount password webPublishItem customPr cellSmartTag
  legacyDrawing oleObject control`.split(/\s+/),
);

/** Without `withRows`, rows are looked at but have no digest: where they are known to be the same as another's. */
export function readSheet(content: Buffer, book: Book, withRows: boolean): SheetView {
  const rows: string[] = [];
  const around: string[] = [];
  const strings = new Set<number>();
  const marks = new Set<string>();
  const hiddenColumns: (readonly [number, number])[] = [];
  let cells: string[] = [];
  let isHiddenRow = false;
  let unseen = 0;
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
        case 'mergeCell':
          around.push(`merged ${attributes.ref ?? ''}`);
          return;
        case 'dataValidation':
          around.push(`prompt ${attributes.promptTitle ?? ''} ${attributes.prompt ?? ''}`);
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
      if (name === 'f' && leadsOut(formula)) outside++;
      if (name === 'sheetData') isData = false;
      if (name === 'row' && isData) {
        if (withRows) rows.push(createHash('sha256').update(cells.join('\n')).digest('base64'));
        return;
      }
      if (name !== 'c') return;
      const shown = shownOf(cell.type, value, text, book, strings);
      if (withRows) cells.push(`${cell.at} ${cell.style} ${shown}`);
      const isHiddenColumn = hiddenColumns.some(([first, last]) => cell.column >= first && cell.column <= last);
      if (`${value}${text}` !== '' && (isHiddenRow || isHiddenColumn || book.blank.has(cell.style))) unseen++;
    },
  });
  return { rows, around, strings, unseen, outside, marks };
}

const isOn = (value: string | undefined) => value === '1' || value === 'true';

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
