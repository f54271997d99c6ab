// The rounds of cleaning, in the order in which they depend on each other: tracked changes before fields (a deleted
// field is no field), pictures before the references to them, bookmarks after the fields that name them.

import { cleanCharts, hasWorkbook } from '../shared/ooxml/charts.ts';
import { cleanContents } from '../shared/ooxml/contents.ts';
import { cutCrops } from '../shared/ooxml/cut-crops.ts';
import { drawnFor, removeUnseenPoints } from '../shared/ooxml/diagrams.ts';
import { cleanDrawings } from '../shared/ooxml/drawings.ts';
import { renumberGuids } from '../shared/ooxml/guids.ts';
import type { Package } from '../shared/ooxml/package.ts';
import { mendReferences } from '../shared/ooxml/references.ts';
import { renumberRelationships } from '../shared/ooxml/relationship-ids.ts';
import { hasXml, round, stayingIds, type Xml } from '../shared/ooxml/rounds.ts';
import { cleanStructure } from '../shared/ooxml/structure.ts';
import { elementsOf } from '../shared/xml.ts';
import { afterEdits, editXml } from '../shared/xml-edit.ts';
import {
  namesToChange,
  noteReferences,
  removeBookmarks,
  removeIdleNames,
  removeNotes,
  renameStyles,
} from './across.ts';
import { referencesIn, spokenOf, unlinkFields } from './fields.ts';
import { cleanFonts } from './fonts.ts';
import { hiddenStyles, NO_STYLES, removeHidden } from './hidden.ts';
import { mergeParagraphs } from './merge.ts';
import { hasEvenPages, removeUnseenHeaders } from './sections.ts';
import { authorsIn } from './structure.ts';
import { isWord, wordValue } from './word.ts';

const MAX_MERGES = 20;

export async function cleanParts(pack: Package, people: ReadonlySet<string>): Promise<void> {
  const { context } = pack;
  const parts = [...pack.parts.values()].filter(hasXml);
  const texts = parts.filter(({ part }) => part?.kind === 'text');
  const names = new Set([...people, ...texts.flatMap(({ document }) => [...authorsIn(document)])]);
  for (const part of texts) if (context.policy.actionFor('docx.revision.deletion') !== 'keep') merge(part);
  for (const part of parts) round(part, (document) => cleanStructure(document, part.job));
  await cleanContents(pack, parts, context);
  cleanFonts(pack);
  cleanMeaning(pack, parts, texts);
  await cutCrops(pack, parts);
  cleanAcross(parts, texts, names);
  renumberGuids(parts);
  for (const part of parts) round(part, (document) => renumberRelationships(part) ?? editXml(document));
  renumberRelationships({ ...pack.root, document: undefined });
}

/** Until nothing is left to join: a text box inside a joined paragraph is seen only in the next round. */
function merge(part: Xml): void {
  for (let i = 0; i < MAX_MERGES; i++) {
    const before = part.document;
    round(part, (document) => mergeParagraphs(document, part.job));
    if (part.document === before) return;
  }
}

/** Hidden text, fields, drawings, and whatever leads to a relationship that is gone. */
function cleanMeaning({ context, parts: all, main }: Package, parts: readonly Xml[], texts: readonly Xml[]): void {
  const styles = texts.find(({ document }) => isWord(document.root, 'styles'));
  const settings = texts.find(({ document }) => isWord(document.root, 'settings'));
  const hidden = styles ? hiddenStyles(styles.document) : NO_STYLES;
  const spoken = spokenOf(texts.map(({ document }) => document));
  for (const part of parts) {
    const { document, job } = part;
    const edits = editXml(document);
    if (part.part?.kind === 'text') {
      removeHidden(document, hidden, edits, job);
      unlinkFields(document, spoken, edits, job);
    }
    if (part === main) removeUnseenHeaders(document, hasEvenPages(settings?.document), edits, job);
    cleanDrawings(document, edits, job);
    cleanCharts(document, hasWorkbook(part), edits, job);
    const drawn = document.root.local === 'dataModel' ? drawnFor(part, all, parts) : undefined;
    if (drawn !== undefined) removeUnseenPoints(document, drawn, edits, job);
    mendReferences(document, stayingIds(part), edits, job.dialect);
    part.document = afterEdits(document, edits, job.what, context.limits);
  }
}

function cleanAcross(parts: readonly Xml[], texts: readonly Xml[], people: ReadonlySet<string>): void {
  const styles = texts.find(({ document }) => isWord(document.root, 'styles'));
  const renamed = styles ? namesToChange(styles.document, people) : new Map<string, string>();
  const notes = {
    footnote: new Set(texts.flatMap(({ document }) => [...noteReferences(document, 'footnote')])),
    endnote: new Set(texts.flatMap(({ document }) => [...noteReferences(document, 'endnote')])),
  };
  for (const part of texts) {
    round(part, (document) => {
      const edits = editXml(document);
      if (isWord(document.root, 'footnotes')) removeNotes(document, notes.footnote, edits, part.job);
      if (isWord(document.root, 'endnotes')) removeNotes(document, notes.endnote, edits, part.job);
      renameStyles(document, renamed, edits, part.job);
      return edits;
    });
  }
  const words = new Set(texts.flatMap(({ document }) => [...referencesIn(document)]).map((word) => word.toLowerCase()));
  const elements = texts.flatMap(({ document }) => [...elementsOf(document.root)]);
  const valuesOf = (name: string, attribute: string) =>
    elements.filter((element) => isWord(element, name)).map((element) => wordValue(element, attribute) ?? '');
  const known = {
    words,
    styles: new Set(valuesOf('style', 'styleId')),
    bookmarks: new Set(valuesOf('bookmarkStart', 'name').map((name) => name.toLowerCase())),
  };
  for (const part of texts) {
    round(part, (document) => {
      const edits = editXml(document);
      removeIdleNames(document, known, edits, part.job);
      return edits;
    });
  }
  const referred = new Set(
    [...texts.flatMap(({ document }) => [...referencesIn(document)]), ...anchorsOf(parts)].map((name) =>
      name.toLowerCase(),
    ),
  );
  for (const part of texts) {
    round(part, (document) => {
      const edits = editXml(document);
      removeBookmarks(document, referred, edits, part.job);
      return edits;
    });
  }
}

/** Places in the document that links of drawings lead to stand in relationships: '#name'. */
function anchorsOf(parts: readonly Xml[]): string[] {
  return parts.flatMap(({ relationships, document }) => {
    const used = new Set(
      [...elementsOf(document.root)].flatMap(({ attributes }) => attributes.map(({ value }) => value)),
    );
    return relationships.flatMap(({ relationship: { id, target } }) =>
      used.has(id) && target.startsWith('#') ? [target.slice(1)] : [],
    );
  });
}
