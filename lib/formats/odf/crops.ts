// Pictures of which only a part is shown (fo:clip, ODF 1.3 part 3, 20.188): the rest is still in the file. Lengths are
// taken off the size that the picture has by itself, which its dots per metre say.

import type { Sides } from '../shared/crop-window.ts';
import type { PictureFacts } from '../shared/picture-facts.ts';
import { type Attribute, type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

/** The clip of the frame of a picture, where it cuts something off. */
export type Crops = (picture: Element) => string | undefined;

export function cropped(documents: readonly XmlDocument[]): Crops {
  const styles = new Map<string, string>();
  for (const { root } of documents)
    for (const element of elementsOf(root)) {
      const clip = attributeNamed(element, 'fo:clip');
      if (clip === undefined || !cuts(clip) || !element.parent) continue;
      const name = attributeNamed(element.parent, 'style:name');
      if (name !== undefined) styles.set(name, clip);
    }
  return ({ parent }) => {
    if (!parent || nameOf(parent) !== 'draw:frame') return undefined;
    return stylesOf(parent).flatMap((name) => styles.get(name) ?? [])[0];
  };
}

function stylesOf(frame: Element): readonly string[] {
  return ['draw:style-name', 'presentation:style-name'].flatMap((name) => attributeNamed(frame, name) ?? []);
}

// Rounding between units leaves a fraction of a millimetre.
const MIN_CUT = 0.05;
const LENGTH = /(-?\d*\.?\d+)\s*(cm|mm|in|pt|pc|px)/g;

/** 'rect(top, right, bottom, left)'; negative lengths add an edge rather than cut one off. */
function cuts(clip: string): boolean {
  return [...clip.matchAll(LENGTH)].some(([, length]) => Number(length) > MIN_CUT);
}

const MILLIMETRES: Readonly<Record<string, number>> = { cm: 10, mm: 1, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6 };
const CLIP = /^\s*rect\(([^,()]{1,30}),([^,()]{1,30}),([^,()]{1,30}),([^,()]{1,30})\)\s*$/;

/** Millimetres; undefined where a side says something else. */
function lengthsOf(clip: string): Sides | undefined {
  const sides = CLIP.exec(clip)
    ?.slice(1)
    .map((side) => {
      const [, number, unit = ''] = /^\s*(-?\d{0,6}\.?\d{1,9})(cm|mm|in|pt|pc)\s*$/.exec(side) ?? [];
      return Number(number) * (MILLIMETRES[unit] ?? Number.NaN);
    });
  const [top, right, bottom, left] = sides ?? [];
  if (top === undefined || right === undefined || bottom === undefined || left === undefined) return undefined;
  return [top, right, bottom, left].some(Number.isNaN) ? undefined : { left, top, right, bottom };
}

/** Of one dot, in millimetres; undefined where the picture does not say, and each program thinks of another size. */
export function dotOf({ said }: PictureFacts): { readonly width: number; readonly height: number } | undefined {
  const data = Buffer.from(said.find(({ type }) => type === 'pHYs')?.data ?? []);
  if (data.length !== 9 || data[8] !== 1) return undefined;
  const [across, down] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  return across > 0 && down > 0 ? { width: 1000 / across, height: 1000 / down } : undefined;
}

/** What the clip takes off, as shares of the picture. */
export function takenBy(clip: string, facts: PictureFacts): Sides | undefined {
  const [lengths, dot] = [lengthsOf(clip), dotOf(facts)];
  if (!lengths || !dot) return undefined;
  const [width, height] = [facts.width * dot.width, facts.height * dot.height];
  return {
    left: lengths.left / width,
    top: lengths.top / height,
    right: lengths.right / width,
    bottom: lengths.bottom / height,
  };
}

export type Clip = { readonly properties: Element; readonly attribute: Attribute };

/**
 * What says the clip of this frame and of no other, in an automatic style of its own document (16.3: each of the two has
 * its own); undefined where others share it.
 */
export function ownClip(frame: Element, { root }: XmlDocument): Clip | undefined {
  const [name, ...more] = stylesOf(frame);
  if (name === undefined || more.length > 0) return undefined;
  const elements = [...elementsOf(root)];
  const users = elements.filter((element) => stylesOf(element).includes(name));
  const [style, ...others] = elements.filter((element) => isStyle(element, name));
  if (users.length !== 1 || others.length > 0 || style?.parent?.local !== 'automatic-styles') return undefined;
  for (const properties of style.children) {
    const attribute = properties.attributes.find((one) => nameOf(one) === 'fo:clip');
    if (attribute) return { properties, attribute };
  }
  return undefined;
}

const isStyle = (element: Element, name: string) =>
  nameOf(element) === 'style:style' && attributeNamed(element, 'style:name') === name;
