import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Published } from '../core/verdict.ts';
import type { Command } from './command.ts';
import type { Publish } from './judge-files.ts';
import { judgePaths } from './judge-paths.ts';
import { JUDGING_OPTIONS } from './judging-options.ts';
import { type Input, identityOf } from './list-inputs.ts';
import { planOutputs } from './plan-outputs.ts';
import { resultAsText } from './result-lines.ts';
import { writeOutput } from './write-output.ts';

export const clean: Command = {
  name: 'clean',
  usage: 'clean [--out DIR] [--policy FILE] [--jobs N] [--json] [--quiet] [--scanner auto|clamd|none] PATH…',
  summary: 'sanitise files and folders; write what is published to DIR, nothing of what is quarantined',
  options: {
    out: { type: 'string', value: 'DIR', says: 'where published documents go (default ./out)' },
    ...JUDGING_OPTIONS,
  },

  async run(args, io) {
    const out = args.text('out') ?? 'out';
    let planned: ReadonlyMap<string, string> = new Map();
    return judgePaths(args, io, {
      async prepare(listing) {
        const plan = await planOutputs(listing, out);
        planned = new Map([...plan].map(([{ file }, output]) => [file, output]));
        return publishTo(plan);
      },
      asText: resultAsText,
      warning(result) {
        const output = planned.get(result.file);
        if (result.outcome === 'published' || output === undefined || !existsSync(output)) return undefined;
        return `${output} is from an earlier run; this run did not publish it`;
      },
      ending: `; published ones are in ${out}`,
    });
  },
};

function publishTo(plan: ReadonlyMap<Input, string>): Publish {
  const taken = new Set(plan.values());
  const identities = new Set([...plan.keys()].map(({ identity }) => identity));
  return async (input, published) => {
    const planned = plan.get(input);
    if (planned === undefined) throw new Error('an input that was not planned');
    const path = withExtensionOf(published, planned);
    if (path !== planned) {
      const there = await stat(path).catch(() => undefined);
      const isTaken = taken.has(path) || (there !== undefined && identities.has(identityOf(there)));
      if (isTaken) return { quarantined: 'unsupported', detail: 'the name it would be published under is taken' };
      taken.add(path);
    }
    await writeOutput(path, published.body);
    return { path };
  };
}

/** Where rebuilding changed the format (docm to docx), the name follows. */
function withExtensionOf({ renamed, extension }: Published, path: string): string {
  if (!renamed) return path;
  const { dir, name } = parse(path);
  return join(dir, `${name}.${extension}`);
}
