// What a Word document shows, read from its file information block and its pieces ([MS-DOC] 2.5, 2.8.35): the main text
// without codes of fields, hidden text and deleted text, then the paragraphs of its other stories. It judges conversions
// and shares nothing with what makes them.

import { Refusal } from '../../core/refusal.ts';
import { decoderOf } from '../shared/code-pages.ts';
import { buttonText } from '../shared/field-kinds.ts';
import { u32 } from './bytes.ts';
import type { Entry } from './compound.ts';
import { isOldWord, tablesOf } from './word.ts';
import { piecesOf, unseenRuns } from './word-text.ts';

export type WordStory = {
  readonly main: string;
  /** Paragraphs of text boxes, notes, headers and footers. */
  readonly beside: readonly string[];
};

// How many characters each story has, [MS-DOC] 2.5.4 and its forerunner; comments stand among them and are not shown.
const [COUNTS, OLD_COUNTS] = [0x4c, 0x34];
const STORIES = ['main', 'notes', 'headers', 'macros', 'comments', 'notes', 'boxes', 'boxes'] as const;
const TEXT_START = 0x18;
const MAX_CHARACTERS = 20_000_000;
const PIECES = 33;
const [BEGIN, SEPARATE, END] = ['\x13', '\x14', '\x15'];

/** Throws Refusal('limit'). */
export function readWord(main: Buffer, storage: Entry): WordStory {
  const isOld = isOldWord(main);
  const tables = tablesOf(main, storage);
  const known = piecesOf(tables(PIECES));
  const counts = STORIES.map((_, i) => u32(main, (isOld ? OLD_COUNTS : COUNTS) + i * 4));
  const whole = u32(main, TEXT_START);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pieces = known.length > 0 ? known : [{ range: [whole, whole + total] as const, isOneByte: true }];
  const unseen = new Uint8Array(main.length);
  let filled = 0;
  for (const [start, end] of unseenRuns(main, tables, isOld)) {
    // Runs of a document stand beside each other; these may be made to cover it as often as somebody likes.
    filled += Math.max(0, Math.min(end, main.length) - start);
    if (filled > main.length * 2) throw new Refusal('limit', 'runs of text that cover each other');
    unseen.fill(1, start, end);
  }
  const characters: string[] = [];
  for (const { range, isOneByte } of pieces) {
    const [start, end] = range;
    const text = decoded(main.subarray(start, end), isOneByte);
    // Pieces may overlap as often as somebody likes.
    if (characters.length + text.length > MAX_CHARACTERS)
      throw new Refusal('limit', `more than ${MAX_CHARACTERS} characters`);
    for (let i = 0; i < text.length; i++)
      characters.push(unseen[start + i * (isOneByte ? 1 : 2)] ? '' : (text[i] ?? ''));
  }
  let end = 0;
  const stories = STORIES.map((kind, i) => {
    const start = end;
    end += counts[i] ?? 0;
    return { kind, text: withoutCodes(characters.slice(start, end)) };
  });
  const beside = stories.filter(({ kind }) => kind !== 'main' && kind !== 'comments' && kind !== 'macros');
  return {
    main: stories.find(({ kind }) => kind === 'main')?.text ?? '',
    beside: beside.flatMap(({ text }) => text.split(/[\r\x07\x0b\x0c]/)),
  };
}

function decoded(bytes: Buffer, isOneByte: boolean): string {
  return decoderOf(isOneByte ? 1252 : 1200).decode(bytes);
}

/** Of a field what it shows: what stands between its middle and its end. Pages are counted anew by whoever shows them. */
function withoutCodes(characters: readonly string[]): string {
  const open: { code: string; isShown: boolean }[] = [];
  let shown = '';
  // Open fields of which nothing is shown so far.
  let hidden = 0;
  for (const character of characters) {
    const field = open.at(-1);
    if (character === BEGIN) {
      open.push({ code: '', isShown: false });
      hidden++;
    } else if (character === SEPARATE && field && !field.isShown) {
      field.isShown = !isCounted(field.code);
      if (field.isShown) hidden--;
    } else if (character === END && field) {
      open.pop();
      if (!field.isShown) hidden--;
      if (!field.isShown && hidden === 0) shown += buttonText(field.code) ?? '';
    } else if (hidden === 0) shown += character;
    else if (field && !field.isShown) field.code += character;
  }
  return shown;
}

/** Whether a field's result is a number that depends on where pages end (ECMA-376 part 1, 17.16.5). */
export function isCounted(code: string): boolean {
  return /^\s*(?:PAGE|NUMPAGES|SECTIONPAGES|PAGEREF)\b/i.test(code);
}
