// Shapes that lie wholly beside the slide. Where a shape lies is said by its transform (ISO/IEC 29500-1 20.1.7.6 xfrm),
// within a group by that of the group (20.1.7.5); placeholders without one lie where their layout says.

import { ancestorOf, type Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isShape, isShow, placer, plain } from './show.ts';

export type Size = { readonly width: number; readonly height: number };
type Scale = { readonly by: readonly [number, number]; readonly from: readonly [number, number] };

export function slideSize({ root }: XmlDocument): Size | undefined {
  const size = childOf(root, 'sldSz');
  const [width, height] = [Number(plain(size, 'cx')), Number(plain(size, 'cy'))];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** Takes away what says or shows something and is seen by nobody who looks at the slide. */
export function removeOffSlide(document: XmlDocument, size: Size, carrier: string, edits: XmlEdits, job: Job): void {
  const moving = movingShapes(document.root);
  const place = placer(job, document);
  const visit = (group: Element, scale: Scale) => {
    for (const shape of group.children.filter(isShape)) {
      const box = boxOf(shape, scale);
      const isMoved = [...elementsOf(shape)].some((one) => one.local === 'cNvPr' && moving.has(plain(one, 'id') ?? ''));
      if (box && isBeside(box, size) && !isMoved && saysSomething(shape)) {
        if (job.drop(carrier, place(shape), [textOf(shape)])) edits.removeElement(shape);
      } else if (isShow(shape, 'grpSp')) visit(shape, scaleOf(shape, scale));
    }
  };
  const tree = childOf(childOf(document.root, 'cSld'), 'spTree');
  if (tree) visit(tree, { by: [1, 1], from: [0, 0] });
}

/** Shapes that an animation moves may come in from outside. */
function movingShapes(root: Element): ReadonlySet<string> {
  const targets = [...elementsOf(root)].filter((one) => isShow(one, 'spTgt'));
  const moves = (target: Element) =>
    ancestorOf(target, (one) => ['animMotion', 'anim'].some((name) => isShow(one, name))) !== undefined;
  return new Set(targets.filter(moves).map((target) => plain(target, 'spid') ?? ''));
}

function saysSomething(shape: Element): boolean {
  return [...elementsOf(shape)].some(
    (one) => one.local === 'blip' || one.local === 'graphicData' || (one.local === 't' && textOf(one).trim() !== ''),
  );
}

type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

function boxOf(shape: Element, { by, from }: Scale): Box | undefined {
  const transform = transformOf(shape);
  const at = pairOf(transform, 'off', 'x', 'y');
  const size = pairOf(transform, 'ext', 'cx', 'cy');
  if (!at || !size) return undefined;
  const [width, height] = [size[0] * by[0], size[1] * by[1]];
  const [x, y] = [from[0] + at[0] * by[0] + width / 2, from[1] + at[1] * by[1] + height / 2];
  // Turned, it reaches no further from its middle than its corners do.
  const isTurned = (plain(transform, 'rot') ?? '0') !== '0';
  const reach = Math.hypot(width, height) / 2;
  const [across, down] = isTurned ? [reach, reach] : [width / 2, height / 2];
  return { left: x - across, top: y - down, right: x + across, bottom: y + down };
}

const isBeside = ({ left, top, right, bottom }: Box, { width, height }: Size) =>
  right <= 0 || bottom <= 0 || left >= width || top >= height;

function scaleOf(group: Element, { by, from }: Scale): Scale {
  const transform = transformOf(group);
  const [at, size] = [pairOf(transform, 'off', 'x', 'y'), pairOf(transform, 'ext', 'cx', 'cy')];
  const [start, extent] = [pairOf(transform, 'chOff', 'x', 'y'), pairOf(transform, 'chExt', 'cx', 'cy')];
  if (!at || !size || !start || !extent || extent[0] === 0 || extent[1] === 0) return { by, from };
  const own = [(size[0] / extent[0]) * by[0], (size[1] / extent[1]) * by[1]] as const;
  return {
    by: own,
    from: [from[0] + at[0] * by[0] - start[0] * own[0], from[1] + at[1] * by[1] - start[1] * own[1]],
  };
}

function transformOf(shape: Element): Element | undefined {
  const properties = shape.children.find(({ local }) => local === 'spPr' || local === 'grpSpPr') ?? shape;
  return properties.children.find(({ local }) => local === 'xfrm');
}

function pairOf(transform: Element | undefined, local: string, a: string, b: string): [number, number] | undefined {
  const element = transform?.children.find((child) => child.local === local);
  const pair: [number, number] = [Number(plain(element, a) ?? Number.NaN), Number(plain(element, b) ?? Number.NaN)];
  return pair.every(Number.isFinite) ? pair : undefined;
}
