import type { RemovedValue, VisibleRanges } from './format.ts';
import type { Limits } from './limits.ts';

/** A removed value that still stands in the output: in which view and where, never what. */
export type Residue = { readonly view: string; readonly at: number; readonly index: number };

/** Searches every byte view of `body` for the removed values, outside the visible ranges. */
export async function findResidue(
  _body: Uint8Array,
  _removed: readonly RemovedValue[],
  _visible: VisibleRanges,
  _limits: Limits,
): Promise<readonly Residue[]> {
  throw new Error('written in the next commit');
}
