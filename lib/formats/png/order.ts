// Which chunks belong to the picture, how long they are and where they may stand (PNG section 5.6 and 11, table 7).

import { Refusal } from '../../core/refusal.ts';
import type { Chunk } from '../shared/png-chunks.ts';
import type { Header } from './header.ts';

/** What has been met so far. */
export type Met = { readonly types: Set<string>; paletteEntries: number };

type Rule = {
  /** Before the palette as well as before the rows, or only before the rows. */
  readonly before: 'PLTE' | 'IDAT';
  readonly fits: (length: number, header: Header, met: Met) => boolean;
};

const long = (expected: number) => (length: number) => length === expected;

const SIGNIFICANT: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);
const BACKGROUND: ReadonlyMap<number, number> = new Map([
  [0, 2],
  [2, 6],
  [3, 1],
  [4, 2],
  [6, 6],
]);

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['gAMA', { before: 'PLTE', fits: long(4) }],
  ['cHRM', { before: 'PLTE', fits: long(32) }],
  ['sRGB', { before: 'PLTE', fits: long(1) }],
  ['cICP', { before: 'PLTE', fits: long(4) }],
  ['mDCV', { before: 'PLTE', fits: long(24) }],
  ['cLLI', { before: 'PLTE', fits: long(8) }],
  ['sBIT', { before: 'PLTE', fits: (length, { colourType }) => length === SIGNIFICANT.get(colourType) }],
  ['pHYs', { before: 'IDAT', fits: long(9) }],
  ['bKGD', { before: 'IDAT', fits: (length, { colourType }) => length === BACKGROUND.get(colourType) }],
  [
    'tRNS',
    {
      before: 'IDAT',
      fits(length, { colourType }, { paletteEntries }) {
        if (colourType === 3) return length > 0 && length <= paletteEntries;
        return (colourType === 0 && length === 2) || (colourType === 2 && length === 6);
      },
    },
  ],
]);

/** Whether it is a chunk about the whole picture that we know, whatever its state. */
export function isDescribing(type: string): boolean {
  return RULES.has(type);
}

/** Whether a describing chunk is the first of its type, has its length and stands in its place. Readers ignore others. */
export function isInPlace({ type, data }: Chunk, header: Header, met: Met): boolean {
  const rule = RULES.get(type);
  if (!rule || met.types.has(type) || met.types.has('IDAT')) return false;
  return (rule.before === 'IDAT' || !met.types.has('PLTE')) && rule.fits(data.length, header, met);
}

/** Whether the palette belongs to the picture. Rejects with Refusal 'malformed' where readers would disagree. */
export function isPalette({ data, offset }: Chunk, { colourType, depth }: Header, met: Met): boolean {
  const entries = data.length / 3;
  const isValid =
    Number.isInteger(entries) && entries >= 1 && entries <= 256 && !(colourType === 3 && entries > 2 ** depth);
  if (!isValid || met.types.has('PLTE') || met.types.has('IDAT'))
    throw new Refusal('malformed', `palette at byte ${offset}`);
  met.paletteEntries = entries;
  return colourType !== 0 && colourType !== 4;
}
