// The second reader's view of what is drawn on a sheet: texts and pictures, in their order.

import { followCrops } from '../shared/ooxml/reader-crops.ts';
import { eachToken, type Files, fileOf, linksOf } from '../shared/ooxml/reader-files.ts';

import { type Cropping, UNCROPPED } from '../shared/same-crop.ts';

export type Drawn = {
  readonly texts: string[];
  readonly pictures: Picture[];
  /** Anchors of slicers and controls, which draw nothing by themselves. */
  idle: number;
};

type Picture = { readonly bytes: Buffer | undefined; crop: Cropping };

const DRAWN = /\/(?:drawing|chart|chartEx|chartUserShapes|diagramDrawing)$/;
const MAX_PARTS = 20_000;
/** Branches of alternate content that are of no use to a reader without what they ask for. */
const NOT_SHOWN = /^(?:am3d|aink|sle\d*|tsle|p14|iact)$/;

/** Everything that a sheet draws, through its drawings, their charts and diagrams. */
export function readDrawn(files: Files, sheet: string): Drawn {
  const drawn: Drawn = { texts: [], pictures: [], idle: 0 };
  const seen = new Set<string>();
  const pending = [sheet];
  for (let part = pending.shift(); part !== undefined && seen.size < MAX_PARTS; part = pending.shift()) {
    if (seen.has(part)) continue;
    seen.add(part);
    const links = linksOf(files, part);
    const content = fileOf(files, part);
    if (content && part !== sheet) readPart(content, links, files, drawn);
    for (const { type, target, external } of links) if (!external && DRAWN.test(type)) pending.push(target);
  }
  return drawn;
}

function readPart(content: Buffer, links: ReturnType<typeof linksOf>, files: Files, drawn: Drawn): void {
  // What an anchor draws counts when it ends: only then is it known whether it draws anything.
  let texts: string[] = [];
  const pictures: Picture[] = [];
  const crops = followCrops(pictures);
  let isNothing = false;
  let inText = false;
  const skipped: string[] = [];
  const flush = () => {
    if (isNothing) drawn.idle++;
    else {
      drawn.texts.push(...texts);
      drawn.pictures.push(...pictures);
    }
    texts = [];
    pictures.length = 0;
    isNothing = false;
  };
  let hasChoice = false;
  eachToken(content, {
    open(name, attributes) {
      if (name.endsWith('Anchor')) flush();
      if (name === 'AlternateContent') hasChoice = false;
      if (skipped.length > 0 || isSkipped(name, attributes, hasChoice)) skipped.push(name);
      if (name === 'Choice' && skipped.length === 0) hasChoice = true;
      if (/slicer$/.test(attributes.uri ?? '') || (name === 'compatExt' && attributes.spid !== undefined))
        isNothing = true;
      if (skipped.length > 0) return;
      crops.open(name, (local) => attributes[local]);
      inText = name === 't' || name === 'v' || name === 'pt';
      if (inText) texts.push('');
      const id = name === 'blip' ? Object.entries(attributes).find(([key]) => key.endsWith(':embed'))?.[1] : undefined;
      const link = links.find((one) => one.id === id && !one.external);
      if (link) pictures.push({ bytes: fileOf(files, link.target), crop: UNCROPPED });
    },
    text(text) {
      if (inText) texts[texts.length - 1] += text;
    },
    close(name) {
      inText = false;
      if (skipped.length === 0) crops.close(name);
      if (skipped.length > 0) skipped.pop();
      if (name.endsWith('Anchor')) flush();
    },
  });
  flush();
}

function isSkipped(name: string, attributes: Record<string, string>, hasChoice: boolean): boolean {
  if (name === 'Choice')
    return hasChoice || (attributes.Requires ?? '').split(/\s+/).some((one) => NOT_SHOWN.test(one));
  return name === 'Fallback' && hasChoice;
}
