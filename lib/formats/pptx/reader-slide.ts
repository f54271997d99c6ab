// The second pair of eyes, part two: what somebody who is shown a slide sees, by one pass over the part. It knows hidden
// shapes, the slide's edges and alternate content in its own way. Told to be `raw`, it sees what should not be there too:
// the original is read as it is shown, the result as it is, and the two have to be equal.

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { followCrops } from '../shared/ooxml/reader-crops.ts';
import { readThrough } from '../shared/ooxml/reader-files.ts';
import { type Cropping, UNCROPPED } from '../shared/same-crop.ts';
import { type Beside, edges } from './reader-edges.ts';

/** What to read although it is not shown. */
export type Raw = { readonly shapes: boolean; readonly beside: Beside | undefined };

/** A picture by the id of its relationship, or by the shape of an old drawing that has it and says how it is cropped. */
export type Drawn = { readonly id: string; readonly shape: string; crop: Cropping };

export type Story = {
  /** The local name of the root element. */
  readonly kind: string;
  readonly hidden: boolean;
  readonly text: string;
  /** Ids of relationships that what is shown leads to, in order; the pictures among them apart. */
  readonly used: readonly string[];
  readonly pictures: readonly Drawn[];
};

type Frame = {
  readonly name: string;
  readonly skips: boolean;
  readonly isShape: boolean;
  /** How much had been read where it began. */
  readonly mark: readonly [texts: number, used: number, pictures: number];
  hidden: boolean;
  /** The old drawing's shape of an object or a control that has no picture of its own. */
  old: string | undefined;
};

const SHAPES = new Set(['sp', 'pic', 'graphicFrame', 'cxnSp', 'grpSp']);
const BREAKS: Readonly<Record<string, string>> = { br: '\n', tab: '\t' };

export function readSlide(content: Buffer, raw: Raw): Story {
  const texts: string[] = [];
  const used: string[] = [];
  const pictures: Drawn[] = [];
  const crops = followCrops(pictures);
  const frames: Frame[] = [];
  const place = edges(raw.beside, content);
  let root: { kind: string; hidden: boolean } | undefined;
  let skipping = 0;
  let reading = false;

  // The old drawing counts only where no choice has a picture.
  const holderOf = (local: string) =>
    frames.findLast(({ name }) => name === (local === 'oleObj' ? 'graphicFrame' : 'AlternateContent')) ?? frames.at(-1);
  const shapeAround = () => frames.findLast(({ isShape }) => isShape);
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const { local, uri } = tag;
    const value = (name: string) => Object.values(tag.attributes).find((one) => one.local === name)?.value;
    root ??= { kind: local, hidden: ['0', 'false', 'off'].includes(value('show') ?? '') };
    const skips = (local === 'Choice' && isForeign(tag, value('Requires') ?? '')) || isFiltered(tag);
    if (skips) skipping++;
    const mark = [texts.length, used.length, pictures.length] as const;
    frames.push({ name: local, skips, isShape: SHAPES.has(local), mark, hidden: false, old: undefined });
    place.open(local, value);
    crops.open(local, value);
    if (local === 'cNvPr' && ['1', 'true', 'on'].includes(value('hidden') ?? '') && !raw.shapes)
      Object.assign(shapeAround() ?? {}, { hidden: true });
    if (local === 'oleObj' || local === 'control') Object.assign(holderOf(local) ?? {}, { old: value('spid') });
    if (skipping === 0) {
      for (const attribute of Object.values(tag.attributes)) {
        if (!attribute.uri.includes('/relationships') || attribute.value === '') continue;
        used.push(attribute.value);
        const isPicture = local === 'blip' && attribute.local === 'embed';
        if (isPicture) pictures.push({ id: attribute.value, shape: '', crop: UNCROPPED });
      }
      if (BREAKS[local] && uri.includes('drawingml')) texts.push(BREAKS[local]);
    }
    reading = local === 't' || (local === 'v' && uri.includes('chart'));
  });
  const characters = (text: string) => {
    if (reading && skipping === 0) texts.push(text);
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('closetag', ({ local }) => {
    reading = false;
    const frame = frames.pop();
    if (frame?.skips) skipping--;
    if (local === 'p' && skipping === 0) texts.push('\n');
    crops.close(local);
    if (!frame) return;
    if (frame.old !== undefined && pictures.length === frame.mark[2])
      pictures.push({ id: '', shape: frame.old, crop: UNCROPPED });
    const isBeside = place.close(local);
    if (!frame.isShape || !(frame.hidden || isBeside)) return;
    [texts.length, used.length, pictures.length] = frame.mark;
  });
  readThrough(parser, content);
  return { kind: root?.kind ?? '', hidden: root?.hidden ?? false, text: texts.join(''), used, pictures };
}

/** Ink, 3D models and slides within slides have a picture to fall back to, which is what is published. */
function isForeign(tag: SaxesTagNS, requires: string): boolean {
  return requires.split(/\s+/).some((prefix) => /model3d|\/ink$|zoom$/i.test(tag.ns?.[prefix] ?? ''));
}

/** Series and categories that a filter hides from a chart. */
const isFiltered = ({ local, uri }: SaxesTagNS) => local.startsWith('filtered') && uri.includes('chart');
