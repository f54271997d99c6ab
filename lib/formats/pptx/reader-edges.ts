// The second pair of eyes on what lies beside the slide. Nothing but the transforms of shapes and groups is followed; a
// shape that an animation moves is taken for seen.

import { SaxesParser } from 'saxes';
import { decoded } from '../shared/ooxml/reader-files.ts';

/** The slide's size, where what lies beside it is not to be read. */
export type Beside = { readonly width: number; readonly height: number };

type Pair = { x: number; y: number };
type Around = {
  readonly name: string;
  moved: boolean;
  turned: boolean;
  off?: Pair;
  ext?: Pair;
  chOff?: Pair;
  chExt?: Pair;
};

const SHAPES = ['sp', 'pic', 'graphicFrame', 'cxnSp', 'grpSp', 'contentPart'];

export function edges(beside: Beside | undefined, content: Buffer) {
  const moved = beside ? movedIn(content) : new Set<string>();
  const around: Around[] = [];
  let depth = 0;
  return {
    open(local: string, value: (name: string) => string | undefined): void {
      if (!beside) return;
      const shape = around.at(-1);
      if (SHAPES.includes(local)) around.push({ name: local, moved: false, turned: false });
      else if (shape && local === 'xfrm' && depth++ === 0) shape.turned = (value('rot') ?? '0') !== '0';
      else if (shape && depth > 0 && ['off', 'chOff'].includes(local))
        shape[local === 'off' ? 'off' : 'chOff'] ??= { x: Number(value('x')), y: Number(value('y')) };
      else if (shape && depth > 0 && ['ext', 'chExt'].includes(local) && value('cx') !== undefined)
        shape[local === 'ext' ? 'ext' : 'chExt'] ??= { x: Number(value('cx')), y: Number(value('cy')) };
      if (local === 'cNvPr' && moved.has(value('id') ?? '')) for (const one of around) one.moved = true;
    },
    /** Whether the shape that ends here lies wholly beside the slide. */
    close(local: string): boolean {
      if (!beside) return false;
      if (local === 'xfrm') depth = Math.max(0, depth - 1);
      if (!SHAPES.includes(local)) return false;
      const shape = around.pop();
      const groups = around.filter(({ name }) => name === 'grpSp');
      return shape !== undefined && !shape.moved && isBeside(shape, groups, beside);
    },
  };
}

function isBeside({ off, ext, turned }: Around, groups: readonly Around[], { width, height }: Beside): boolean {
  if (!off || !ext) return false;
  let middle: Pair = { x: off.x + ext.x / 2, y: off.y + ext.y / 2 };
  let size: Pair = { ...ext };
  for (const group of [...groups].reverse()) {
    if (!group.off || !group.ext || !group.chOff || !group.chExt?.x || !group.chExt.y) continue;
    const by: Pair = { x: group.ext.x / group.chExt.x, y: group.ext.y / group.chExt.y };
    middle = {
      x: group.off.x + (middle.x - group.chOff.x) * by.x,
      y: group.off.y + (middle.y - group.chOff.y) * by.y,
    };
    size = { x: size.x * by.x, y: size.y * by.y };
  }
  const reach = Math.hypot(size.x, size.y) / 2;
  const [across, down] = turned ? [reach, reach] : [size.x / 2, size.y / 2];
  return middle.x + across <= 0 || middle.y + down <= 0 || middle.x - across >= width || middle.y - down >= height;
}

function movedIn(content: Buffer): ReadonlySet<string> {
  const moved = new Set<string>();
  let animations = 0;
  const isMotion = (name: string) => /(?:^|:)anim(?:Motion)?$/.test(name);
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (isMotion(name)) animations++;
    if (animations > 0 && /(?:^|:)spTgt$/.test(name)) moved.add(attributes.spid ?? '');
  });
  parser.on('closetag', ({ name }) => {
    if (isMotion(name)) animations--;
  });
  parser.write(decoded(content)).close();
  return moved;
}
