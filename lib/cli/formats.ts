import { knownCarriers, knownFormats, policyFor } from '../tools.ts';
import { type Command, EXIT } from './command.ts';
import { readPolicyFile } from './judging-options.ts';
import { jsonLine } from './printable.ts';
import { table } from './table.ts';

export const formats: Command = {
  name: 'formats',
  usage: 'formats [--carriers] [--policy FILE] [--json]',
  summary: 'list the formats that are known, or every carrier with what policy does with it',
  options: {
    carriers: { type: 'boolean', says: 'list carriers: what is looked for, and what becomes of it' },
    policy: { type: 'string', value: 'FILE', says: 'a policy file over the built-in defaults' },
    json: { type: 'boolean', says: 'one JSON object a line' },
  },

  async run(args, io) {
    const policy = policyFor(await readPolicyFile(args.text('policy')));
    const rows = args.flag('carriers')
      ? knownCarriers().map(({ id, code, tier, says }) => ({
          carrier: id,
          action: policy.actionFor(id),
          tier,
          code,
          says,
        }))
      : knownFormats.map(({ id, mediaType, extensions, carriers, isNeverPublished }) => ({
          ...{ format: id, mediaType, extensions: [...extensions], carriers: carriers.length },
          published: isNeverPublished ? 'never' : 'rebuilt',
        }));
    for (const line of args.flag('json') ? rows.map(jsonLine) : table(rows)) io.out(line);
    return EXIT.published;
  },
};
