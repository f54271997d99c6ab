import { checkPolicy, type PolicyCheck } from '../report/policy-check.ts';
import { knownCarriers } from '../tools.ts';
import { type Args, EXIT, type ExitCode, type Io } from './command.ts';
import { readPolicyFile } from './judging-options.ts';
import { jsonLine } from './printable.ts';
import { table } from './table.ts';

/** Rejects with a UsageError or PolicyError where the file is not valid. */
export async function checkFile(file: string, args: Args, io: Io): Promise<ExitCode> {
  const check = checkPolicy(await readPolicyFile(file), knownCarriers());
  if (args.flag('json')) io.out(jsonLine(check));
  else for (const line of sayCheck(check, args.flag('all'))) io.out(line);
  return EXIT.published;
}

function sayCheck({ policy, isDefault, settings, rules, carriers }: PolicyCheck, all: boolean): readonly string[] {
  const shown = carriers.filter((row) => all || row.action !== row.default);
  return [
    `valid    ${policy}${isDefault ? '  (the same as without a file)' : ''}`,
    `settings overwrite ${settings.overwrite}, legacyFormats ${settings.legacyFormats}`,
    ...(rules.length === 0 ? ['it has no rules'] : ['', ...table(rules.map(ruleRow))]),
    '',
    ...(shown.length === 0
      ? ['every carrier goes as by default']
      : table(
          shown.map(({ carrier, tier, action, default: usual, rule }) => ({ carrier, tier, action, usual, rule })),
        )),
  ];
}

function ruleRow({ rule, action, matches, decides, changes, state, outrankedBy }: PolicyCheck['rules'][number]) {
  return { rule, action, matches, decides, changes, effect: EFFECT[state], narrower: shortened(outrankedBy) };
}

const SHOWN = 4;
const shortened = (rules: readonly string[]) =>
  rules.length <= SHOWN ? rules : [...rules.slice(0, SHOWN), `and ${rules.length - SHOWN} more`];

const EFFECT: Record<PolicyCheck['rules'][number]['state'], string> = {
  'in-force': 'in force',
  outranked: 'none: narrower rules decide',
  idle: 'none: so it is by default',
};
