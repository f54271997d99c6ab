// Is the result the same document? Read by eyes that did not make it: the same text in the same order, the same
// pictures, nothing dangling, nothing unreachable, everything typed and well-formed.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { checkGraph } from '../shared/ooxml/graph.ts';
import { checkLeftovers } from '../shared/ooxml/leftovers.ts';
import { eachTag, type Files, fileOf, linksOf, readFiles } from '../shared/ooxml/reader-files.ts';
import { samePictures } from '../shared/ooxml/same-pictures.ts';
import type { Shown } from '../shared/same-crop.ts';
import { firstDifference, reading } from '../shared/second-reader.ts';
import { EXPECTED } from './expected.ts';
import {
  AS_SHOWN,
  type Raw,
  readStory,
  readStyles,
  type Section,
  type Story,
  type StyleSheet,
} from './reader-story.ts';

export async function compare(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const { limits, policy } = context;
  const before = await readFiles(original, limits.maxExpandedBytes);
  const after = await readFiles(body, limits.maxExpandedBytes);
  const isLeft = (carrier: string) => policy.actionFor(`docx.${carrier}`) === 'keep';
  const raw: Raw = {
    deleted: !isLeft('revision.deletion'),
    hidden: !isLeft('text.hidden'),
    code: !isLeft('text.stray'),
    shapes: !isLeft('shape.hidden'),
    notes: !isLeft('note.orphan'),
    headers: !isLeft('header.unseen'),
  };
  const shown = await reading(() => readDocument(before, AS_SHOWN));
  const found = await reading(() => readDocument(after, raw));
  if (shown.texts.length !== found.texts.length)
    throw new Refusal('unverified', `${shown.texts.length} parts with text became ${found.texts.length}`);
  shown.texts.forEach((text, i) => {
    if (text !== found.texts[i])
      throw new Refusal(
        'unverified',
        `the text of part ${i + 1} differs from character ${firstDifference(text, found.texts[i] ?? '')}`,
      );
  });
  if (found.undrawn > 0 && !isLeft('diagram.unseen'))
    throw new Refusal('unverified', `${found.undrawn} texts of a diagram that its drawing does not show`);
  const isGone = (carrier: string) => policy.actionFor(`docx.${carrier}`) === 'remove';
  const how = { mayBeFewer: isGone('media.unknown'), mayHide: isLeft('picture.crop') };
  await samePictures(shown.pictures, found.pictures, how, context);
  checkGraph(after);
  checkLeftovers(body, after, EXPECTED, context);
  return ['text', 'pictures', 'relationships', 'content-types', 'xml', 'leftovers'];
}

type Reading = {
  readonly texts: readonly string[];
  readonly pictures: readonly Shown[];
  /** How many paragraphs stand in the data of diagrams and in no drawing. */
  readonly undrawn: number;
};

const TEXT_PARTS = /\/(?:header|footer|footnotes|endnotes|chart|chartEx|chartUserShapes|diagramData|diagramDrawing)$/;
const MAX_PARTS = 20_000;

/** The document and every part with text that it leads to, in the order of its relationships. */
function readDocument(files: Files, raw: Raw): Reading {
  const main = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  const sheet = linksOf(files, main).find(
    ({ type }) => type.endsWith('/styles') && !type.endsWith('WithEffects'),
  )?.target;
  const stylesFile = sheet === undefined ? undefined : fileOf(files, sheet);
  const styles: StyleSheet = stylesFile ? readStyles(stylesFile) : new Map();
  const settings = linksOf(files, main).find(({ type }) => type.endsWith('/settings'))?.target;
  const evenPages = settings !== undefined && hasEvenPages(fileOf(files, settings));
  const hasDrawing = [...files.keys()].some((name) =>
    linksOf(files, name).some(({ type }) => type.endsWith('/diagramDrawing')),
  );
  const texts: string[] = [];
  const data: string[] = [];
  const pictures: Shown[] = [];
  const notes = new Set<string>();
  const seen = new Set<string>();
  const pending: { readonly name: string; readonly kind: string }[] = [{ name: main, kind: 'document' }];
  const late: typeof pending = [];
  for (
    let next = pending.shift() ?? late.shift();
    next && seen.size < MAX_PARTS;
    next = pending.shift() ?? late.shift()
  ) {
    const content = fileOf(files, next.name);
    if (!content || seen.has(next.name)) continue;
    seen.add(next.name);
    const kind = next.kind.replace(/notes$/, '');
    const isNotes = kind !== next.kind;
    const story: Story = readStory(
      content,
      styles,
      raw,
      isNotes
        ? new Set([...notes].filter((id) => id.startsWith(kind)).map((id) => id.slice(kind.length + 1)))
        : undefined,
    );
    for (const id of story.notes) notes.add(id);
    // Where a drawing shows it, the data of a diagram is more than what is shown.
    (next.kind === 'diagramData' && hasDrawing ? data : texts).push(story.text);
    const links = linksOf(files, next.name);
    const headers = raw.headers
      ? story.sections.flatMap((section) => section.headers)
      : headersShown(story.sections, evenPages);
    const used = new Set([...story.used, ...headers.map(({ id }) => id)]);
    for (const { id, crop } of story.pictures) {
      const link = links.find((one) => one.id === id);
      if (link && !link.external) pictures.push({ bytes: fileOf(files, link.target), crop });
    }
    for (const { id, type, target, external } of links) {
      if (external || !TEXT_PARTS.test(type)) continue;
      const kindOf = type.slice(type.lastIndexOf('/') + 1);
      const isImplicit = kindOf === 'footnotes' || kindOf === 'endnotes' || kindOf === 'diagramDrawing';
      // Notes are read last: only then is it known which of them the text refers to.
      if (isImplicit || used.has(id)) (isImplicit ? late : pending).push({ name: target, kind: kindOf });
    }
  }
  const drawn = squeezed(texts.join(''));
  const undrawn = data.flatMap((text) => text.split('\n')).filter((line) => !drawn.includes(squeezed(line))).length;
  return { texts, pictures, undrawn };
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

function hasEvenPages(settings: Buffer | undefined): boolean {
  let evenPages = false;
  if (settings)
    eachTag(settings, (name, attributes) => {
      const value = Object.entries(attributes).find(([attribute]) => attribute.endsWith(':val'))?.[1] ?? 'true';
      if (name === 'evenAndOddHeaders') evenPages = !['0', 'false', 'off', 'none'].includes(value);
    });
  return evenPages;
}

/** Of each section, what its pages show: its own headers, or those of the last section before it that has some. */
function headersShown(sections: readonly Section[], evenPages: boolean): Section['headers'] {
  const current = new Map<string, Section['headers'][number]>();
  const shown = new Set<Section['headers'][number]>();
  for (const { headers, first } of sections) {
    for (const header of headers) current.set(`${header.kind} ${header.type}`, header);
    for (const header of current.values())
      if (header.type === 'first' ? first : header.type !== 'even' || evenPages) shown.add(header);
  }
  return [...shown];
}
