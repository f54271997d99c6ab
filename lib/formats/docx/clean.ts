// The rounds of cleaning, in the order in which they depend on each other: tracked changes before fields (a deleted
// field is no field), pictures before the references to them, bookmarks after the fields that name them.

import type { Context } from '../../core/format.ts';
import { elementsOf, type XmlDocument } from '../shared/xml.ts';
import { afterEdits, editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { contentOf } from '../shared/zip.ts';
import { namesToChange, noteReferences, removeBookmarks, removeNotes, renameStyles } from './across.ts';
import { cleanDrawings } from './drawings.ts';
import { fieldKinds, referencesIn, unlinkFields } from './fields.ts';
import { hiddenStyles, NO_STYLES, removeHidden } from './hidden.ts';
import { isWord } from './job.ts';
import { mergeParagraphs } from './merge.ts';
import { fittingExtension } from './names.ts';
import type { Package, Part } from './package.ts';
import { mendReferences, usedIds } from './references.ts';
import { authorsIn, cleanStructure } from './structure.ts';

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
  cleanMeaning(parts, texts, context);
  cleanAcross(parts, texts, names);
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
function cleanMeaning(parts: readonly Xml[], texts: readonly Xml[], context: Context): void {
  const styles = texts.find(({ document }) => isWord(document.root, 'styles'));
  const hidden = styles ? hiddenStyles(styles.document) : NO_STYLES;
  const kinds = new Set(texts.flatMap(({ document }) => [...fieldKinds(document)]));
  for (const part of parts) {
    const { document, job } = part;
    const edits = editXml(document);
    if (part.part?.kind === 'text') {
      removeHidden(document, hidden, edits, job);
      unlinkFields(document, kinds, edits, job);
    }
    cleanDrawings(document, edits, job);
    mendReferences(document, stayingIds(part), edits);
    part.document = afterEdits(document, edits, job.what, context.limits);
  }
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
