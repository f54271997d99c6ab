// The second reader's view of what is left behind what was taken away: formulas, names, rules and links that name a sheet
// which is not there, and formulas of cells that read cells which were emptied.

import { Refusal } from '../../core/refusal.ts';
import { eachToken, type Files } from '../shared/ooxml/reader-files.ts';
import type { SheetEntry } from './reader-book.ts';
import { isWithin } from './reader-sheet.ts';

const differs = (detail: string) => new Refusal('unverified', detail);
const FORMULA = new Set('f formula formula1 formula2 definedName calculatedColumnFormula totalsRowFormula'.split(' '));
const LEADING = ['location', 'textlink', 'sheet', 'Target'];

/** Formulas of the result, and cells of the original that it has emptied, by the sheet's name in small letters. */
export type Emptied = { readonly formulas: readonly string[]; readonly filled: ReadonlySet<string> };

export function checkReferences(files: Files, lost: readonly SheetEntry[], sheets: ReadonlyMap<string, Emptied>): void {
  const names = lost.map(({ name }) => name.toLowerCase());
  if (names.length > 0)
    for (const [i, [file, content]] of [...files].entries())
      if (/\.(?:xml|rels)$/i.test(file))
        for (const text of leadsIn(content))
          if (names.some((name) => isNamed(name, text)))
            throw differs(`a sheet that is gone is named in member ${i + 1}`);
  checkFormulas(sheets);
}

function leadsIn(content: Buffer): readonly string[] {
  const leads: string[] = [];
  let inside = false;
  eachToken(content, {
    open(tag, attributes) {
      inside = FORMULA.has(tag);
      if (inside) leads.push('');
      for (const name of LEADING) {
        const value = attributes[name];
        if (value === undefined || (name === 'Target' && !value.startsWith('#'))) continue;
        leads.push(name === 'sheet' ? `${value}!` : name === 'Target' ? unescaped(value.slice(1)) : value);
      }
    },
    text(text) {
      if (inside) leads[leads.length - 1] += text;
    },
    close() {
      inside = false;
    },
  });
  return leads.map((lead) => lead.toLowerCase());
}

function unescaped(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

function isNamed(name: string, lead: string): boolean {
  const bare = withoutTexts(lead);
  if (bare.includes(`${name.replaceAll("'", "''")}'!`)) return true;
  const at = bare.indexOf(`${name}!`);
  return at >= 0 && !/[\p{L}\p{N}_.']/u.test(bare[at - 1] ?? ' ');
}

const withoutTexts = (formula: string) => formula.replace(/"[^"]*"/g, '');

const REFERENCE =
  /(?<![\p{L}\p{N}_.$'])(?:'((?:[^']|'')+)'!|([\p{L}\p{N}_.]+)!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\p{L}\p{N}_.([!])/gu;
const MAX_STEPS = 50_000_000;

/** References as they stand; those that a formula computes are not followed. */
function checkFormulas(sheets: ReadonlyMap<string, Emptied>): void {
  const known = new Map<string, boolean>();
  let steps = 0;
  for (const [own, { formulas }] of sheets)
    for (const formula of formulas)
      for (const [, quoted, plain, reference = ''] of withoutTexts(formula).matchAll(REFERENCE)) {
        const sheet = (quoted?.replaceAll("''", "'") ?? plain ?? own).toLowerCase();
        const filled = sheets.get(sheet)?.filled ?? NONE;
        const key = `${sheet}!${reference}`;
        if (filled.size > 0 && !known.has(key)) {
          steps += filled.size;
          if (steps > MAX_STEPS) throw new Refusal('limit', 'formulas over more emptied cells than are compared');
          known.set(key, isAmong(filled, reference));
        }
        if (known.get(key)) throw differs('a formula reads a cell that was emptied');
      }
}

const NONE: ReadonlySet<string> = new Set();

function isAmong(cells: ReadonlySet<string>, reference: string): boolean {
  for (const at of cells) {
    const [row = 0, column = 0] = at.split(',').map(Number);
    if (isWithin(row, column, reference)) return true;
  }
  return false;
}
