// What the rules share while one member is rebuilt: how to say that something was found, where, and with which values.

import type { Context, RemovedValue } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { provable } from '../shared/ooxml/job.ts';
import { KINDS } from './kinds.ts';
import { WORDS } from './vocabulary.ts';

export type Job = {
  readonly context: Context;
  /** 'member 7': the place in the original archive. */
  readonly what: string;
  /** Records a finding and answers whether to take it away; false where policy keeps it. */
  drop(carrier: string, at: string, values?: Iterable<RemovedValue>, count?: number): boolean;
};

export function jobFor(context: Context, what: string): Job {
  return {
    context,
    what,
    drop: (carrier, at, values = [], count = 1) =>
      context.found(`odf.${carrier}`, at, { count, values: provable(values, [WORDS, MEDIA_TYPES, LIBRARY]) }) !==
      'keep',
  };
}

/** For what can be found but not cut out: where policy asks for it to be removed, the document cannot be published. */
export function refuseRemoval(carrier: string, at: string, { context }: Job): void {
  if (context.policy.actionFor(`odf.${carrier}`) === 'remove')
    throw new Refusal('unsupported', `${at}: policy removes odf.${carrier}, which cannot be cut out`);
}

// Every document of LibreOffice's has a library of macros of that name, empty or not.
const LIBRARY = 'Standard';
const MEDIA_TYPES = KINDS.map(({ mediaType }) => mediaType).join('\n');
const MAX_VALUES = 2000;

/** Counts what occurs thousands of times in a member, and reports each carrier once. */
export function tally(job: Job) {
  const counts = new Map<string, { count: number; values: Set<string> }>();
  return {
    /** Answers whether to take it away. */
    drop(carrier: string, ...values: readonly string[]): boolean {
      const row = counts.get(carrier) ?? { count: 0, values: new Set<string>() };
      counts.set(carrier, row);
      row.count++;
      for (const value of values) if (row.values.size < MAX_VALUES) row.values.add(value);
      return job.context.policy.actionFor(`odf.${carrier}`) !== 'keep';
    },
    report() {
      for (const [carrier, { count, values }] of counts) job.drop(carrier, job.what, values, count);
    },
  };
}

export type Tally = ReturnType<typeof tally>;
