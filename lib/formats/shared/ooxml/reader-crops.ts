// The second reader's view of crops: what a fill takes off its picture and how far it draws over its frame, by the order of
// the tags, and what VML takes off in its own units.

import { type Cropping, type Edges, UNCROPPED } from '../same-crop.ts';

type Value = (name: string) => string | undefined;
type Cropped = { crop: Cropping };

/** Told of every tag, it writes into the pictures that are read inside a fill how they are cropped. */
export function followCrops(pictures: readonly Cropped[]) {
  const fills: { readonly from: number; taken: Edges; free: Edges }[] = [];
  return {
    open(local: string, value: Value) {
      const fill = fills.at(-1);
      if (local === 'blipFill') fills.push({ from: pictures.length, ...UNCROPPED });
      else if (local === 'srcRect' && fill) fill.taken = edgesOf(value);
      else if (local === 'fillRect' && fill) fill.free = edgesOf(value);
    },
    close(local: string) {
      if (local !== 'blipFill') return;
      const { from, taken, free } = fills.pop() ?? { from: pictures.length, ...UNCROPPED };
      for (const picture of pictures.slice(from)) picture.crop = { taken, free };
    },
  };
}

function edgesOf(value: Value): Edges {
  const [left, top, right, bottom] = ['l', 't', 'r', 'b'].map((name) => {
    const text = value(name) ?? '0';
    return text.includes('%') ? Number(text.replace('%', '')) / 100 : Number(text) / 100_000;
  });
  return [left ?? 0, top ?? 0, right ?? 0, bottom ?? 0];
}

/** What VML takes off a picture. */
export function oldCrop(value: Value): Cropping {
  const [left, top, right, bottom] = ['cropleft', 'croptop', 'cropright', 'cropbottom'].map((name) => {
    const text = value(name)?.trim() || '0';
    if (text.endsWith('f')) return Number(text.slice(0, -1)) / 65_536;
    return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  });
  return { ...UNCROPPED, taken: [left ?? 0, top ?? 0, right ?? 0, bottom ?? 0] };
}
