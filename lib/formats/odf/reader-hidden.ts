// The second reader's view of what nobody is shown in a spreadsheet, and of what refers to it: where policy takes it away,
// the original tells what has to be gone, and the result is searched for it.

import { SaxesParser } from 'saxes';
import { Refusal } from '../../core/refusal.ts';
import { decoded } from '../shared/ooxml/reader-files.ts';
import { type Sheet, tableHides } from './reader.ts';
import { type CellPlace, gridCounter } from './reader-grid.ts';

export type Hidden = {
  /** In small letters. */
  readonly hiddenSheets: readonly string[];
  readonly scenarios: readonly string[];
  /** The places of scenarios among all tables. */
  readonly scenarioTables: ReadonlySet<number>;
  /** Unseen cells with content, by sheet. */
  readonly filled: ReadonlyMap<string, readonly CellPlace[]>;
  readonly formulas: readonly { readonly sheet: string; readonly text: string }[];
  /** Whatever holds an address. */
  readonly addresses: readonly string[];
};

const ADDRESS =
  /^(?:formula|condition|expression|value|.*-addresses|.*-address|cell-range|data-range|.*-of-ranges|href)$/;

export function readHidden(content: Buffer, sheet: Sheet): Hidden {
  const hiddenSheets: string[] = [];
  const scenarios: string[] = [];
  const scenarioTables = new Set<number>();
  const filled = new Map<string, CellPlace[]>();
  const formulas: { sheet: string; text: string }[] = [];
  const addresses: string[] = [];
  const names: string[] = [];
  const grid = gridCounter();
  let count = 0;
  let cell: { readonly place: CellPlace; holds: boolean } | undefined;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, attributes }) => {
    const value = (name: string) => Object.values(attributes).find((one) => one.local === name)?.value;
    if (local === 'table') {
      count++;
      names.push((value('name') ?? '').toLowerCase());
      if (names.length === 1 && tableHides(sheet, value('style-name'))) hiddenSheets.push(names[0] ?? '');
    }
    if (local === 'scenario' && names.length > 0) {
      scenarios.push(names.at(-1) ?? '');
      scenarioTables.add(count);
    }
    const place = grid.open(local, value);
    if (place) {
      const text = value('formula');
      if (text !== undefined) formulas.push({ sheet: names.at(-1) ?? '', text });
      const holds =
        text !== undefined ||
        ['value', 'date-value', 'time-value', 'boolean-value', 'string-value'].some(
          (name) => !['', 'NaN', undefined].includes(value(name)),
        );
      cell = { place, holds };
    } else
      for (const { local: name, value: text } of Object.values(attributes))
        if (ADDRESS.test(name) && (name !== 'href' || text.startsWith('#'))) addresses.push(text);
  });
  const read = (text: string) => {
    if (cell && !['', 'NaN'].includes(text.trim())) cell.holds = true;
  };
  parser.on('text', read);
  parser.on('cdata', read);
  parser.on('closetag', ({ local }) => {
    if ((local === 'table-cell' || local === 'covered-table-cell') && cell) {
      const own = names.at(-1) ?? '';
      if (cell.holds && cell.place.hidden.length > 0 && names.length === 1)
        filled.set(own, pushed(filled.get(own), cell.place));
      cell = undefined;
    }
    if (local === 'table') names.pop();
    grid.close(local);
  });
  parser.write(decoded(content)).close();
  return { hiddenSheets, scenarios, scenarioTables, filled, formulas, addresses };
}

function pushed<T>(list: T[] | undefined, item: T): T[] {
  const own = list ?? [];
  own.push(item);
  return own;
}

export type Goes = { readonly sheets: boolean; readonly scenarios: boolean; readonly cells: boolean };

/** Rejects with Refusal('unverified') where something is left that had to go, or refers to what went. */
export function checkHidden(before: Hidden, after: Hidden, goes: Goes): void {
  const left = (what: string) => new Refusal('unverified', `${what} is left`);
  if (goes.sheets && after.hiddenSheets.length > 0) throw left('a hidden sheet');
  if (goes.scenarios && after.scenarios.length > 0) throw left('a scenario');
  if (goes.cells && after.filled.size > 0) throw left('a hidden cell');
  const lost = [...(goes.sheets ? before.hiddenSheets : []), ...(goes.scenarios ? before.scenarios : [])];
  for (const text of [...after.addresses, ...after.formulas.map((formula) => formula.text)])
    if (lost.some((name) => isNamed(name, text))) throw left('the name of a sheet that is gone');
  if (goes.cells)
    for (const { sheet, text } of after.formulas)
      for (const [own, cells] of before.filled)
        for (const [from, to] of referencesIn(text, sheet, own))
          if (cells.some((cell) => meets(cell, from, to))) throw left('a formula over an emptied cell');
}

function isNamed(name: string, text: string): boolean {
  const bare = unescaped(text.toLowerCase().replace(/"[^"]*"/g, ''));
  if (bare.includes(`'${name.replaceAll("'", "''")}'.`)) return true;
  const at = bare.indexOf(`${name}.`);
  if (bare === `#${name}`) return true;
  return (
    at >= 0 &&
    !/[\p{L}\p{N}_.']/u.test(bare[at - 1] ?? ' ') &&
    /^\$?[a-z]{1,3}\$?\d/.test(bare.slice(at + name.length + 1))
  );
}

function unescaped(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

type Corner = { readonly row: number; readonly column: number };

/** The areas that a formula of one sheet reads in another. */
function referencesIn(formula: string, own: string, sheet: string): readonly (readonly [Corner, Corner])[] {
  const found = formula
    .replace(/"[^"]*"/g, '')
    .matchAll(/\[\$?((?:'(?:[^']|'')*'|[^'\].]*))\.\$?([A-Z]{1,3})\$?(\d+)(?::[^\].]*\.\$?([A-Z]{1,3})\$?(\d+))?\]/g);
  return [...found].flatMap(([, named = '', letters = '', row = '', other = letters, end = row]) => {
    const name = named.replace(/^'|'$/g, '').replaceAll("''", "'").toLowerCase();
    if ((name === '' ? own : name) !== sheet) return [];
    return [[cornerOf(letters, row), cornerOf(other, end)] as const];
  });
}

function cornerOf(letters: string, row: string): Corner {
  return { row: Number(row), column: [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) };
}

function meets({ row, rows, hidden }: CellPlace, from: Corner, to: Corner): boolean {
  const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row)];
  const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column)];
  return row <= bottom && row + rows > top && hidden.some(([start, end]) => start <= right && end > left);
}
