// Cuts texts and pictures that lie wholly beside the page's shown part (ISO 32000-2 14.11.2) out of content streams,
// where that moves nothing else. What a form draws is cut where no page shows it.

import { PDFDict, PDFName, PDFRawStream, type PDFRef } from 'pdf-lib';
import { entry } from '../objects.ts';
import { type Box, grown, meet } from './geometry.ts';
import type { Drawn, ShownText } from './painter.ts';

type Item = {
  readonly start: number;
  readonly end: number;
  readonly kind: 'text' | 'drawn';
  readonly name: string | undefined;
  readonly instead: string;
  readonly text: Pick<ShownText, 'follows' | 'advance' | 'isSpoken' | 'mode'> | undefined;
  isOutside: boolean;
};

/** What one content draws, by the place of its operation, and the names that it draws by. */
export type Drawings = Map<number, Item>;

/** Notes a text or drawing; answers whether it is outside here. */
export function noteText(into: Drawings, text: ShownText, page: Box): boolean {
  const isOutside = !meet(grown(text.box, Math.min(3, 0.3 * text.height)), page);
  const { operation } = text;
  note(into, {
    ...rangeOf(operation),
    kind: 'text',
    name: undefined,
    instead: insteadOf(operation),
    text,
    isOutside,
  });
  return isOutside;
}

export function noteDrawn(into: Drawings, drawn: Drawn, page: Box): boolean {
  const isOutside = !drawn.isHidden && !meet(drawn.box, page);
  const { operation, name } = drawn;
  note(into, { ...rangeOf(operation), kind: 'drawn', name, instead: '', text: undefined, isOutside });
  return isOutside;
}

function note(into: Drawings, item: Item): void {
  const known = into.get(item.start);
  if (known) known.isOutside &&= item.isOutside;
  else into.set(item.start, item);
}

function rangeOf({ start, end }: ShownText['operation']) {
  return { start, end };
}

/** 9.4.3: two of the operators also begin a line, and one sets spacing. */
function insteadOf({ operator, operands }: ShownText['operation']): string {
  if (operator === "'") return 'T*';
  if (operator !== '"') return '';
  const [word, char] = operands;
  return `${typeof word === 'number' ? word : 0} Tw ${typeof char === 'number' ? char : 0} Tc T*`;
}

export type CutContent = {
  readonly bytes: Uint8Array;
  readonly texts: number;
  readonly drawings: number;
  /** Names of XObjects that this content does not draw any more. */
  readonly unused: ReadonlySet<string>;
};

/** The content without what is outside; undefined where something cannot be cut without moving or changing the rest. */
export function cutOutside(bytes: Uint8Array, drawings: Drawings): CutContent | undefined {
  const items = [...drawings.values()].sort((a, b) => a.start - b.start);
  const texts = items.filter(({ kind }) => kind === 'text');
  const insteads = new Map<Item, string>();
  for (const [at, item] of texts.entries()) {
    if (!item.isOutside) continue;
    const { text } = item;
    // A clip of letters, and what is read aloud in their place, would have to change with them.
    if (!text || text.mode > 3 || text.isSpoken) return undefined;
    const next = texts[at + 1];
    if (!next?.text?.follows) insteads.set(item, item.instead);
    else if (text.advance === undefined) return undefined;
    else insteads.set(item, `${item.instead} [${decimal(text.advance)}]TJ`);
  }
  const cut = items.filter(({ isOutside }) => isOutside);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const item of cut) {
    parts.push(bytes.subarray(from, item.start), Buffer.from(` ${insteads.get(item) ?? ''} `, 'latin1'));
    from = item.end;
  }
  parts.push(bytes.subarray(from));
  const used = new Set(items.flatMap(({ name, isOutside }) => (name !== undefined && !isOutside ? [name] : [])));
  const unused = cut.flatMap(({ name }) => (name !== undefined && !used.has(name) ? [name] : []));
  return {
    bytes: Buffer.concat(parts),
    texts: texts.filter(({ isOutside }) => isOutside).length,
    drawings: cut.filter(({ kind }) => kind === 'drawn').length,
    unused: new Set(unused),
  };
}

function decimal(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, '');
}

/** Gives a page or form resources without these XObjects. Others may share the dictionary that was there. */
export function dropXObjects(owner: PDFDict, names: ReadonlySet<string>): void {
  const resources = entry(owner, 'Resources');
  const drawn = resources instanceof PDFDict ? entry(resources, 'XObject') : undefined;
  if (names.size === 0 || !(resources instanceof PDFDict) || !(drawn instanceof PDFDict)) return;
  const kept = drawn.clone();
  for (const [key] of drawn.entries()) if (names.has(key.decodeText())) kept.delete(key);
  const clone = resources.clone();
  clone.set(PDFName.of('XObject'), kept);
  owner.set(PDFName.of('Resources'), clone);
}

/** Replaces the bytes of a form, in the source document. */
export function replaceForm(ref: PDFRef, stream: PDFRawStream, content: CutContent): PDFRawStream {
  const dict = stream.dict.clone();
  for (const key of ['Filter', 'DecodeParms', 'Length']) dict.delete(PDFName.of(key));
  dropXObjects(dict, content.unused);
  const replaced = PDFRawStream.of(dict, content.bytes);
  stream.dict.context.assign(ref, replaced);
  return replaced;
}
