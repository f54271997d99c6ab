import type { CarrierId } from '../../lib/core/finding.ts';
import type { Reason } from '../../lib/core/refusal.ts';

/** One row of a format's fixtures, `test/fixtures/<format id>/cases.ts`. The conformance test runs its checks on each. */
export type Case = {
  /** A sentence about behaviour: 'drops what follows the end'. */
  readonly shows: string;
  readonly kind: 'clean' | 'dirty' | 'hostile';
  /** Generated, never copied from elsewhere; people are invented. */
  readonly bytes: () => Uint8Array | Promise<Uint8Array>;
  /** The file's name; the format's usual extension when left out. */
  readonly name?: string;
  readonly outcome: 'published' | 'quarantined';
  readonly reason?: Reason;
  /** Carriers that have to be among the findings. For 'clean' cases there must be no other finding. */
  readonly finds?: readonly CarrierId[];
  /** Needles that must be in the input's byte views and in none of the output's. */
  readonly gone?: readonly (string | Uint8Array)[];
  /** Why verify would not notice if what this row removes stayed in; only where it says nothing about a person. */
  readonly unseen?: string;
  /** The reason that verify gives where nothing was removed: 'unverified', unless the comparison knows a truer one. */
  readonly untouched?: Reason;
  /** Visible texts that must still be read from the output by an independent reader. */
  readonly kept?: readonly string[];
};
