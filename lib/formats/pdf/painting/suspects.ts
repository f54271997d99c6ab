// Which texts of a page may be there without being seen. This gate is cheap and lets doubt through: what it names is
// looked at again in renderings (unseen.ts), and only what it names is.

import { areAlike, type Colour, isLight } from './colours.ts';
import { type Box, common, grown, holds, isEmpty, meet } from './geometry.ts';
import type { Cover, ShownText } from './painter.ts';

export type Why =
  /** Something opaque is painted over it. */
  | 'covered'
  /** It has the colour of what is under it. */
  | 'alike'
  /** It is transparent, or a mask may hide it. */
  | 'clear'
  /** It is clipped. */
  | 'clipped'
  /** It runs over the edge of the page. */
  | 'edge'
  /** It is too small to be read. */
  | 'tiny'
  /** It is shown without ink (rendering modes 3 and 7). */
  | 'inkless';

export type Suspect = {
  readonly ordinal: number;
  readonly box: Box;
  readonly why: ReadonlySet<Why>;
  /** A picture as large as a scan lies over or under it. */
  readonly onScan: boolean;
};

/** Below this nobody reads; the smallest print in documents has three points. */
const TINY = 1;
const CLEAR = 0.06;
const OPAQUE = 0.8;
/** Of the page: what a scan takes at least. Programs also cut scans into strips as wide as the page. */
const SCAN = 0.2;
const CELLS = 24;

type Known = { readonly text: ShownText; readonly why: Set<Why>; onScan: boolean };

export type Gate = {
  text(text: ShownText): void;
  cover(cover: Cover): void;
  suspects(): readonly Suspect[];
};

export function gateFor(page: Box): Gate {
  const texts: Known[] = [];
  const covers: Cover[] = [];
  const scans: Cover[] = [];
  const ofColour = new Map<string, Cover[]>();
  const cells: Known[][] = Array.from({ length: CELLS * CELLS }, () => []);
  const pageArea = Math.max(1, (page[2] - page[0]) * (page[3] - page[1]));

  function* cellsOf(box: Box): Generator<number> {
    const column = (x: number) => clampCell(((x - page[0]) / (page[2] - page[0])) * CELLS);
    const line = (y: number) => clampCell(((y - page[1]) / (page[3] - page[1])) * CELLS);
    for (let y = line(box[1]); y <= line(box[3]); y++)
      for (let x = column(box[0]); x <= column(box[2]); x++) yield y * CELLS + x;
  }

  const isScan = ({ kind, box }: Cover) => {
    const seen = common(box, page);
    if (kind !== 'picture' || isEmpty(seen)) return false;
    const width = seen[2] - seen[0];
    return (width * (seen[3] - seen[1])) / pageArea > SCAN || width > 0.6 * (page[2] - page[0]);
  };

  return {
    text(text) {
      const why = new Set<Why>();
      const margin = 0.3 * text.height;
      if (text.mode === 3 || text.mode === 7) why.add('inkless');
      else if (text.alpha < CLEAR || text.masked) why.add('clear');
      else if (hasColourOfGround(text)) why.add('alike');
      if (text.height < TINY || text.width < TINY) why.add('tiny');
      if (!text.clipIsBox || !holds(text.clip, text.box, margin)) why.add('clipped');
      if (!holds(page, text.box, margin)) why.add('edge');
      const onScan = why.has('inkless') && scans.some((scan) => meet(scan.box, text.box));
      const known = { text, why, onScan };
      texts.push(known);
      for (const cell of cellsOf(text.box)) cells[cell]?.push(known);
    },
    cover(cover) {
      const box = common(cover.box, cover.clip);
      if (isEmpty(box) || cover.alpha < OPAQUE) return;
      const scan = isScan(cover);
      covers.push({ ...cover, box });
      if (scan) scans.push({ ...cover, box });
      if (cover.colour) {
        const key = keyOf(cover.colour);
        const list = ofColour.get(key) ?? [];
        list.push({ ...cover, box });
        ofColour.set(key, list);
      }
      // A marker pen: what is under it shines through.
      if (cover.blend !== 'Normal' && cover.colour && Math.max(...cover.colour) > 0.6) return;
      for (const cell of cellsOf(box)) {
        const waiting = cells[cell] ?? [];
        if (waiting.length === 0) continue;
        cells[cell] = waiting.filter((known) => {
          if (!isOver(box, known.text)) return true;
          known.why.add('covered');
          known.onScan ||= scan;
          return false;
        });
      }
    },
    suspects: () =>
      texts.flatMap(({ text, why, onScan }) =>
        why.size > 0 ? [{ ordinal: text.ordinal, box: text.box, why, onScan }] : [],
      ),
  };

  function hasColourOfGround(text: ShownText): boolean {
    const { colour, box, height } = text;
    if (!colour) return false;
    // Of a line that is partly on a box of its colour, that part counts.
    if (!isLight(colour)) return ofColour.get(keyOf(colour))?.some((cover) => isOver(cover.box, text)) ?? false;
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const ground = covers.findLast(
      (cover) => holds(cover.box, [x, y, x, y]) && cover.box[3] - cover.box[1] > (box[3] - box[1]) / 2,
    );
    if (!ground?.colour || areAlike(ground.colour, colour)) return true;
    return ground.box[0] > box[0] + height / 2 || ground.box[2] < box[2] - height / 2;
  }
}

/** Whether it lies over enough of the text to hide a letter. */
function isOver(box: Box, { box: text, height }: ShownText): boolean {
  const both = common(box, text);
  const width = both[2] - both[0];
  return (
    both[3] - both[1] > 0.4 * (text[3] - text[1]) &&
    width > Math.min(0.3 * height, 0.8 * (text[2] - text[0])) &&
    width >= 0
  );
}

function clampCell(at: number): number {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(at) || 0));
}

function keyOf(colour: Colour): string {
  return colour.map((part) => Math.round(part * 20)).join();
}

/** What a suspect covers in a rendering, with room for what hangs out of a letter's square. */
export function around({ box }: Suspect): Box {
  return grown(box, 1);
}
