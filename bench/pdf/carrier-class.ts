import { createHash } from 'node:crypto';
import type { CarrierId } from '../../lib/core/finding.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import type { Draft } from './draft.ts';

/** One kind of place in a PDF that can hold what nobody meant to publish. */
export type CarrierClass = {
  readonly id: string;
  /** What it is, with the clause of ISO 32000-2. */
  readonly says: string;
  /** What a reader of the findings has to be told: at least one of these. */
  readonly carriers: readonly CarrierId[];
  /** Where holding the document back is as good as removing: the reasons that are true for it. */
  readonly holds?: readonly Reason[];
  /** True where it replaces something that the whole canary needs, so that it is planted by itself only. */
  readonly alone?: true;
  /** Puts a new mark in each of its places. A place that readers see or hear holds it in a path, which nobody keeps. */
  readonly plant: (draft: Draft, mark: () => string) => void;
};

export type Planted = { readonly draft: Draft; readonly marks: readonly string[] };

/** Marks that occur nowhere by chance, the same in every run: number of the class, letter of the place, letters. */
export function markerOf(number: number): { readonly next: () => string; readonly given: readonly string[] } {
  const given: string[] = [];
  const next = () => {
    const place = String.fromCharCode(65 + given.length);
    const digest = createHash('sha256').update(`${number}/${place}`).digest();
    const letters = [...digest.subarray(0, 8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
    const mark = `CANARY${String(number).padStart(3, '0')}${place}${letters}`;
    given.push(mark);
    return mark;
  };
  return { next, given };
}
