// What fast-check makes up: what publishers do, and every decision that networks, schedulers and failing machines take.

import fc from 'fast-check';
import { KINDS } from './documents.ts';
import type { Decision } from './people.ts';

/** The first three can want one public name; the last stands alone. */
export const KEYS = ['a.docm', 'a.docx', 'a.dotm', 'b.txt'] as const;

export type Notice = 'sent' | 'sent twice' | 'lost';
export type Step =
  | { readonly does: 'put'; readonly key: string; readonly text: string; readonly notice: Notice }
  | { readonly does: 'delete'; readonly key: string; readonly notice: Notice }
  /** Somebody writes to public, past us. */
  | { readonly does: 'by hand'; readonly key: string; readonly text: string }
  /** A run over public comes to the key. */
  | { readonly does: 'adopt'; readonly key: string }
  /** Somebody decides about a case of the key. */
  | Decision
  /** Longer than a release is asked for. */
  | { readonly does: 'later' }
  /** Publishers wait until nothing goes on but what is stalled. */
  | { readonly does: 'wait' }
  /** Until nothing is left to do at all; then everything has to be in order. */
  | { readonly does: 'rest' }
  | { readonly does: 'sweep' }
  /** Another version of the program: everything has to be judged again. */
  | { readonly does: 'upgrade' };

export type History = {
  readonly steps: readonly Step[];
  readonly overwrite: 'keep-previous' | 'withhold';
  /** Workers that are awake at the same time. */
  readonly workers: number;
  /** How many operations may fail, stall or be killed. */
  readonly faults: number;
  /** An acknowledgement of an earlier delivery counts, as it may in SQS. */
  readonly staleAcks: boolean;
  /** One number a move; 0, and whatever is missing, is the plainest move there is. */
  readonly choices: readonly number[];
};

const notice = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Notice>('sent') },
  { weight: 1, arbitrary: fc.constant<Notice>('sent twice') },
  { weight: 1, arbitrary: fc.constant<Notice>('lost') },
);
const text = fc.tuple(fc.constantFrom(...KINDS, 'plain', 'macro'), fc.nat(2)).map(([kind, n]) => `${kind} ${n}`);

function stepOn(keys: readonly string[]): fc.Arbitrary<Step> {
  const key = fc.constantFrom(...keys);
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ does: fc.constant('put' as const), key, text, notice }) },
    { weight: 5, arbitrary: fc.record({ does: fc.constant('delete' as const), key, notice }) },
    { weight: 2, arbitrary: fc.constant<Step>({ does: 'wait' }) },
    { weight: 4, arbitrary: fc.constant<Step>({ does: 'rest' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'sweep' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'upgrade' }) },
  );
}

/** One key, two that contend, or all: a history about few keys goes deeper. */
const keys = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<readonly string[]>(['b.txt'], ['a.docm']) },
  { weight: 3, arbitrary: fc.constantFrom<readonly string[]>(['a.docm', 'a.docx'], ['a.docm', 'a.dotm']) },
  { weight: 1, arbitrary: fc.constant<readonly string[]>(KEYS) },
);

// Of fewer, most would be played without a fault: fast-check prefers short lists.
const CHOICES = 400;
const choice = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(0xffff) });

const choices = fc.array(choice, { minLength: CHOICES, maxLength: CHOICES, size: 'max' });

export const histories: fc.Arbitrary<History> = keys.chain((names) =>
  fc.record({
    steps: fc.array(stepOn(names), { minLength: 2, maxLength: 14, size: 'max' }),
    overwrite: fc.constantFrom('keep-previous' as const, 'withhold' as const),
    workers: fc.constantFrom(1, 2, 3),
    faults: fc.constantFrom(0, 1, 2, 3, 4, 6, 8),
    staleAcks: fc.boolean(),
    choices,
  }),
);

/** One upload that is deleted while two workers stall over it. */
export const putAndDeleted: fc.Arbitrary<History> = fc.record({
  steps: fc.constant<readonly Step[]>([
    { does: 'put', key: 'b.txt', text: 'plain 1', notice: 'sent' },
    { does: 'delete', key: 'b.txt', notice: 'sent' },
  ]),
  overwrite: fc.constant('keep-previous' as const),
  workers: fc.constant(2),
  faults: fc.constant(8),
  staleAcks: fc.constant(false),
  choices,
});
