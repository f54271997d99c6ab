// The second pair of eyes, part two: what a reader of the document sees, by one pass over each part. It knows tracked
// changes, hidden text and fields in its own way. Told to be `raw`, it sees what should not be there too: the original
// is read as Word shows it, the result as it is, and the two have to be equal.

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { followCrops, oldCrop } from '../shared/ooxml/reader-crops.ts';
import { readThrough } from '../shared/ooxml/reader-files.ts';
import { type Cropping, UNCROPPED } from '../shared/same-crop.ts';

/** What to read although it is not shown. */
export type Raw = {
  readonly deleted: boolean;
  readonly hidden: boolean;
  readonly code: boolean;
  readonly shapes: boolean;
  readonly notes: boolean;
  readonly headers: boolean;
};

export const AS_SHOWN: Raw = {
  deleted: false,
  hidden: false,
  code: false,
  shapes: false,
  notes: false,
  headers: false,
};

export type Story = {
  readonly text: string;
  /** Ids of relationships that what is shown leads to; the pictures among them apart. */
  readonly used: ReadonlySet<string>;
  readonly pictures: readonly { readonly id: string; readonly crop: Cropping }[];
  readonly notes: ReadonlySet<string>;
  readonly sections: readonly Section[];
};

/** A section's own headers and footers, and whether its first page is another. */
export type Section = { readonly headers: { id: string; kind: string; type: string }[]; first: boolean };

export type StyleSheet = ReadonlyMap<string, Style>;
type Style = { readonly type: string; readonly isDefault: boolean; basedOn?: string; vanish?: boolean };

type Run = { hidden: boolean | undefined; style: string | undefined };
type Field = { inCode: boolean; separated: boolean; code: string };
type Frame = { readonly name: string; readonly skips: boolean };

const OFF = new Set(['0', 'false', 'off', 'none']);
const MARKS: Readonly<Record<string, string>> = {
  tab: '\t',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '-',
  footnoteReference: '*',
  endnoteReference: '*',
};

export function readStory(content: Buffer, styles: StyleSheet, raw: Raw, shownNotes?: ReadonlySet<string>): Story {
  const pieces: string[] = [];
  const used = new Set<string>();
  const notes = new Set<string>();
  const pictures: { readonly id: string; crop: Cropping }[] = [];
  const crops = followCrops(pictures);
  const frames: Frame[] = [];
  const runs: Run[] = [];
  const paragraphs: (string | undefined)[] = [];
  const tables: (string | undefined)[] = [];
  const rows: { deleted: boolean }[] = [];
  const cells: { deleted: boolean }[] = [];
  const drawings: { hidden: boolean }[] = [];
  const fields: Field[][] = [[]];
  const sections: Section[] = [];
  const separators = new Set<string>();
  let skipping = 0;
  let reading: 'text' | 'code' | undefined;

  const parentName = () => frames.at(-1)?.name ?? '';
  const hiddenRun = () => {
    const run = runs.at(-1);
    if (!run) return false;
    run.hidden ??= byStyle(
      styles,
      paragraphs.at(-1),
      run.style,
      tables.length > 0 ? { style: tables.at(-1) } : undefined,
    );
    return run.hidden && !raw.hidden;
  };
  const inCode = () => {
    const all = fields.flat();
    const innermost = fields.at(-1)?.at(-1)?.inCode ?? false;
    // Raw, what stands right in a code is read; the result of a field inside a code is part of the code in both readings.
    return all.some((field) => field.inCode) && !(raw.code && innermost);
  };
  const unseen = () =>
    skipping > 0 ||
    (!raw.deleted && (rows.some(({ deleted }) => deleted) || cells.some(({ deleted }) => deleted))) ||
    (!raw.shapes && drawings.some(({ hidden }) => hidden)) ||
    (runs.length > 0 && hiddenRun()) ||
    inCode();
  const emit = (text: string) => {
    if (!unseen()) pieces.push(text);
  };

  const open = (tag: SaxesTagNS) => {
    const { local } = tag;
    const parent = parentName();
    const value = attributeIn(tag);
    const onProperties = ['rPr', 'trPr', 'numPr', 'ctrlPr'].includes(parent);
    const ofRun = parent === 'rPr' && frames.at(-2)?.name === 'r';
    let skips = false;
    switch (local) {
      case 'del':
      case 'moveFrom':
      case 'conflictDel':
        if (parent === 'trPr') Object.assign(rows.at(-1) ?? {}, { deleted: true });
        else if (!onProperties) skips = !raw.deleted;
        break;
      case 'cellDel':
        Object.assign(cells.at(-1) ?? {}, { deleted: true });
        break;
      case 'Choice':
        skips = isForeign(tag, value('Requires') ?? '');
        break;
      case 'comment':
        skips = true;
        break;
      case 'footnote':
      case 'endnote':
        if (shownNotes && ['footnotes', 'endnotes'].includes(parent)) {
          const type = value('type') ?? 'normal';
          const isSpare = type === 'normal' ? !shownNotes.has(value('id') ?? '') : separators.has(type);
          // Separators are shown between the text and its notes, one of each kind.
          skips = !raw.notes && (isSpare || shownNotes.size === 0);
          if (type !== 'normal') separators.add(type);
        }
        break;
      case 'sectPr':
        sections.push({ headers: [], first: false });
        break;
      case 'titlePg':
        Object.assign(sections.at(-1) ?? {}, { first: !OFF.has(value('val') ?? 'true') });
        break;
      case 'headerReference':
      case 'footerReference':
        sections.at(-1)?.headers.push({ id: value('id') ?? '', kind: local, type: value('type') ?? 'default' });
        break;
      case 'tbl':
        tables.push(undefined);
        break;
      case 'tblStyle':
        if (tables.length > 0) tables[tables.length - 1] = value('val');
        break;
      case 'tr':
        rows.push({ deleted: false });
        break;
      case 'tc':
        cells.push({ deleted: false });
        break;
      case 'p':
        paragraphs.push(undefined);
        break;
      case 'pStyle':
        if (paragraphs.length > 0) paragraphs[paragraphs.length - 1] = value('val');
        break;
      case 'r':
        runs.push({ hidden: undefined, style: undefined });
        break;
      case 'rStyle':
        if (ofRun) Object.assign(runs.at(-1) ?? {}, { style: value('val') });
        break;
      case 'vanish':
        if (ofRun) Object.assign(runs.at(-1) ?? {}, { hidden: !OFF.has(value('val') ?? 'true') });
        break;
      case 'txbxContent':
        fields.push([]);
        break;
      case 'drawing':
      case 'pict':
      case 'object':
        drawings.push({ hidden: false });
        break;
      case 'docPr':
      case 'anchor':
      case 'cNvPr':
        if (['1', 'true', 'on'].includes(value('hidden') ?? '')) Object.assign(drawings.at(-1) ?? {}, { hidden: true });
        break;
      case 'fldChar':
        if (skipping === 0 && parent === 'r') mark(value('fldCharType') ?? '');
        break;
      case 'footnoteReference':
      case 'endnoteReference':
        if (!unseen()) notes.add(`${local.slice(0, local.indexOf('note'))}:${value('id') ?? ''}`);
        break;
      case 'sym':
        emit(`[${value('char') ?? ''}]`);
        break;
    }
    if (tag.uri.includes('vml') && /visibility\s*:\s*hidden|display\s*:\s*none/i.test(value('style') ?? ''))
      Object.assign(drawings.at(-1) ?? {}, { hidden: true });
    // Series and categories that a filter hides from a chart.
    if (local.startsWith('filtered') && tag.uri.includes('chart')) skips = true;
    const mark_ = parent === 'r' ? MARKS[local] : undefined;
    if (mark_ !== undefined) emit(mark_);
    crops.open(local, value);
    links(tag);
    if (skips) skipping++;
    frames.push({ name: local, skips });
    if (local === 't' || local === 'delText') reading = local === 't' || raw.deleted ? 'text' : undefined;
    if (local === 'v' && tag.uri.includes('chart')) reading = 'text';
    if (local === 'instrText') reading = 'code';
  };

  const links = (tag: SaxesTagNS) => {
    // Which headers are shown is known when all sections are.
    if (tag.local === 'headerReference' || tag.local === 'footerReference') return;
    for (const { uri, local, value } of Object.values(tag.attributes)) {
      if (!uri.includes('/relationships') || unseen()) continue;
      used.add(value);
      const isPicture = (tag.local === 'blip' && local === 'embed') || (tag.local === 'imagedata' && local === 'id');
      if (isPicture) pictures.push({ id: value, crop: tag.local === 'blip' ? UNCROPPED : oldCrop(attributeIn(tag)) });
    }
  };

  const mark = (type: string) => {
    const stack = fields.at(-1);
    const field = stack?.at(-1);
    if (type === 'begin') stack?.push({ inCode: true, separated: false, code: '' });
    else if (type === 'separate' && field) Object.assign(field, { inCode: false, separated: true });
    else if (type === 'end' && field) {
      stack?.pop();
      const button = /^\s*(?:MACROBUTTON|GOTOBUTTON)\s+(?:"[^"]*"|\S+)\s+([\s\S]+)$/i.exec(field.code);
      if (!field.separated && button?.[1]) emit(button[1]);
    }
  };

  const close = (local: string) => {
    const frame = frames.pop();
    if (frame?.skips) skipping--;
    reading = undefined;
    crops.close(local);
    if (local === 'tbl') tables.pop();
    if (local === 'tr') rows.pop();
    if (local === 'tc') cells.pop();
    if (local === 'p') paragraphs.pop();
    if (local === 'r') runs.pop();
    if (local === 'txbxContent') fields.pop();
    if (local === 'drawing' || local === 'pict' || local === 'object') drawings.pop();
  };

  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', open);
  const characters = (text: string) => {
    if (reading === 'text') emit(text);
    const field = fields.at(-1)?.at(-1);
    if (reading === 'code' && field?.inCode && skipping === 0) field.code += text;
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('closetag', ({ local }) => close(local));
  readThrough(parser, content);
  return { text: pieces.join(''), used, pictures, notes, sections };
}

const attributeIn = (tag: SaxesTagNS) => (name: string) =>
  Object.values(tag.attributes).find((attribute) => attribute.local === name)?.value;

/** Ink and 3D models have a picture to fall back to, which is what is published. */
function isForeign(tag: SaxesTagNS, requires: string): boolean {
  return requires.split(/\s+/).some((prefix) => /model3d|wordprocessingInk|\/ink$/.test(tag.ns?.[prefix] ?? ''));
}

function byStyle(
  styles: StyleSheet,
  paragraph: string | undefined,
  run: string | undefined,
  table: { readonly style: string | undefined } | undefined,
): boolean {
  const standard = (type: string) => defaultOf(styles, type);
  const layers = [
    paragraph ?? standard('paragraph'),
    run ?? standard('character'),
    table && (table.style ?? standard('table')),
  ];
  const on = layers.filter((id) => vanishes(styles, id)).length % 2 === 1;
  return on || (styles.get('')?.vanish ?? false);
}

const defaults = new WeakMap<StyleSheet, Map<string, string>>();

/** Asked for every run, so it is looked up once. */
function defaultOf(styles: StyleSheet, type: string): string | undefined {
  let known = defaults.get(styles);
  if (!known) {
    known = new Map();
    // The last of several is the one that the first reader takes.
    for (const [id, style] of styles) if (style.isDefault) known.set(style.type, id);
    defaults.set(styles, known);
  }
  return known.get(type);
}

function vanishes(styles: StyleSheet, id: string | undefined): boolean {
  const seen = new Set<string>();
  for (let current = id; current !== undefined && !seen.has(current); current = styles.get(current)?.basedOn) {
    seen.add(current);
    const own = styles.get(current)?.vanish;
    if (own !== undefined) return own;
  }
  return false;
}

/** The style sheet as far as hiding goes; '' stands for the document's defaults. */
export function readStyles(content: Buffer): StyleSheet {
  const styles = new Map<string, Style>();
  const path: string[] = [];
  let current: Style | undefined;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', (tag) => {
    const value = (name: string) => Object.values(tag.attributes).find((attribute) => attribute.local === name)?.value;
    if (tag.local === 'style' && path.length === 1) {
      current = { type: value('type') ?? 'paragraph', isDefault: ['1', 'true', 'on'].includes(value('default') ?? '') };
      const id = value('styleId');
      if (id !== undefined) styles.set(id, current);
    }
    if (tag.local === 'rPrDefault') {
      current = { type: '', isDefault: false };
      styles.set('', current);
    }
    if (tag.local === 'basedOn' && current && path.length === 2) current.basedOn = value('val') ?? '';
    const ofStyle = path.at(-1) === 'rPr' && ['style', 'rPrDefault'].includes(path.at(-2) ?? '');
    if (tag.local === 'vanish' && current && ofStyle) current.vanish = !OFF.has(value('val') ?? 'true');
    path.push(tag.local);
  });
  parser.on('closetag', () => path.pop());
  parser.on('error', (error) => {
    throw error;
  });
  readThrough(parser, content);
  return styles;
}
