import { type Command, UsageError } from './command.ts';
import { JUDGING_OPTIONS } from './judging-options.ts';
import { checkFile } from './policy-check.ts';
import { diffFile } from './policy-diff.ts';
import { printable } from './printable.ts';
import { DATA_OPTION } from './which-places.ts';

export const policy: Command = {
  name: 'policy',
  usage:
    'policy check FILE [--all] [--json], or policy diff FILE [--policy FILE] [--data DIR] [--run RUN] [--prefix P] [--examples N] [--reveal] [--affected FILE] [--json]',
  summary: 'say what a policy file does, and what it would change, from records alone',
  options: {
    all: { type: 'boolean', says: 'check: every carrier, not only those that go otherwise than by default' },
    policy: { ...JUDGING_OPTIONS.policy, says: 'diff: the policy in force (SPOORLOOS_POLICY, or the defaults)' },
    data: DATA_OPTION,
    run: { type: 'string', value: 'RUN', says: 'diff: the results of this run instead of the records of documents' },
    prefix: { type: 'string', value: 'P', says: 'diff: only documents whose key begins so' },
    examples: { type: 'string', value: 'N', says: 'diff: how many documents of each kind are shown (3)' },
    reveal: { type: 'boolean', says: 'diff: show their keys; on a terminal only' },
    affected: { type: 'string', value: 'FILE', says: 'diff: write the keys of all of them there, for replay --keys' },
    json: { type: 'boolean', says: 'one JSON object (schemas/policy-check.json, schemas/policy-diff.json)' },
  },

  async run(args, io) {
    const [verb, file, ...more] = args.paths;
    if (verb !== 'check' && verb !== 'diff')
      throw new UsageError(
        `policy knows check and diff, not ${printable(verb ?? 'nothing')}`,
        `usage: ${policy.usage}`,
      );
    if (file === undefined || more.length > 0) throw new UsageError('exactly one policy file is needed');
    return verb === 'diff' ? diffFile(file, args, io) : checkFile(file, args, io);
  },
};
