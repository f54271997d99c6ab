// Many histories, counted: what was played, what went wrong on purpose, and the smallest history that breaks something.

import fc from 'fast-check';
import type { atRest } from './at-rest.ts';
import { type History, histories } from './history.ts';
import { type FaultName, play } from './play.ts';
import type { Control, Stores } from './world.ts';

export type Report = {
  readonly histories: number;
  readonly operations: number;
  readonly faults: ReadonlyMap<FaultName, number>;
  /** The smallest history found that breaks something, and how. */
  readonly broken: { readonly history: History | undefined; readonly says: string } | undefined;
};

export type Checking = {
  readonly runs: number;
  readonly seed: number;
  readonly control?: Control;
  /** Fresh ones for each history; in memory where this is left out. */
  readonly stores?: () => Stores;
  readonly onPlayed?: () => void;
  /** Other histories than of staging alone, and what has to hold after those. */
  readonly about?: { readonly histories: fc.Arbitrary<History>; readonly looks: typeof atRest };
};

/** A violation, told with the moves that led to it. */
class Violation extends Error {
  override readonly name = 'Violation';
}

export async function check({ runs, seed, control, stores, about, onPlayed = () => {} }: Checking): Promise<Report> {
  const faults = new Map<FaultName, number>();
  let played = 0;
  let operations = 0;
  let isShrinking = false;
  const property = fc.asyncProperty(about?.histories ?? histories, async (history) => {
    const done = await play(history, { ...(control && { control }), ...(stores && { stores: stores() }), ...about });
    if (!isShrinking) {
      played += 1;
      operations += done.operations;
      for (const [name, times] of done.faults) faults.set(name, (faults.get(name) ?? 0) + times);
      onPlayed();
    }
    if (done.violations.length === 0) return;
    isShrinking = true;
    throw new Violation([...done.violations, '', ...done.trace].join('\n  '));
  });
  // A control need not be shrunk: that it is noticed is enough.
  const result = await fc.check(property, { numRuns: runs, seed, ...(control && { endOnFailure: true }) });
  const { errorInstance, counterexample } = result;
  if (result.failed && !(errorInstance instanceof Violation)) throw errorInstance;
  const broken = result.failed
    ? { history: counterexample?.[0], says: errorInstance instanceof Error ? errorInstance.message : '' }
    : undefined;
  return { histories: played, operations, faults, broken };
}

export function describe({ histories: played, operations, faults, broken }: Report): string {
  const lines = [`histories   ${played}`, `operations  ${operations}`, 'faults made'];
  for (const [name, times] of [...faults].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`  ${name}: ${times}`);
  lines.push(`violations  ${broken ? 1 : 0}`);
  if (broken) lines.push('', broken.says, '', JSON.stringify(broken.history));
  return lines.join('\n');
}
