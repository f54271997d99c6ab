import type { Stats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { UsageError } from './command.ts';
import { type Input, identityOf, type Listing } from './list-inputs.ts';

/** Where each input's result will be, before anything is written: every way to lose a file is a UsageError here. */
export async function planOutputs({ inputs, roots }: Listing, out: string): Promise<ReadonlyMap<Input, string>> {
  await refuseOutInsideInput(out, roots);
  const plan = new Map<Input, string>();
  const taken = new Map<string, Input>();
  for (const input of inputs) {
    const output = join(out, input.relative);
    const other = taken.get(output);
    if (other) throw collision(input.file, other.file, output);
    taken.set(output, input);
    plan.set(input, output);
  }
  for (const [output, input] of taken) {
    for (let folder = dirname(output); folder !== dirname(folder); folder = dirname(folder)) {
      const other = taken.get(folder);
      if (other) throw collision(input.file, other.file, folder);
    }
  }
  const identities = new Set(inputs.map(({ identity }) => identity));
  for (const output of taken.keys()) {
    const there = await statOf(output);
    if (!there) continue;
    if (there.isDirectory()) throw new UsageError(`${output} is a folder, and a file would be written there`, HINT);
    if (identities.has(identityOf(there))) throw new UsageError(`${output} is an input and would be overwritten`, HINT);
  }
  return plan;
}

const HINT = 'give another --out';

function collision(file: string, other: string, output: string): UsageError {
  return new UsageError(
    `${other} and ${file} would both be written to ${output}`,
    'clean them one after the other, each with its own --out',
  );
}

/** What was written there would be an input the next time. */
async function refuseOutInsideInput(out: string, roots: readonly string[]): Promise<void> {
  const there = await lstat(out).catch(() => undefined);
  if (there?.isFile()) throw new UsageError(`${out} is a file, not a folder`, HINT);
  const real = await realpathOfFuture(resolve(out));
  for (const root of roots) {
    const realRoot = await realpath(root);
    if (real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
      throw new UsageError(`the output folder ${out} lies inside the input ${root}`, 'give an --out outside of it');
    }
  }
}

/** The real path that a path will have once it is made. */
async function realpathOfFuture(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || dirname(path) === path) return real ?? path;
  return join(await realpathOfFuture(dirname(path)), basename(path));
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}
