// The rounds of cleaning, in the order in which they depend on each other: tracked changes before fields (a deleted
// field is no field), pictures before the references to them, bookmarks after the fields that name them.

import type { Context } from '../../core/format.ts';
import { cleanCharts } from '../shared/ooxml/charts.ts';
import { removeUnseenPoints } from '../shared/ooxml/diagrams.ts';
import { cleanDrawings } from '../shared/ooxml/drawings.ts';
import { fittingExtension } from '../shared/ooxml/names.ts';
import type { Package, Part } from '../shared/ooxml/package.ts';
import { relationshipName } from '../shared/ooxml/part-table.ts';
import { mendReferences, usedIds } from '../shared/ooxml/references.ts';
import { renumberRelationships } from '../shared/ooxml/relationship-ids.ts';
import type { Judged } from '../shared/ooxml/relationships.ts';
import { cleanStructure } from '../shared/ooxml/structure.ts';
import { elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { afterEdits, editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { contentOf } from '../shared/zip.ts';
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

type Xml = Part & { document: XmlDocument };

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
  cleanAcross(parts, texts, names);
  for (const part of parts) round(part, (document) => renumberRelationships(part) ?? editXml(document));
  renumberRelationships({ ...pack.root, document: undefined });
}

function hasXml(part: Part): part is Xml {
  return part.document !== undefined;
}

function round(part: Xml, make: (document: XmlDocument) => XmlEdits): void {
  part.document = afterEdits(part.document, make(part.document), part.job.what, part.job.context.limits);
}

/** Until nothing is left to join: a text box inside a joined paragraph is seen only in the next round. */
function merge(part: Xml): void {
  for (let i = 0; i < MAX_MERGES; i++) {
    const before = part.document;
    round(part, (document) => mergeParagraphs(document, part.job));
    if (part.document === before) return;
  }
}

/** Sends pictures and embedded documents through the pipeline; those that cannot be cleaned lose their relationships. */
async function cleanContents(pack: Package, parts: readonly Xml[], context: Context): Promise<void> {
  const done = new Map<string, boolean>();
  for (const owner of parts) {
    const used = usedIds(owner.document);
    for (let i = 0; i < owner.relationships.length; i++) {
      const judged = owner.relationships[i];
      if (judged?.fate.is !== 'part' || !used.has(judged.relationship.id)) continue;
      const key = judged.fate.member.toLowerCase();
      const target = pack.parts.get(key);
      const kind = target?.part?.kind;
      if (!target || (kind !== 'media' && kind !== 'package')) continue;
      const clean = done.get(key) ?? (await cleanContent(target, kind, context));
      done.set(key, clean);
      if (clean) continue;
      owner.relationships[i] = { ...judged, fate: { is: 'dropped' } };
      pack.accounted.add(key);
    }
  }
}

async function cleanContent(target: Part, kind: 'media' | 'package', context: Context): Promise<boolean> {
  const original = contentOf(target.member);
  const result = await context.embedded(original, target.job.what);
  if (result.outcome === 'published') {
    target.content = result.body;
    target.contentType = result.mediaType;
    target.extension = fittingExtension(target.member.name, result.mediaType, result.extension);
    return true;
  }
  const carrier = kind === 'media' ? 'media.unknown' : 'embedded.package';
  return !target.job.drop(carrier, target.job.what, [original]);
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

/** What the drawing of a diagram's data says; undefined where there is none. */
function drawnFor(data: Xml, all: Package['parts'], parts: readonly Xml[]): string | undefined {
  const leadsTo = (member: string) => (judged: Judged) => judged.fate.is === 'part' && judged.fate.member === member;
  const drawings = parts
    .filter(({ relationships }) => relationships.some(leadsTo(data.member.name)))
    .flatMap(({ relationships }) => relationships)
    .filter(({ relationship, fate }) => fate.is === 'part' && relationshipName(relationship.type) === 'diagramDrawing');
  const ids = [...elementsOf(data.document.root)].flatMap(({ attributes }) =>
    attributes.filter(({ local }) => local === 'relId').map(({ value }) => value),
  );
  const own = drawings.filter(({ relationship }) => ids.includes(relationship.id));
  const documents = (own.length > 0 ? own : drawings).flatMap(({ fate }) =>
    fate.is === 'part' ? (all.get(fate.member.toLowerCase())?.document ?? []) : [],
  );
  return documents.length === 0 ? undefined : documents.map(({ root }) => textOf(root)).join('\n');
}

function hasWorkbook({ relationships, document }: Xml): boolean {
  const used = usedIds(document);
  return relationships.some(
    ({ relationship, fate }) => fate.is === 'part' && fate.part.kind === 'package' && used.has(relationship.id),
  );
}

function stayingIds({ relationships }: Part): ReadonlySet<string> {
  return new Set(relationships.filter(({ fate }) => fate.is !== 'dropped').map(({ relationship }) => relationship.id));
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
