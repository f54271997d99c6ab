// Pictures of which only a part is shown (fo:clip, ODF 1.3 part 3, 20.188): the rest is still in the file.

import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

/** Whether the frame of the picture has a style that cuts something off. */
export type Crops = (picture: Element) => boolean;

export function cropped(documents: readonly XmlDocument[]): Crops {
  const styles = new Set<string>();
  for (const { root } of documents)
    for (const element of elementsOf(root)) {
      const clip = attributeNamed(element, 'fo:clip');
      if (clip === undefined || !cuts(clip) || !element.parent) continue;
      const name = attributeNamed(element.parent, 'style:name');
      if (name !== undefined) styles.add(name);
    }
  return ({ parent }) => {
    if (!parent || nameOf(parent) !== 'draw:frame') return false;
    const names = ['draw:style-name', 'presentation:style-name'].map((name) => attributeNamed(parent, name));
    return names.some((name) => name !== undefined && styles.has(name));
  };
}

// Rounding between units leaves a fraction of a millimetre.
const MIN_CUT = 0.05;

/** 'rect(top, right, bottom, left)'; negative lengths add an edge rather than cut one off. */
function cuts(clip: string): boolean {
  return [...clip.matchAll(/(-?\d*\.?\d+)\s*(?:cm|mm|in|pt|pc|px)/g)].some(([, length]) => Number(length) > MIN_CUT);
}
