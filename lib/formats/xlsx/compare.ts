// Is the result the same workbook? Read by eyes that did not make it: the same sheets with the same cells, values and
// formats, the same texts and pictures on them, nothing dangling, and nothing left that had to go.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { checkGraph } from '../shared/ooxml/graph.ts';
import { checkLeftovers } from '../shared/ooxml/leftovers.ts';
import { decoded, eachTag, type Files, fileOf, linksOf, readFiles } from '../shared/ooxml/reader-files.ts';
import { samePictures } from '../shared/ooxml/same-pictures.ts';
import type { Shown } from '../shared/same-crop.ts';
import { reading } from '../shared/second-reader.ts';
import { EXPECTED } from './expected.ts';
import { type Book, readBook, type SheetEntry } from './reader-book.ts';
import { readDrawn } from './reader-drawings.ts';
import { checkReferences, type Emptied } from './reader-references.ts';
import { readSheet, type SheetView, type Why } from './reader-sheet.ts';

export async function compare(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const { limits } = context;
  const before = await readFiles(original, limits.maxExpandedBytes);
  const after = await readFiles(body, limits.maxExpandedBytes);
  await reading(() => sameBooks(before, after, context));
  checkGraph(after);
  checkLeftovers(body, after, EXPECTED, context);
  return ['cells', 'formats', 'text', 'pictures', 'relationships', 'content-types', 'xml', 'leftovers'];
}

const differs = (detail: string) => new Refusal('unverified', detail);

async function sameBooks(before: Files, after: Files, context: Context): Promise<void> {
  const [all, found] = [readBook(before), readBook(after)];
  const hidden = isGone('sheet.hidden', context) ? all.sheets.filter(({ state }) => state !== 'visible') : [];
  const shown = { ...all, sheets: all.sheets.filter((sheet) => !hidden.includes(sheet)) };
  if (shown.sheets.length !== found.sheets.length)
    throw differs(`${shown.sheets.length} sheets became ${found.sheets.length}`);
  if (shown.formats !== found.formats) throw differs('the formats of cells are not what they were');
  const pictures: { before: Shown[]; after: Shown[] } = { before: [], after: [] };
  const used = new Set<number>();
  const lost = new Set<number>();
  const emptied = new Map<string, Emptied>();
  for (const { part } of hidden) {
    const content = fileOf(before, part);
    const view = content && readSheet(content, all, { withRows: false, painted: [] });
    for (const number of [...(view?.strings ?? []), ...(view?.lost ?? [])]) lost.add(number);
  }
  for (const [i, entry] of shown.sheets.entries()) {
    const other = found.sheets[i];
    if (!other || entry.name !== other.name || entry.state !== other.state || entry.kind !== other.kind)
      throw differs(`sheet ${i + 1} is not the one that it was`);
    checkHidden(other, i + 1, context);
    const { view, gone, filled } = sameSheets([before, entry.part, shown], [after, other.part, found], i + 1, context);
    for (const index of view.strings) used.add(index);
    for (const index of gone) lost.add(index);
    emptied.set(other.name.toLowerCase(), { formulas: view.formulas, filled });
    const [drawn, left] = [readDrawn(before, entry.part), readDrawn(after, other.part)];
    sameTexts(drawn.texts, left.texts, i + 1);
    if (left.idle > 0 && !isLeft('slicer', context) && !isLeft('active-x', context))
      throw differs(`a slicer or a control is left on sheet ${i + 1}`);
    pictures.before.push(...drawn.pictures);
    pictures.after.push(...left.pictures);
  }
  if (found.strings.some((text, i) => text !== '' && !used.has(i)) && !isLeft('string.orphan', context))
    throw differs('a shared string is left that no cell has');
  if ([...lost].some((number) => !used.has(number) && (found.strings[number] ?? '') !== ''))
    throw differs('a shared string of a hidden cell is left');
  checkReferences(after, hidden, emptied);
  const mayBeFewer = ['media.unknown', 'shape.hidden'].some((carrier) => isGone(carrier, context));
  const how = { mayBeFewer, mayHide: isLeft('picture.crop', context) };
  await samePictures(pictures.before, pictures.after, how, context);
  checkMarks(after, context);
}

type Side = readonly [files: Files, part: string, book: Book];

/** Answers the view of the result, and the strings of cells that were emptied. */
function sameSheets(one: Side, two: Side, number: number, context: Context) {
  const [before, after] = [fileOf(one[0], one[1]), fileOf(two[0], two[1])];
  if (!before || !after) throw differs(`sheet ${number} has no part`);
  const isSame = hasSameRows(before, after);
  const mayEmpty = Object.values(WHYS).some((carriers) => carriers.some((carrier) => isGone(carrier, context)));
  const view = readSheet(after, two[2], {
    withRows: !isSame,
    painted: paintedOf(two[0], two[1]),
    withFormulas: mayEmpty,
  });
  checkSheet(view, number, context);
  const painted = paintedOf(one[0], one[1]);
  const isBlanked = (at: string, why: Why) => view.emptied.has(at) && WHYS[why].some((one) => isGone(one, context));
  // Fifty megabytes of rows are read once where they are the same, character by character.
  const shown = isSame ? undefined : readSheet(before, one[2], { withRows: true, painted, isBlanked });
  if (!shown) {
    for (const index of view.strings)
      if (one[2].strings[index] !== two[2].strings[index]) throw differs(`a string of sheet ${number} has changed`);
  } else if (shown.rows.length !== view.rows.length || shown.rows.some((row, i) => row !== view.rows[i])) {
    const row = shown.rows.findIndex((digest, i) => digest !== view.rows[i]) + 1;
    throw differs(`sheet ${number} differs from its row ${row || shown.rows.length + 1}`);
  }
  const { around, prompts } = shown ?? readSheet(withoutRows(before), one[2], { withRows: false, painted });
  if (around.join('\n') !== view.around.join('\n'))
    throw differs(`what is around the cells of sheet ${number} differs`);
  // Prompts on cells that nobody sees may go with them.
  const said = (all: SheetView['prompts']) =>
    all.flatMap(({ text, on }) => (!mayEmpty || on.split(/\s+/).some(view.isSeen) ? text : [])).join('\n');
  if (said(prompts) !== said(view.prompts)) throw differs(`a prompt of sheet ${number} differs`);
  return { view, gone: shown?.lost ?? new Set<number>(), filled: shown?.filled ?? new Set<string>() };
}

const WHYS: Readonly<Record<Why, readonly string[]>> = {
  row: ['row.hidden', 'row.filtered'],
  column: ['column.hidden'],
  format: ['cell.invisible'],
};

/** The areas of the tables on a sheet. */
function paintedOf(files: Files, sheet: string): readonly string[] {
  const areas: string[] = [];
  for (const { type, target, external } of linksOf(files, sheet)) {
    const content = type.endsWith('/table') && !external ? fileOf(files, target) : undefined;
    if (content)
      eachTag(content, (tag, { ref }) => {
        if (tag === 'table') areas.push(ref ?? '');
      });
  }
  return areas;
}

const ROWS = /<((?:[\w.-]+:)?)sheetData[^>]*[^/]>/;

function rowsOf(sheet: string): readonly [start: number, end: number] {
  const found = ROWS.exec(sheet);
  const end = found ? sheet.lastIndexOf(`</${found[1] ?? ''}sheetData`) : -1;
  return found && end > found.index ? [found.index + found[0].length, end] : [0, 0];
}

function hasSameRows(before: Buffer, after: Buffer): boolean {
  const [one, two] = [decoded(before), decoded(after)];
  const [[start, end], [from, to]] = [rowsOf(one), rowsOf(two)];
  return end > start && one.slice(start, end) === two.slice(from, to);
}

function withoutRows(sheet: Buffer): Buffer {
  const text = decoded(sheet).replace(/^\ufeff/, '');
  const [start, end] = rowsOf(text);
  return Buffer.from(text.slice(0, start) + text.slice(end));
}

function sameTexts(before: readonly string[], after: readonly string[], number: number): void {
  const squeezed = (texts: readonly string[]) => texts.filter((text) => text.trim() !== '').join('\n');
  if (squeezed(before) !== squeezed(after)) throw differs(`a text that is drawn on sheet ${number} differs`);
}

function isGone(carrier: string, { policy }: Context): boolean {
  return ['remove', 'flatten'].includes(policy.actionFor(`xlsx.${carrier}`));
}

function isLeft(carrier: string, { policy }: Context): boolean {
  return policy.actionFor(`xlsx.${carrier}`) === 'keep';
}

function checkHidden({ state }: SheetEntry, number: number, context: Context): void {
  if (state !== 'visible' && !isLeft('sheet.hidden', context)) throw differs(`sheet ${number} is hidden`);
}

function checkSheet({ unseen, outside, marks }: SheetView, number: number, context: Context): void {
  for (const mark of marks) checkMark(mark, `sheet ${number}`, context);
  for (const why of ['row', 'column', 'format'] as const)
    if (unseen[why] > 0 && !WHYS[why].some((one) => isLeft(one, context)))
      throw differs(`${unseen[why]} cells of sheet ${number} are not shown`);
  if (outside > 0 && !isLeft('formula.external', context))
    throw differs(`${outside} formulas of sheet ${number} lead out of the workbook`);
}

const MARKED: Readonly<Record<string, string>> = {
  absPath: 'abs-path',
  fileSharing: 'workbook.user',
  fileRecoveryPr: 'workbook.recovery',
  customWorkbookView: 'workbook.view',
  customSheetView: 'workbook.view',
  webPublishItem: 'workbook.publish',
  revisionPtr: 'document-id',
  scenario: 'scenario',
  customPr: 'custom-property',
  cellSmartTag: 'smart-tag',
  oleObject: 'embedded.ole',
  control: 'active-x',
  legacyDrawing: 'legacy-drawing',
  externalReference: 'external-link',
  uid: 'document-id',
  codeName: 'code-name',
  refreshedBy: 'pivot.user',
  refreshedDate: 'pivot.user',
  hashValue: 'protection',
  saltValue: 'protection',
  spinCount: 'protection',
  password: 'protection',
  workbookPassword: 'protection',
  connectionId: 'query',
  filterPrivacy: 'settings.other',
  rPh: 'phonetic',
};

/** Elements and attributes that say who and where, in every part but sheets, which have been read before. */
function checkMarks(files: Files, context: Context): void {
  const main = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  for (const [i, [name, content]] of [...files].entries()) {
    if (!/^xl\/(?:[a-z]+|chartsheets\/[^/]+|pivot\w+\/[^/]+|tables\/[^/]+)\.xml$/i.test(name) && name !== main)
      continue;
    eachTag(content, (tag, attributes) => {
      if (tag !== 'rPh') checkMark(tag, `member ${i + 1}`, context);
      for (const key of Object.keys(attributes)) checkMark(key.slice(key.indexOf(':') + 1), `member ${i + 1}`, context);
    });
  }
}

function checkMark(mark: string, at: string, context: Context): void {
  const carrier = Object.hasOwn(MARKED, mark) ? MARKED[mark] : undefined;
  if (carrier !== undefined && !isLeft(carrier, context)) throw differs(`${carrier} is left in ${at}`);
}
