// The rounds of cleaning, in the order in which they depend on each other: names before the formulas that use them, cells
// before the strings that they have, both before the pivot tables whose values they show.

import { Refusal } from '../../core/refusal.ts';
import { namespaceOf } from '../shared/ooxml/attributes.ts';
import { cleanCharts } from '../shared/ooxml/charts.ts';
import { cleanContents } from '../shared/ooxml/contents.ts';
import { cutCrops } from '../shared/ooxml/cut-crops.ts';
import { drawnFor, removeUnseenPoints } from '../shared/ooxml/diagrams.ts';
import { cleanDrawings } from '../shared/ooxml/drawings.ts';
import { holderOf, wholeSource } from '../shared/ooxml/lift.ts';
import type { Package } from '../shared/ooxml/package.ts';
import { relationshipName } from '../shared/ooxml/part-table.ts';
import { mendReferences } from '../shared/ooxml/references.ts';
import { renumberRelationships } from '../shared/ooxml/relationship-ids.ts';
import { hasXml, round, stayingIds, type Xml } from '../shared/ooxml/rounds.ts';
import { cleanStructure } from '../shared/ooxml/structure.ts';
import { editXml, serialized } from '../shared/xml-edit.ts';
import { type Cells, cleanCells } from './cells.ts';
import { hasHiddenNames, lostNames, removeNames, usedNames } from './defined-names.ts';
import { takeAway } from './hidden-content.ts';
import { planRemoval, removes, type SheetCells } from './hidden-plan.ts';
import { takeHiddenSheets } from './hidden-sheets.ts';
import type { Names } from './markup-pass.ts';
import { cleanCache, dropOutsidePivots } from './pivots.ts';
import { cleanRules } from './rules.ts';
import { sheetNames, sheetOf, sheetParts, sheetsOf } from './sheets.ts';
import { isSheet, plainValue } from './spreadsheet.ts';
import { cleanStrings, readStrings } from './strings.ts';
import { invisibleFormats } from './styles.ts';
import { tidied } from './tidy.ts';

const MAX_TIDYING = 4;

export async function cleanParts(pack: Package): Promise<void> {
  const { main } = pack;
  if (!hasXml(main) || !isSheet(main.document.root, 'workbook')) throw new Refusal('malformed', 'no workbook');
  const texts = textsOf(pack);
  const names = sheetNames(main);
  const listed = sheetsOf(main).map((sheet) => (plainValue(sheet, 'name') ?? '').toLowerCase());
  const ordered = sheetParts(main, pack.parts);
  const lostSheets = takeHiddenSheets(pack, main, texts);
  let parts: readonly Xml[] = [...pack.parts.values()].filter(hasXml);
  dropOutsidePivots(pack, parts, names);
  const lost = lostNames(main.document);
  let used = usedIn(main, parts);
  for (const part of parts) round(part, (document) => cleanStructure(document, part.job));
  await cleanContents(pack, parts, pack.context);
  const sheets = cleanSheets(pack, parts, lost, ordered, listed);
  const plan = planRemoval(sheets, main, lostSheets, texts);
  if (plan) {
    parts = takeAway(pack, parts, sheets, plan);
    // What only hidden cells used is of no use any more.
    used = usedIn(main, parts);
  }
  const cells = sheets.map((sheet) => sheet.cells);
  const shown = cleanShared(parts, cells, plan?.strings ?? new Set());
  for (const part of parts) cleanMeaning(part, { lost, used, shown, parts, all: pack.parts });
  await cutCrops(pack, parts);
  for (const part of parts) for (let i = 0; i < MAX_TIDYING && tidy(part); i++);
  for (const part of parts) round(part, (document) => renumberRelationships(part) ?? editXml(document));
  renumberRelationships({ ...pack.root, document: undefined });
  for (const part of parts) putBack(part);
}

/** Names that something uses, where there are any that stay for that alone. */
function usedIn(main: Xml, parts: readonly Xml[]): ReadonlySet<string> {
  if (!hasHiddenNames(main.document)) return new Set();
  return usedNames(
    parts.map(({ document }) => document),
    parts.flatMap(({ lifted }) => lifted?.xml ?? []),
  );
}

/** The shared strings as the workbook came with them, read when they are asked for. */
function textsOf(pack: Package): () => readonly string[] {
  let texts: readonly string[] | undefined;
  return () => {
    const part = [...pack.parts.values()].filter(hasXml).find((one) => one.part?.lifts === 'sst');
    texts ??= part?.lifted ? readStrings(part.lifted.xml, namesOf(part, 'sst'), part.job.what) : [];
    return texts;
  };
}

/** `ordered` and `listed` are the parts and names of the sheets as the workbook came with them. */
function cleanSheets(
  pack: Package,
  parts: readonly Xml[],
  lost: ReadonlySet<string>,
  ordered: ReturnType<typeof sheetParts>,
  listed: readonly string[],
): readonly SheetCells[] {
  const styles = parts.find(({ document }) => isSheet(document.root, 'styleSheet'));
  const invisible = invisibleFormats(styles?.document);
  return parts.flatMap((part) => {
    if (!part.lifted || part.part?.lifts !== 'sheetData') return [];
    const names = namesOf(part, 'sheetData');
    const index = ordered.indexOf(part);
    const place = sheetOf(part, index + 1, pack.parts);
    const about = { ...place, names, invisible, lost, removes: (carrier: string) => removes(part, carrier) };
    const cells = cleanCells(part.lifted.xml, about, part.job);
    part.lifted.xml = cells.xml;
    return [{ part, place, names, name: listed[index] ?? '', cells }];
  });
}

/** Answers every text that some cell shows. */
function cleanShared(parts: readonly Xml[], cells: readonly Cells[], gone: ReadonlySet<number>): ReadonlySet<string> {
  const used = new Set(cells.flatMap(({ strings }) => [...strings]));
  const keepsPhonetic = cells.some(({ hasPhonetic }) => hasPhonetic);
  const shown = new Set(cells.flatMap(({ texts }) => [...texts]));
  let size = 0;
  for (const part of parts) {
    if (part.part?.lifts !== 'sst') continue;
    const xml = part.lifted?.xml ?? '';
    const strings = cleanStrings(xml, namesOf(part, 'sst'), { used, gone, keepsPhonetic }, part.job);
    if (part.lifted) part.lifted.xml = strings.xml;
    for (const text of strings.texts.values()) shown.add(text);
    size = strings.size;
    const references = cells.reduce((sum, one) => sum + one.references, 0);
    round(part, (document) => countStrings(document, references, strings.size));
  }
  for (const index of used)
    if (index >= size) throw new Refusal('malformed', `a cell has shared string ${index + 1} of ${size}`);
  return shown;
}

function countStrings(document: Xml['document'], references: number, size: number) {
  const edits = editXml(document);
  for (const [name, number] of [
    ['count', references],
    ['uniqueCount', size],
  ] as const) {
    const count = document.root.attributes.find(({ local, uri }) => local === name && uri === '');
    if (count && Number(count.value) !== number) edits.setAttribute(document.root, count, String(number));
  }
  return edits;
}

/** The prefix of SpreadsheetML where rows or strings stand. */
function namesOf({ document, job }: Xml, local: string): Names {
  const holder = holderOf(document, local);
  if (!holder || !isSheet(holder, local)) throw new Refusal('malformed', `${job.what}: not what its type says`);
  const prefix = holder.name.slice(0, holder.name.length - local.length);
  return { prefix, namespaceOf: (name) => namespaceOf(holder, name) };
}

type Meaning = {
  readonly lost: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
  readonly shown: ReadonlySet<string>;
  readonly parts: readonly Xml[];
  readonly all: Package['parts'];
};

function cleanMeaning(part: Xml, { lost, used, shown, parts, all }: Meaning): void {
  round(part, (document) => {
    const { job } = part;
    const edits = editXml(document);
    if (isSheet(document.root, 'workbook')) removeNames(document, used, edits, job);
    if (part.part?.kind === 'text') cleanRules(document, lost, edits, job);
    if (isSheet(document.root, 'pivotCacheDefinition')) {
      const hasRecords = part.relationships.some(
        ({ relationship, fate }) =>
          relationshipName(relationship.type) === 'pivotCacheRecords' && fate.is !== 'dropped',
      );
      cleanCache(document, hasRecords, shown, edits, job);
    }
    cleanDrawings(document, edits, job);
    cleanCharts(document, true, edits, job);
    const drawn = document.root.local === 'dataModel' ? drawnFor(part, all, parts) : undefined;
    if (drawn !== undefined) removeUnseenPoints(document, drawn, edits, job);
    mendReferences(document, stayingIds(part), edits, job.dialect);
    return edits;
  });
}

/** Answers whether there was something to do: what holds an empty list may be empty then. */
function tidy(part: Xml): boolean {
  const before = part.document;
  round(part, (document) => tidied(document) ?? editXml(document));
  return part.document !== before;
}

function putBack(part: Xml): void {
  const lifts = part.part?.lifts;
  if (!part.lifted || lifts === undefined) return;
  const { encoding } = part.document;
  part.content = serialized({ source: wholeSource(part.document, lifts, part.lifted), encoding });
}
