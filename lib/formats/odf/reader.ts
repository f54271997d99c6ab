// The second pair of eyes: what a reader of the document sees, by one pass over each XML file. It knows tracked changes,
// hidden text and fields in its own way. Told to be `raw`, it sees what should not be there too: the original is read as
// it is shown, the result as it is, and the two have to be equal.

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { decoded } from '../shared/ooxml/reader-files.ts';
import { gridCounter } from './reader-grid.ts';

/** By family and name, whether the style hides and what it cuts off; and what each is based on. */
export type Sheet = Map<string, Style>;
type Style = { parent: string | undefined; hides: boolean | undefined; clip: string | undefined };

export type Story = {
  readonly text: string;
  /** Where pictures and objects are, in order. */
  readonly leads: readonly {
    readonly kind: 'picture' | 'object';
    readonly href: string;
    readonly frame: number;
    readonly clip: string | undefined;
  }[];
  /** Frames that show a table; a picture beside it is for programs that know none. */
  readonly tables: ReadonlySet<number>;
};

type Frame = {
  readonly isContainer: boolean;
  readonly skips: boolean;
  readonly times: number;
  readonly isBlock: boolean;
  isEmptied: boolean;
  readonly local: string;
};

const UNSEEN = new Set(
  ['tracked-changes', 'annotation', 'scripts', 'event-listeners', 'event-listener', 'dde-source', 'dde-links']
    .concat(['dde-connection-decls', 'variable-decls', 'user-field-decls', 'notes', 'param', 'script', 'properties'])
    .concat(['data-pilot-tables', 'settings', 'changed-region', 'model']),
);
/** Elements that end a line of text. */
const BLOCKS = new Set([
  'p',
  'h',
  'table-cell',
  'covered-table-cell',
  'table-row',
  'table',
  'page',
  'list-item',
  'note',
  'master-page',
]);
const CELL = new Set(['value', 'date-value', 'time-value', 'boolean-value', 'string-value']);

/** What a document loses where policy takes it away: then the original is read without it. */
export type Without = { readonly cells: boolean; readonly scenarios: ReadonlySet<number> };
const WITH_ALL: Without = { cells: false, scenarios: new Set() };

export function readStory(content: Buffer, sheet: Sheet, raw: boolean, without: Without = WITH_ALL): Story {
  const pieces: string[] = [];
  const leads: Story['leads'][number][] = [];
  const tables = new Set<number>();
  const frames: Frame[] = [];
  const paragraphs: string[][] = [];
  let skipping = 0;
  let drawn = 0;
  let clip: string | undefined;
  let count = 0;
  const grid = gridCounter();
  const emit = (text: string) => {
    if (skipping === 0) (paragraphs.at(-1) ?? pieces).push(text);
  };
  const open = (tag: SaxesTagNS) => {
    const { local } = tag;
    const vocabulary = vocabularyOf(tag.uri);
    const value = (name: string) => Object.values(tag.attributes).find((one) => one.local === name)?.value;
    const cell = grid.open(local, value);
    // A cell that stands for several is written once for each stretch of them that is left.
    const times = without.cells && cell ? cell.seen : 1;
    if (local === 'table') count++;
    const goes = times === 0 || (local === 'table' && without.scenarios.has(count));
    const skips = goes || isUnseen(local, vocabulary, raw, value) || (!raw && isHidden(local, sheet, value));
    const isBlock = BLOCKS.has(local);
    frames.push({ local, skips, times, isBlock, isEmptied: false, isContainer: isContainer(local, vocabulary) });
    if (skips) skipping++;
    if (isBlock) paragraphs.push([]);
    if (skipping > 0) return;
    if (local === 'hidden-paragraph' && value('is-hidden') === 'true' && !raw)
      Object.assign(frames.findLast(({ isBlock: ends }) => ends) ?? {}, { isEmptied: true });
    if (local === 'frame') {
      drawn++;
      clip = clipOf(sheet, tag);
    }
    if (local === 's' && vocabulary === 'text') emit('\u00a0'.repeat(Math.min(Number(value('c') ?? 1), 10_000)));
    if (local === 'tab') emit('\t');
    if (local === 'line-break') emit('\n');
    if (local === 'table-cell' || local === 'covered-table-cell')
      for (const { local: name, value: shown } of Object.values(tag.attributes)) if (CELL.has(name)) emit(`[${shown}]`);
    if (local === 'table' && frames.at(-2)?.local === 'frame') tables.add(drawn);
    if (local === 'table') emit(`{${value('name') ?? ''}}`);
    const href = value('href');
    if (href !== undefined && LEADS.has(local))
      leads.push({ kind: local === 'object' ? 'object' : 'picture', href, frame: drawn, clip });
  };
  const close = () => {
    const frame = frames.pop();
    if (frame?.isBlock) {
      const line = (paragraphs.pop() ?? []).join('').replace(/[ \r\n]+/g, ' ');
      emit(line === '' || frame.skips || frame.isEmptied ? '' : `${line}\u2029`.repeat(frame.times));
    }
    if (frame) grid.close(frame.local);
    if (frame?.skips) skipping--;
  };
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', open);
  parser.on('closetag', close);
  // What stands between blocks is not shown; in the result it has no business there.
  const read = (text: string) => {
    if (!frames.at(-1)?.isContainer || (raw && text.trim() !== '')) emit(text);
  };
  parser.on('text', read);
  parser.on('cdata', read);
  parser.write(decoded(content)).close();
  return { text: pieces.join('').replace(/[ \r\n]+/g, ' '), leads, tables };
}

const LEADS = new Set(['image', 'object', 'fill-image', 'background-image', 'list-level-style-image', 'symbol-image']);

type Value = (name: string) => string | undefined;

function isUnseen(local: string, vocabulary: string, raw: boolean, value: Value): boolean {
  // Read in neither: what is no text, what is said about other things, and names under which slides find texts.
  if (local === 'title' || local === 'desc') return vocabulary !== 'text' && vocabulary !== 'chart';
  if (local === 'meta') return vocabulary === 'office';
  if (local.endsWith('-decl') || local === 'binary-data') return true;
  if (local === 'annotation' && value('encoding') !== undefined) return true;
  return UNSEEN.has(local) && !raw;
}

const HOLD_BLOCKS = new Set([
  'office',
  'table',
  'drawing',
  'presentation',
  'style',
  'chart',
  'form',
  'animation',
  'dr3d',
]);
const TEXT_BLOCKS = new Set([
  'list',
  'list-item',
  'list-header',
  'section',
  'index-body',
  'table-of-content',
  'note',
  'note-body',
]);

function isContainer(local: string, vocabulary: string): boolean {
  return HOLD_BLOCKS.has(vocabulary) || (vocabulary === 'text' && TEXT_BLOCKS.has(local));
}

/** The word of a namespace that tells it from others. */
function vocabularyOf(uri: string): string {
  return /xmlns:([a-z-]+):\d/.exec(uri)?.[1] ?? uri;
}

function isHidden(local: string, sheet: Sheet, value: Value): boolean {
  const styled = (family: string) => hides(sheet, family, value('style-name'));
  switch (local) {
    case 'span':
    case 'a':
      return styled('text');
    case 'p':
    case 'h':
      return styled('paragraph');
    case 'table':
      return styled('table');
    case 'page':
      return styled('drawing-page');
    case 'section':
      return value('display') === 'none' || (value('display') === 'condition' && value('is-hidden') === 'true');
    case 'hidden-text':
      return (
        value('is-hidden') !== 'false' &&
        !['false', '0'].includes((value('condition') ?? '').replace(/^\w+:/, '').trim().toLowerCase())
      );
    case 'variable-set':
    case 'variable-input':
    case 'user-field-get':
      return value('display') === 'none';
    default:
      return value('display') === 'none';
  }
}

/** What the frame's style cuts off its picture. */
function clipOf(sheet: Sheet, { attributes }: SaxesTagNS): string | undefined {
  for (const { local, uri, value } of Object.values(attributes)) {
    if (local !== 'style-name') continue;
    let key: string | undefined = `${vocabularyOf(uri) === 'presentation' ? 'presentation' : 'graphic'} ${value}`;
    for (let i = 0; i < 64 && key !== undefined; i++) {
      const style = sheet.get(key);
      if (style?.clip !== undefined) return style.clip;
      key = style?.parent === undefined ? undefined : `${key.slice(0, key.indexOf(' '))} ${style.parent}`;
    }
  }
  return undefined;
}

/** Whether a style hides the tables that have it. */
export function tableHides(sheet: Sheet, style: string | undefined): boolean {
  return hides(sheet, 'table', style);
}

function hides(sheet: Sheet, family: string, name: string | undefined): boolean {
  let key = name;
  for (let i = 0; i < 64 && key !== undefined; i++) {
    const style = sheet.get(`${family} ${key}`);
    if (style?.hides !== undefined) return style.hides;
    key = style?.parent;
  }
  return sheet.get(`${family} `)?.hides ?? false;
}

/** The styles of a file; `common` where only those that other files share count. */
export function readSheet(content: Buffer, common: boolean, sheet: Sheet): void {
  const parser = new SaxesParser({ xmlns: true });
  let automatic = 0;
  let current: Style | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const value: Value = (name) => Object.values(tag.attributes).find((one) => one.local === name)?.value;
    if (tag.local === 'automatic-styles') automatic++;
    if ((tag.local === 'style' || tag.local === 'default-style') && value('family') !== undefined) {
      current = { parent: value('parent-style-name'), hides: undefined, clip: undefined };
      if (!(common && automatic > 0)) sheet.set(`${value('family')} ${value('name') ?? ''}`, current);
    }
    if (!current || !tag.local.endsWith('-properties')) return;
    current.clip ??= value('clip');
    const display = value('display');
    if (display === 'true') current.hides ??= false;
    if (['none', 'false', 'condition'].includes(display ?? '') || value('visibility') === 'hidden')
      current.hides = true;
  });
  parser.on('closetag', ({ local }) => {
    if (local === 'automatic-styles') automatic--;
    if (local === 'style' || local === 'default-style') current = undefined;
  });
  parser.write(decoded(content)).close();
}
