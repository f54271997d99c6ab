// Word documents, [MS-DOC] 2.5: the file information block at the start of the main stream gives the place of every
// table. Word 6 and 95 have the same tables in the same order up to the comments' owners, in the main stream itself.

import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { decoderOf } from '../shared/code-pages.ts';
import { printableRuns, telling } from '../shared/telling.ts';
import { saysSomething, u8, u16, u32 } from './bytes.ts';
import type { Entry } from './compound.ts';
import { characterFormatting, deletedText } from './word-text.ts';

const FIRST_OF_WORD_97 = 0xc1;
const [FAST_SAVED, ENCRYPTED, TABLE_1] = [0x4, 0x100, 0x200];
const LAST_OF_WORD_6 = 36;

/** Tables by their index in the block that say something wherever they are not empty. */
const TABLES: readonly (readonly [index: number, carrier: CarrierId, table: string])[] = [
  [5, 'ole.doc.comment', 'PlcfandTxt'],
  [26, 'ole.doc.macro-names', 'SttbfMcr'],
  [27, 'ole.doc.printer', 'PrDrvr'],
  [28, 'ole.doc.printer', 'PrEnvPort'],
  [29, 'ole.doc.printer', 'PrEnvLand'],
  [36, 'ole.doc.comment-owner', 'GrpXstAtnOwners'],
  [70, 'ole.doc.routing-slip', 'RouteSlip'],
  [97, 'ole.doc.mail', 'MsoEnvelope'],
];
const [ASSOCIATED, REVISION_AUTHORS, VARIABLES, SAVED_BY, MERGED_FROM] = [32, 51, 60, 71, 72];
const UNNAMED_AUTHOR = 1;

/** Reports what a Word document holds besides its text; says whether it is encrypted. */
export function inspectWord(main: Buffer, storage: Entry, at: string, found: Found): { readonly isEncrypted: boolean } {
  const flags = u16(main, 10);
  const isEncrypted = (flags & ENCRYPTED) !== 0;
  const isOld = isOldWord(main);
  if ((flags & FAST_SAVED) !== 0) found('ole.doc.fast-save', `${at}/FIB`);
  if (isEncrypted) return { isEncrypted };

  const tables = tablesOf(main, storage);
  const place = (table: string) => `${at}/${table}`;
  for (const [index, carrier, table] of TABLES)
    if (saysSomething(tables(index))) found(carrier, place(table), { values: namesIn(tables(index)) });
  const told = (carrier: CarrierId, table: string, index: number, from = 0) => {
    const { strings, isWide } = stringsOf(tables(index));
    for (const [i, text] of strings.entries())
      if (i >= from && saysSomething(text))
        found(carrier, place(`${table} string ${i}`), {
          values: telling([decoderOf(isWide ? 1200 : 1252).decode(text)]),
        });
  };
  told('ole.doc.associated', 'SttbfAssoc', ASSOCIATED);
  told('ole.doc.revision-author', 'SttbfRMark', REVISION_AUTHORS, UNNAMED_AUTHOR);
  told('ole.doc.variable', 'StwUser', VARIABLES);
  told('ole.doc.saved-by', 'SttbSavedBy', SAVED_BY);
  told('ole.doc.linked-file', 'SttbFnm', MERGED_FROM);
  inspectText(main, tables, isOld, at, found);
  return { isEncrypted };
}

type Tables = (index: number) => Buffer;

/** Whether it is of Word 6 or 95. */
export function isOldWord(main: Buffer): boolean {
  return u16(main, 2) < FIRST_OF_WORD_97;
}

/** The tables of a document by their index in the block. */
export function tablesOf(main: Buffer, storage: Entry): Tables {
  const isOld = isOldWord(main);
  const name = (u16(main, 10) & TABLE_1) !== 0 ? '1Table' : '0Table';
  const stream = storage.children.find((child) => child.name === name);
  const source = isOld ? main : (stream?.bytes ?? Buffer.alloc(0));
  const first = isOld ? 0x58 : 154;
  const known = isOld ? LAST_OF_WORD_6 : u16(main, 152) - 1;
  return (index) => {
    if (index > known) return Buffer.alloc(0);
    const [start, length] = [u32(main, first + index * 8), u32(main, first + index * 8 + 4)];
    return source.subarray(start, start + length);
  };
}

/** What can be read in a table of names and addresses, in letters of one or two bytes. */
function namesIn(table: Buffer): readonly string[] {
  const wide = [0, 1].flatMap((from) => [...(decoderOf(1200).decode(table.subarray(from)).match(NAME) ?? [])]);
  return telling([...printableRuns(table), ...wide]);
}
const NAME = /[\p{Script=Latin}\d .,'@\\/:-]{6,200}/gu;

/** The strings of a table of them, [MS-DOC] 2.2.4; in Word 6 its size comes first and letters have one byte. */
function stringsOf(table: Buffer): { readonly strings: readonly Buffer[]; readonly isWide: boolean } {
  if (table.length < 4) return { strings: [], isWide: false };
  const isWide = u16(table, 0) === 0xffff;
  const strings: Buffer[] = [];
  const extra = isWide ? u16(table, 4) : 0;
  for (let at = isWide ? 6 : 2; at < table.length; ) {
    const length = isWide ? u16(table, at) * 2 : u8(table, at);
    const start = at + (isWide ? 2 : 1);
    strings.push(table.subarray(start, start + length));
    at = start + length + extra;
  }
  return { strings, isWide };
}

function inspectText(main: Buffer, tables: Tables, isOld: boolean, at: string, found: Found): void {
  for (const [start] of deletedText(main, tables)) found('ole.doc.deleted-text', `${at}/byte ${start}`);
  for (const { page, hides, revises } of characterFormatting(main, tables, isOld)) {
    if (hides) found('ole.doc.hidden-text', `${at}/page ${page}`);
    if (revises) found('ole.doc.revision', `${at}/page ${page}`);
  }
}
