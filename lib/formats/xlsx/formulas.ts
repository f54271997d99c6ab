// Formulas (ISO/IEC 29500-1 18.17) that lead out of the workbook or name a place in a file system. A cell keeps the
// value that such a formula had; the formula goes.

import { classifyLink, namesPath } from '../shared/ooxml/places.ts';

const LITERAL = /"(?:[^"]|"")*"/g;
const QUOTED = /'(?:[^']|'')*'/g;
/** Functions that read something else than the workbook, and functions of other programs and of macros. */
const OUTSIDE =
  /(?<![\w.])(?:_xlfn\.)?(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|SQL\.REQUEST|CUBE[A-Z]+|IMAGE|STOCKHISTORY|DDE|INFO|FILES|DIRECTORY|GET\.[A-Z]+)\s*\(|_xll\./i;
/** Table1[[#This Row],[2024]]: brackets that follow a name are columns of a table. */
const COLUMNS = /[\p{L}\p{N}_.]\[(?:[^[\]]|\[[^[\]]*\])*\]/gu;
const OTHER_BOOK = /\[[^\][]+\][^\s!()[\]]*!|\[\d+\]/;

/** What is to be said about a formula that must go, undefined for one that may stay. `lost` are names that go. */
export function carrierOfFormula(formula: string, lost: ReadonlySet<string> = new Set()): string | undefined {
  const literals = formula.match(LITERAL) ?? [];
  const bare = formula.replace(LITERAL, '""');
  const quoted = bare.match(QUOTED) ?? [];
  const plain = bare.replace(QUOTED, 'Q').replace(COLUMNS, 'T');
  if (/\bHYPERLINK\s*\(/i.test(plain)) {
    const link = linkOf(formula);
    if (link) return link;
  }
  // In quotes stands a sheet's name; a name of a book stands in brackets before it.
  if (quoted.some((name) => /[[\]\\]|:\/\//.test(name))) return 'formula.external';
  if (plain.includes('|') || OUTSIDE.test(plain) || OTHER_BOOK.test(plain)) return 'formula.external';
  if (literals.some((literal) => namesPath(literal.slice(1, -1)) || /[^\s@]\[[^\]]+\.xl\w{1,3}\]/i.test(literal)))
    return 'formula.path';
  if (lost.size > 0 && wordsIn(plain).some((word) => lost.has(word))) return 'formula.external';
  return undefined;
}

/** The names that a formula may use, in small letters. */
export function wordsIn(formula: string): string[] {
  return (formula.match(/[\p{L}_\\][\p{L}\p{N}_.\\?]*/gu) ?? []).map((word) => word.toLowerCase());
}

function linkOf(formula: string): string | undefined {
  for (const [, target = ''] of formula.matchAll(/HYPERLINK\s*\(\s*"((?:[^"]|"")*)"/gi)) {
    const kind = classifyLink(target);
    // What is joined to it is not known here; a scheme and a host say enough.
    if (kind !== 'public' && kind !== 'anchor') return `link.${kind}`;
  }
  return undefined;
}
