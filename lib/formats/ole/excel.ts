// Workbooks, [MS-XLS] 2.1 and its forerunners in the same container: records of a type, a size and data. Behind
// FILEPASS everything but the types is encrypted, so reading ends there.

import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { telling } from '../shared/telling.ts';
import { saysSomething, textAt, u8, u16 } from './bytes.ts';

const HEAD = 4;
const [BOF, EOF, FILEPASS, BOUNDSHEET] = [0x809, 0x0a, 0x2f, 0x85];

type Record = { readonly data: Buffer; readonly isWide: boolean };
type Rule = {
  readonly type: number;
  readonly name: string;
  readonly carrier: CarrierId;
  readonly holds?: (record: Record) => boolean;
  /** Its place in the sheet, where that says more than the record's number. */
  readonly place?: (record: Record) => string;
};

const saysAt =
  (wide: number, narrow = wide) =>
  ({ data, isWide }: Record) =>
    saysSomething(data.subarray(isWide ? wide : narrow));
const hasFlag =
  (at: number, mask: number) =>
  ({ data }: Record) =>
    (u16(data, at) & mask) !== 0;
const isHidden =
  (how: number) =>
  ({ data }: Record) =>
    (u8(data, 4) & 3) === how;
const atRow = ({ data }: Record) => `row ${u16(data, 0) + 1}`;
const atCell = ({ data }: Record) => `row ${u16(data, 0) + 1}, column ${u16(data, 2) + 1}`;
const atColumns = ({ data }: Record) => `columns ${u16(data, 0) + 1} to ${u16(data, 2) + 1}`;

// The marks in place of a name that mean the workbook itself and add-ins, [MS-XLS] 2.4.271.
const NO_NAMES: readonly number[] = [0x0401, 0x3a01];
// What begins a name in another file, [MS-XLS] 2.5.277.
const ELSEWHERE = 1;

const RULES: readonly Rule[] = [
  { type: 0x5c, name: 'WRITEACCESS', carrier: 'ole.xls.user', holds: saysAt(3, 1) },
  { type: 0x5b, name: 'FILESHARING', carrier: 'ole.xls.file-sharing', holds: saysAt(2) },
  {
    ...{ type: 0x1ae, name: 'SUPBOOK', carrier: 'ole.xls.external-path' },
    holds: ({ data }) => data.length > 4 && !NO_NAMES.includes(u16(data, 2)),
  },
  {
    ...{ type: 0x17, name: 'EXTERNSHEET', carrier: 'ole.xls.external-path' },
    holds: ({ data, isWide }) => !isWide && u8(data, 1) === ELSEWHERE,
  },
  {
    ...{ type: 0x51, name: 'DCONREF', carrier: 'ole.xls.external-path' },
    holds: ({ data, isWide }) => u8(data, isWide ? 9 : 7) === ELSEWHERE,
  },
  { type: 0xdc, name: 'DBORPARAMQRY', carrier: 'ole.xls.connection' },
  { type: 0x803, name: 'DBQUERYEXT', carrier: 'ole.xls.connection' },
  { type: 0x804, name: 'EXTSTRING', carrier: 'ole.xls.connection' },
  { type: 0x876, name: 'DCONN', carrier: 'ole.xls.connection' },
  { type: 0xb0, name: 'SXVIEW', carrier: 'ole.xls.pivot-table' },
  { type: 0x1c, name: 'NOTE', carrier: 'ole.xls.note', place: atCell },
  { type: BOUNDSHEET, name: 'BOUNDSHEET', carrier: 'ole.xls.hidden-sheet', holds: isHidden(1) },
  { type: BOUNDSHEET, name: 'BOUNDSHEET', carrier: 'ole.xls.very-hidden-sheet', holds: isHidden(2) },
  {
    ...{ type: BOUNDSHEET, name: 'BOUNDSHEET', carrier: 'ole.macros.excel-4' },
    holds: ({ data }) => u8(data, 5) === 1,
  },
  { type: 0xd3, name: 'OBPROJ', carrier: 'ole.macros' },
  { type: 0x208, name: 'ROW', carrier: 'ole.xls.hidden-row', holds: hasFlag(12, 0x20), place: atRow },
  { type: 0x7d, name: 'COLINFO', carrier: 'ole.xls.hidden-column', holds: hasFlag(8, 1), place: atColumns },
  { type: 0x18, name: 'NAME', carrier: 'ole.xls.hidden-name', holds: hasFlag(0, 1) },
  { type: 0x14, name: 'HEADER', carrier: 'ole.xls.header', holds: saysAt(0) },
  { type: 0x15, name: 'FOOTER', carrier: 'ole.xls.header', holds: saysAt(0) },
  { type: 0x4d, name: 'PLS', carrier: 'ole.xls.printer' },
  { type: 0xaf, name: 'SCENARIO', carrier: 'ole.xls.scenario' },
  { type: 0xb8, name: 'DOCROUTE', carrier: 'ole.xls.routing-slip' },
  { type: 0x1a9, name: 'USERBVIEW', carrier: 'ole.xls.custom-view' },
  { type: 0x1b8, name: 'HLINK', carrier: 'ole.xls.link' },
];
const BY_TYPE = Map.groupBy(RULES, ({ type }) => type);

/** Reports what a workbook's records hold besides cells; says whether it is encrypted. */
export function inspectExcel(
  stream: Buffer,
  isWide: boolean,
  at: string,
  found: Found,
): { readonly isEncrypted: boolean } {
  // The workbook's own records come first, then the sheets in order; charts in a sheet stand inside its records.
  let [sheet, depth, listed, number] = [-1, 0, 0, 0];
  for (let offset = 0; offset + HEAD <= stream.length; ) {
    const type = u16(stream, offset);
    const end = offset + HEAD + u16(stream, offset + 2);
    const record: Record = { data: stream.subarray(offset + HEAD, end), isWide };
    number += 1;
    if (type === FILEPASS) return { isEncrypted: true };
    if (type === BOF && depth === 0) sheet += 1;
    if (type === BOF) depth += 1;
    if (type === EOF) depth = Math.max(0, depth - 1);
    if (type === BOUNDSHEET) listed += 1;
    for (const { carrier, name, holds, place } of BY_TYPE.get(type) ?? []) {
      if (holds && !holds(record)) continue;
      const inside = place ? place(record) : `${name} record ${number}`;
      const where = sheet > 0 ? `sheet ${sheet}/${inside}` : inside;
      const values = carrier === 'ole.xls.user' ? telling([textAt(record.data, 0, isWide)]) : [];
      found(carrier, `${at}/${type === BOUNDSHEET ? `sheet ${listed}` : where}`, { values });
    }
    offset = end;
  }
  return { isEncrypted: false };
}
